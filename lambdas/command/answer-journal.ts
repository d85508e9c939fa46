import type { Replies } from '../../lib/aws/request.ts';
import { isFault } from '../../lib/controller/fault.ts';
import type { Journal } from '../../lib/controller/ports.ts';
import { type Answered, type Asked, refuse, refuseFor } from './asked.ts';

/**
 * Lambda answers with at most 6 MB, in which each line is a text within a text.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const BYTES_AT_MOST = 5_000_000;

/** Read at a time: an entry may have 400 KB, and what does not fit into the answer would be read for nothing. */
const AT_ONCE = 50;

interface Range {
  readonly rollout: string;
  readonly from: number;
  readonly limit: number;
}

/** The exact lines of the journal from a revision on: as many as were asked for, and fewer where they are large. */
export const answerJournal = async ({ world }: Asked, range: Range): Promise<Answered<Replies['journal']>> => {
  const lines: string[] = [];
  let bytes = 0;
  for (;;) {
    const wanted = Math.min(AT_ONCE, range.limit - lines.length);
    // One more tells whether these were the last.
    const read = await world.journal.entries(range.rollout, range.from + lines.length, wanted + 1);
    if (isFault(read)) return refuseFor(read);
    for (const line of read.slice(0, wanted)) {
      bytes += Buffer.byteLength(JSON.stringify(line)) + 1;
      if (bytes > BYTES_AT_MOST && lines.length > 0) return { lines, next: range.from + lines.length };
      lines.push(line);
    }
    if (read.length <= wanted) return lines.length > 0 ? { lines, next: null } : empty(world.journal, range);
    if (lines.length === range.limit) return { lines, next: range.from + lines.length };
  }
};

/** Nothing from there on: the head lies before it, or there is no such rollout. */
const empty = async (journal: Journal, { rollout }: Range): Promise<Answered<Replies['journal']>> => {
  const head = await journal.head(rollout);
  if (isFault(head)) return refuseFor(head);
  return head === undefined ? refuse(`there is no rollout ${rollout}`) : { lines: [], next: null };
};
