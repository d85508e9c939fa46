import { describe, expect, it } from 'vitest';
import { parseInstant, resolveInstant } from '../../lib/plan/written-instant.ts';
import { isZone } from '../../lib/plan/zone.ts';
import { at } from './seed-plan.ts';

function resolve(text: string, zone = 'UTC') {
  const written = parseInstant(text);
  return 'must' in written ? written : resolveInstant(written.value, zone);
}

describe('instants', () => {
  it.each([
    ['2025-10-31T12:00:00Z', 'Europe/Berlin', '2025-10-31T12:00Z'],
    ['2025-10-31T12:00+02:00', 'UTC', '2025-10-31T10:00Z'],
    ['2025-10-31T12:00-09:30', 'UTC', '2025-10-31T21:30Z'],
    ['2025-10-31 12:00', 'UTC', '2025-10-31T12:00Z'],
    ['2026-03-29T01:59', 'Europe/Berlin', '2026-03-29T00:59Z'],
    ['2026-03-29T03:00', 'Europe/Berlin', '2026-03-29T01:00Z'],
    ['2026-10-25T01:59', 'Europe/Berlin', '2026-10-24T23:59Z'],
    ['2026-10-25T03:00', 'Europe/Berlin', '2026-10-25T02:00Z'],
    ['2024-02-29T12:00Z', 'UTC', '2024-02-29T12:00Z'],
    ['2026-07-01T08:00', 'Asia/Kathmandu', '2026-07-01T02:15Z'],
    ['2000-01-01T00:00Z', 'UTC', '2000-01-01T00:00Z'],
    ['2100-12-31T23:59Z', 'UTC', '2100-12-31T23:59Z'],
    ['2025-10-31T23:00+14:00', 'UTC', '2025-10-31T09:00Z'],
    ['2025-10-31T12:00-05:59', 'UTC', '2025-10-31T17:59Z'],
  ])('reads %s in %s as %s', (text, zone, expected) => {
    expect(resolve(text, zone)).toEqual({ value: at(expected) });
  });

  it('refuses 02:30 on the day it is skipped', () => {
    expect(resolve('2026-03-29T02:30', 'Europe/Berlin')).toEqual({
      must: 'must be a local time that exists: the clocks of Europe/Berlin are put forward over it',
    });
  });

  it('asks for UTC at 02:30 on the day it comes twice', () => {
    expect(resolve('2026-10-25T02:30', 'Europe/Berlin')).toEqual({
      must: 'must be clear: Europe/Berlin has this local time twice, so write it in UTC: 2026-10-25T00:30Z or 2026-10-25T01:30Z',
    });
  });

  it.each([
    '2025-02-30T12:00Z',
    '2025-13-01T12:00Z',
    '2025-00-10T12:00Z',
    '2023-02-29T12:00Z',
    '1999-01-01T00:00Z',
    '2101-01-01T00:00Z',
    '2025-04-31T12:00Z',
    '2025-10-00T12:00Z',
    '2025-10-31T12:00+14:01',
    '2025-10-31T12:00+05:60',
    '2025-10-31T24:00Z',
    '2025-10-31T12:60Z',
    '2025-10-31T12:00+15:00',
    '2025-10-31',
    'tomorrow',
    '31.10.2025 12:00',
    '',
  ])('refuses %j', (text) => {
    expect(resolve(text)).toEqual({ must: expect.stringMatching(/^must /) });
  });

  it.each([
    'UTC',
    'Europe/Berlin',
    'America/Argentina/Buenos_Aires',
    'America/Port-au-Prince',
    'Etc/GMT+12',
    'Etc/GMT-14',
  ])('knows the zone %j', (zone) => {
    expect(isZone(zone)).toBe(true);
  });

  it.each([
    '',
    'Europe/Berln',
    '+02:00',
    'Mars/Base+05',
    'Etc/GMT+13',
    'Etc/GMT-15',
    'Europe/Berlin ',
    '__proto__',
    'constructor',
  ])('knows no zone %j', (zone) => {
    expect(isZone(zone)).toBe(false);
  });
});
