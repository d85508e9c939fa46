import { describe, expect, it } from 'vitest';
import { FAIL_GRID, logEvidence, PASS_GRID } from '../../lib/judge/bound.ts';
import {
  addMinute,
  type DifferenceSums,
  holm,
  leastFound,
  NO_DIFFERENCE,
  seeDifference,
} from '../../lib/judge/difference.ts';
import { shareBounds } from '../../lib/judge/share.ts';

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
    const plain = seeDifference(minutes(60, { ...even, events: 900, baselineEvents: 100 }), 1, 0.05);
    expect(plain?.logEvidence).toBeGreaterThan(1000);
    expect(plain?.logEvidence).toBeLessThan(Infinity);
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

  it('adds up what each minute has more than its part of the requests lets expect', () => {
    const one = addMinute(NO_DIFFERENCE, { requests: 1000, events: 6, baselineRequests: 3000, baselineEvents: 2 });
    const sums = { expected: 2, variance: 1.5, squares: 16, products: 6, variances: 2.25 };
    expect(one).toEqual({ ...sums, minutes: 1, requests: 1000, events: 6, baselineRequests: 3000, baselineEvents: 2 });
    const two = addMinute(one, { requests: 1000, events: 1, baselineRequests: 1000, baselineEvents: 3 });
    expect(two).toEqual({
      minutes: 2,
      requests: 2000,
      events: 7,
      baselineRequests: 4000,
      baselineEvents: 5,
      expected: 4,
      variance: 2.5,
      squares: 17,
      products: 5,
      variances: 3.25,
    });
    const quiet = addMinute(two, { requests: 9, events: 0, baselineRequests: 90, baselineEvents: 0 });
    expect(quiet).toEqual({ ...two, requests: 2009, baselineRequests: 4090 });
    for (const alone of [
      { requests: 9, baselineRequests: 0 },
      { requests: 0, baselineRequests: 9 },
    ])
      expect(addMinute(two, { ...alone, events: 3, baselineEvents: 3 })).toBe(two);
  });

  it('shows how large clumps are from twenty minutes on, by the scatter around a constant difference', () => {
    const events = (i: number) => ({ events: i % 2 === 0 ? 22 : 2, baselineEvents: i % 2 === 0 ? 0 : 10 });
    const clumpOf = (length: number, clumpiness = 1) => {
      const each = Array.from({ length }, (_, i) => ({ ...even, ...events(i) }));
      const sums = each.reduce(addMinute, NO_DIFFERENCE);
      return (seeDifference(sums, clumpiness, 0.05)?.standardError ?? 0) ** 2 * sums.variance;
    };
    const excess = (i: number) => (i % 2 === 0 ? 11 : -4);
    const variance = (i: number) => (i % 2 === 0 ? 5.5 : 3);
    const slope = 70 / 85;
    let scatter = 0;
    for (let i = 0; i < 20; i++) scatter += (excess(i) - slope * variance(i)) ** 2;
    expect(clumpOf(20)).toBeCloseTo((scatter / 85) * (20 / 19), 9);
    expect(clumpOf(20, 40)).toBeCloseTo(40, 9);
    expect(clumpOf(19)).toBeCloseTo(1, 9);
  });

  it('has the bounds of the side that should have fewer events, ours where both should have as many', () => {
    const level = { clumpiness: 1, beta: 0.025 };
    const odds = (share: number) => share / (1 - share);
    const ours = seeDifference(minutes(1, { ...even, events: 40, baselineEvents: 10 }), 1, 0.05);
    expect(ours?.lower).toBe(odds(shareBounds(40, 50, level).lower));
    expect(ours?.upper).toBe(odds(shareBounds(40, 50, level).upper));
    const [pass, fail] = [PASS_GRID, FAIL_GRID].map((grid) => Math.exp(logEvidence(grid, 40, 50, 0.5, 1)));
    expect(ours?.logEvidence).toBeCloseTo(Math.log(((pass ?? 0) + (fail ?? 0)) / 2), 9);
    const theirs = seeDifference(
      minutes(1, { requests: 3000, events: 40, baselineRequests: 1000, baselineEvents: 10 }),
      1,
      0.05,
    );
    expect(theirs?.lower).toBeCloseTo(1 / (odds(shareBounds(10, 50, level).upper) / odds(0.25)), 9);
    expect(theirs?.upper).toBeCloseTo(1 / (odds(shareBounds(10, 50, level).lower) / odds(0.25)), 9);
  });

  it('is infinite against a baseline without an event, and not bounded', () => {
    const seen = seeDifference(
      minutes(1, { requests: 100, events: 3, baselineRequests: 900, baselineEvents: 0 }),
      1,
      0.05,
    );
    expect(seen).toMatchObject({ ratio: Infinity, upper: Infinity });
    expect(seen?.lower).toBeGreaterThan(0);
  });
});
