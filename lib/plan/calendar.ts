import { assert } from './assert.ts';
import { DAY_MINUTES } from './duration.ts';
import type { Freeze, Instant, Plan, Window } from './plan.ts';
import { firstInstantOf, lastInstantOf, wallAt } from './zone.ts';

/** The earliest instant at or after the one asked about at which the weight may rise, and what is in the way until then. */
export type NextRise =
  | { readonly open: true; readonly at: Instant }
  | { readonly open: false; readonly at: Instant; readonly blockedBy: 'window'; readonly opensAt: Instant }
  | {
      readonly open: false;
      readonly at: Instant;
      readonly blockedBy: 'freeze';
      readonly until: Instant;
      readonly reason: string;
    };

type Calendar = Pick<Plan, 'windows' | 'freezes'>;

/**
 * Windows and freezes limit rises only; lowering is always allowed. `at` is the same in all answers: the first instant that lies in a
 * window and in no freeze. Where both are in the way, the freeze is told.
 */
export function nextRise({ windows, freezes }: Calendar, now: Instant): NextRise {
  let at = opening(windows, now);
  // Every round leaves a freeze for good, so this ends.
  for (let freeze = freezeAt(freezes, at); freeze !== undefined; freeze = freezeAt(freezes, at)) {
    at = opening(windows, freeze.to);
  }
  if (at === now) return { open: true, at };
  const freeze = freezeAt(freezes, now);
  return freeze === undefined
    ? { open: false, at, blockedBy: 'window', opensAt: at }
    : { open: false, at, blockedBy: 'freeze', until: freeze.to, reason: freeze.reason };
}

const freezeAt = (freezes: readonly Freeze[], at: Instant): Freeze | undefined =>
  freezes.find(({ from, to }) => from <= at && at < to);

/** The earliest instant at or after `at` in any window. */
function opening(windows: readonly Window[], at: Instant): Instant {
  if (windows.length === 0) return at;
  const earliest = Math.min(...windows.map((window) => openingOf(window, at)));
  assert(
    earliest < Number.POSITIVE_INFINITY,
    'a weekly window opens within two weeks, also where the clocks jump over it once',
  );
  return earliest;
}

/** Days before today on which a window that is still open may have begun, and days ahead in which each weekday comes twice. */
const DAYS_BACK = 2;
const DAYS_AHEAD = 14;

function openingOf(window: Window, at: Instant): Instant {
  const today = Math.floor(wallAt(window.zone, at) / DAY_MINUTES);
  for (let day = today - DAYS_BACK; day <= today + DAYS_AHEAD; day++) {
    if (!window.days.includes(isoWeekday(day))) continue;
    // Where the clocks go back the first 02:30 opens and the second one closes; where they go forward over it, the jump does both.
    const opens = firstInstantOf(window.zone, day * DAY_MINUTES + window.fromMinute);
    const closes = lastInstantOf(window.zone, day * DAY_MINUTES + window.toMinute);
    if (at < closes && opens < closes) return Math.max(at, opens);
  }
  return Number.POSITIVE_INFINITY;
}

/** 1970-01-01, day 0, was a Thursday. */
const isoWeekday = (day: number): number => ((((day + 3) % 7) + 7) % 7) + 1;
