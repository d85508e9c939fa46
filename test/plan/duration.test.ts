import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from '../../lib/plan/duration.ts';

describe('durations', () => {
  it.each([
    ['15m', 15],
    ['0m', 0],
    ['90m', 90],
    ['2h', 120],
    ['1h30m', 90],
    ['24h', 1440],
    ['12d', 17280],
    ['1d6h', 1800],
  ])('reads %s as %d minutes', (text, minutes) => {
    expect(parseDuration(text)).toBe(minutes);
  });

  it.each(['', '15', 'm', '90s', '1.5h', '-5m', '2 h', '2H', '1m2h', '5m5m', '1e3m', '99999999m'])(
    'refuses %j',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );

  it.each([
    [0, '0m'],
    [45, '45m'],
    [60, '1h'],
    [90, '90m'],
    [120, '2h'],
    [150, '2h30m'],
    [1440, '24h'],
    [1800, '1d6h'],
    [2880, '2d'],
    [17280, '12d'],
    [37.4, '37m'],
  ])('prints %d minutes as %s', (minutes, text) => {
    expect(formatDuration(minutes)).toBe(text);
  });

  it('reads back whatever it prints', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), (minutes) => parseDuration(formatDuration(minutes)) === minutes),
      { seed: 1 },
    );
  });
});
