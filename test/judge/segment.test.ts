import { describe, expect, it } from 'vitest';
import { lowerBound, upperBound } from '../../lib/judge/bound.ts';
import {
  addSegments,
  countSegments,
  isEnough,
  isSegmentClaimProven,
  isSilent,
  maySegmentsExceed,
  noSegments,
  numbersOf,
  seeEach,
  seeSegments,
  worstFirst,
} from '../../lib/judge/segment.ts';
import { NO_SUMS, type Sums } from '../../lib/judge/share.ts';
import { businessRow } from './rows.ts';

const level = { clumpiness: 2, beta: 0.05 };
const good: Sums = [36_000, 40, 324_000, 360, 60];
const worse: Sums = [36_000, 400, 324_000, 360, 60];

describe('segments', () => {
  it('share the error among them, and within each between the two sides', () => {
    const seen = seeSegments('segmentRatio', ['a', 'b'], [good, worse], level);
    const beta = 0.05 / 4;
    expect(seen).toMatchObject({ segment: 'b', measured: 10 });
    expect(seen?.lower).toBeCloseTo(lowerBound(400, 36_000, 2, beta) / upperBound(360, 324_000, 2, beta), 9);
    expect(seen?.upper).toBeCloseTo(upperBound(400, 36_000, 2, beta) / lowerBound(360, 324_000, 2, beta), 9);
  });

  it('have no largest ratio while one of them is unknown, though one may be proven to exceed the limit', () => {
    const seen = seeSegments('segmentRatio', ['a', 'b'], [NO_SUMS, worse], level);
    expect(seen).toMatchObject({ segment: 'b', largestUpper: null });
    expect(seen !== undefined && isSegmentClaimProven(seen, 'above', 2)).toBe(true);
    expect(seen !== undefined && isSegmentClaimProven(seen, 'below', 1000)).toBe(false);
  });

  it('a baseline without a failure gives no ratio and no upper bound, but a lower one', () => {
    const seen = seeSegments('segmentRatio', ['a'], [[36_000, 400, 324_000, 0, 60]], level);
    expect(seen).toMatchObject({ measured: null, upper: null });
    expect(seen?.lower).toBeGreaterThan(100);
  });

  it('differ in spread in either direction', () => {
    const better: Sums = [36_000, 0, 324_000, 32_400, 60];
    const seen = seeSegments('segmentSpread', ['a', 'b'], [good, better], level);
    expect(seen).toMatchObject({ segment: 'b', measured: expect.closeTo(1 / 0.9 - 1, 9) });
    expect(seen?.lower).toBeGreaterThan(0.1);
    expect(seen?.upper).toBeLessThan(0.13);
  });
});

describe('a row of segments', () => {
  const side = (requests: number, failures: number) => ({ requests, failures });

  it('counts what is there on both sides, and no more failures than requests', () => {
    const row = businessRow(
      0,
      { segments: { a: side(10, 3), b: side(10, 12), c: side(5, 1), d: null } },
      { segments: { a: side(90, 4), b: side(90, 95), d: side(9, 1) } },
    );
    expect(countSegments(['a', 'b', 'c', 'd'], row)).toEqual([
      [10, 3, 90, 4, 1],
      [10, 10, 90, 90, 1],
      NO_SUMS,
      NO_SUMS,
    ]);
    expect(countSegments(['c', 'd'], row)).toBeUndefined();
    expect(noSegments(['a', 'b'])).toEqual([NO_SUMS, NO_SUMS]);
  });

  it('adds to those before it', () => {
    expect(addSegments([good, worse], [[1, 2, 3, 4, 1]])).toEqual([[36_001, 42, 324_003, 364, 61], worse]);
  });

  it('gives a segment a say from the least number of requests on, and compares nothing where a side has none', () => {
    expect([isEnough([99, 0, 900, 0, 1], 100), isEnough([100, 0, 900, 0, 1], 100)]).toEqual([false, true]);
    expect([isSilent([0, 0, 9, 0, 1]), isSilent([9, 0, 0, 0, 1]), isSilent([1, 0, 1, 0, 1])]).toEqual([
      true,
      true,
      false,
    ]);
  });
});

