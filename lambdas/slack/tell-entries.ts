/** Tells in Slack what the entries of a rollout say, and calls whom nobody has called yet. */
import type { Posted } from '../../lib/aws/posted.ts';
import { Fault, isFault } from '../../lib/controller/fault.ts';
import type { Entry } from '../../lib/rollout/entry.ts';
import { readEntry } from '../../lib/rollout/read-entry.ts';
import { isNewsAt, levelAfter, openCalls } from '../../lib/slack/calls.ts';
import { callPost, type Post, postsOf, SCHEDULE } from '../../lib/slack/posts.ts';
import { isOfOne } from './ask.ts';
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
    if (subject.refused.has(subject.channels[audience])) continue;
    const operation = `read the journal of ${book.rollout}`;
    const bodies = await desk.journal.entries(book.rollout, revisionOf(part), 1);
    if (isFault(bodies)) return bodies;
    const entry = entryIn(bodies[0] ?? '', operation);
    if (isFault(entry)) return entry;
    const when = { answeredAt: book.kept.posted.answeredAt, now: book.now() };
    const post = postsOf(plan, entry, when).find((each) => each.part === part);
    const unposted = book.kept.posted.unposted.filter((each) => each.part !== part);
    const calls = { ...book.kept.posted.calls, ...mentionedBy(entry, audience, when.answeredAt, when.now) };
    const posted = post === undefined ? 'posted' : await publish(subject, post, { unposted, calls });
    if (isFault(posted) && !isOfOne(posted)) return posted;
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
  const posts = postsOf(plan, entry, { answeredAt, now });
  const unposted: Posted['unposted'] = [];
  for (const post of posts) {
    const posted = await publish(subject, post);
    if (isFault(posted) && !isOfOne(posted)) return posted;
    if (isFault(posted)) unposted.push({ part: post.part, audience: post.audience });
  }
  const isHeard = unposted.every(({ audience }) => audience !== 'onCall');
  const isCalling = isHeard && entry.notices.some(({ audience }) => audience === 'onCall');
  const told: Posted = {
    ...book.kept.posted,
    told: entry.revision,
    parts: [],
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

/** Once; to its audience's own channel, or to the thread where that is the channel of everyone. */
const publish = async (subject: Subject, post: Post, more: Partial<Posted> = {}): Promise<'posted' | Fault> => {
  const { desk, book, channels, refused } = subject;
  const { part, audience, message } = post;
  const { parts, message: address } = book.kept.posted;
  if (parts.includes(part)) return 'posted';
  const own = channels[audience];
  const before = refused.get(own);
  if (before !== undefined) return before;
  const isInThread = own === channels.everyone && address !== null;
  const [channel, thread] = isInThread ? [address.channel, address.ts] : [own, null];
  const posted = await postOnce(book, { part, channel, thread, message }, more);
  if (isFault(posted) && isOfOne(posted)) {
    desk.onRefused(posted);
    refused.set(own, posted);
  }
  return posted;
};

/** Whom nobody has mentioned yet of what nobody has answered; what is answered, or over, is forgotten. */
export const callPeople = async (subject: Subject): Promise<'called' | Fault> => {
  const { book, plan, head } = subject;
  const at = Date.parse(head.at);
  const open = openCalls(head.state, book.kept.posted.answeredAt);
  for (const call of open) {
    const post = callPost(plan, call, book.kept.posted.calls[call.key] ?? -1, at);
    if (post === undefined) continue;
    const calls = { ...book.kept.posted.calls, [call.key]: levelAfter(call.since, at) };
    const posted = await publish(subject, post, { calls });
    if (isFault(posted) && !isOfOne(posted)) return posted;
  }
  const keys = new Set(open.map(({ key }) => key));
  const calls = Object.fromEntries(Object.entries(book.kept.posted.calls).filter(([key]) => keys.has(key)));
  book.kept = { ...book.kept, posted: { ...book.kept.posted, calls } };
  return 'called';
};
