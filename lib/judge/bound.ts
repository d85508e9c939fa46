/**
 * Bounds on a share that hold at every look.
 *
 * A bet on "the true share is c·L rather than L" multiplies, request by request, by the likelihood ratio of the two.
 * At the true share L its mean stays 1, so by Ville's inequality it ever reaches 1/β with probability at most β.
 * Weighted sums of such bets behave the same. Bounds are the limits L which the bets have refuted (test martingales:
 * Howard, Ramdas, McAuliffe, Sekhon 2021; Waudby-Smith & Ramdas 2024). Raising a bet to 1/D allows for bad events
 * that come in clumps: exact for clumps of at most D, approximate for a mean of D.
 */

/** Alternatives `factor · L` to a limit L, and the part of the stake that lies on each. */
export interface Grid {
  readonly factors: readonly number[];
  readonly stakes: readonly number[];
}

/** Evidence that the share lies below a limit. Without .9 and .97 a share above 87 % of the limit would never pass. */
export const PASS_GRID: Grid = {
  factors: [0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.97],
  stakes: [0.4, 0.14, 0.14, 0.13, 0.11, 0.05, 0.03],
};

/** Evidence that the share lies above a limit. */
export const FAIL_GRID: Grid = {
  factors: [1.03, 1.1, 1.25, 1.5, 2, 4, 10, 30],
  stakes: [0.03, 0.05, 0.12, 0.2, 0.2, 0.2, 0.1, 0.1],
};

/** No alternative lies above this share: one of 100 % would be refuted for good by a single good request. */
const HIGHEST_SHARE = 0.95;

/** Log growth of one bet per bad and per good request, before clumpiness. */
export interface Growth {
  readonly bad: number;
  readonly good: number;
}

export const growthOf = (factor: number, limit: number): Growth => {
  const share = factor > 1 ? Math.max(limit, Math.min(factor * limit, HIGHEST_SHARE)) : factor * limit;
  return { bad: Math.log(share / limit), good: Math.log1p(-share) - Math.log1p(-limit) };
};

/** Natural logarithm of what a bet has made of 1, after `bad` of `total` requests; both may be fractions. */
export const logGrowth = (growth: Growth, bad: number, total: number, clumpiness: number): number =>
  // A bet on "never" has lost everything with the first bad request; 0 · log 0 would be NaN.
  ((bad === 0 ? 0 : bad * growth.bad) + (total - bad) * growth.good) / clumpiness;

/** Natural logarithm of the evidence against the limit, E_pass or E_fail by the grid. */
export const logEvidence = (grid: Grid, bad: number, total: number, limit: number, clumpiness: number): number => {
  const logs: number[] = [];
  let largest = -Infinity;
  for (const factor of grid.factors) {
    const stake = grid.stakes[logs.length] ?? 0;
    const log = Math.log(stake) + logGrowth(growthOf(factor, limit), bad, total, clumpiness);
    logs.push(log);
    if (log > largest) largest = log;
  }
  let sum = 0;
  for (const log of logs) sum += Math.exp(log - largest);
  return largest + Math.log(sum);
};

/** The share is proven to lie below the limit at level β, whenever one looks. */
export const isProvenBelow = (bad: number, total: number, limit: number, clumpiness: number, beta: number): boolean =>
  bad < total * limit && logEvidence(PASS_GRID, bad, total, limit, clumpiness) >= -Math.log(beta);

/** The share is proven to lie above the limit at level β, whenever one looks. */
export const isProvenAbove = (bad: number, total: number, limit: number, clumpiness: number, beta: number): boolean =>
  bad > total * limit && logEvidence(FAIL_GRID, bad, total, limit, clumpiness) >= -Math.log(beta);

/** The true share lies below this (1: nothing is known), at level β, whenever one looks. */
export const upperBound = (bad: number, total: number, clumpiness: number, beta: number): number => {
  const needed = -Math.log(beta);
  // Below the observed share there never is enough evidence; above it the evidence rises with the limit.
  return boundary(0, 1, (share) => logEvidence(PASS_GRID, bad, total, share, clumpiness) < needed);
};

/** The true share lies above this (0: nothing is known), at level β, whenever one looks. */
export const lowerBound = (bad: number, total: number, clumpiness: number, beta: number): number => {
  const needed = -Math.log(beta);
  const isRefuted = (share: number): boolean => logEvidence(FAIL_GRID, bad, total, share, clumpiness) >= needed;
  // Below the observed share the evidence falls as the limit rises; above it there never is enough.
  return isRefuted(SMALLEST_SHARE) ? boundary(SMALLEST_SHARE, 1, isRefuted) : 0;
};

const SMALLEST_SHARE = 1e-12;
/** Relative; ten digits are more than anybody reads. */
const PRECISION = 1e-10;

/** Where `isLow` turns from true (at `from`) to false (towards `to`); `to` where it never does. */
const boundary = (from: number, to: number, isLow: (share: number) => boolean): number => {
  let low = from;
  let high = to;
  while (high - low > PRECISION * high) {
    const middle = (low + high) / 2;
    if (isLow(middle)) low = middle;
    else high = middle;
  }
  return high;
};

/**
 * How many more requests at this bad rate prove the share to lie below the limit (or above it, with FAIL_GRID); 0: it
 * is proven already; `never`: not at this rate, however long. With `rate` 0 it is the least that can do.
 */
export const moreNeeded = (
  bad: number,
  total: number,
  limit: number,
  clumpiness: number,
  beta: number,
  rate: number = total > 0 ? bad / total : 0,
  grid: Grid = PASS_GRID,
): number | 'never' => {
  const isProven = (more: number): boolean =>
    logEvidence(grid, bad + rate * more, total + more, limit, clumpiness) >= -Math.log(beta);
  if (isProven(0)) return 0;
  // The evidence is a sum of exponentials in `more`, hence convex: from below the line it crosses it once.
  let high = 1;
  while (!isProven(high)) {
    high *= 2;
    if (high > MOST_REQUESTS) return 'never';
  }
  let low = high / 2;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isProven(middle)) high = middle;
    else low = middle;
  }
  return high;
};

const MOST_REQUESTS = 2 ** 50;

/** Requests that prove "below the limit" from nothing, when bad ones come at `rate`; for `sluice check`. */
export const requestsNeeded = (limit: number, clumpiness: number, rate: number, beta: number): number | 'never' =>
  moreNeeded(0, 0, limit, clumpiness, beta, rate);

/**
 * β of a bake: 5 %, halved with each restart, so that however many bakes of a phase err together at most 10 % of the
 * time.
 */
export const betaOf = (restarts: number): number => 0.05 / 2 ** restarts;
