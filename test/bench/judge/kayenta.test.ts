import { describe, expect, it } from 'vitest';
import { type ClassifierSettings, classified, kayenta } from '../../../bench/judge/peers/kayenta.ts';
import { shiftOf, standardized } from '../../../bench/judge/peers/mann-whitney.ts';
import type { PeerMinute } from '../../../bench/judge/peers/peer.ts';
import published from './kayenta.json' with { type: 'json' };
import { minuteOf, rolledBackIn } from './rollout.ts';

const { about10, about10Too, about20, about20Too } = published.values;
const settings = (direction: ClassifierSettings['direction']): ClassifierSettings => ({
  tolerance: 0.1,
  confidence: 0.95,
  direction,
});

describe("Kayenta's published figures", () => {
  it.each(published.shifts)('hold for the interval and the estimate: $name', (vector) => {
    const shift = shiftOf(vector.candidate, vector.baseline, vector.confidence);
    expect(Math.abs(shift.lower - vector.lower)).toBeLessThan(1e-6);
    expect(Math.abs(shift.upper - vector.upper)).toBeLessThan(1e-6);
    // Kayenta's own tolerance for the estimate.
    expect(Math.abs(shift.estimate - vector.estimate)).toBeLessThan(1e-4);
  });

  it('hold for the statistic at the ends of the search', () => {
    const ends = published.shifts.find((vector) => vector.atLeast !== undefined);
    const [xs, ys] = [ends?.candidate ?? [], ends?.baseline ?? []].map((values) => Float64Array.from(values).sort());
    if (ends?.quantile === undefined || xs === undefined || ys === undefined) throw new Error('No published ends');
    const { quantile, least, most, atLeast, atMost } = ends;
    expect(standardized(xs, ys, least) - quantile).toBeCloseTo(atLeast, 6);
    expect(standardized(xs, ys, most) - quantile).toBeCloseTo(atMost, 6);
    expect([(xs[0] ?? 0) - (ys.at(-1) ?? 0), (xs.at(-1) ?? 0) - (ys[0] ?? 0)]).toEqual([least, most]);
  });

  it.each([
    ['pass', about10, about10Too, 'either'],
    ['high', about20, about10Too, 'either'],
    ['low', about10, about20Too, 'either'],
    ['pass', about10, about20Too, 'increase'],
    ['pass', about20, about10Too, 'decrease'],
    ['high', about20, about10Too, 'increase'],
    ['low', about10, about20Too, 'decrease'],
    ['pass', [1, 1, 1], [1, 1], 'decrease'],
    ['pass', [1, 2, 3, 4, 5], [5, 4, 3, 2, 1], 'decrease'],
    ['pass', [0, 1, 1, 1, 1], [1, 1, 1, 1, 1], 'decrease'],
    ['no data', [], [1, 2, 3, 4, 5], 'decrease'],
  ] as const)('hold for the class %s (case %#)', (expected, candidate, baseline, direction) => {
    expect(classified(candidate, baseline, settings(direction))).toBe(expected);
  });
});

describe('the Mann-Whitney interval', () => {
  it('moves with the values by as much as they are moved', () => {
    const shift = shiftOf(about20, about10Too, 0.98);
    const moved = shiftOf(
      about20.map((value) => value + 5),
      about10Too,
      0.98,
    );
    expect(moved.lower - shift.lower).toBeCloseTo(5, 3);
    expect(moved.upper - shift.upper).toBeCloseTo(5, 3);
    expect(moved.estimate - shift.estimate).toBeCloseTo(5, 3);
  });

  it('has as its estimate the median of all differences', () => {
    const differences = about20.flatMap((x) => about10Too.map((y) => x - y)).sort((a, b) => a - b);
    const { estimate } = shiftOf(about20, about10Too, 0.98);
    const below = differences.filter((difference) => difference < estimate).length / differences.length;
    expect(Math.abs(below - 0.5)).toBeLessThan(0.01);
  });

  it('ends at the least and the most shift there can be, where few values cannot say more', () => {
    expect(shiftOf([10], [1, 2], 0.98)).toMatchObject({ lower: 8, upper: 9 });
  });

  it('says that values must differ, that there must be some, and that they must be numbers', () => {
    expect(() => shiftOf([1, 1], [1, 1], 0.95)).toThrow('Mann-Whitney: the values must differ, and all are the same');
    expect(() => shiftOf([], [1], 0.95)).toThrow('Mann-Whitney: there must be values on both sides');
    expect(() => shiftOf([1, Number.NaN], [1], 0.95)).toThrow(
      'Mann-Whitney: values must be finite numbers, one is NaN',
    );
  });
});

describe('the classifier', () => {
  it('takes two different constants by their difference', () => {
    expect(classified([2, 2, 2], [1, 1], settings('either'))).toBe('high');
    expect(classified([0, 0], [1, 1, 1], settings('either'))).toBe('low');
  });

  it('asks that the mean is higher too', () => {
    const higher = about10Too.map((value) => value + 5);
    expect(classified(higher, about10Too, settings('increase'))).toBe('high');
    expect(classified(higher, [...about10Too, 1000], settings('increase'))).toBe('pass');
  });

  it('asks for no ratio of the means of a baseline that never fails', () => {
    const failing = Array.from({ length: 60 }, (_, minute) => 1 + (minute % 3));
    expect(classified(failing, Array(60).fill(0), settings('increase'))).toBe('high');
  });
});

describe('Kayenta', () => {
  /** Failures that differ from minute to minute, times as many at the candidate. */
  const failing =
    (times: number) =>
    (minute: number): PeerMinute =>
      minuteOf(1000, times * (5 + (minute % 4)), 9000, 9 * (5 + ((minute + 2) % 4)));

  it('judges every 60 minutes, and not before', () => {
    expect(rolledBackIn(kayenta, failing(3), 240)).toBe(59);
  });

  it('does not roll back a candidate that fails as its baseline does, nor one that fails less', () => {
    expect(rolledBackIn(kayenta, failing(1), 240)).toBeUndefined();
    expect(rolledBackIn(kayenta, failing(0.2), 240)).toBeUndefined();
  });

  it('judges the whole phase so far, in which what is bad for the last quarter only does not show', () => {
    const late = (from: number) => (minute: number) => failing(minute < from ? 1 : 3)(minute);
    expect(rolledBackIn(kayenta, late(60), 240)).toBe(119);
    expect(rolledBackIn(kayenta, late(180), 240)).toBeUndefined();
  });

  it('begins anew with each phase', () => {
    const phases = (minute: number) => ({ phase: minute < 90 ? 0 : 1, minuteOfPhase: minute % 90, weight: 10 });
    const late = (minute: number) => failing(minute < 60 ? 1 : 3)(minute);
    expect(rolledBackIn(kayenta, late, 240, phases)).toBe(149);
  });

  it('leaves out minutes without requests, and fails where there is none with', () => {
    const sparse = (minute: number) => (minute % 2 === 0 ? minuteOf(0, 0, 9000, 50) : failing(3)(minute));
    expect(rolledBackIn(kayenta, sparse, 240)).toBe(59);
    expect(rolledBackIn(kayenta, () => minuteOf(null, null, 9000, 50), 240)).toBe(59);
  });
});
