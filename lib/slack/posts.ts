/** What is posted besides the message: the details in its thread, and to channels of their own what leads and on call are told. Pure. */
import type { Instant, Plan } from '../plan/plan.ts';
import type { Entry, Notice } from '../rollout/entry.ts';
import type { RolloutState } from '../rollout/rollout.ts';
import { type Message, section, TEXT_CHARACTERS } from './blocks.ts';
import { type Call, levelAfter, mentionedIn, onCallBetween } from './calls.ts';
import { bold, cut, escaped, mentionOf } from './mrkdwn.ts';
import { scheduleMessage } from './schedule-message.ts';

export interface Post {
  /** Tells it apart from everything else of its rollout, for ever: by it Slack is asked whether it is there. */
  readonly part: string;
  readonly audience: Notice['audience'];
  readonly message: Message;
}

/** The part of the first entry that is no notice. */
export const SCHEDULE = 'schedule';

/** Everything that an entry says, in order; the schedule first. */
export const postsOf = (
  plan: Plan,
  entry: Entry,
  when: { readonly answeredAt: Instant | null; readonly now: Instant; readonly newest: RolloutState },
): readonly Post[] => [
  ...(entry.revision === 0
    ? [{ part: SCHEDULE, audience: 'everyone', message: scheduleMessage(plan) } satisfies Post]
    : []),
  ...entry.notices.map(
    (notice, index): Post => ({
      part: `${entry.revision}.${index}`,
      audience: notice.audience,
      message: told(notice.subject, notice.text, mentionedIn(plan, entry, notice, when)),
    }),
  ),
];

/** What the parts of a call begin with; the level comes behind. */
export const callPart = ({ key }: Pick<Call, 'key'>): string => `${CALL}${key}.`;
export const CALL = 'call.';

/**
 * A call that nobody has answered, to those who have not been mentioned yet; undefined: nobody is due.
 * @param called highest level that was mentioned; −1: none
 */
export const callPost = (plan: Plan, call: Call, called: number, now: Instant): Post | undefined => {
  const level = levelAfter(call.since, now);
  const members = level > called ? onCallBetween(plan, called + 1, level) : [];
  if (members.length === 0) return undefined;
  const minutes = Math.floor((now - call.since) / 60_000);
  return {
    part: `${callPart(call)}${level}`,
    audience: 'onCall',
    message: told(`${call.subject}, for ${minutes} minutes without an answer`, call.text, members),
  };
};

/** Characters of a subject; Slack shows some hundred in a notification. */
const SUBJECT_CHARACTERS = 300;

const told = (subject: string, text: string, members: readonly string[]): Message => {
  const mentions = members.length === 0 ? [] : [members.map(mentionOf).join(' ')];
  const lines = text.split('\n').map(escaped);
  return {
    text: cut([...mentions, escaped(subject.slice(0, SUBJECT_CHARACTERS)), ...lines].join('\n'), TEXT_CHARACTERS),
    blocks: section('', [...mentions, bold(subject.slice(0, SUBJECT_CHARACTERS)), ...lines]),
  };
};
