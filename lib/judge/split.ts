/** Whether the requests are divided as the weight says: if they are not, the comparison of the two sides is void. */
import type { Row } from './row.ts';
import { hasBaseline } from './share.ts';
import type { RowCause, Stage } from './verdict.ts';

const BLOCK_ROWS = 10;
const BLOCKS = 6;
const STANDARD_ERRORS = 5;
const RELATIVE = 0.25;
/** With fewer expected on a side, 5 standard errors of a few counts are no proof. */
const EXPECTED_AT_LEAST = 25;

/** Candidate's and all requests: of the block being filled, and of the complete ones, oldest first. */
export interface SplitState {
  readonly rows: number;
  readonly block: readonly [candidate: number, all: number];
  readonly blocks: readonly number[];
  /** What the newest complete block found; all 0: nothing. */
  readonly off: readonly [seenPercent: number, requests: number];
}

export const NO_SPLIT: SplitState = {
  rows: 0,
  block: [0, 0],
  blocks: Array.from({ length: 2 * BLOCKS }, () => 0),
  off: [0, 0],
};

/**
 * Only rows of the bake below weight 100 with requests count; the verdict of a complete block stands until the next
 * one.
 */
export const moveSplit = (split: SplitState, row: Row, stage: Stage): SplitState => {
  if (stage !== 'bake' || !hasBaseline(row.weight) || row.candidate === null || row.baseline === null) return split;
  const candidate = row.candidate.requests;
  const all = candidate + row.baseline.requests;
  if (all <= 0) return split;
  const block = [split.block[0] + candidate, split.block[1] + all] as const;
  const rows = split.rows + 1;
  if (rows < BLOCK_ROWS) return { ...split, rows, block };
  const blocks = [...split.blocks.slice(2), ...block];
  return { rows: 0, block: [0, 0], blocks, off: findOff(blocks, row.weight / 100) };
};

/** The newest 10 rows decide where they are enough; all that are kept where they are not. */
const findOff = (blocks: readonly number[], weight: number): readonly [number, number] => {
  const newest = blocks.slice(-2);
  const [candidate, all] = canTell(sumOf(newest)[1], weight) ? sumOf(newest) : sumOf(blocks);
  return isOff(candidate, all, weight) ? [(100 * candidate) / all, all] : [0, 0];
};

const sumOf = (blocks: readonly number[]): readonly [number, number] => [
  blocks.reduce((sum, value, i) => (i % 2 === 0 ? sum + value : sum), 0),
  blocks.reduce((sum, value, i) => (i % 2 === 1 ? sum + value : sum), 0),
];

const standardError = (all: number, weight: number): number => Math.sqrt((weight * (1 - weight)) / all);

/** A deviation of 25 % would be 5 standard errors. */
const canTell = (all: number, weight: number): boolean =>
  all > 0 && STANDARD_ERRORS * standardError(all, weight) <= RELATIVE * weight;

const isOff = (candidate: number, all: number, weight: number): boolean => {
  if (all * Math.min(weight, 1 - weight) < EXPECTED_AT_LEAST) return false;
  const deviation = Math.abs(candidate / all - weight);
  return deviation > STANDARD_ERRORS * standardError(all, weight) && deviation > RELATIVE * weight;
};

export const splitCause = (split: SplitState, weight: number): RowCause | undefined => {
  const [seenPercent, requests] = split.off;
  return requests > 0 && hasBaseline(weight) ? { code: 'SPLIT_OFF', weight, seenPercent, requests } : undefined;
};
