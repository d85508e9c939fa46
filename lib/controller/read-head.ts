import type { Entry } from '../rollout/entry.ts';
import { isFault } from './fault.ts';
import type { World } from './ports.ts';

/** The newest entry, read back, with the SHA-256 of its bytes. */
export interface ReadHead {
  readonly entry: Entry;
  readonly hash: string;
}

/** Consistent read of the head. Throws when it cannot be read: without it nothing may be decided, and the invocation must look failed. */
export const readHead = async (world: World, rollout: string): Promise<ReadHead> => {
  const head = await world.journal.head(rollout);
  if (head === undefined) throw new Error(`Cannot tick rollout ${rollout}: it has no journal`);
  if (isFault(head)) throw new Error(`Cannot tick rollout ${rollout}: its journal cannot be read (${head.code})`, { cause: head.cause });
  return { entry: parseEntry(head.body), hash: head.hash };
};

/** An entry of our own journal: written by `record`, so its shape is trusted; tampering is what `verify` finds. */
export const parseEntry = (body: string): Entry => JSON.parse(body) as Entry;
