import type { Instant } from '../plan/plan.ts';
import { HOLD_CAUSE, isActive } from './holds.ts';
import { PAGE_AGAIN_MS } from './rolling-back.ts';
import type { Hold, RolloutState } from './rollout.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** How often people have been due to be reminded of a hold: at 1 h, 4 h, then daily; of a circumstance after a day, then daily. */
const remindersDue = (hold: Hold, now: Instant): number => {
  const age = now - hold.since;
  const daily = Math.floor(age / DAY);
  if (HOLD_CAUSE[hold.code] === 'circumstance') return daily;
  return (age >= HOUR ? 1 : 0) + (age >= 4 * HOUR ? 1 : 0) + daily;
};

export const holdsToRemind = (state: RolloutState, now: Instant): readonly Hold[] =>
  state.holds.filter((hold) => isActive(hold) && hold.told && remindersDue(hold, now) > hold.reminders);

/** A rollback that is not where it should be calls people again every 5 minutes, without end. */
export const isPageDue = (state: RolloutState, now: Instant): boolean =>
  state.status === 'rollingBack' &&
  state.rollback !== null &&
  state.rollback.verifiedAt === null &&
  now - state.rollback.pagedAt >= PAGE_AGAIN_MS;

/** Counts what people are reminded of in this entry, so that the next tick does not remind them again. */
export const countReminders = (state: RolloutState, now: Instant): RolloutState => {
  const due = holdsToRemind(state, now);
  const paged = isPageDue(state, now);
  if (due.length === 0 && !paged) return state;
  const holds = state.holds.map((hold) =>
    due.includes(hold) ? { ...hold, reminders: remindersDue(hold, now) } : hold,
  );
  const rollback = paged && state.rollback !== null ? { ...state.rollback, pagedAt: now } : state.rollback;
  return { ...state, holds, rollback };
};
