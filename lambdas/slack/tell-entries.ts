/** Tells in Slack what the entries of a rollout say, and calls whom nobody has called yet. */
import type { Posted } from '../../lib/aws/posted.ts';
import { Fault, isFault } from '../../lib/controller/fault.ts';
import type { Entry } from '../../lib/rollout/entry.ts';
import { readEntry } from '../../lib/rollout/read-entry.ts';
import { type Call, isNewsAt, levelAfter, openCalls } from '../../lib/slack/calls.ts';
import { CALL, callPart, callPost, type Post, postsOf, SCHEDULE } from '../../lib/slack/posts.ts';
import { isOfOne, isRateLimit } from './ask.ts';
import { postOnce, write } from './post-once.ts';
import type { Subject } from './subject.ts';

export const entryIn = (body: string, operation: string): Entry | Fault => {
  const read = readEntry(body);
  return read.ok ? read.entry : new Fault('UNREADABLE', operation, new Error(read.problem));
};

/** Entries that are read at once. */
const PAGE = 100;

/**
 * Everything up to the head, in order; first what was refused before. A channel that refuses keeps up nothing but what is for that channel,
 * which is told late, when somebody has invited the app.
 */
export const tellEntries = async (subject: Subject): Promise<'told' | Fault> => {
  const { desk, book, head } = subject;
  const { rollout } = book;
  const made = await tellUnposted(subject);
  if (isFault(made)) return made;
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

const tellUnposted = async (subject: Subject): Promise<'told' | Fault> => {
  const { desk, book, plan } = subject;
  for (const { part, audience } of book.kept.posted.unposted) {
    if (subject.closed.has(subject.channels[audience])) continue;
    const operation = `read the journal of ${book.rollout}`;
    const bodies = await desk.journal.entries(book.rollout, revisionOf(part), 1);
    if (isFault(bodies)) return bodies;
    const unposted = book.kept.posted.unposted.filter((each) => each.part !== part);
    const entry = bodies[0] === undefined ? new Fault('UNREADABLE', operation) : entryIn(bodies[0], operation);
    if (isFault(entry)) {
      // Of a release before the last: nothing will ever read it.
      desk.onRefused(entry);
      book.kept = { ...book.kept, posted: { ...book.kept.posted, unposted } };
      continue;
    }
    const when = { answeredAt: book.kept.posted.answeredAt, now: book.now(), newest: subject.head.state };
    const post = postsOf(plan, entry, when).find((each) => each.part === part);
    const calls = { ...book.kept.posted.calls, ...mentionedBy(entry, audience, when.answeredAt, when.now) };
    if (post === undefined) book.kept = { ...book.kept, posted: { ...book.kept.posted, unposted } };
    const posted = post === undefined ? 'posted' : await publish(subject, post, { unposted, calls });
    if (isFault(posted) && !isOfChannel(posted)) return posted;
  }
  return 'told';
};

/** The parts of an entry begin with its revision, and the schedule is of the first. */
const revisionOf = (part: string): number => (part === SCHEDULE ? 0 : Number.parseInt(part, 10));

/** An entry that says nothing is not written down: the next write does. */
const tell = async (subject: Subject, entry: Entry): Promise<'told' | Fault> => {
  const { book, plan } = subject;
  const now = book.now();
  const isAnswer = entry.cause.by === 'command' && entry.revision > 0;
  const answeredAt = isAnswer ? Date.parse(entry.at) : book.kept.posted.answeredAt;
  const posts = postsOf(plan, entry, { answeredAt, now, newest: subject.head.state });
  const unposted: Posted['unposted'] = [];
  for (const post of posts) {
    const posted = await publish(subject, post);
    if (isFault(posted) && !isOfChannel(posted)) return posted;
    if (isFault(posted)) unposted.push({ part: post.part, audience: post.audience });
  }
  const isHeard = unposted.every(({ audience }) => audience !== 'onCall');
  const isCalling = isHeard && entry.notices.some(({ audience }) => audience === 'onCall');
  const told: Posted = {
    ...book.kept.posted,
    told: entry.revision,
    // Those of calls are needed until the call is over.
    parts: book.kept.posted.parts.filter((part) => part.startsWith(CALL)),
    unposted: [...book.kept.posted.unposted, ...unposted],
    isNews: book.kept.posted.isNews || entry.notices.length > 0 || entry.cause.by !== 'schedule',
    answeredAt,
    calls: { ...book.kept.posted.calls, ...(isCalling ? mentionedBy(entry, 'onCall', answeredAt, now) : {}) },
  };
  if (posts.length > 0) return isFaultOr(await write(book, told), 'told');
  book.kept = { ...book.kept, posted: told };
  return 'told';
};

const isFaultOr = <T>(result: unknown, otherwise: T): T | Fault => (isFault(result) ? result : otherwise);

/** Levels that the notices of an entry reached; none where they came too late to mention anybody. */
const mentionedBy = (
  entry: Entry,
  audience: Post['audience'],
  answeredAt: number | null,
  now: number,
): Readonly<Record<string, number>> => {
  const at = Date.parse(entry.at);
  if (audience !== 'onCall' || !isNewsAt(at, now)) return {};
  return Object.fromEntries(openCalls(entry.state, answeredAt).map(({ key, since }) => [key, levelAfter(since, at)]));
};

/** Refused by one channel, or limited there. */
export const isOfChannel = (fault: Fault): boolean => isOfOne(fault) || isRateLimit(fault);

/**
 * Once; to its audience's own channel, or to the thread where that is the channel of everyone.
 * @param more what else is known once it is there
 */
const publish = async (subject: Subject, post: Post, more: Partial<Posted> = {}): Promise<'posted' | Fault> => {
  const { book, channels, closed } = subject;
  const { part, audience, message } = post;
  const { parts, message: address } = book.kept.posted;
  if (parts.includes(part)) {
    book.kept = { ...book.kept, posted: { ...book.kept.posted, ...more } };
    return 'posted';
  }
  const own = channels[audience];
  const before = closed.get(own);
  if (before !== undefined) return before;
  const isInThread = own === channels.everyone && address !== null;
  const [channel, thread] = isInThread ? [address.channel, address.ts] : [own, null];
  const posted = await postOnce(book, { part, channel, thread, message }, more);
  if (isFault(posted)) closeChannel(subject, own, posted);
  return posted;
};

/** Where the fault is of the channel. */
export const closeChannel = ({ desk, closed }: Subject, channel: string, fault: Fault): void => {
  if (isOfOne(fault)) desk.onRefused(fault);
  if (isOfChannel(fault)) closed.set(channel, fault);
};

/** Whom nobody has mentioned yet of what nobody has answered; what is answered, or over, is forgotten. */
export const callPeople = async (subject: Subject): Promise<'called' | Fault> => {
  const { book, plan, head } = subject;
  const at = Date.parse(head.at);
  const open = openCalls(head.state, book.kept.posted.answeredAt);
  for (const call of open) {
    const post = callPost(plan, call, levelCalled(book.kept.posted, call), at);
    const posted = post === undefined ? 'posted' : await publish(subject, post);
    if (isFault(posted) && !isOfChannel(posted)) return posted;
  }
  const { posted } = book.kept;
  const isOpen = (part: string): boolean => open.some((call) => part.startsWith(callPart(call)));
  const parts = posted.parts.filter((part) => !part.startsWith(CALL) || isOpen(part));
  const levels = open.map((call) => [call.key, levelCalled(posted, call)] as const).filter(([, level]) => level >= 0);
  book.kept = { ...book.kept, posted: { ...posted, parts, calls: Object.fromEntries(levels) } };
  return 'called';
};

/** The highest level that was mentioned, by a notice or by a call; −1: none. */
const levelCalled = ({ calls, parts }: Posted, call: Call): number =>
  Math.max(
    calls[call.key] ?? -1,
    ...parts.filter((part) => part.startsWith(callPart(call))).map((part) => Number(part.slice(callPart(call).length))),
  );
