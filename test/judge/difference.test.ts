import { describe, expect, it } from 'vitest';
import {
  addMinute,
  type DifferenceSums,
  holm,
  leastFound,
  NO_DIFFERENCE,
  seeDifference,
} from '../../lib/judge/difference.ts';

const minutes = (count: number, minute: Parameters<typeof addMinute>[1], from = NO_DIFFERENCE): DifferenceSums =>
  Array.from({ length: count }).reduce<DifferenceSums>((sums) => addMinute(sums, minute), from);

const even = { requests: 1000, baselineRequests: 1000 };

describe('a difference between two groups', () => {
  it('is the exact binomial test on few events, and within bounds that hold at any time', () => {
    const seen = seeDifference(minutes(1, { ...even, events: 29, baselineEvents: 15 }), 1, 0.05);
    expect(seen?.p).toBeCloseTo(0.048766765904474596, 10);
    expect(seen?.ratio).toBeCloseTo(29 / 15, 10);
    expect(seen?.lower).toBeLessThan(1);
    expect(seen?.upper).toBeGreaterThan(29 / 15);
  });

  it('is not made of days: a bad day at a small weight and a good one at a large weight do not differ', () => {
    const bad = minutes(100, { requests: 10, events: 1, baselineRequests: 990, baselineEvents: 99 });
    const both = minutes(100, { requests: 500, events: 1, baselineRequests: 500, baselineEvents: 1 }, bad);
    expect(seeDifference(both, 1, 0.05)?.ratio).toBeCloseTo(1, 10);
    expect(seeDifference(both, 1, 0.05)?.p).toBeGreaterThan(0.9);
  });

  it('is judged by clumps: what comes in threes is a third of the evidence', () => {
    const single = minutes(1, { ...even, events: 10, baselineEvents: 4 });
    const threes = minutes(1, { ...even, events: 30, baselineEvents: 12 });
    expect(seeDifference(threes, 3, 0.05)?.p).toBeCloseTo(seeDifference(single, 1, 0.05)?.p ?? 0, 10);
    expect(seeDifference(threes, 3, 0.05)?.logEvidence).toBeCloseTo(
      seeDifference(single, 1, 0.05)?.logEvidence ?? 0,
      10,
    );
  });

  it('takes clumps for as large as the minutes show them', () => {
    const lumps = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? [20, 0] : [0, 20])).reduce<DifferenceSums>(
      (sums, [events = 0, baselineEvents = 0]) => addMinute(sums, { ...even, events, baselineEvents }),
      NO_DIFFERENCE,
    );
    const more = minutes(1, { ...even, events: 120, baselineEvents: 0 }, lumps);
    expect(seeDifference(more, 1, 0.05)?.p).toBeGreaterThan(0.3);
  });

  it('is no clump: a constant difference does not hide itself', () => {
    const seen = seeDifference(minutes(60, { ...even, events: 30, baselineEvents: 10 }), 1, 0.05);
    expect(seen?.p).toBeLessThan(1e-80);
    expect(seen?.lower).toBeGreaterThan(2.4);
  });

  it('is the same seen from the other side', () => {
    const one = seeDifference(
      minutes(1, { requests: 900, events: 50, baselineRequests: 100, baselineEvents: 2 }),
      1,
      0.05,
    );
    const other = seeDifference(
      minutes(1, { requests: 100, events: 2, baselineRequests: 900, baselineEvents: 50 }),
      1,
      0.05,
    );
    expect(one?.ratio).toBeCloseTo(1 / (other?.ratio ?? 0), 10);
    expect(one?.lower).toBeCloseTo(1 / (other?.upper ?? 0), 10);
    expect(one?.p).toBeCloseTo(other?.p ?? 0, 10);
    expect(one?.logEvidence).toBeCloseTo(other?.logEvidence ?? 0, 10);
  });

  it('is not known without an event, or without a second side', () => {
    expect(seeDifference(minutes(9, { ...even, events: 0, baselineEvents: 0 }), 1, 0.05)).toBeUndefined();
    const alone = { requests: 9, events: 3, baselineRequests: 0, baselineEvents: 0 };
    expect(seeDifference(minutes(9, alone), 1, 0.05)).toBeUndefined();
  });

  it('needs four times the events to be found at half the size', () => {
    expect(Math.log(leastFound(0.2, 0.05))).toBeCloseTo(0.2 * (1.959964 + 1.281552), 6);
    expect(Math.log(leastFound(0.1, 0.05))).toBeCloseTo(Math.log(leastFound(0.2, 0.05)) / 2, 12);
  });

  it('is corrected for the number of tests in the order of their p-values', () => {
    expect(holm([0.04, 0.01, 0.03]).map((p) => Number(p.toFixed(9)))).toEqual([0.06, 0.03, 0.06]);
    expect(holm([0.9, 0.8])).toEqual([1, 1]);
  });
});
