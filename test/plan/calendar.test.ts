import { describe, expect, it } from 'vitest';
import { nextRise } from '../../lib/plan/calendar.ts';
import type { Freeze, Window } from '../../lib/plan/plan.ts';
import { at } from './seed-plan.ts';

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];

function window(hours: string, days: readonly number[], zone = 'UTC'): Window {
  const [fromMinute = 0, toMinute = 0] = hours.split('-').map((time) => {
    const [hour = 0, minute = 0] = time.split(':').map(Number);
    return hour * 60 + minute;
  });
  return { days, fromMinute, toMinute: toMinute <= fromMinute ? toMinute + 1440 : toMinute, zone };
}

const rise = (windows: readonly Window[], text: string, freezes: readonly Freeze[] = []) =>
  nextRise({ windows, freezes }, at(text));
const opens = (windows: readonly Window[], text: string) => new Date(rise(windows, text).at).toISOString().slice(0, 16);

describe('nextRise', () => {
  it('lets the weight rise at once where the plan has no windows and no freezes', () => {
    expect(rise([], '2026-03-29T01:30Z')).toEqual({ open: true, at: at('2026-03-29T01:30Z') });
  });

  it('lets it rise within a window and names the next opening outside', () => {
    const office = [window('09:00-16:00', [1, 2, 3, 4], 'Europe/Berlin')];
    expect(rise(office, '2026-02-04T08:00Z').open).toBe(true);
    expect(rise(office, '2026-02-04T14:59Z').open).toBe(true);
    expect(rise(office, '2026-02-04T15:00Z')).toEqual({
      open: false,
      at: at('2026-02-05T08:00Z'),
      blockedBy: 'window',
      opensAt: at('2026-02-05T08:00Z'),
    });
    expect(opens(office, '2026-02-05T15:00Z')).toBe('2026-02-09T08:00');
  });

  it('keeps a window open past midnight, on the day after one of its days', () => {
    const night = [window('22:00-02:00', [5])];
    expect(rise(night, '2026-02-07T01:59Z').open).toBe(true);
    expect(rise(night, '2026-02-07T02:00Z').open).toBe(false);
    expect(rise(night, '2026-02-06T01:00Z').at).toBe(at('2026-02-06T22:00Z'));
  });

  it('opens the whole day', () => {
    const saturday = [{ days: [6], fromMinute: 0, toMinute: 1440, zone: 'UTC' }];
    expect(rise(saturday, '2026-02-07T23:59Z').open).toBe(true);
    expect(opens(saturday, '2026-02-08T00:00Z')).toBe('2026-02-14T00:00');
  });

  it('tells the freeze and its reason, and looks for a window after it', () => {
    const freeze = { from: at('2025-12-20T00:00Z'), to: at('2026-01-02T20:00Z'), reason: 'holidays' };
    expect(rise([window('09:00-16:00', [1])], '2025-12-22T10:00Z', [freeze])).toEqual({
      open: false,
      at: at('2026-01-05T09:00Z'),
      blockedBy: 'freeze',
      until: freeze.to,
      reason: 'holidays',
    });
  });

  it('passes over windows that lie within a freeze', () => {
    const freeze = { from: at('2026-02-02T00:00Z'), to: at('2026-02-02T15:30Z'), reason: 'sale' };
    const result = rise([window('09:00-15:00', EVERY_DAY)], '2026-02-01T20:00Z', [freeze]);
    expect(result).toMatchObject({ open: false, blockedBy: 'window', opensAt: at('2026-02-03T09:00Z') });
  });

  it('passes from one freeze into the next', () => {
    const freezes = [
      { from: at('2026-02-02T00:00Z'), to: at('2026-02-03T00:00Z'), reason: 'b' },
      { from: at('2026-02-01T00:00Z'), to: at('2026-02-02T12:00Z'), reason: 'a' },
    ];
    expect(rise([], '2026-02-01T06:00Z', freezes)).toMatchObject({
      at: at('2026-02-03T00:00Z'),
      until: at('2026-02-02T12:00Z'),
    });
  });

  it('holds a freeze from its first instant until before its last, and is told nothing of one that is over', () => {
    const freeze = { from: at('2026-02-01T12:00Z'), to: at('2026-02-01T13:00Z'), reason: 'sale' };
    const frozen = { open: false, at: freeze.to, blockedBy: 'freeze', until: freeze.to, reason: 'sale' };
    expect(rise([], '2026-02-01T11:59Z', [freeze])).toEqual({ open: true, at: at('2026-02-01T11:59Z') });
    expect(rise([], '2026-02-01T12:00Z', [freeze])).toEqual(frozen);
    expect(rise([], '2026-02-01T12:59Z', [freeze])).toEqual(frozen);
    expect(rise([], '2026-02-01T13:00Z', [freeze])).toEqual({ open: true, at: at('2026-02-01T13:00Z') });
    expect(rise([], '2026-02-09T00:00Z', [freeze])).toEqual({ open: true, at: at('2026-02-09T00:00Z') });
  });

  it('passes over as many freezes as the plan has, in whatever order they are written', () => {
    const sunday = at('2026-02-01T00:00Z');
    const freezes = [3, 1, 5, 2, 4].map((week) => {
      const from = sunday + week * 7 * 86_400_000;
      return { from, to: from + 2 * 86_400_000, reason: `week ${week}` };
    });
    // Mondays from 9 February to 8 March are frozen.
    expect(rise([window('09:00-16:00', [1])], '2026-02-02T16:00Z', freezes)).toEqual({
      open: false,
      at: at('2026-03-16T09:00Z'),
      blockedBy: 'window',
      opensAt: at('2026-03-16T09:00Z'),
    });
  });

  it('opens with the first of several windows', () => {
    const windows = [window('12:00-13:00', [3]), window('09:00-10:00', [2]), window('08:00-09:00', [4])];
    expect(opens(windows, '2026-02-02T12:00Z')).toBe('2026-02-03T09:00');
    expect(rise(windows, '2026-02-04T12:30Z')).toEqual({ open: true, at: at('2026-02-04T12:30Z') });
  });

  it('stops at a window that never opens, which no plan can have, and does not wait for ever', () => {
    expect(() => rise([window('09:00-16:00', [])], '2026-02-02T12:00Z')).toThrow(
      'Broken invariant: a weekly window opens within two weeks, also where the clocks jump over it once',
    );
  });

  describe('when the clocks of Europe/Berlin go forward, 2026-03-29 02:00 to 03:00', () => {
    it('opens a window of 02:30 at the end of the gap', () => {
      const windows = [window('02:30-05:00', EVERY_DAY, 'Europe/Berlin')];
      expect(opens(windows, '2026-03-28T12:00Z')).toBe('2026-03-29T01:00');
      expect(rise(windows, '2026-03-29T00:59Z').open).toBe(false);
      expect(rise(windows, '2026-03-29T02:59Z').open).toBe(true);
      expect(rise(windows, '2026-03-29T03:00Z').open).toBe(false);
    });

    it('closes a window of 02:30 at the gap', () => {
      const windows = [window('00:00-02:30', EVERY_DAY, 'Europe/Berlin')];
      expect(rise(windows, '2026-03-29T00:59Z').open).toBe(true);
      expect(rise(windows, '2026-03-29T01:00Z').open).toBe(false);
    });

    it('leaves out a window that lies within the gap', () => {
      expect(opens([window('02:10-02:50', [7], 'Europe/Berlin')], '2026-03-28T12:00Z')).toBe('2026-04-05T00:10');
    });

    it('looks two weeks ahead where this week is over and the next lies within the gap', () => {
      const sunday = [window('02:10-02:50', [7], 'Europe/Berlin')];
      expect(opens(sunday, '2026-03-22T01:49Z')).toBe('2026-03-22T01:49');
      expect(opens(sunday, '2026-03-22T01:50Z')).toBe('2026-04-05T00:10');
    });

    it('moves office hours to summer time', () => {
      const office = [window('09:00-16:00', [1, 5], 'Europe/Berlin')];
      expect(opens(office, '2026-03-26T12:00Z')).toBe('2026-03-27T08:00');
      expect(opens(office, '2026-03-28T12:00Z')).toBe('2026-03-30T07:00');
    });
  });

  describe('when the clocks of Europe/Berlin go back, 2026-10-25 03:00 to 02:00', () => {
    it('opens a window at the first 02:30', () => {
      const windows = [window('02:30-05:00', EVERY_DAY, 'Europe/Berlin')];
      expect(opens(windows, '2026-10-24T12:00Z')).toBe('2026-10-25T00:30');
      expect(rise(windows, '2026-10-25T01:10Z').open).toBe(true);
    });

    it('closes a window at the second 02:30', () => {
      const windows = [window('01:00-02:30', EVERY_DAY, 'Europe/Berlin')];
      expect(rise(windows, '2026-10-25T00:45Z').open).toBe(true);
      expect(rise(windows, '2026-10-25T01:29Z').open).toBe(true);
      expect(rise(windows, '2026-10-25T01:30Z').open).toBe(false);
    });
  });

  it('knows zones whose clocks move by half an hour', () => {
    // Lord Howe Island goes from +10:30 to +11 on 2026-10-04 at 02:00.
    const windows = [window('02:15-04:00', [7], 'Australia/Lord_Howe')];
    expect(opens(windows, '2026-10-03T12:00Z')).toBe('2026-10-03T15:30');
    expect(opens([window('09:00-10:00', [1], 'Asia/Kathmandu')], '2026-02-01T12:00Z')).toBe('2026-02-02T03:15');
  });
});
