/** Wall clocks: which instants they show, skip, or show twice. */
import { describe, expect, it } from 'vitest';
import { firstInstantOf, instantsOf, isZone, lastInstantOf, wallAt } from '../../lib/plan/zone.ts';
import { at } from './seed-plan.ts';

const BERLIN = 'Europe/Berlin';
/** A wall time, written as if it were UTC. */
const wall = (text: string): number => at(`${text}Z`) / 60_000;
const iso = (instant: number): string => `${new Date(instant).toISOString().slice(0, 16)}Z`;

describe('a clock on the wall', () => {
  it.each([
    ['UTC', '2026-07-01T12:00Z', '2026-07-01T12:00'],
    [BERLIN, '2026-07-01T12:00Z', '2026-07-01T14:00'],
    [BERLIN, '2026-01-01T12:00Z', '2026-01-01T13:00'],
    ['Asia/Kathmandu', '2026-01-01T12:00Z', '2026-01-01T17:45'],
    ['America/New_York', '2026-01-01T12:00Z', '2026-01-01T07:00'],
    [BERLIN, '2026-03-29T00:59Z', '2026-03-29T01:59'],
    [BERLIN, '2026-03-29T01:00Z', '2026-03-29T03:00'],
    [BERLIN, '2026-10-25T00:59Z', '2026-10-25T02:59'],
    [BERLIN, '2026-10-25T01:00Z', '2026-10-25T02:00'],
    [BERLIN, '2026-10-26T00:00Z', '2026-10-26T01:00'],
  ])('in %s shows at %s %s', (zone, instant, shown) => {
    expect(wallAt(zone, at(instant))).toBe(wall(shown));
  });

  it('shows whole minutes', () => {
    expect(wallAt('UTC', at('2026-07-01T12:00Z') + 59_999)).toBe(wall('2026-07-01T12:00'));
    expect(wallAt(BERLIN, at('2026-07-01T12:00Z') - 1)).toBe(wall('2026-07-01T13:59'));
  });

  it('of one zone knows nothing of another', () => {
    const noon = at('2026-05-05T12:00Z');
    expect(
      [wallAt('Asia/Tokyo', noon), wallAt(BERLIN, noon), wallAt('Asia/Tokyo', noon)].map((each) => each % 1440),
    ).toEqual([21 * 60, 14 * 60, 21 * 60]);
  });

  it('stays right however many days are asked for', () => {
    for (let day = 0; day < 2500; day++) {
      const noon = at('2020-01-01T12:00Z') + day * 86_400_000;
      expect(wallAt('Asia/Tokyo', noon) * 60_000 - noon).toBe(9 * 3_600_000);
    }
  });
});

describe('a time on the wall', () => {
  it('is shown once, never, or twice', () => {
    const shown = (text: string) => instantsOf(BERLIN, wall(text)).map(iso);
    expect(shown('2026-07-01T14:00')).toEqual(['2026-07-01T12:00Z']);
    expect(shown('2026-03-29T01:59')).toEqual(['2026-03-29T00:59Z']);
    expect(shown('2026-03-29T02:00')).toEqual([]);
    expect(shown('2026-03-29T02:59')).toEqual([]);
    expect(shown('2026-03-29T03:00')).toEqual(['2026-03-29T01:00Z']);
    expect(shown('2026-10-25T02:00')).toEqual(['2026-10-25T00:00Z', '2026-10-25T01:00Z']);
    expect(shown('2026-10-25T02:59')).toEqual(['2026-10-25T00:59Z', '2026-10-25T01:59Z']);
    expect(shown('2026-10-25T03:00')).toEqual(['2026-10-25T02:00Z']);
  });

  it('that is skipped begins and ends when the clock is put forward', () => {
    for (const text of ['2026-03-29T02:00', '2026-03-29T02:30', '2026-03-29T02:59']) {
      expect(iso(firstInstantOf(BERLIN, wall(text)))).toBe('2026-03-29T01:00Z');
      expect(iso(lastInstantOf(BERLIN, wall(text)))).toBe('2026-03-29T01:00Z');
    }
    expect(iso(firstInstantOf('America/New_York', wall('2026-03-08T02:30')))).toBe('2026-03-08T07:00Z');
    expect(iso(firstInstantOf('Australia/Lord_Howe', wall('2026-10-04T02:15')))).toBe('2026-10-03T15:30Z');
  });

  it('that comes twice begins with the first and ends with the last', () => {
    expect(iso(firstInstantOf(BERLIN, wall('2026-10-25T02:30')))).toBe('2026-10-25T00:30Z');
    expect(iso(lastInstantOf(BERLIN, wall('2026-10-25T02:30')))).toBe('2026-10-25T01:30Z');
    expect(iso(lastInstantOf(BERLIN, wall('2026-07-01T14:00')))).toBe('2026-07-01T12:00Z');
  });
});

describe('the name of a zone', () => {
  it.each(['Etc/GMT+1', 'Etc/GMT-1', 'Etc/GMT+10', 'Etc/GMT+12', 'Etc/GMT-10', 'Etc/GMT-14', 'GMT', 'CET', 'EST5EDT'])(
    'is known: %s',
    (zone) => expect(isZone(zone)).toBe(true),
  );

  it.each([
    'Etc/GMT+13',
    'Etc/GMT-15',
    'Etc/GMT+100',
    'xEtc/GMT+10',
    'Etc/GMT+10x',
    'E',
    '1UTC',
    'UTC-05',
    `A${'a'.repeat(64)}`,
  ])('is not known: %s', (zone) => expect(isZone(zone)).toBe(false));
});
