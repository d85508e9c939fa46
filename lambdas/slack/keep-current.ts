/** Brings what stands in Slack of one rollout up to its journal. */
import type { Posted, PostedItems } from '../../lib/aws/posted.ts';
import { Fault, isFault } from '../../lib/controller/fault.ts';
import type { Journal } from '../../lib/controller/ports.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { type SlackChannels, slackChannelsOf } from '../../lib/plan/slack-channels.ts';
import type { Entry } from '../../lib/rollout/entry.ts';
import { readEntry } from '../../lib/rollout/read-entry.ts';
import { type Call, isNewsAt, levelAfter, openCalls } from '../../lib/slack/calls.ts';
import { callPost, type Post, postsOf } from '../../lib/slack/posts.ts';
import { questionOf } from '../../lib/slack/question.ts';
import { rolloutMessage } from '../../lib/slack/rollout-message.ts';
import { type Book, isConflict, MESSAGE, postOnce, settlePending, write } from './post-once.ts';
import { isTrouble, type Workspace } from './workspace.ts';

export interface Desk {
  readonly journal: Pick<Journal, 'plan' | 'head' | 'entries'>;
  readonly items: PostedItems;
  readonly workspace: Workspace;
  /** Another function answers the message's buttons. */
  readonly hasButtons: boolean;
  readonly now: () => number;
}

/** `left`: the message waits for the next minute's entry, which is soon enough. */
export type Done = 'shown' | 'shown before' | 'left' | 'no channel';

/** What the stream brought of one rollout: its entries from this revision up to that. */
export interface Woken {
  readonly rollout: string;
  readonly from: number;
  readonly upTo: number;
}

