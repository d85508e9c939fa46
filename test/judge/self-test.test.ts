import { describe, expect, it } from 'vitest';
import { clumpinessOf, type ZoneMinute } from '../../lib/judge/clumpiness.ts';
import { selfTest } from '../../lib/judge/self-test.ts';
import { clumped, poisson, stream } from '../../lib/sim/random.ts';
import { times } from './fold.ts';

const FROM = Date.UTC(2025, 9, 30, 12, 0);
const NAMES = ['us-east-1a', 'us-east-1b', 'us-east-1c'];

/** @param shares of each zone's requests that fail, by the minute */
const dayOf = (seed: number, shares: (at: number) => readonly number[]): readonly ZoneMinute[] => {
  const generator = stream(seed, 'self-test');
  return times(1440, (at) => {
    const requests = shares(at).map(() => poisson(generator, 2000));
    const failures = shares(at).map((share, zone) =>
      Math.min(requests[zone] ?? 0, clumped(generator, (requests[zone] ?? 0) * share, 2)),
    );
    return { at, requests, failures };
  });
};

const tested = (minutes: readonly ZoneMinute[], names: readonly string[] = NAMES) =>
  selfTest({ from: FROM, names, minutes }, clumpinessOf(minutes));

describe('the test of the watch on the zones of the day before', () => {
  it('stops no zone where all fail alike, also through an outage of all', () => {
    for (const seed of times(5, (index) => index)) {
      const alike = dayOf(seed, (at) => NAMES.map(() => (at >= 600 && at < 620 ? 0.05 : 0.001)));
      expect(tested(alike)).toEqual({ zones: 3, stopped: [] });
    }
  });

  it('names a zone that fails more than the others, from the minute in which that was certain', () => {
    const minutes = dayOf(1, (at) => [0.001, 0.001, at >= 700 ? 0.003 : 0.001]);
    const found = tested(minutes);
    expect(found).toMatchObject({ zones: 3, stopped: [{ zone: 'us-east-1c' }] });
    const [first] = found?.stopped ?? [];
    const after = (Date.parse(first?.minute ?? '') - FROM) / 60_000 - 700;
    expect(after).toBeGreaterThanOrEqual(0);
    expect(after).toBeLessThan(60);
  });

  it('takes what failed on the whole day for usual, as the watch does on the day before', () => {
    const stopped = [1, 3].map((seed) => tested(dayOf(seed, (at) => [0.02, 0.02, at >= 700 ? 0.027 : 0.02]))?.stopped);
    // Three minutes earlier, or one, by a watch that does not know of them.
    expect(stopped).toEqual([
      [{ zone: 'us-east-1c', minute: '2025-10-31T02:28Z' }],
      [{ zone: 'us-east-1c', minute: '2025-10-31T02:07Z' }],
    ]);
  });

  it('leaves out zones without requests, and is not made with fewer than two', () => {
    const minutes = dayOf(1, () => [0.001, 0.001]).map((minute) => ({
      ...minute,
      requests: [...minute.requests, 0],
      failures: [...minute.failures, 0],
    }));
    expect(tested(minutes)?.zones).toBe(2);
    const one = dayOf(1, () => [0.001]);
    expect(tested(one, ['us-east-1a'])).toBeUndefined();
    expect(tested([])).toBeUndefined();
  });
});
