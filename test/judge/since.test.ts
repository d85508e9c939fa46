/** Runs of minutes, and when their events are enough to be called a regression. */
import { describe, expect, it } from 'vitest';
import { countsOf, ENOUGH, isEnough, joined, sinceMinute } from '../../lib/judge/since.ts';

const minute = (requests: number, events: number) => ({
  requests,
  events,
  baselineRequests: 9 * requests,
  baselineEvents: 1,
});

describe('a run of minutes', () => {
  it('begins with a minute, known or not', () => {
    expect(sinceMinute('12:00', minute(100, 4))).toEqual(['12:00', 1, 100, 4, 900, 1, 1, 4]);
    expect(sinceMinute('12:00', minute(100, 0))).toEqual(['12:00', 1, 100, 0, 900, 1, 0, 0]);
    expect(sinceMinute('12:00', undefined)).toEqual(['12:00', 1, 0, 0, 0, 0, 0, 0]);
  });

  it('adds up with the one that follows, and remembers the worst minute of both', () => {
    const one = sinceMinute('12:00', minute(100, 4));
    const next = sinceMinute('12:01', minute(200, 2));
    expect(joined(one, next)).toEqual(['12:00', 2, 300, 6, 2700, 2, 2, 4]);
    expect(joined(next, one)?.[7]).toBe(4);
    expect([joined(one, null), joined(null, next), joined(null, null)]).toEqual([one, next, null]);
    expect(countsOf(one)).toEqual(minute(100, 4));
  });
});

describe('events are enough', () => {
  const since = (events: number, eventMinutes: number, most: number) =>
    ['12:00', 9, 1000, events, 9000, 1, eventMinutes, most] as const;

  it('from three on in two minutes, or from twenty on in one', () => {
    expect([since(3, 2, 2), since(2, 2, 1), since(3, 1, 3)].map((each) => isEnough(each, false, ENOUGH))).toEqual([
      true,
      false,
      false,
    ]);
    expect([since(20, 1, 20), since(19, 1, 19)].map((each) => isEnough(each, false, ENOUGH))).toEqual([true, false]);
    // With a plan of its own fewer are asked for, and still not none.
    expect(isEnough(since(2, 1, 20), false, ENOUGH)).toBe(false);
  });

  it('of a fall when ten were to be expected at the baseline’s rate', () => {
    const fall = (requests: number, baselineRequests: number) =>
      isEnough(['12:00', 9, requests, 0, baselineRequests, 100, 0, 0], true, ENOUGH);
    expect([fall(100, 1000), fall(99, 1000), fall(100, 0)]).toEqual([true, false, false]);
  });
});
