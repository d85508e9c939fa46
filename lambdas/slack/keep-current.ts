/** Brings what stands in Slack of one rollout up to its journal. */
import type { Posted } from '../../lib/aws/posted.ts';
import { Fault, isFault } from '../../lib/controller/fault.ts';
import { slackChannelsOf } from '../../lib/plan/slack-channels.ts';
import type { Entry } from '../../lib/rollout/entry.ts';
import { isAsleep } from '../../lib/rollout/wake-ups.ts';
import { questionOf } from '../../lib/slack/question.ts';
import { rolloutMessage } from '../../lib/slack/rollout-message.ts';
import { isClosed, isOfOne, isRateLimit, isTrouble } from './ask.ts';
import { type Book, isConflict, MESSAGE, postOnce, settlePending, write } from './post-once.ts';
import type { Desk, Subject } from './subject.ts';
import { callPeople, closeChannel, entryIn, isOfChannel, tellEntries } from './tell-entries.ts';

/** `left`: the message waits for the next minute's entry, which is soon enough. */
export type Done = 'shown' | 'shown before' | 'left' | 'no channel';

/** What the stream brought of one rollout: its entries from this revision up to that. */
export interface Woken {
  readonly rollout: string;
  readonly from: number;
  readonly upTo: number;
}

/**
 * Level-triggered, as the tick is: whatever wakes it, everything that the journal says and Slack does not know yet is told, in order, and the
 * message shows the newest entry. So a wake-up that failed, and even one that was given up, is made good by the next.
 *
 * @param again shows the newest entry although another invocation has: ours may have arrived in Slack after it
 */
export const keepCurrent = async (desk: Desk, woken: Woken, again = false): Promise<Done | Fault> => {
  const { rollout, from, upTo } = woken;
  const kept = await desk.items.read(rollout);
  if (isFault(kept)) return kept;
  const isAllTold = kept !== undefined && kept.posted.told >= upTo && kept.posted.unposted.length === 0;
  if (!again && isAllTold && kept.posted.shown >= upTo) return 'shown before';
  const plan = await desk.journal.plan(rollout);
  if (isFault(plan)) return plan;
  const channels = slackChannelsOf(plan);
  if (channels === undefined) return 'no channel';
  const book: Book = {
    installation: desk.installation,
    rollout,
    items: desk.items,
    workspace: desk.workspace,
    now: desk.now,
    kept: kept ?? { version: 0, posted: nothingBefore(from) },
  };
  // Written at once, so that it stays the first entry that is told whatever happens.
  const begun = kept === undefined ? await write(book, book.kept.posted) : 'written';
  if (isFault(begun)) return begun;
  const settled = await settlePending(book);
  if (isFault(settled)) return settled;
  const head = await headOf(desk, rollout);
  if (isFault(head)) return head;
  const done = await bringUp({ desk, book, plan, channels, head, closed: new Map() }, again);
  if (!isFault(done)) return done;
  if (done.code === 'NOT_FOUND') await write(book, { ...book.kept.posted, message: null });
  return isConflict(done) && !again ? keepCurrent(desk, woken, true) : done;
};

const nothingBefore = (revision: number): Posted => ({
  told: revision - 1,
  parts: [],
  unposted: [],
  message: null,
  shown: -1,
  shownAt: 0,
  question: '',
  isNews: false,
  answeredAt: null,
  calls: {},
  pending: null,
});

const headOf = async ({ journal }: Desk, rollout: string): Promise<Entry | Fault> => {
  const operation = `read the journal of ${rollout}`;
  const head = await journal.head(rollout);
  if (isFault(head)) return head;
  return head === undefined ? new Fault('NOT_FOUND', operation) : entryIn(head.body, operation);
};

const bringUp = async (subject: Subject, again: boolean): Promise<Done | Fault> => {
  const { book } = subject;
  if (book.kept.posted.message === null) {
    const begun = await beginMessage(subject);
    if (isFault(begun) && !isOfChannel(begun)) return begun;
    // Its thread would be in the same channel.
    if (isFault(begun)) closeChannel(subject, subject.channels.everyone, begun);
  }
  const told = await tellEntries(subject);
  if (isFault(told)) return told;
  const called = await callPeople(subject);
  if (isFault(called)) return called;
  const { posted } = book.kept;
  const shown = await show(subject, posted.isNews || posted.question !== questionOf(subject.head.state) || again);
  // The next entry says what a limit kept from being said; where none comes soon, the stream must come again.
  const { desk, plan, head } = subject;
  const isLast = head.state.endedAt !== null || isAsleep(plan, head.state, desk.now());
  const limit = isLast ? [...subject.closed.values()].find(isRateLimit) : undefined;
  return isFault(shown) ? shown : (limit ?? shown);
};

const beginMessage = (subject: Subject): Promise<'posted' | Fault> => {
  const { book, channels } = subject;
  const toPost = { part: MESSAGE, channel: channels.everyone, thread: null, message: messageOf(subject, true) };
  return postOnce(book, toPost, shownNow(subject));
};

const messageOf = ({ desk: { hasButtons, installation }, plan, head, book }: Subject, isNew: boolean) => {
  const { revision, decision, state } = head;
  const answeredBy = hasButtons ? installation : null;
  return rolloutMessage({
    plan,
    revision,
    decision,
    state,
    answeredBy,
    isNew,
    at: Date.parse(head.at),
    now: book.now(),
  });
};

const shownNow = ({ head, book }: Subject): Pick<Posted, 'shown' | 'shownAt' | 'question' | 'isNews'> => ({
  shown: head.revision,
  shownAt: book.now(),
  question: questionOf(head.state),
  isNews: false,
});

/** `chat.update` may be asked some fifty times a minute in a workspace: a rollout takes one of them, unless there is news. */
const BETWEEN_UPDATES_MS = 45_000;

const show = async (subject: Subject, isNews: boolean): Promise<Done | Fault> => {
  const { desk, book, head, plan } = subject;
  const { posted } = book.kept;
  const { message, shown, shownAt } = posted;
  const isDue = isNews || (head.revision > shown && book.now() - shownAt >= BETWEEN_UPDATES_MS);
  const isShown = head.revision <= shown && !isNews;
  if (message === null || !isDue || isShown) return isFaultOr(await write(book, posted), isShown ? 'shown' : 'left');
  const mark = { installation: desk.installation, rollout: plan.rollout, part: MESSAGE };
  const updated = await book.workspace.update(message, messageOf(subject, false), mark);
  const kept = await write(book, isTrouble(updated) ? posted : { ...posted, ...shownNow(subject) });
  if (isFault(kept)) return kept;
  if (!isTrouble(updated)) return 'shown';
  const { fault } = updated;
  if (isOfOne(fault)) desk.onRefused(fault);
  // A new message for each minute would be too many; for news it is right.
  const isGone = fault.code === 'NOT_FOUND' && !isClosed(fault);
  return !isOfOne(fault) && (isNews || isGone) ? fault : 'left';
};

const isFaultOr = <T>(result: unknown, otherwise: T): T | Fault => (isFault(result) ? result : otherwise);
