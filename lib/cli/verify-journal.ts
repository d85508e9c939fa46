import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

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

/** Far above what one journal item can hold (400 KiB). */
const LINE_BYTES_AT_MOST = 4 * 1024 * 1024;
const CHUNK_BYTES = 1024 * 1024;
const NEWLINE = 10;

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
  return { rollout, revision, previous, at };
};

/** The lines of a file as bytes, without their line feeds; the last one may lack its own. */
async function* linesOf(path: string): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
    const bytes = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, Buffer.from(chunk)]);
    let from = 0;
    for (let to = bytes.indexOf(NEWLINE); to >= 0; to = bytes.indexOf(NEWLINE, from)) {
      yield bytes.subarray(from, to);
      from = to + 1;
    }
    rest = bytes.subarray(from);
    // A file without line breaks would be gathered whole; this much is enough to refuse it.
    if (rest.length > LINE_BYTES_AT_MOST) break;
  }
  if (rest.length > 0) yield rest;
}
