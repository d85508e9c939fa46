/** The watch in worlds in which one of its bets alone would be wrong. */
import { describe, expect, it } from 'vitest';
import type { DayBefore } from '../../lib/judge/verdict.ts';
import { binomial, type Generator, normal, poisson, stream } from '../../lib/sim/random.ts';
import { begin, DAY_BEFORE, firstTrip, fold, times } from './fold.ts';
import { planWith } from './plan.ts';
import { counts, row } from './rows.ts';

const plan = planWith({ phases: ['10%/5h'], guards: [] });
const RATE = 0.001;
const PER_MINUTE = 50_000;
const BEFORE: DayBefore = {
  ...DAY_BEFORE,
  requestsPerMinute: PER_MINUTE,
  failureShare: RATE,
  clumpiness: { clumpSize: 1, isMeasured: true, blockMinutes: 1 },
};

/** Log-normal with mean 1. */
const noise = (generator: Generator, variation: number): number => {
  const sigma = Math.sqrt(Math.log1p(variation ** 2));
  return Math.exp(sigma * normal(generator) - sigma ** 2 / 2);
};

interface Sides {
  readonly ours: number;
  readonly theirs: number;
}

/** How many of 12 rollouts of five hours the watch rolls back; rates of the sides, minute by minute. */
const rolledBack = (before: DayBefore, ratesOf: (generator: Generator, at: number) => Sides, clump = 1): number =>
  times(12, (seed) => {
    const generator = stream(seed, 'world');
    const rows = times(300, (at) => {
      const { ours, theirs } = ratesOf(generator, at);
      const requests = binomial(generator, PER_MINUTE, 0.1);
      const failing = (of: number, rate: number): number =>
        Math.min(of, clump * poisson(generator, (of * rate) / clump));
      return row(
        at,
        counts(requests, { failures: failing(requests, ours) }),
        counts(PER_MINUTE - requests, { failures: failing(PER_MINUTE - requests, theirs) }),
      );
    });
    return firstTrip(fold(plan, begin(plan, before), rows).trips, 'watch');
  }).filter((at) => at >= 0).length;

describe('a healthy candidate is not rolled back', () => {
  it('beside a baseline that is noisy by itself', () => {
    expect(rolledBack(BEFORE, (generator) => ({ ours: RATE, theirs: RATE * noise(generator, 0.8) }))).toBe(0);
  });

  it('when it is noisy itself', () => {
    expect(rolledBack(BEFORE, (generator) => ({ ours: RATE * noise(generator, 0.75), theirs: RATE }))).toBe(0);
  });

  it('in an hour in which both fail five times as much', () => {
    const shared = (at: number): number => (at >= 120 && at < 180 ? 5 * RATE : RATE);
    expect(rolledBack(BEFORE, (_, at) => ({ ours: shared(at), theirs: shared(at) }))).toBe(0);
  });
});

describe('a candidate that fails in larger clumps than were measured', () => {
  it('is not rolled back in hours in which both fail more than before', () => {
    const shared = (at: number): number => (at >= 30 ? 3 * RATE : RATE);
    expect(rolledBack(BEFORE, (_, at) => ({ ours: shared(at), theirs: shared(at) }), 3)).toBe(0);
  });
});

describe('a bad candidate is', () => {
  it('also where the baseline is noisy, or both are in an outage', () => {
    const bad = (generator: Generator) => ({ ours: 2 * RATE, theirs: RATE * noise(generator, 0.5) });
    expect(rolledBack(BEFORE, bad)).toBe(12);
    expect(rolledBack(BEFORE, () => ({ ours: 10 * RATE, theirs: 5 * RATE }))).toBe(12);
  });
});
