import { describe, expect, it } from 'vitest';
import { lowerBound, upperBound } from '../../lib/judge/bound.ts';
import { isSegmentClaimProven, seeSegments } from '../../lib/judge/segment.ts';
import { NO_SUMS, type Sums } from '../../lib/judge/share.ts';

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
