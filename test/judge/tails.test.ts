import { describe, expect, it } from 'vitest';
import { betaShare, binomialTails, normalQuantile, normalTail, studentTails } from '../../lib/judge/tails.ts';

/** Expected values from SciPy 1.x: stats.norm.sf and isf, 2 · stats.t.sf, stats.binom, special.betainc. */
const near = (actual: number, expected: number): void => {
  expect(Math.abs(actual - expected), `${actual} is ${expected}`).toBeLessThanOrEqual(1e-9 * Math.abs(expected));
};

describe('tails', () => {
  it.each([
    [0, 0.5],
    [0.1, 0.460172162722971],
    [0.5, 0.3085375387259869],
    [1, 0.15865525393145707],
    [1.96, 0.024997895148220435],
    [2.999, 0.0013543365337271057],
    [3.001, 0.0013454728250849653],
    [5, 2.866515718791933e-7],
    [8, 6.22096057427174e-16],
    [20, 2.7536241186061556e-89],
    [-1, 1 - 0.15865525393145707],
  ])('a standard normal exceeds %d with probability %d', (z, tail) => near(normalTail(z), tail));

  it.each([
    [0.1, 1.2815515655446004],
    [0.025, 1.9599639845400545],
    [0.001923076923076923, 2.8905115606917384],
    [1e-6, 4.753424308822899],
  ])('a standard normal exceeds with probability %d the value %d', (tail, z) => near(normalQuantile(tail), z));

  it.each([
    [0.5, 3, 0.651447964848151],
    [2, 11, 0.07080395506803458],
    [-2.5, 47, 0.015966868057577865],
    [6, 23, 4.0568662138124395e-6],
    [0, 47, 1],
    [1, 1, 0.5],
  ])("Student's t is beyond ±%d at %d degrees of freedom with probability %d", (t, freedom, tails) =>
    near(studentTails(t, freedom), tails),
  );

  it.each([
    [0, 10, 0.5, 0.001953125],
    [3, 20, 0.5, 0.0025768280029296875],
    [12, 20, 0.5, 0.5034446716308594],
    [7, 300, 0.01, 0.06550189280555807],
    [29, 44, 0.5, 0.048766765904474596],
    [50, 50, 0.3, 1.4357959753837026e-26],
    [0, 10, 0.001, 1],
    [10, 10, 0.999, 1],
  ])('%d of %d at a chance of %d has the two-sided p-value %d', (events, total, chance, p) =>
    near(binomialTails(events, total, chance), p),
  );

  it('stays exact to six digits where counts are those of a busy day', () => {
    expect(binomialTails(116_911, 233_895, 0.5)).toBeCloseTo(0.881652240960697, 6);
    expect(binomialTails(1383, 2344, 0.5) / 2.806349190108042e-18).toBeCloseTo(1, 6);
  });

  it.each([
    [0.3, 2.5, 4.5, 0.40653901668245934],
    [0.01, 0.5, 200, 0.9549058928629202],
    [0.001, 0.5, 200, 0.4727558929747646],
    [0.5, 30_000, 30_100, 0.6583306496489159],
    [0, 2, 3, 0],
    [1, 2, 3, 1],
  ])('the incomplete beta function at %d of (%d, %d) is %d', (x, a, b, value) => {
    expect(betaShare(x, a, b)).toBeCloseTo(value, 8);
  });

  it('the incomplete beta function at (1, 1) is its argument, to twelve digits', () => {
    expect(Math.abs(betaShare(0.25, 1, 1) / 0.25 - 1)).toBeLessThan(5e-13);
  });
});
