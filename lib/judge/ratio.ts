/**
 * Revenue per request of the candidate relative to the baseline's.
 *
 * Minutes are gathered in blocks of five, by the clock; the estimate is the log of a ratio of four sums. Its variance
 * comes from the delta method: each block's residual is linear in the block's four numbers, so 4 sums and their 10
 * products are all that is kept. The bounds are an asymptotic confidence sequence with a normal mixture, tuned to be tightest at
 * 24 blocks (Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas 2024, arXiv:2103.06476): they hold at every look once there
 * are enough blocks, and reports mark them so.
 */
import { assert } from '../plan/assert.ts';
import { MINUTE_MS } from '../plan/duration.ts';
import { type BusinessRow, minuteOf } from './row.ts';
import { studentTails } from './tails.ts';

export const BLOCK_MINUTES = 5;
/** Fewer blocks say nothing. */
export const ENOUGH_BLOCKS = 12;
/** From here on the bounds may fail a criterion or trip a guard. */
export const PROVING_BLOCKS = 24;

/**
 * A block being gathered: its interval of five minutes, counted from the epoch (0: none is), then candidate's revenue and
 * requests, baseline's revenue and requests.
 */
export type Block = readonly [
  interval: number,
  revenue: number,
  requests: number,
  baselineRevenue: number,
  baselineRequests: number,
];

const NO_BLOCK: Block = [0, 0, 0, 0, 0];

/** Number of blocks, the four sums, and the upper triangle of their products, row by row. */
export type Products = readonly number[];

export const NO_PRODUCTS: Products = Array.from({ length: 15 }, () => 0);

/** The complete blocks, and the one being gathered. */
export interface Gathered {
  readonly block: Block;
  /** Empty where nobody asks for revenue. */
  readonly revenue: Products;
}

export const noneGathered = (isAsked: boolean): Gathered => ({ block: NO_BLOCK, revenue: isAsked ? NO_PRODUCTS : [] });

/** Candidate's revenue and requests, baseline's revenue and requests; undefined: one of them is not known. */
export const salesOf = ({ candidate, baseline }: BusinessRow): readonly [number, number, number, number] | undefined =>
  candidate.revenue === null || baseline.revenue === null || candidate.requests === null || baseline.requests === null
    ? undefined
    : [candidate.revenue, candidate.requests, baseline.revenue, baseline.requests];

/**
 * Adds a minute. Blocks follow the clock and not the first row: whether a bake begins a minute earlier or later, its
 * blocks are the same but for the first. A block is complete when its interval is over, with the minutes it has;
 * requests weight it. A minute whose numbers are not known for both sides is left out.
 */
export const gather = (gathered: Gathered, row: BusinessRow): Gathered => {
  const minute = minuteOf(row) / MINUTE_MS;
  const interval = Math.floor(minute / BLOCK_MINUTES);
  const { block, revenue } = gathered.block[0] === interval ? gathered : complete(gathered);
  const sales = salesOf(row);
  const joined = { block: sales === undefined ? block : joinedBlock(interval, block, sales), revenue };
  return minute % BLOCK_MINUTES === BLOCK_MINUTES - 1 ? complete(joined) : joined;
};

const joinedBlock = (interval: number, block: Block, sales: readonly [number, number, number, number]): Block => [
  interval,
  block[1] + sales[0],
  block[2] + sales[1],
  block[3] + sales[2],
  block[4] + sales[3],
];

const complete = (gathered: Gathered): Gathered =>
  gathered.block[0] === 0 ? gathered : { block: NO_BLOCK, revenue: addBlock(gathered.revenue, gathered.block) };

export const addBlock = (products: Products, [, ...sums]: Block): Products => {
  const next = [(products[0] ?? 0) + 1];
  let at = 1;
  for (const sum of sums) next.push(rounded((products[at++] ?? 0) + sum));
  for (const [i, left] of sums.entries()) {
    for (const right of sums.slice(i)) next.push(rounded((products[at++] ?? 0) + left * right));
  }
  return next;
};

/** Digits beyond these are noise of sums of cents, and would be half of what is written down. */
const rounded = (value: number): number => Number(value.toPrecision(12));

export interface RatioSeen {
  readonly blocks: number;
  /** Relative difference, −0.03 for 3 % less; null: no requests or no revenue to compare with. */
  readonly measured: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}

/** The relative difference with bounds that hold at every look at level `alpha` (both sides together). */
export const seeRatio = (products: Products, alpha: number): RatioSeen => {
  const blocks = products[0] ?? 0;
  const [revenue = 0, requests = 0, baselineRevenue = 0, baselineRequests = 0] = products.slice(1, 5);
  const unknown = { blocks, measured: null, lower: null, upper: null };
  if (requests <= 0 || baselineRequests <= 0 || baselineRevenue <= 0) return unknown;
  const width = mixtureWidth(blocks, alpha);
  if (revenue <= 0) {
    // A log of nothing has no variance to estimate: take the baseline's, scaled to the candidate's fewer requests.
    const noise = Math.sqrt(
      (variance(products, [0, 0, 1 / baselineRevenue, -1 / baselineRequests]) * baselineRequests) / requests,
    );
    return { blocks, measured: -1, lower: -1, upper: blocks < 2 ? null : -1 + width * noise };
  }
  const log = Math.log(revenue / requests / (baselineRevenue / baselineRequests));
  const measured = Math.expm1(log);
  if (blocks < 2) return { ...unknown, measured };
  const half =
    width * Math.sqrt(variance(products, [1 / revenue, -1 / requests, -1 / baselineRevenue, 1 / baselineRequests]));
  return { blocks, measured, lower: Math.expm1(log - half), upper: Math.expm1(log + half) };
};

