import type { Entry } from '../rollout/entry.ts';
import { readEntry } from '../rollout/read-entry.ts';
import { isFault } from './fault.ts';
import type { Head, World } from './ports.ts';

/** The newest entry: its bytes, what they say, and their SHA-256. */
export interface ReadHead {
  readonly body: string;
  readonly entry: Entry;
  readonly hash: string;
}

/**
 * What this process itself wrote last. The head is read from the journal every time; only when it still is that very text it need not
 * be parsed again.
 */
const written = new WeakMap<World, ReadHead>();

export const rememberWritten = (world: World, head: ReadHead): void => {
  written.set(world, head);
};

/** Consistent read of the head. Throws when it cannot be read: without it nothing may be decided, and the invocation must look failed. */
export const readHead = async (world: World, rollout: string): Promise<ReadHead> => {
  const head = await world.journal.head(rollout);
  if (head === undefined) throw new Error(`Cannot tick rollout ${rollout}: it has no journal`);
  if (isFault(head))
    throw new Error(`Cannot tick rollout ${rollout}: its journal cannot be read (${head.code})`, { cause: head.cause });
  return parseHead(world, head);
};

const parseHead = (world: World, head: Head): ReadHead => {
  const known = written.get(world);
  if (known?.body === head.body) return known;
  const read = readEntry(head.body);
  if (!read.ok) throw new Error(`Cannot read the journal: ${read.problem}`);
  return { body: head.body, entry: read.entry, hash: head.hash };
};