/** A rollout with its plan, its channels, and the newest entry. */
interface Subject {
  readonly desk: Desk;
  readonly book: Book;
  readonly plan: Plan;
  readonly channels: SlackChannels;
  readonly head: Entry;
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
  if (!again && kept !== undefined && kept.posted.told >= upTo && kept.posted.shown >= upTo) return 'shown before';
  const plan = await desk.journal.plan(rollout);
  if (isFault(plan)) return plan;
  const channels = slackChannelsOf(plan);
  if (channels === undefined) return 'no channel';
  const book: Book = {
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
  const done = await bringUp({ desk, book, plan, channels, head }, again);
  if (!isFault(done)) return done;
  if (done.code === 'NOT_FOUND') await write(book, { ...book.kept.posted, message: null });
  return isConflict(done) && !again ? keepCurrent(desk, woken, true) : done;
};

const nothingBefore = (revision: number): Posted => ({
  told: revision - 1,
  parts: [],
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

const entryIn = (body: string, operation: string): Entry | Fault => {
  const read = readEntry(body);
  return read.ok ? read.entry : new Fault('UNREADABLE', operation, new Error(read.problem));
};

const bringUp = async (subject: Subject, again: boolean): Promise<Done | Fault> => {
  const { book } = subject;
  if (book.kept.posted.message === null) {
    const begun = await beginMessage(subject);
    if (isFault(begun)) return begun;
  }
  const told = await tellEntries(subject);
  if (isFault(told)) return told;
  const called = await callPeople(subject);
  if (isFault(called)) return called;
  const { posted } = book.kept;
  return show(subject, posted.isNews || posted.question !== questionOf(subject.head.state) || again);
};

const beginMessage = (subject: Subject): Promise<'posted' | Fault> => {
  const { book, channels } = subject;
  const toPost = { part: MESSAGE, channel: channels.everyone, thread: null, message: messageOf(subject) };
  return postOnce(book, toPost, shownNow(subject));
};

const messageOf = ({ desk: { hasButtons }, plan, head, book }: Subject) => {
  const { revision, decision, state } = head;
  return rolloutMessage({ plan, revision, decision, state, hasButtons, at: Date.parse(head.at), now: book.now() });
};

const shownNow = ({ head, book }: Subject): Pick<Posted, 'shown' | 'shownAt' | 'question' | 'isNews'> => ({
  shown: head.revision,
  shownAt: book.now(),
  question: questionOf(head.state),
  isNews: false,
});

/** Entries that are read at once. */
const PAGE = 100;

/** Everything up to the head, in order. */
const tellEntries = async (subject: Subject): Promise<'told' | Fault> => {
  const { desk, book, head } = subject;
  const { rollout } = book;
  while (book.kept.posted.told < head.revision) {
    const bodies = await desk.journal.entries(rollout, book.kept.posted.told + 1, PAGE);
    if (isFault(bodies)) return bodies;
    for (const body of bodies) {
      const entry = entryIn(body, `read the journal of ${rollout}`);
      if (isFault(entry)) return entry;
      if (entry.revision > head.revision) break;
      const told = await tell(subject, entry);
      if (isFault(told)) return told;
    }
    if (bodies.length === 0)
      return new Fault('UNREADABLE', `read the journal of ${rollout}`, 'it ends before its head');
  }
  return 'told';
};

/** An entry that says nothing is not written down: the next write does. */
const tell = async (subject: Subject, entry: Entry): Promise<'told' | Fault> => {
  const { book, plan } = subject;
  const now = book.now();
  const isAnswer = entry.cause.by === 'command' && entry.revision > 0;
  const answeredAt = isAnswer ? Date.parse(entry.at) : book.kept.posted.answeredAt;
  const posts = postsOf(plan, entry, { answeredAt, now });
  for (const post of posts) {
    const posted = await publish(subject, post);
    if (isFault(posted)) return posted;
  }
  const isCalling = entry.notices.some(({ audience }) => audience === 'onCall');
  const calls = isCalling ? openCalls(entry.state, answeredAt) : [];
  const told: Posted = {
    ...book.kept.posted,
    told: entry.revision,
    parts: [],
    isNews: book.kept.posted.isNews || entry.notices.length > 0 || entry.cause.by !== 'schedule',
    answeredAt,
    calls: { ...book.kept.posted.calls, ...mentionedBy(entry, calls, now) },
  };
  if (posts.length > 0) return isFaultOr(await write(book, told), 'told');
  book.kept = { ...book.kept, posted: told };
  return 'told';
};

const isFaultOr = <T>(result: unknown, otherwise: T): T | Fault => (isFault(result) ? result : otherwise);

/** Levels that the notices of an entry reached; none where they came too late to mention anybody. */
const mentionedBy = (entry: Entry, calls: readonly Call[], now: number): Readonly<Record<string, number>> => {
  const at = Date.parse(entry.at);
  if (!isNewsAt(at, now)) return {};
  return Object.fromEntries(calls.map(({ key, since }) => [key, levelAfter(since, at)]));
};

/** Once; to its audience's own channel, or to the thread where that is the channel of everyone. */
const publish = async ({ book, channels }: Subject, { part, audience, message }: Post): Promise<'posted' | Fault> => {
  const { parts, message: address } = book.kept.posted;
  if (parts.includes(part)) return 'posted';
  const own = channels[audience];
  const isInThread = own === channels.everyone && address !== null;
  return postOnce(book, {
    part,
    channel: isInThread ? address.channel : own,
    thread: isInThread ? address.ts : null,
    message,
  });
};

/** Whom nobody has mentioned yet of what nobody has answered; what is answered, or over, is forgotten. */
const callPeople = async (subject: Subject): Promise<'called' | Fault> => {
  const { book, plan, head } = subject;
  const at = Date.parse(head.at);
  const open = openCalls(head.state, book.kept.posted.answeredAt);
  for (const call of open) {
    const post = callPost(plan, call, book.kept.posted.calls[call.key] ?? -1, at);
    if (post === undefined) continue;
    const posted = await publish(subject, post);
    if (isFault(posted)) return posted;
    const calls = { ...book.kept.posted.calls, [call.key]: levelAfter(call.since, at) };
    book.kept = { ...book.kept, posted: { ...book.kept.posted, calls } };
  }
  const keys = new Set(open.map(({ key }) => key));
  const calls = Object.fromEntries(Object.entries(book.kept.posted.calls).filter(([key]) => keys.has(key)));
  book.kept = { ...book.kept, posted: { ...book.kept.posted, calls } };
  return 'called';
};

/** `chat.update` may be asked some fifty times a minute in a workspace: a rollout takes one of them, unless there is news. */
const BETWEEN_UPDATES_MS = 45_000;

const show = async (subject: Subject, isNews: boolean): Promise<Done | Fault> => {
  const { book, head, plan } = subject;
  const { posted } = book.kept;
  const { message, shown, shownAt } = posted;
  if (message === null) return new Fault('NOT_FOUND', `show ${plan.rollout}`);
  const isDue = isNews || (head.revision > shown && book.now() - shownAt >= BETWEEN_UPDATES_MS);
  const isShown = head.revision <= shown && !isNews;
  if (!isDue || isShown) return isFaultOr(await write(book, posted), isShown ? 'shown' : 'left');
  const mark = { rollout: plan.rollout, part: MESSAGE };
  const updated = await book.workspace.update(message, messageOf(subject), mark);
  const kept = await write(book, isTrouble(updated) ? posted : { ...posted, ...shownNow(subject) });
  if (isFault(kept)) return kept;
  if (!isTrouble(updated)) return 'shown';
  return isNews || updated.fault.code === 'NOT_FOUND' ? updated.fault : 'left';
};
