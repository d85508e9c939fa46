/** The window that asks for a reason: what is shown, and what comes back. */
import * as v from 'valibot';
import { valueIn } from '../aws/json-text.ts';
import { PLAIN_TEXT } from '../plan/plain-text.ts';
import { type Button, type ButtonAsk, buttonValue, readButton } from './button.ts';

export type ReasonedAsk = Exclude<ButtonAsk, 'go'>;

/** GO needs no reason, and acts at once. */
export const needsReason = (button: Button): button is Button & { readonly ask: ReasonedAsk } => button.ask !== 'go';

export const REASON_MODAL = 'sluice-why';
/** The `block_id` and the `action_id` of the only field. */
export const REASON_FIELD = 'why';

/** As long as the journal takes (lib/rollout/answer.ts). */
const REASON_AT_MOST = 500;

/** Slack takes 24 characters. */
const TITLES: Readonly<Record<ReasonedAsk, string>> = {
  noGo: 'NO-GO',
  hold: 'Hold the rollout',
  rollBack: 'Roll back',
  advance: 'Advance anyway',
};

const SAYS: Readonly<Record<ReasonedAsk, string>> = {
  noGo: 'Your role says NO-GO: the rollout is held until that role says GO or an operator resumes it.',
  hold: 'Nothing rises any more until an operator resumes the rollout; guards stay armed.',
  rollBack: 'All traffic goes back to the baseline. The rollout ends, and never goes up again.',
  advance: 'The next phase begins now, without the rest of the bake, the verdict of the gate and the sign-offs.',
};

const plain = (text: string) => ({ type: 'plain_text', text, emoji: false });

/** https://docs.slack.dev/reference/views/modal-views; @param replyTo where the outcome is told */
export const reasonModal = (button: Button & { readonly ask: ReasonedAsk }, replyTo: string | undefined) => ({
  type: 'modal',
  callback_id: REASON_MODAL,
  private_metadata: JSON.stringify({ button: buttonValue(button), replyTo }),
  title: plain(TITLES[button.ask]),
  submit: plain(TITLES[button.ask]),
  close: plain('Cancel'),
  blocks: [
    { type: 'section', text: plain(`${button.rollout}: ${SAYS[button.ask]}`) },
    {
      type: 'input',
      block_id: REASON_FIELD,
      label: plain('Why'),
      hint: plain('It goes into the journal with your Slack id, and to the people who are told.'),
      element: {
        type: 'plain_text_input',
        action_id: REASON_FIELD,
        min_length: 1,
        max_length: REASON_AT_MOST,
        focus_on_load: true,
      },
    },
  ],
});

const metadataSchema = v.strictObject({ button: v.string(), replyTo: v.optional(v.string()) });

/** What `private_metadata` brings back; undefined: not ours. */
export const readMetadata = (
  text: string,
): { readonly button: Button; readonly replyTo: string | undefined } | undefined => {
  const read = v.safeParse(metadataSchema, valueIn(text));
  const button = read.success ? readButton(read.output.button) : undefined;
  return read.success && button !== undefined ? { button, replyTo: read.output.replyTo } : undefined;
};

/** Why a reason is none, in words for its field; undefined: it is one. */
export const notAReason = (why: string): string | undefined => {
  if (why.trim() === '') return 'Say why.';
  if (why.length > REASON_AT_MOST) return `A reason may have ${REASON_AT_MOST} characters.`;
  return PLAIN_TEXT.test(why) ? undefined : 'A reason must be one line without control characters.';
};
