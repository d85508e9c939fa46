import { describe, expect, it } from 'vitest';
import type { MinuteReading } from '../../lib/rollout/evidence.ts';
import type { UnsettledRead } from '../../lib/rollout/rollout.ts';
import { fingerprintOf, settle } from '../../lib/rollout/settle.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOON = Date.parse('2025-10-31T12:00Z');

const counts = (requests: number) => ({ requests, failures: 0, unavailable: 0, responses: requests, slow: {} });
const reading = (minute: number, requests: number | null, hosts = true): MinuteReading => ({
  minute: `${new Date(NOON + minute * MINUTE).toISOString().slice(0, 16)}Z`,
  candidate: requests === null ? null : counts(requests),
  baseline: requests === null ? null : counts(requests * 99),
  hosts,
});
const print = ({ candidate, baseline, hosts }: MinuteReading) => fingerprintOf([candidate, baseline, hosts]);

/** Reads the same minutes again and again, a minute apart, and tells at which read each one settled. */
const settledAt = (reads: readonly (readonly MinuteReading[])[], firstReadMinute: number): Record<string, number> => {
  const at: Record<string, number> = {};
  let unsettled: readonly UnsettledRead[] = [];
  reads.forEach((readings, index) => {
    const waiting = readings.filter(({ minute }) => !(minute in at));
    const result = settle(
      waiting,
      Date.parse(waiting[0]?.minute ?? ''),
      unsettled,
      NOON + (firstReadMinute + index) * MINUTE,
      3,
      print,
    );
    for (const { minute } of result.settled) at[minute] = firstReadMinute + index;
    unsettled = result.unsettled;
  });
  return at;
};

describe('settling of rows', () => {
  it('settles a minute three minutes after its end when two reads a minute apart agree', () => {
    const reads = [1, 2, 3, 4].map(() => [reading(0, 100)]);
    expect(settledAt(reads, 1)).toEqual({ '2025-10-31T12:00Z': 4 });
  });

  it('waits while the counts still change, and takes the minute as it is after eight minutes', () => {
    const reads = Array.from({ length: 12 }, (_, index) => [reading(0, 100 + index)]);
    expect(settledAt(reads, 1)).toEqual({ '2025-10-31T12:00Z': 9 });
  });

  it('does not take two reads within one minute for agreement', () => {
    const first = settle([reading(0, 100)], NOON, [], NOON + 4 * MINUTE, 3, print);
    const again = settle([reading(0, 100)], NOON, first.unsettled, NOON + 4 * MINUTE + 30_000, 3, print);
    expect([first.settled.length, again.settled.length]).toEqual([0, 0]);
  });

  it('settles in order: a minute waits for its predecessor', () => {
    const reads = [5, 6, 7].map((round) => [reading(0, 100 + round), reading(1, 50)]);
    expect(settledAt(reads, 5)).toEqual({});
  });

  it('does not take silence for a quiet service, however long it lasts', () => {
    const reads = Array.from({ length: 20 }, () => [reading(0, null, false), reading(1, null, false)]);
    expect(settledAt(reads, 1)).toEqual({});
  });

  it('takes silent minutes as they are once a later minute shows that the silence is over', () => {
    const readings = [reading(0, null, false), reading(1, 100)];
    const result = settle(readings, NOON, [], NOON + 12 * MINUTE, 3, print);
    expect(result.settled.map(({ minute }) => minute)).toEqual(['2025-10-31T12:00Z', '2025-10-31T12:01Z']);
  });

  it('settles a minute without traffic when the hosts report', () => {
    const reads = [1, 2, 3, 4].map(() => [reading(0, null)]);
    expect(settledAt(reads, 1)).toEqual({ '2025-10-31T12:00Z': 4 });
  });

  it('takes two reads for agreement that are a minute apart to the millisecond', () => {
    const read = (now: number, unsettled: readonly UnsettledRead[]) =>
      settle([reading(0, 100)], NOON, unsettled, now, 3, print);
    const { unsettled } = read(NOON + 4 * MINUTE, []);
    expect(read(NOON + 5 * MINUTE - 1, unsettled).settled).toEqual([]);
    expect(read(NOON + 5 * MINUTE, unsettled).settled).toHaveLength(1);
  });

  it('takes a minute as it is when it ended eight minutes ago, not before', () => {
    const at = (now: number) => settle([reading(0, 100)], NOON, [], now, 3, print).settled.length;
    expect([at(NOON + 9 * MINUTE - 1), at(NOON + 9 * MINUTE)]).toEqual([0, 1]);
  });

  it('waits as long as a slow metric says it takes, and five minutes more while its counts still change', () => {
    const first = settle([reading(0, 100)], NOON, [], NOON + 9 * MINUTE, 60, print);
    const at = (now: number, requests: number) =>
      settle([reading(0, requests)], NOON, first.unsettled, now, 60, print).settled.length;
    expect([at(NOON + 61 * MINUTE - 1, 100), at(NOON + 61 * MINUTE, 100)]).toEqual([0, 1]);
    expect([at(NOON + 66 * MINUTE - 1, 101), at(NOON + 66 * MINUTE, 101)]).toEqual([0, 1]);
  });

  it('takes no silent minute before that, though a later one has data', () => {
    const readings = [reading(0, null, false), reading(1, 100)];
    const at = (now: number) => settle(readings, NOON, [], now, 3, print).settled.length;
    expect([at(NOON + 9 * MINUTE - 1), at(NOON + 9 * MINUTE)]).toEqual([0, 1]);
  });

  it('is silent only where neither group nor its hosts reported', () => {
    const { candidate, baseline, ...rest } = reading(0, 100, false);
    const settled = (given: MinuteReading) => settle([given], NOON, [], NOON + 9 * MINUTE, 3, print).settled.length;
    const silent = { ...rest, candidate: null, baseline: null };
    expect(settled(silent)).toBe(0);
    expect(settled({ ...silent, candidate })).toBe(1);
    expect(settled({ ...silent, baseline })).toBe(1);
    expect(settled({ ...silent, hosts: true })).toBe(1);
  });

  it('keeps the reads of twelve minutes at most, and forgets none of what it keeps', () => {
    const readings = Array.from({ length: 20 }, (_, minute) => reading(minute, null, false));
    const { settled, unsettled, young } = settle(readings, NOON, [], NOON + HOUR, 3, print);
    expect([settled.length, unsettled.length]).toEqual([0, 12]);
    expect(young).toEqual(readings.slice(0, 12));
  });

  it('gives null, yes, no and every other number or order of numbers another fingerprint', () => {
    const values = [null, true, false, 0, 2, 0.25, 0.5, 1.25, -0.25, 3.000_001, [], [1, 2], [2, 1], { a: 2 }];
    expect(new Set(values.map(fingerprintOf)).size).toBe(values.length);
  });

  it('gives other counts another fingerprint', () => {
    expect(print(reading(0, 100))).not.toBe(print(reading(0, 101)));
    expect(print(reading(0, 100))).toBe(print(reading(0, 100)));
  });
});
