/** What a button of the Slack message says when somebody presses it. */
import * as v from 'valibot';
import { valueIn } from '../aws/json-text.ts';

/** `advance`: although not everything that the plan asks for is there. */
export const BUTTON_ASKS = ['go', 'noGo', 'hold', 'rollBack', 'advance'] as const;
export type ButtonAsk = (typeof BUTTON_ASKS)[number];

/** `action_id` of a button; Slack sends it back. */
export const actionIdOf = (ask: ButtonAsk): string => `sluice-${ask}`;

/** Slack's longest `value` is 2,000 characters (https://docs.slack.dev/reference/block-kit/block-elements/button-element). */
export interface Button {
  readonly ask: ButtonAsk;
  /** Several may share an app and a workspace, and have rollouts of the same name. */
  readonly installation: string;
  readonly rollout: string;
  /** What the person saw: the entry that the message showed. A later one with another question makes the button stale. */
  readonly revision: number;
}

const schema = v.strictObject({
  ask: v.picklist(BUTTON_ASKS),
  installation: v.pipe(v.string(), v.regex(/^[0-9a-f]{12}$/)),
  rollout: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,40}$/)),
  revision: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
});

export const buttonValue = ({ ask, installation, rollout, revision }: Button): string =>
  JSON.stringify({ ask, installation, rollout, revision });

/** Undefined: not one of our buttons. */
export const readButton = (value: string): Button | undefined => {
  const read = v.safeParse(schema, valueIn(value));
  return read.success ? read.output : undefined;
};
