import { describe, expect, it } from 'vitest';
import { lindonMalek, logBayesFactor } from '../../../bench/judge/peers/lindon-malek.ts';
import { minuteOf, rolledBackIn } from './rollout.ts';

const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n, k - 1) * (n - k + 1)) / k);

describe('the Bayes factor', () => {
  it.each([0.01, 0.1, 0.5])('has mean 1 at every number of failures that fall with a share of %d', (share) => {
    for (const n of [1, 2, 7, 40]) {
      let mean = 0;
      for (let k = 0; k <= n; k++)
        mean += choose(n, k) * share ** k * (1 - share) ** (n - k) * Math.exp(logBayesFactor(k, n - k, share));
      expect(mean).toBeCloseTo(1, 9);
    }
  });

  it('keeps its mean of 1 from failure to failure, whatever came before', () => {
    for (const [k, m] of [
      [0, 0],
      [3, 11],
      [30, 20],
    ] as const) {
      const share = 0.1;
      const next =
        share * Math.exp(logBayesFactor(k + 1, m, share)) + (1 - share) * Math.exp(logBayesFactor(k, m + 1, share));
      expect(next / Math.exp(logBayesFactor(k, m, share))).toBeCloseTo(1, 9);
    }
  });

  it('is, with a flat mixture and even shares, 2^n over (n + 1) times n choose k', () => {
    for (const [k, n] of [
      [0, 1],
      [8, 10],
      [20, 25],
    ] as const)
      expect(logBayesFactor(k, n - k, 0.5, 2)).toBeCloseTo(Math.log(2 ** n / ((n + 1) * choose(n, k))), 9);
  });

  it('is the product of what the mixture foretells of each failure by the share', () => {
    const share = 0.01;
    let product = 1;
    for (let k = 0; k < 4; k++) product *= (100 * share + k) / (100 + k) / share;
    for (let m = 0; m < 200; m++) product *= (100 * (1 - share) + m) / (104 + m) / (1 - share);
    expect(logBayesFactor(4, 200, share)).toBeCloseTo(Math.log(product), 9);
  });
});

describe('Lindon-Malek', () => {
  it('exceeds its limit in at most 1 % of healthy rollouts, looking at every failure', () => {
    // By enumeration: the chance that the factor has reached 100 within 60 failures of which each falls on the candidate with chance 0.3.
    const share = 0.3;
    let alive = new Map([[0, 1]]);
    let stopped = 0;
    for (let n = 1; n <= 60; n++) {
      const next = new Map<number, number>();
      for (const [k, chance] of alive)
        for (const [more, part] of [
          [1, share],
          [0, 1 - share],
        ] as const) {
          const isOver = logBayesFactor(k + more, n - k - more, share) >= Math.log(100);
          if (isOver) stopped += chance * part;
          else next.set(k + more, (next.get(k + more) ?? 0) + chance * part);
        }
      alive = next;
    }
    expect(stopped).toBeGreaterThan(0);
    expect(stopped).toBeLessThanOrEqual(0.01);
  });

  it('rolls back when the factor reaches 100, and leaves a candidate alone that fails as its weight says', () => {
    const worse = rolledBackIn(lindonMalek, () => minuteOf(1000, 2, 9000, 9), 360) ?? Number.NaN;
    expect(logBayesFactor(2 * (worse + 1), 9 * (worse + 1), 0.1)).toBeGreaterThanOrEqual(Math.log(100));
    expect(logBayesFactor(2 * worse, 9 * worse, 0.1)).toBeLessThan(Math.log(100));
    expect(rolledBackIn(lindonMalek, () => minuteOf(1000, 1, 9000, 9), 360)).toBeUndefined();
  });

  it('does not roll back a candidate that fails less, however sure that is', () => {
    expect(rolledBackIn(lindonMalek, () => minuteOf(1000, 0, 9000, 90), 360)).toBeUndefined();
  });

  it('multiplies what the phases say', () => {
    const phases = (minute: number) => ({ phase: Math.floor(minute / 10), minuteOfPhase: minute % 10, weight: 10 });
    const rolledBack = rolledBackIn(lindonMalek, () => minuteOf(1000, 2, 9000, 9), 360, phases) ?? Number.NaN;
    const said = (minutes: number) =>
      Math.floor(minutes / 10) * logBayesFactor(20, 90, 0.1) +
      logBayesFactor(2 * (minutes % 10), 9 * (minutes % 10), 0.1);
    expect(rolledBack).toBeGreaterThan(10);
    expect(said(rolledBack + 1)).toBeGreaterThanOrEqual(Math.log(100));
    expect(said(rolledBack)).toBeLessThan(Math.log(100));
  });

  it('says nothing of minutes that are missing on a side, and nothing without a baseline, also not later', () => {
    expect(rolledBackIn(lindonMalek, () => minuteOf(1000, 500, null, null), 360)).toBeUndefined();
    expect(rolledBackIn(lindonMalek, () => minuteOf(null, null, 9000, 9), 360)).toBeUndefined();
    const whole = (minute: number) => ({ phase: 0, minuteOfPhase: minute, weight: 100 });
    expect(rolledBackIn(lindonMalek, () => minuteOf(1000, 500, 0, 0), 360, whole)).toBeUndefined();
    const wholeFirst = (minute: number) => ({
      ...whole(minute),
      phase: minute < 9 ? 0 : 1,
      weight: minute < 9 ? 100 : 10,
    });
    expect(rolledBackIn(lindonMalek, () => minuteOf(1000, 90, 9000, 9), 360, wholeFirst)).toBe(9);
  });
});