/**
 * Revenue per request of the candidate's blocks relative to that of the baseline's blocks at another time: nothing is paired, so the season is in
 * it. Each side's logarithm has bounds that hold at every look at level `alpha / 2`.
 */
export const seeApart = (now: Products, before: Products, alpha: number): RatioSeen => {
  const [blocks = 0, revenue = 0, requests = 0] = now;
  const [blocksBefore = 0, , , revenueBefore = 0, requestsBefore = 0] = before;
  const unknown = { blocks, measured: null, lower: null, upper: null };
  if (revenue <= 0 || requests <= 0 || revenueBefore <= 0 || requestsBefore <= 0) return unknown;
  const log = Math.log(revenue / requests / (revenueBefore / requestsBefore));
  const measured = Math.expm1(log);
  if (blocks < 2 || blocksBefore < 2) return { ...unknown, measured };
  const half =
    mixtureWidth(blocks, alpha / 2) * Math.sqrt(variance(now, [1 / revenue, -1 / requests, 0, 0])) +
    mixtureWidth(blocksBefore, alpha / 2) * Math.sqrt(variance(before, [0, 0, 1 / revenueBefore, -1 / requestsBefore]));
  return { blocks, measured, lower: Math.expm1(log - half), upper: Math.expm1(log + half) };
};

/**
 * Variance per block of the residual with these coefficients of the block's numbers, relative to the means of all
 * blocks.
 */
const variance = (products: Products, coefficients: readonly [number, number, number, number]): number => {
  const blocks = products[0] ?? 0;
  assert(blocks > 0, 'a variance is estimated from blocks');
  let squares = 0;
  let at = 5;
  for (const [i, left] of coefficients.entries()) {
    for (const [j, right] of coefficients.slice(i).entries())
      squares += (j === 0 ? 1 : 2) * left * right * (products[at++] ?? 0);
  }
  // The residuals' mean is 0 by construction; a difference of large products may round to just below 0.
  return (Math.max(0, squares) * blocks * blocks) / Math.max(1, blocks - 1);
};

/** Half-width of the confidence sequence in standard deviations of one block. */
const mixtureWidth = (blocks: number, alpha: number): number => {
  const scaled = scaledBlocks(blocks, alpha);
  return Math.sqrt(((2 * (scaled + 1)) / (blocks * scaled)) * Math.log(Math.sqrt(scaled + 1) / alpha));
};

/**
 * What the blocks say against "no difference": p of a two-sided test at one planned look (Student's t over blocks), and the evidence of the normal
 * mixture at any time, asymptotic like the bounds. Undefined: one side has nothing, or there are too few blocks.
 */
export const testRatio = (
  products: Products,
): { readonly p: number; readonly logEvidence: number; readonly standardError: number } | undefined => {
  const blocks = products[0] ?? 0;
  const [revenue = 0, requests = 0, baselineRevenue = 0, baselineRequests = 0] = products.slice(1, 5);
  if (blocks < ENOUGH_BLOCKS || revenue <= 0 || requests <= 0 || baselineRevenue <= 0 || baselineRequests <= 0)
    return undefined;
  const log = Math.log(revenue / requests / (baselineRevenue / baselineRequests));
  const perBlock = variance(products, [1 / revenue, -1 / requests, -1 / baselineRevenue, 1 / baselineRequests]);
  if (perBlock <= 0) return undefined;
  const standardError = Math.sqrt(perBlock / blocks);
  const z = log / standardError;
  const scaled = scaledBlocks(blocks, TESTED_AT);
  const logEvidence = ((z * z) / 2) * (scaled / (scaled + 1)) - Math.log1p(scaled) / 2;
  return { p: studentTails(z, blocks - 1), logEvidence, standardError };
};

/** The mixture is tuned for evidence at this level. */
const TESTED_AT = 0.01;

const scaledBlocks = (blocks: number, alpha: number): number => {
  const logLevel = -2 * Math.log(alpha);
  return (blocks * (logLevel + Math.log(logLevel + 1))) / PROVING_BLOCKS;
};

/** How many more blocks of the same kind prove the relative difference to lie beyond the limit on the measured side. */
export const moreBlocks = (
  products: Products,
  alpha: number,
  side: 'below' | 'above',
  limit: number,
): number | 'never' => {
  const { blocks, measured, lower, upper } = seeRatio(products, alpha);
  if (measured === null || lower === null || upper === null || measured <= -1)
    return Math.max(1, ENOUGH_BLOCKS - blocks);
  const distance =
    side === 'above' ? Math.log1p(measured) - Math.log1p(limit) : Math.log1p(limit) - Math.log1p(measured);
  const deviation = (Math.log1p(measured) - Math.log1p(lower)) / mixtureWidth(blocks, alpha);
  let enough = Math.max(blocks, ENOUGH_BLOCKS);
  while (deviation * mixtureWidth(enough, alpha) >= distance) {
    if (enough > MOST_BLOCKS) return 'never';
    enough = Math.ceil(enough * 1.05);
  }
  return Math.max(1, enough - blocks);
};

const MOST_BLOCKS = 1e7;
