/**
 * How many requests prove a share below its limit while bad ones come as they do at present. Pure.
 *
 * Bad ones come in clumps of D, so in n requests at the share p there are Poisson(p·n/D) clumps. What is asked is the least n at which nine of
 * ten bakes pass: those with the fewest clumps. With more requests it sometimes is a little less than nine, never less than eight.
 */
import { isProvenBelow, requestsNeeded } from './bound.ts';

export interface Proving {
  readonly limit: number;
  readonly clumpiness: number;
  readonly beta: number;
}

/** How bad events come at present. */
export interface Present {
  /** The share of requests that are bad. */
  readonly share: number;
  /** Judged net of the baseline's share, which is the same: only what exceeds it counts. */
  readonly net: boolean;
}

/** `never`: not at this share, however many come. */
export const likelyNeeded = (proving: Proving, present: Present): number | 'never' => {
  const { limit, clumpiness, beta } = proving;
  const { share, net } = present;
  if (share <= 0) return requestsNeeded(limit, clumpiness, 0, beta);
  const isProven = (clumps: number, total: number): boolean => {
    const bad = Math.max(0, clumps * clumpiness - (net ? share * total : 0));
    return isProvenBelow(bad, total, limit, clumpiness, beta);
  };
  const mostRequests = (clumps: number): number => (clumpiness * mostMean(clumps)) / share;
  const clumps = leastWhole((each) => isProven(each, mostRequests(each)));
  return clumps === 'never' ? clumps : leastWhole((total) => isProven(clumps, total));
};

/** Standard normal deviate that nine of ten do not exceed. */
const NINE_OF_TEN = 1.2816;

/**
 * The largest mean of a Poisson count that does not exceed `most` in nine of ten cases: half a quantile of χ² with 2·(most + 1) degrees of
 * freedom, by the cube of Wilson and Hilferty (1931).
 */
const mostMean = (most: number): number => {
  const count = most + 1;
  return count * (1 - 1 / (9 * count) - NINE_OF_TEN / (3 * Math.sqrt(count))) ** 3;
};

const MOST = 2 ** 50;

/** Of a condition that stays true once it is; found by doubling and halving. `never`: not up to 2^50. */
const leastWhole = (isTrue: (value: number) => boolean): number | 'never' => {
  if (isTrue(0)) return 0;
  let high = 1;
  while (!isTrue(high)) {
    high *= 2;
    if (high > MOST) return 'never';
  }
  let low = high / 2;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isTrue(middle)) high = middle;
    else low = middle;
  }
  return high;
};
