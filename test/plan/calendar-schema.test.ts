/** How windows and freezes are written. */
import { describe, expect, it } from 'vitest';
import { edited, planOf, problemsOf } from './seed-plan.ts';

const withKeys = (keys: string) => edited(['release:', `${keys}\nrelease:`]);
const told = (keys: string) =>
  problemsOf(withKeys(keys)).map((problem) => problem.replace(/^line \d+, column \d+: /, ''));

describe('the hours of a window', () => {
  const HOURS =
    'must be two times of day such as 09:00-16:00 or 22:00-02:00, or 00:00-24:00 for the whole day; given: ';

  it.each([
    ['09:00-16:00', 540, 960],
    ['09:30-16:45', 570, 1005],
    ['09:00 - 16:00', 540, 960],
    ['09:00 -16:00', 540, 960],
    ['00:00-24:00', 0, 1440],
    ['00:00-00:01', 0, 1],
    ['00:59-23:59', 59, 1439],
    ['23:59-24:00', 1439, 1440],
    ['22:00-02:00', 1320, 1560],
    ['12:01-12:00', 721, 2160],
    ['23:59-00:00', 1439, 1440],
    ['00:01-00:00', 1, 1440],
  ])('%s are the minutes %i to %i, those above 1440 on the next day', (hours, fromMinute, toMinute) => {
    const plan = planOf(withKeys(`windows: [{ days: [mon], hours: ${hours} }]`));
    expect(plan.windows).toEqual([{ days: [1], fromMinute, toMinute, zone: 'UTC' }]);
  });

  it.each([
    '09:60-16:00',
    '09:00-16:60',
    '24:00-02:00',
    '24:00-24:00',
    '24:01-24:00',
    '25:00-26:00',
    '00:00-24:01',
    '22:00-25:00',
    '09:00-09:00',
    '00:00-00:00',
    '9:00-16:00',
    '09:00-16:00h',
    'from 09:00-16:00',
    '109:00-16:00',
    '09:00-16:000',
    '09:00–16:00',
    '09-16',
    'nights',
  ])('%s are refused', (hours) => {
    expect(told(`windows: [{ days: [mon], hours: ${hours} }]`)).toEqual([`windows[0].hours ${HOURS}${hours}`]);
  });

  it('are the whole day unless given', () => {
    expect(planOf(withKeys('windows: [{ days: [sat] }]')).windows).toEqual([
      { days: [6], fromMinute: 0, toMinute: 1440, zone: 'UTC' },
    ]);
  });
});

describe('a window', () => {
  it('has the days of the week from Monday, 1, to Sunday, 7', () => {
    expect(planOf(withKeys('windows: [{ days: [mon, tue, wed, thu, fri, sat, sun] }]')).windows[0]?.days).toEqual([
      1, 2, 3, 4, 5, 6, 7,
    ]);
  });

  it('has a day at least, a zone that exists, and no other keys', () => {
    expect(told('windows: [{ days: [] }]')).toEqual(['windows[0].days must be a list of 1 to 7; given: []']);
    expect(told('windows: [{ days: [mon], zone: Europe/Berln }]')).toEqual([
      'windows[0].zone must be an IANA time zone that exists, such as Europe/Berlin or UTC; given: Europe/Berln',
    ]);
    expect(told('windows: [{ days: [mon], hour: 09:00-16:00 }]')).toEqual([
      'windows[0].hour must be a known key: did you mean hours?; given: 09:00-16:00',
    ]);
  });
});

describe('a freeze', () => {
  const freeze = (reason: string) => `freezes: [{ from: 2025-12-24T00:00, to: 2026-01-02T00:00, reason: ${reason} }]`;

  it('has a beginning, an end and a reason of up to 200 characters', () => {
    const reason = 'x'.repeat(200);
    expect(planOf(withKeys(freeze(reason))).freezes).toEqual([
      { from: Date.parse('2025-12-24T00:00Z'), to: Date.parse('2026-01-02T00:00Z'), reason },
    ]);
    expect(told(freeze(`${reason}y`))).toEqual([
      expect.stringMatching(/^freezes\[0\]\.reason must be text of 1 to 200 characters; given: x+…$/),
    ]);
    expect(told(freeze('""'))).toEqual(['freezes[0].reason must be text of 1 to 200 characters; given: ""']);
  });

  it('lacks nothing: what is missing is asked for', () => {
    expect(told('freezes: [{ from: 2025-12-24T00:00, to: 2026-01-02T00:00 }]')).toEqual([
      'freezes[0].reason must be text of 1 to 200 characters; put it in quotes where YAML reads a number or true; given: nothing',
    ]);
    expect(told('freezes: [{ from: 2025-12-24T00:00, to: 2026-01-02T00:00, reason: x, zone: UTC }]')).toEqual([
      'freezes[0].zone must be a known key: from, to, reason; given: UTC',
    ]);
  });
});
