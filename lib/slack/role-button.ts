/** The buttons of the question that only who presses them sees: for which of several roles a GO is. */
import * as v from 'valibot';
import { valueIn } from '../aws/json-text.ts';

export interface RoleButton {
  /** As in `Button`. */
  readonly installation: string;
  readonly rollout: string;
  /** As in `Button`. */
  readonly revision: number;
  readonly role: string;
}

const schema = v.strictObject({
  installation: v.pipe(v.string(), v.regex(/^[0-9a-f]{12}$/)),
  rollout: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,40}$/)),
  revision: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  role: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
});

/** Slack wants another `action_id` for each button of a block, so the place among them is in it. */
const ID = /^sluice-role-\d{1,2}$/;

export const isRoleButton = (id: string): boolean => ID.test(id);

/** Undefined: not one of our buttons. */
export const readRoleButton = (value: string): RoleButton | undefined => {
  const read = v.safeParse(schema, valueIn(value));
  return read.success ? read.output : undefined;
};

/** Blocks of a message: https://docs.slack.dev/reference/block-kit/blocks/actions-block takes 25 elements, a plan has fewer roles. */
export const roleQuestion = (text: string, buttons: readonly RoleButton[]) => [
  { type: 'section', text: { type: 'plain_text', text, emoji: false } },
  {
    type: 'actions',
    elements: buttons.slice(0, 25).map(({ installation, rollout, revision, role }, index) => ({
      type: 'button',
      action_id: `sluice-role-${index}`,
      text: { type: 'plain_text', text: `GO for ${role}`.slice(0, 75), emoji: false },
      value: JSON.stringify({ installation, rollout, revision, role }),
    })),
  },
];
