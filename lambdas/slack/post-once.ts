/** Posts once, as far as Slack allows. */
import { randomUUID } from 'node:crypto';
import type { Kept, Posted, PostedItems } from '../../lib/aws/posted.ts';
import { Fault, isFault } from '../../lib/controller/fault.ts';
import type { Message } from '../../lib/slack/blocks.ts';
import { isTrouble } from './ask.ts';
import type { Address, Workspace } from './workspace.ts';

/** What was posted of one rollout. */
export interface Book {
  readonly installation: string;
  readonly rollout: string;
  readonly items: PostedItems;
  readonly workspace: Workspace;
  readonly now: () => number;
  /** As it was read or written last; moved on by every write. */
  kept: Kept;
}

export interface ToPost {
  readonly part: string;
  readonly channel: string;
  readonly thread: string | null;
  readonly message: Message;
}

/** The rollout's one message. */
export const MESSAGE = 'message';

/** Somebody else wrote meanwhile. */
export const isConflict = (fault: Fault): boolean => fault.cause === CONFLICT;
const CONFLICT = 'another invocation does so now';

export const write = async (book: Book, posted: Posted): Promise<'written' | Fault> => {
  const kept = await book.items.write(book.rollout, book.kept.version, posted);
  if (isFault(kept)) return kept;
  if (kept === 'conflict') return new Fault('THROTTLED', `keep what was posted of ${book.rollout}`, CONFLICT);
  book.kept = kept;
  return 'written';
};

/**
 *     write: about to post ─► post ─► write: posted          died on the way: the next one looks for it in Slack, by its mark
 *
 * Two that overlap cannot both write "about to post", since each writes on top of the version that it has read.
 *
 * @param more what else is known once it is there
 */
export const postOnce = async (
  book: Book,
  { part, channel, thread, message }: ToPost,
  more: Partial<Posted> = {},
): Promise<'posted' | Fault> => {
  const now = book.now();
  const trying = { part, channel, thread, since: now, triedAt: now, by: randomUUID(), unsure: false };
  const begun = await write(book, { ...book.kept.posted, pending: trying });
  if (isFault(begun)) return begun;
  const address = await book.workspace.post(channel, thread, message, {
    installation: book.installation,
    rollout: book.rollout,
    part,
  });
  if (isTrouble(address)) {
    const pending = address.mayBeDone ? { ...trying, triedAt: book.now(), unsure: true } : null;
    const kept = await write(book, { ...book.kept.posted, pending });
    return isFault(kept) ? kept : address.fault;
  }
  const kept = await write(book, { ...withPart(book.kept.posted, part, address), ...more });
  return isFault(kept) ? kept : 'posted';
};

/**
 * A try that is over without an answer is looked for after a moment in which a request that was under way arrives; one whose invocation may
 * still run is let alone for longer than an invocation lives (RUN_TIME.slack).
 */
const SETTLES_AFTER_MS = 10_000;
const DEAD_AFTER_MS = 90_000;

/**
 * Finds out what came of a post that was begun, and keeps it. Where Slack does not let us look, it counts as not done: said twice is better
 * than never.
 */
export const settlePending = async (book: Book): Promise<'settled' | Fault> => {
  const { installation, rollout } = book;
  const { pending } = book.kept.posted;
  if (pending === null) return 'settled';
  const { part, channel, thread, since, triedAt, unsure } = pending;
  if (book.now() - triedAt < (unsure ? SETTLES_AFTER_MS : DEAD_AFTER_MS))
    return new Fault('THROTTLED', `post more of ${rollout}`, `what came of ${part} is not known yet`);
  const found = await book.workspace.find(channel, thread, { installation, rollout, part }, since);
  if (isTrouble(found) && (found.fault.code === 'UNAVAILABLE' || found.fault.code === 'THROTTLED')) return found.fault;
  const isThere = found !== undefined && !isTrouble(found);
  const { posted } = book.kept;
  const kept = await write(book, isThere ? withPart(posted, part, found) : { ...posted, pending: null });
  return isFault(kept) ? kept : 'settled';
};

const withPart = (posted: Posted, part: string, address: Address): Posted => ({
  ...posted,
  pending: null,
  ...(part === MESSAGE ? { message: address } : { parts: [...posted.parts, part] }),
});
