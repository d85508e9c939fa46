import type { CircumstanceCode, HoldCode, Reason } from './reason.ts';
import type { Hold, RolloutState } from './rollout.ts';

/**
 * Who ends a hold. `circumstance`: it ends by itself after ten rows without the cause. `unknown` and `outside`: an operator only.
 * `provenBad`: an operator, or after the plan's `holdFor` a rollback.
 */
export type HoldCause = 'circumstance' | 'unknown' | 'outside' | 'provenBad';

export const HOLD_CAUSE = {
  BLIND: 'circumstance',
  NO_DATA: 'circumstance',
  SHARED_OUTAGE: 'circumstance',
  SPLIT_OFF: 'circumstance',
  INCIDENT_OPEN: 'circumstance',
  CANDIDATE_TOO_SMALL: 'circumstance',
  WAY_BACK_NARROW: 'circumstance',
  INSUFFICIENT_DATA: 'unknown',
  SIGN_OFF_EXPIRED: 'unknown',
  START_LATE: 'unknown',
  GUARD_UNACQUITTED: 'unknown',
  WATCH_ON_STICKY: 'unknown',
  OPERATOR: 'outside',
  WEIGHT_LOWERED_OUTSIDE: 'outside',
  RULE_FOREIGN: 'outside',
  RULE_LOCKED: 'outside',
  WATCHDOG: 'outside',
  CRITERION_FAILED: 'provenBad',
  GATE_STALE: 'provenBad',
  NO_GO: 'provenBad',
} as const satisfies Record<HoldCode, HoldCause>;

/** Rows without the cause after which a circumstance has ended. */
export const CLEAN_ROWS = 10;

/** A reason that holds: what a hold may be begun with. */
export type HoldReason = Extract<Reason, { readonly code: HoldCode }>;

export const isHoldReason = (reason: Reason): reason is HoldReason => Object.hasOwn(HOLD_CAUSE, reason.code);

const isCircumstance = (hold: Hold): boolean => HOLD_CAUSE[hold.code] === 'circumstance';

/** Still stops progress: a circumstance until its clean rows are full, anything else until somebody ends it. */
export const isActive = (hold: Hold): boolean => !isCircumstance(hold) || hold.cleanRows < CLEAN_ROWS;

export const activeHolds = (state: Pick<RolloutState, 'holds'>): readonly Hold[] => state.holds.filter(isActive);

export const findHold = (state: Pick<RolloutState, 'holds'>, code: HoldCode): Hold | undefined =>
  state.holds.find((hold) => hold.code === code);

export const beginHold = (reason: HoldReason, since: number, told: boolean): Hold => ({
  code: reason.code,
  since,
  reason,
  causeRows: 0,
  cleanRows: 0,
  reminders: 0,
  told,
});

/**
 * Moves the circumstances by one row: a cause that is there begins or prolongs its hold, a cause that is gone counts a clean row.
 * A neutral row (a minute without requests) proves nothing and leaves the count as it is.
 */
export const moveCircumstances = (
  holds: readonly Hold[],
  causes: readonly Extract<Reason, { readonly code: CircumstanceCode }>[],
  since: number,
  neutral: boolean,
): readonly Hold[] => {
  if (causes.length === 0 && !holds.some(isCircumstance)) return holds;
  const moved = holds.map((hold) => {
    if (!isCircumstance(hold)) return hold;
    if (causes.some((cause) => cause.code === hold.code))
      return { ...hold, cleanRows: 0, causeRows: hold.causeRows + 1 };
    return neutral ? hold : { ...hold, cleanRows: Math.min(CLEAN_ROWS, hold.cleanRows + 1) };
  });
  const begun = causes.filter((cause) => !holds.some((hold) => hold.code === cause.code));
  return [...moved, ...begun.map((cause) => ({ ...beginHold(cause, since, false), causeRows: 1 }))];
};
