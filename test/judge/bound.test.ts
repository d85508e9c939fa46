import { qbeta } from 'lib-r-math.js';
import { describe, expect, it } from 'vitest';
import {
  betaOf,
  FAIL_GRID,
  isProvenAbove,
  isProvenBelow,
  logEvidence,
  lowerBound,
  moreNeeded,
  PASS_GRID,
  requestsNeeded,
  upperBound,
} from '../../lib/judge/bound.ts';
import golden from './golden.json' with { type: 'json' };

describe('bounds', () => {
  it.each(golden.bounds)('agree with the golden vector $x of $n at D $D', (vector) => {
    const { x, n, limit, D } = vector;
    expect(upperBound(x, n, D, 0.05)).toBeCloseTo(vector.upper, 8);
    expect(lowerBound(x, n, D, 0.05)).toBeCloseTo(vector.lower, 8);
    expect(Math.abs(logEvidence(PASS_GRID, x, n, limit, D) - vector.logEPass)).toBeLessThan(1e-7);
    expect(Math.abs(logEvidence(FAIL_GRID, x, n, limit, D) - vector.logEFail)).toBeLessThan(1e-7);
  });

  it('say nothing without requests, and never more than everything', () => {
    expect([lowerBound(0, 0, 3, 0.05), upperBound(0, 0, 3, 0.05)]).toEqual([0, 1]);
    expect(upperBound(5, 5, 3, 0.05)).toBe(1);
    expect(lowerBound(500, 500, 3, 0.05)).toBeGreaterThan(0.9);
    expect(lowerBound(0, 1000, 3, 0.05)).toBe(0);
  });

  it('agree with the evidence at the limit: a share is proven below a limit where its upper bound is', () => {
    for (const [bad, total] of [
      [0, 400],
      [3, 900],
      [14, 2000],
      [0.4, 1200],
      [40, 900],
    ] as const) {
      const upper = upperBound(bad, total, 2, 0.05);
      const lower = lowerBound(bad, total, 2, 0.05);
      expect(isProvenBelow(bad, total, upper * 1.001, 2, 0.05)).toBe(true);
      expect(isProvenBelow(bad, total, upper * 0.999, 2, 0.05)).toBe(false);
      if (lower === 0) continue;
      expect(isProvenAbove(bad, total, lower * 0.999, 2, 0.05)).toBe(true);
      expect(isProvenAbove(bad, total, lower * 1.001, 2, 0.05)).toBe(false);
    }
  });

  it('are wider than exact bounds that hold for one look only, and not by much', () => {
    for (const [bad, total] of [
      [2, 1000],
      [30, 2000],
      [400, 20000],
    ] as const) {
      const exactUpper = qbeta(0.95, bad + 1, total - bad);
      const exactLower = qbeta(0.05, bad, total - bad + 1);
      const upper = upperBound(bad, total, 1, 0.05);
      const lower = lowerBound(bad, total, 1, 0.05);
      expect(upper).toBeGreaterThan(exactUpper);
      expect(upper).toBeLessThan(2.5 * exactUpper);
      expect(lower).toBeLessThan(exactLower);
    }
  });

  it.each([
    { grid: PASS_GRID, name: 'upper', p: 0.01 },
    { grid: FAIL_GRID, name: 'lower', p: 0.01 },
    { grid: FAIL_GRID, name: 'lower, at a rate where the grid is capped,', p: 0.3 },
  ])('are wrong at some look with a probability below β: $name bound, by enumeration', ({ grid, p }) => {
    expect(everWrong(grid, p, 1500, 0.05)).toBeLessThan(0.05);
  });
});

/** Exact probability that evidence against the true share p ever reaches 1/β within so many requests, looked at after each. */
const everWrong = (grid: typeof PASS_GRID, p: number, requests: number, beta: number): number => {
  let alive = new Float64Array([1]);
  let wrong = 0;
  for (let n = 1; n <= requests; n++) {
    const next = new Float64Array(n + 1);
    for (let x = 0; x <= n; x++) {
      const chance = (alive[x] ?? 0) * (1 - p) + (alive[x - 1] ?? 0) * p;
      if (chance < 1e-12) continue;
      if (logEvidence(grid, x, n, p, 1) >= -Math.log(beta)) wrong += chance;
      else next[x] = chance;
    }
    alive = next;
  }
  return wrong;
};

describe('how many requests', () => {
  it.each([
    [0.01, 1, 351],
    [0.01, 3, 1052],
    [0.01, 5, 1753],
    [0.001, 1, 3523],
    [0.001, 3, 10567],
    [0.001, 5, 17611],
  ])('a limit of %f at D %i takes without a failure: %i', (limit, clumpiness, needed) => {
    expect(requestsNeeded(limit, clumpiness, 0, 0.05)).toBe(needed);
  });

  it('1 of 380 needs at least 338 more without a failure, and 736 at the rate seen', () => {
    expect(upperBound(1, 380, 1, 0.05)).toBeCloseTo(0.0188, 4);
    expect(moreNeeded(1, 380, 0.01, 1, 0.05, 0)).toBe(338);
    expect(moreNeeded(1, 380, 0.01, 1, 0.05)).toBe(736);
  });

  it('from nothing are as many as a limit takes without a failure', () => {
    expect(moreNeeded(0, 0, 0.01, 1, 0.05)).toBe(351);
  });

  it('prove a failure, and that one less does not; at the limit none ever do', () => {
    const needed = (rate: number) => moreNeeded(0, 0, 0.01, 1, 0.05, rate, FAIL_GRID);
    expect([needed(0.3), needed(0.03), needed(0.01)]).toEqual([7, 331, 'never']);
    const isProvenAfter = (total: number) => isProvenAbove(0.03 * total, total, 0.01, 1, 0.05);
    expect([330, 331].map(isProvenAfter)).toEqual([false, true]);
  });

  it('none are needed where it is proven already', () => {
    expect(moreNeeded(0, 400, 0.01, 1, 0.05)).toBe(0);
  });

  it('a rate of 95 % of the limit passes in the end, one of 99 % never', () => {
    expect(requestsNeeded(0.01, 1, 0.0095, 0.05)).toBeGreaterThan(100_000);
    expect(requestsNeeded(0.01, 1, 0.0095, 0.05)).toBeLessThan(1_000_000);
    expect(requestsNeeded(0.01, 1, 0.0099, 0.05)).toBe('never');
    expect(requestsNeeded(0.01, 1, 0.02, 0.05)).toBe('never');
  });

  it('β is 5 % and halves with every restart', () => {
    expect([0, 1, 2].map(betaOf)).toEqual([0.05, 0.025, 0.0125]);
  });
});
