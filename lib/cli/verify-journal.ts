import { createHash } from 'node:crypto';
import { LINE_BYTES_AT_MOST, linesOf } from './journal-lines.ts';

/** A journal whose chain is whole. */
export interface WholeChain {
  readonly whole: true;
  readonly rollout: string;
  readonly entries: number;
  readonly lastRevision: number;
  readonly lastAt: string;
  /** SHA-256 (hex) of the last line: the hash that the last announcement carries. */
  readonly headHash: string;
}

/** The first line that does not follow from the one before it. */
export interface BrokenChain {
  readonly whole: false;
  /** From 1. */
  readonly line: number;
  readonly problem: string;
}

/** What the chain needs of an entry; the rest of the line is covered by its hash. */
interface Link {
  readonly rollout: string;
  readonly revision: number;
  readonly previous: string;
  readonly at: string;
}

/** Follows the chain of a `journal.jsonl` line by line, so that the size of the file does not matter. Rejects with the system's error. */
export const verifyJournal = async (path: string): Promise<WholeChain | BrokenChain> => {
  let first: Link | undefined;
  let last: Link | undefined;
  let hash = '';
  let line = 0;
  for await (const bytes of linesOf(path)) {
    line += 1;
    const link = readLink(bytes);
    const problem =
      typeof link === 'string' ? link : first === undefined ? problemOfFirst(link) : problemAfter(last, hash, link);
    if (typeof link === 'string' || problem !== undefined) return { whole: false, line, problem: problem ?? '' };
    first ??= link;
    last = link;
    hash = createHash('sha256').update(bytes).digest('hex');
  }
  if (first === undefined || last === undefined)
    return { whole: false, line: 1, problem: 'must be a journal entry, and the file has none' };
  return {
    whole: true,
    rollout: first.rollout,
    entries: line,
    lastRevision: last.revision,
    lastAt: last.at,
    headHash: hash,
  };
};

const problemOfFirst = ({ revision, previous }: Link): string | undefined => {
  if (revision !== 0) return `must be revision 0, the beginning of the journal, and is revision ${revision}`;
  return previous === '' ? undefined : 'must name no predecessor, being revision 0';
};

const problemAfter = (
  before: Link | undefined,
  hash: string,
  { rollout, revision, previous }: Link,
): string | undefined => {
  if (before === undefined) return undefined;
  if (rollout !== before.rollout) return `must belong to rollout ${before.rollout}, and belongs to ${rollout}`;
  if (revision !== before.revision + 1) return `must be revision ${before.revision + 1}, and is revision ${revision}`;
  if (previous === hash) return undefined;
  return `must name the SHA-256 of the line before it, ${hash}, and names ${previous === '' ? 'nothing' : previous}: this line or the one before it was changed`;
};

const readLink = (bytes: Buffer): Link | string => {
  if (bytes.length > LINE_BYTES_AT_MOST) return `must have at most ${LINE_BYTES_AT_MOST} bytes`;
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    return 'must be a JSON document, and is none';
  }
  return linkOf(value) ?? 'must be a journal entry with rollout, revision, previous and at';
};

const linkOf = (value: unknown): Link | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!('rollout' in value && 'revision' in value && 'previous' in value && 'at' in value)) return undefined;
  const { rollout, revision, previous, at } = value;
  if (typeof rollout !== 'string' || typeof revision !== 'number') return undefined;
  if (typeof previous !== 'string' || typeof at !== 'string') return undefined;
  // What is said of the line repeats these: nothing longer than what we write.
  if (!NAME.test(rollout) || previous.length > HASH_LENGTH || !INSTANT.test(at)) return undefined;
  return { rollout, revision, previous, at };
};

const NAME = /^[a-z0-9-]{1,40}$/;
const HASH_LENGTH = 64;
const INSTANT = /^[0-9TZ:.-]{1,30}$/;
