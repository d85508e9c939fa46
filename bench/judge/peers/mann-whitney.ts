/**
 * By how much the values x are larger than the values y, with a confidence interval: the Mann-Whitney (Wilcoxon rank sum) test turned round. The
 * bounds are the shifts of x at which the test just rejects, the estimate the shift at which its statistic is 0 (Hodges and Lehmann).
 *
 * As Kayenta has it, which follows R's wilcox.test where that takes the normal approximation: with a correction for continuity and for ties, for
 * small samples too, and with R's root finding (Brent) to an absolute 1e-4. The statistic is a step function of the shift, so where exactly the
 * root lies is the search's doing, and the same search is needed for the same figures.
 *
 * https://github.com/spinnaker/spinnaker/blob/main/kayenta/kayenta-mannwhitney/src/main/scala/com/netflix/kayenta/mannwhitney/MannWhitney.scala
 * and R. P. Brent, "Algorithms for Minimization without Derivatives", 1973, chapter 4.
 */
import { qnorm } from 'lib-r-math.js';

export interface Shift {
  readonly lower: number;
  readonly upper: number;
  readonly estimate: number;
}

const MOST_ROUNDS = 1001;
const TOLERANCE = 1e-4;

/** @throws where x or y is empty or holds what is no number, and where each holds one value only: then a shift makes all equal */
export const shiftOf = (x: readonly number[], y: readonly number[], confidence: number): Shift => {
  const [xs, leastX, mostX] = ordered(x);
  const [ys, leastY, mostY] = ordered(y);
  const [least, most] = [leastX - mostY, mostX - leastY];
  const atLeast = standardized(xs, ys, least);
  const atMost = standardized(xs, ys, most);
  const solve = (quantile: number): number =>
    root((shift) => standardized(xs, ys, shift) - quantile, least, most, atLeast - quantile, atMost - quantile);
  const bound = (quantile: number): number => {
    if (atLeast <= quantile) return least;
    return atMost >= quantile ? most : solve(quantile);
  };
  const quantile = qnorm((1 - confidence) / 2);
  return { lower: bound(-quantile), upper: bound(quantile), estimate: solve(0) };
};

/** Ascending, with the least and the most of them. */
const ordered = (values: readonly number[]): readonly [ascending: Float64Array, least: number, most: number] => {
  const wrong = values.find((value) => !Number.isFinite(value));
  if (wrong !== undefined) throw new Error(`Mann-Whitney: values must be finite numbers, one is ${wrong}`);
  const ascending = Float64Array.from(values).sort();
  const [least, most] = [ascending[0], ascending.at(-1)];
  if (least === undefined || most === undefined) throw new Error('Mann-Whitney: there must be values on both sides');
  return [ascending, least, most];
};

/**
 * The rank sum of x - shift among both, less what it is expected to be, in standard deviations; falls with the shift.
 *
 * @param xs ascending
 * @param ys ascending
 */
export const standardized = (xs: Float64Array, ys: Float64Array, shift: number): number => {
  const { rankSum, ties } = ranked(xs, ys, shift);
  const [n, m] = [xs.length, ys.length];
  const surplus = rankSum - (n * (n + 1)) / 2 - (n * m) / 2;
  const deviation = Math.sqrt(((n * m) / 12) * (n + m + 1 - ties / ((n + m) * (n + m - 1))));
  if (deviation === 0) throw new Error('Mann-Whitney: the values must differ, and all are the same');
  return (surplus - Math.sign(surplus) / 2) / deviation;
};

/** Ranks of values that are the same are their mean; `ties` is the sum of t^3 - t over so many that are the same. */
const ranked = (xs: Float64Array, ys: Float64Array, shift: number): { rankSum: number; ties: number } => {
  let rankSum = 0;
  let ties = 0;
  let i = 0;
  let j = 0;
  while (i < xs.length || j < ys.length) {
    const [before, beforeX] = [i + j, i];
    const value = Math.min((xs[i] ?? Number.POSITIVE_INFINITY) - shift, ys[j] ?? Number.POSITIVE_INFINITY);
    while (i < xs.length && (xs[i] ?? 0) - shift === value) i++;
    while (j < ys.length && ys[j] === value) j++;
    const same = i + j - before;
    rankSum += (i - beforeX) * (before + (same + 1) / 2);
    ties += same ** 3 - same;
  }
  return { rankSum, ties };
};

/** Brent's search for a zero of f between two places where its signs differ: interpolates where that is safe, else halves. */
const root = (f: (place: number) => number, low: number, high: number, atLow: number, atHigh: number): number => {
  let [previous, best, opposite] = [low, high, low];
  let [atPrevious, atBest, atOpposite] = [atLow, atHigh, atLow];
  if (atLow === 0) return low;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const lastMove = best - previous;
    if (Math.abs(atOpposite) < Math.abs(atBest)) {
      [previous, best, opposite] = [best, opposite, best];
      [atPrevious, atBest, atOpposite] = [atBest, atOpposite, atBest];
    }
    const leastMove = 2 * Number.EPSILON * Math.abs(best) + TOLERANCE / 2;
    const half = (opposite - best) / 2;
    if (Math.abs(half) <= leastMove || atBest === 0) return best;
    let move = half;
    if (Math.abs(lastMove) >= leastMove && Math.abs(atPrevious) > Math.abs(atBest)) {
      const [p, q] = interpolated(previous, best, opposite, atPrevious, atBest, atOpposite);
      const isSafe = p < 0.75 * (opposite - best) * q - Math.abs(leastMove * q) / 2 && p < Math.abs((lastMove * q) / 2);
      if (isSafe) move = p / q;
    }
    if (Math.abs(move) < leastMove) move = move > 0 ? leastMove : -leastMove;
    [previous, atPrevious] = [best, atBest];
    best += move;
    atBest = f(best);
    if (Math.sign(atBest) * Math.sign(atOpposite) > 0) [opposite, atOpposite] = [previous, atPrevious];
  }
  return best;
};

/** The move p / q from the best place to where a line, or with three places an inverse parabola, is 0; p is not negative. */
const interpolated = (
  previous: number,
  best: number,
  opposite: number,
  atPrevious: number,
  atBest: number,
  atOpposite: number,
): readonly [p: number, q: number] => {
  const across = opposite - best;
  let p: number;
  let q: number;
  if (previous === opposite) {
    const slope = atBest / atPrevious;
    p = across * slope;
    q = 1 - slope;
  } else {
    const u = atPrevious / atOpposite;
    const v = atBest / atOpposite;
    const w = atBest / atPrevious;
    p = w * (across * u * (u - v) - (best - previous) * (v - 1));
    q = (u - 1) * (v - 1) * (w - 1);
  }
  return p > 0 ? [p, -q] : [-p, q];
};
