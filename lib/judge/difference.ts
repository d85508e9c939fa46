/**
 * How two groups differ that should not: of the events of both, the candidate's part against its part of the requests.
 *
 * Given the events of a minute, weighted routing gives each the same chance p to be the candidate's, whatever made them happen: so minutes
 * of good and bad days, and of several weights, add up (Mantel & Haenszel 1959). Events come in clumps: all arithmetic is on events divided by
 * the size of a clump, the larger of the day before's D and of what the minutes themselves show.
 */
import { FAIL_GRID, logEvidence, PASS_GRID } from './bound.ts';
import type { Minute } from './regression.ts';
import { shareBounds } from './share.ts';
import { binomialTails, normalQuantile } from './tails.ts';

/** Sums over minutes with events: constant space, however many. */
export interface DifferenceSums {
  readonly minutes: number;
  readonly requests: number;
  readonly baselineRequests: number;
  readonly events: number;
  readonly baselineEvents: number;
  /** Candidate's events as its parts of the requests let expect, and their variance if each event fell by itself. */
  readonly expected: number;
  readonly variance: number;
  /** Sums of squares and products of each minute's excess over the expected and its variance. */
  readonly squares: number;
  readonly products: number;
  readonly variances: number;
}

export const NO_DIFFERENCE: DifferenceSums = {
  minutes: 0,
  requests: 0,
  baselineRequests: 0,
  events: 0,
  baselineEvents: 0,
  expected: 0,
  variance: 0,
  squares: 0,
  products: 0,
  variances: 0,
};

/** A minute in which one side had no requests compares nothing. */
export const addMinute = (sums: DifferenceSums, minute: Minute): DifferenceSums => {
  const { requests, events, baselineRequests, baselineEvents } = minute;
  if (requests <= 0 || baselineRequests <= 0) return sums;
  const part = requests / (requests + baselineRequests);
  const all = events + baselineEvents;
  const expected = all * part;
  const variance = expected * (1 - part);
  const excess = events - expected;
  return {
    minutes: sums.minutes + (all > 0 ? 1 : 0),
    requests: sums.requests + requests,
    baselineRequests: sums.baselineRequests + baselineRequests,
    events: sums.events + events,
    baselineEvents: sums.baselineEvents + baselineEvents,
    expected: sums.expected + expected,
    variance: sums.variance + variance,
    squares: sums.squares + excess * excess,
    products: sums.products + excess * variance,
    variances: sums.variances + variance * variance,
  };
};

export interface Difference {
  /** Candidate's rate over the baseline's; 1: they do not differ. Infinite where the baseline has no event. */
  readonly ratio: number;
  /** Bounds on it that hold at every look. */
  readonly lower: number;
  readonly upper: number;
  /** Two-sided, for one planned look: the chance of a difference at least as large where there is none. */
  readonly p: number;
  /** Natural logarithm of the evidence E against "no difference": at any time E ≥ 1/α with probability at most α. */
  readonly logEvidence: number;
  /** The standard error of the logarithm of the ratio, where there is no difference. */
  readonly standardError: number;
}

/**
 * Undefined: nothing happened that could be compared. The bounds and E are exact while the weight stays the same and clumps are at most the size
 * taken; over several weights E is so at the end (the mean of unequal chances is the worst case: Hoeffding 1956).
 * @param beta error of the two bounds together
 */
export const seeDifference = (sums: DifferenceSums, clumpiness: number, beta: number): Difference | undefined => {
  const { events, baselineEvents, expected, variance } = sums;
  const all = events + baselineEvents;
  if (variance <= 0) return undefined;
  const clump = clumpOf(sums, clumpiness);
  const chance = expected / all;
  // The bets of bound.ts are on rare events: they go on the side that should have fewer.
  const isOurs = chance <= 0.5;
  const [fewer, part] = isOurs ? [events, chance] : [baselineEvents, 1 - chance];
  const seen = shareBounds(fewer, all, { clumpiness: clump, beta: beta / 2 });
  const ratioOf = (share: number): number => share / (1 - share) / (part / (1 - part));
  const [lower, upper] = [ratioOf(seen.lower), ratioOf(seen.upper)];
  return {
    ratio: rateRatio(events, baselineEvents, chance),
    lower: isOurs ? lower : 1 / upper,
    upper: isOurs ? upper : 1 / lower,
    p: binomialTails(events / clump, all / clump, chance),
    logEvidence: halfOfEach(
      logEvidence(PASS_GRID, fewer, all, part, clump),
      logEvidence(FAIL_GRID, fewer, all, part, clump),
    ),
    standardError: Math.sqrt(clump / variance),
  };
};

const rateRatio = (events: number, baselineEvents: number, chance: number): number =>
  events / baselineEvents / (chance / (1 - chance));

/** Fewer minutes do not show how large clumps are. */
const ENOUGH_MINUTES = 20;

/** The excesses' scatter around a constant difference, per unit of variance: 1 where each event falls by itself. */
const clumpOf = (
  { minutes, events, expected, variance, squares, products, variances }: DifferenceSums,
  clumpiness: number,
): number => {
  if (minutes < ENOUGH_MINUTES) return clumpiness;
  const slope = (events - expected) / variance;
  const scatter = squares - 2 * slope * products + slope * slope * variances;
  return Math.max(clumpiness, (scatter / variance) * (minutes / (minutes - 1)));
};

const halfOfEach = (one: number, other: number): number => {
  const larger = Math.max(one, other);
  return larger + Math.log((Math.exp(one - larger) + Math.exp(other - larger)) / 2);
};

/** How many times apart the rates must be to be found in nine of ten cases, by a two-sided test at this level. */
export const leastFound = (standardError: number, level: number): number =>
  Math.exp((normalQuantile(level / 2) + normalQuantile(0.1)) * standardError);

/** p-values made comparable with one level for all of them together, in the order given (Holm 1979). */
export const holm = (ps: readonly number[]): readonly number[] => {
  const order = ps.map((p, index) => ({ p, index })).toSorted((a, b) => a.p - b.p);
  const adjusted: number[] = ps.map(() => 1);
  let most = 0;
  for (const [rank, { p, index }] of order.entries()) {
    most = Math.max(most, Math.min(1, (ps.length - rank) * p));
    adjusted[index] = most;
  }
  return adjusted;
};
