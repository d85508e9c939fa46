/** One page of all rollouts, `index.html` beside their folders, and what it is made of, `index.json`. */
import * as v from 'valibot';
import { valueIn } from '../../lib/aws/json-text.ts';
import { Fault, isFault } from '../../lib/controller/fault.ts';
import { type IndexLine, indexPage, isOver, OVER_AT_MOST } from '../../lib/report/page/index-page.ts';
import type { Shelf } from './shelf.ts';

const LINES = 'index.json';
const PAGE = 'index.html';
/** How often the lines are read anew because another rollout's event wrote them in between. */
const TRIES_AT_MOST = 8;

/** A newer release may write more of a line, and none less. */
const lineSchema = v.object({
  rollout: v.string(),
  release: v.string(),
  outcome: v.picklist(['scheduled', 'running', 'held', 'rollingBack', 'rolledBack', 'finished', 'closed']),
  weight: v.number(),
  phase: v.string(),
  since: v.number(),
  sentence: v.string(),
  numbers: v.string(),
  at: v.number(),
  revision: v.number(),
});

const schema = v.object({ lines: v.array(v.unknown()) });

/**
 * Puts the rollout's line in place of its older one. The file's revision counts its changes, and a put in place of the same or a newer one
 * does nothing: so of two events at once one comes second, and reads again. Idempotent.
 */
export const writeIndex = async (
  { reports, read }: Pick<Shelf, 'reports' | 'read'>,
  line: IndexLine,
): Promise<'written' | Fault> => {
  for (let tries = 0; tries < TRIES_AT_MOST; tries++) {
    const kept = await read(null, LINES);
    if (isFault(kept)) return kept;
    const before = linesIn(kept?.content ?? '');
    const isKnown = before.some(({ rollout, revision }) => rollout === line.rollout && revision >= line.revision);
    const lines = isKnown ? before : newest([...before.filter(({ rollout }) => rollout !== line.rollout), line]);
    const revision = (kept?.revision ?? -1) + (isKnown ? 0 : 1);
    const put = isKnown ? 'put' : await reports.put(null, LINES, JSON.stringify({ lines }), revision);
    if (isFault(put)) return put;
    if (put === 'newer') continue;
    const page = await reports.put(null, PAGE, indexPage(lines), revision);
    return isFault(page) ? page : 'written';
  }
  return new Fault(
    'UNAVAILABLE',
    `put ${LINES}`,
    new Error(`others wrote it at the same time, ${TRIES_AT_MOST} times`),
  );
};

const newest = (lines: readonly IndexLine[]): readonly IndexLine[] => {
  const over = lines.filter(({ outcome }) => isOver(outcome)).toSorted((a, b) => b.at - a.at);
  const left = new Set(over.slice(OVER_AT_MOST));
  return lines.filter((line) => !left.has(line));
};

/** A line that is none of ours takes no other one with it; its rollout comes back with its next event. */
const linesIn = (content: string): readonly IndexLine[] => {
  const parsed = v.safeParse(schema, valueIn(content));
  const lines = parsed.success ? parsed.output.lines : [];
  return lines.flatMap((line) => (v.is(lineSchema, line) ? [line] : []));
};
