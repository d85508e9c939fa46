import { qbeta } from 'lib-r-math.js';
import { describe, expect, test } from 'vitest';
import { shareOf } from '../../lib/cli/share-interval.ts';

describe('the interval of a share', () => {
  test.each([
    [1, 10],
    [3, 1000],
    [500, 1000],
    [999, 1000],
    [40_000, 100_000],
  ])('of %d in %d is that of Clopper and Pearson, by the quantiles of the beta distribution', (runs, of) => {
    const { share, lower, upper } = shareOf(runs, of);
    expect(share).toBe(runs / of);
    expect(lower).toBeCloseTo(qbeta(0.025, runs, of - runs + 1), 7);
    expect(upper).toBeCloseTo(qbeta(0.975, runs + 1, of - runs), 7);
  });

  test('of none begins at 0 and ends where none would be seen in one of 40 times', () => {
    const { lower, upper } = shareOf(0, 1000);
    expect(lower).toBe(0);
    expect((1 - upper) ** 1000).toBeCloseTo(0.025, 9);
  });

  test('of all ends at 1', () => {
    const { lower, upper } = shareOf(50, 50);
    expect(lower ** 50).toBeCloseTo(0.025, 9);
    expect(upper).toBe(1);
  });
});
