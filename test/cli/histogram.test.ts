import { describe, expect, test } from 'vitest';
import { histogramOf } from '../../lib/cli/histogram.ts';

const upTo = (count: number, times = 1): readonly number[] =>
  Array.from({ length: count }, (_, index) => index * times);

describe('a histogram', () => {
  test('counts every value once, in bars of one width without gaps', () => {
    const values = [3.2, 3.9, 4, 7.5, 7.9];
    expect(histogramOf('', 'minutes', values).bins).toEqual([
      { from: 3, to: 4, runs: 2 },
      { from: 4, to: 5, runs: 1 },
      { from: 5, to: 6, runs: 0 },
      { from: 6, to: 7, runs: 0 },
      { from: 7, to: 8, runs: 2 },
    ]);
  });

  test('puts what lies far out into one last bar', () => {
    const { bins } = histogramOf('', 'requests', [...upTo(99).map((each) => each % 5), 70_000]);
    expect(bins).toHaveLength(6);
    expect(bins.at(-1)).toEqual({ from: 5, to: null, runs: 1 });
  });

  test.each([
    ['minutes', 100, 10],
    ['minutes', 200, 15],
    ['minutes', 20_000, 1440],
    ['minutes', 100_000, 7200],
    ['requests', 100, 10],
    ['requests', 2_000_000, 200_000],
  ] as const)('of %s up to %d has bars of %d, at most 16', (unit, most, width) => {
    const { bins } = histogramOf('', unit, upTo(1000, most / 1000));
    expect((bins[0]?.to ?? 0) - (bins[0]?.from ?? 0)).toBe(width);
    expect(bins.length).toBeLessThanOrEqual(17);
    expect(bins.reduce((sum, { runs }) => sum + runs, 0)).toBe(1000);
  });

  test('of nothing has no bars', () => {
    expect(histogramOf('', 'minutes', []).bins).toEqual([]);
  });
});