describe('one segment', () => {
  const see = (kind: 'segmentRatio' | 'segmentSpread', sums: Sums) => seeEach(kind, ['a'], [sums], level)[0];
  const beta = 0.05 / 2;
  const low = (bad: number, total: number) => lowerBound(bad, total, 2, beta);
  const high = (bad: number, total: number) => upperBound(bad, total, 2, beta);

  it('without requests on a side is not known', () => {
    const unknown = { measured: null, lower: null, upper: null };
    expect(see('segmentRatio', [0, 0, 900, 9, 1])).toMatchObject(unknown);
    expect(see('segmentSpread', [100, 1, 0, 0, 1])).toMatchObject(unknown);
  });

  it('has a ratio of 1 while neither side failed', () => {
    expect(see('segmentRatio', [100, 0, 900, 0, 1])).toMatchObject({ measured: 1, lower: 0, upper: null });
  });

  it('has a spread between the outermost of its bounds, and none where all of the baseline failed', () => {
    const worseSeen = see('segmentSpread', [36_000, 7200, 324_000, 32_400, 1]);
    expect(worseSeen?.measured).toBeCloseTo(1 - 0.8 / 0.9, 12);
    expect(worseSeen?.lower).toBeCloseTo(1 - (1 - low(7200, 36_000)) / (1 - high(32_400, 324_000)), 12);
    expect(worseSeen?.upper).toBeCloseTo(1 - (1 - high(7200, 36_000)) / (1 - low(32_400, 324_000)), 12);
    const betterSeen = see('segmentSpread', [36_000, 0, 324_000, 32_400, 1]);
    expect(betterSeen?.lower).toBeCloseTo((1 - high(0, 36_000)) / (1 - low(32_400, 324_000)) - 1, 12);
    expect(betterSeen?.upper).toBeCloseTo((1 - low(0, 36_000)) / (1 - high(32_400, 324_000)) - 1, 12);
    expect(see('segmentSpread', [100, 10, 100, 100, 1])).toMatchObject({ measured: null, upper: null });
    expect(see('segmentSpread', [100, 10, 900, 90, 1])?.lower).toBe(0);
    expect(see('segmentSpread', [100, 100, 100, 100, 1])).toMatchObject({ measured: null, lower: 0, upper: null });
  });

  it('is told with its own numbers', () => {
    const seen = see('segmentRatio', good);
    expect(seen && numbersOf(seen)).toEqual({
      requests: 36_000,
      failures: 40,
      baselineRequests: 324_000,
      baselineFailures: 360,
      lower: seen?.lower,
      upper: seen?.upper,
    });
  });
});

describe('the worst segment', () => {
  const seen = (lower: number | null, measured: number | null) => ({
    segment: 'x',
    sums: good,
    measured,
    lower,
    upper: 9,
  });

  it('is the one with the largest lower bound, then with the largest ratio; what is not known comes last', () => {
    const sorted = [seen(null, null), seen(0, 1), seen(2, null), seen(0, 4), seen(0, null), seen(2, 3)].toSorted(
      worstFirst,
    );
    expect(sorted.map(({ lower, measured }) => [lower, measured])).toEqual([
      [2, 3],
      [2, null],
      [0, 4],
      [0, 1],
      [0, null],
      [null, null],
    ]);
  });

  it('has the largest upper bound of all, not its own', () => {
    const few: Sums = [400, 0, 36_000, 40, 60];
    const worst = seeSegments('segmentRatio', ['a', 'b'], [few, worse], level);
    const [first, second] = seeEach('segmentRatio', ['a', 'b'], [few, worse], level).map(({ upper }) => upper ?? 0);
    expect(worst?.segment).toBe('b');
    expect(worst?.largestUpper).toBe(Math.max(first ?? 0, second ?? 0));
    expect(first).not.toBe(second);
  });

  it('is none where none has a say', () => {
    expect(seeSegments('segmentRatio', ['a', 'b'], [good, worse], level, 36_001)).toBeUndefined();
    expect(seeSegments('segmentRatio', ['a', 'b'], [good, worse], level, 36_000)).toMatchObject({ segment: 'b' });
  });

  it('is proven to lie beyond a limit by its lower bound, and within by the largest upper one', () => {
    const worst = { ...seen(2, 3), largestUpper: 5 };
    expect([1.9, 2].map((limit) => isSegmentClaimProven(worst, 'above', limit))).toEqual([true, false]);
    expect([5, 5.1].map((limit) => isSegmentClaimProven(worst, 'below', limit))).toEqual([false, true]);
    const unknown = { ...seen(null, 3), largestUpper: null };
    expect([isSegmentClaimProven(unknown, 'above', -1), isSegmentClaimProven(unknown, 'below', 9)]).toEqual([
      false,
      false,
    ]);
  });
});

describe('the cheap look', () => {
  const may = (kind: 'segmentRatio' | 'segmentSpread', all: readonly Sums[], limit: number, minimum = 0) =>
    maySegmentsExceed(kind, all, limit, level, minimum);

  it('sees a ratio that may be beyond its limit in any segment that has a say', () => {
    expect([may('segmentRatio', [good, good], 2), may('segmentRatio', [good, worse], 2)]).toEqual([false, true]);
    expect([may('segmentRatio', [worse], 2, 36_001), may('segmentRatio', [worse], 2, 36_000)]).toEqual([false, true]);
    expect(may('segmentRatio', [NO_SUMS, worse], 2)).toBe(true);
    expect(may('segmentRatio', [[36_000, 400, 0, 0, 1]], 2)).toBe(false);
    expect(may('segmentRatio', [[36_000, 36_000, 1000, 600, 60]], 2)).toBe(false);
  });

  it('sees a spread in either direction that was beyond its limit, at it not yet', () => {
    const spread = (bad: number): Sums => [1000, bad, 1000, 500, 1];
    expect([374, 375, 625, 626].map((bad) => may('segmentSpread', [spread(bad)], 0.25))).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });

  it('shares the error among the segments, as the bounds do', () => {
    const close = (bad: number): Sums => [36_000, bad, 324_000, 360, 60];
    const among = (bad: number, others: number) => may('segmentRatio', [close(bad), ...Array(others).fill(good)], 2);
    expect([among(123, 0), among(124, 0), among(129, 3), among(130, 3)]).toEqual([false, true, false, true]);
  });
});
