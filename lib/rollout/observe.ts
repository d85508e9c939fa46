/** Step 3 of a tick: folds what was seen into the state, row by row. Pure; nothing is decided here. */

import { lookEarly, sense, weigh, weighBusiness } from '../judge/judge.ts';
import type { BusinessRow, Row } from '../judge/row.ts';
import { minuteOf } from '../judge/row.ts';
import type { RowCause, Trip } from '../judge/verdict.ts';
import { MINUTE_MS } from '../plan/duration.ts';
import type { Instant, Plan } from '../plan/plan.ts';
import { bakeOn, ceilMinute, standingOf } from './bake-clock.ts';
import { BLIND_AFTER_MINUTES, behindMinutes, tickCauses } from './circumstances.ts';
import { isKnownLowered } from './drift.ts';
import type { Evidence } from './evidence.ts';
import { activeHolds, moveCircumstances } from './holds.ts';
import { lookAround } from './look-around.ts';
import { reviewRow, reviewSales } from './review.ts';
import type { Rollback, RolloutState } from './rollout.ts';
import { isLive, type Observing, type Situation } from './situation.ts';

/**
 * Folds all evidence of one tick. The rows are judged one at a time, in order; the first that trips or fails is remembered.
 * @param earlier what earlier parts of the same tick saw and did not decide on
 */
export const observe = (
  plan: Plan,
  before: RolloutState,
  evidence: Evidence,
  earlier: Pick<Situation, 'failed' | 'checkpoint'> = { failed: null, checkpoint: null },
): Situation => {
  const seen: Observing = {
    plan,
    state: { ...before, unsettled: evidence.unsettled },
    evidence,
    trips: [],
    failed: earlier.failed,
    checkpoint: earlier.checkpoint,
  };
  lookAround(seen);
  for (const row of evidence.rows) foldRow(seen, row);
  for (const row of evidence.businessRows) foldBusinessRow(seen, row);
  seeEarly(seen);
  if (evidence.rows.length === 0) noticeCircumstances(seen);
  noticeBlindness(seen);
  return seen;
};

/** One row of traffic: what it says about the measurement first, then its weight as evidence, then the bake clock. */
const foldRow = (seen: Observing, row: Row): void => {
  const { plan, state, evidence } = seen;
  const minute = minuteOf(row);
  if (!isLive(state)) {
    state.next = { row: minute + MINUTE_MS, business: state.next.business };
    state.rollback = state.rollback && watchDraining(state.rollback, row);
    return;
  }
  const stage = standingOf(plan, state, minute);
  const { judge, causes, neutral } = sense(plan, state.judge, row, stage);
  const told = causes.filter(({ code }) => counts(code, state)).map((cause) => reasonOf(cause, state, evidence));
  state.holds = moveCircumstances(state.holds, [...told, ...tickCauses(plan, state, evidence)], minute, neutral);
  const excluded = activeHolds(state).some(({ code }) => code === 'SHARED_OUTAGE' || code === 'SPLIT_OFF');
  if (excluded) state.leftOut = leaveOut(state, minute);
  const weighed = weigh(plan, judge, state.phase, row, { stage, excluded });
  state.judge = weighed.judge;
  state.next = { row: minute + MINUTE_MS, business: state.next.business };
  seen.trips = firstOfEach(seen.trips, weighed.trips);
  state.review = state.review && reviewRow(state.review, row, state);
  bakeOn(seen, minute, neutral);
};

/** Minutes that are not settled add nothing to the evidence; where they trip the watch even at their worst for a rollback, nobody waits for them. */
const seeEarly = (seen: Observing): void => {
  const { plan, state, evidence } = seen;
  const { young = [], more } = evidence;
  if (young.length === 0 || more || !isLive(state)) return;
  const trip = lookEarly(plan, state.judge, state.phase, young, (row) => standingOf(plan, state, minuteOf(row)));
  if (trip !== undefined) seen.trips = firstOfEach(seen.trips, [trip]);
};

const reasonOf = (cause: RowCause, state: RolloutState, { now }: Evidence) =>
  cause.code === 'BLIND' ? { ...cause, behindMinutes: behindMinutes(state, now) } : cause;

/**
 * With rule stickiness the split lags the weight, and recorded rows are used as they are: then the split says nothing. Where somebody or the
 * watchdog lowered the weight, fewer requests or none follow from it: that is one hold, not three, and what still arrives is guarded.
 */
const counts = (code: string, state: RolloutState): boolean => {
  if (code !== 'SPLIT_OFF' && code !== 'NO_DATA') return true;
  if (isKnownLowered(state)) return false;
  return code !== 'SPLIT_OFF' || !(state.recorded || state.rules.some((rule) => rule.sticky));
};

const firstOfEach = (earlier: readonly Trip[], trips: readonly Trip[]): readonly Trip[] => {
  if (trips.length === 0) return earlier;
  const all = [...earlier, ...trips];
  return [all.find(({ kind }) => kind === 'watch'), all.find(({ kind }) => kind === 'guard')].filter(
    (trip) => trip !== undefined,
  );
};

/** Rows of business metrics come later: what lies between two stretches of which they are still to come is left out with them. */
const leaveOut = ({ leftOut, next }: RolloutState, minute: Instant): readonly [Instant, Instant] =>
  leftOut !== null && (minute - leftOut[1] <= MINUTE_MS || leftOut[1] >= next.business)
    ? [leftOut[0], minute]
    : [minute, minute];

const foldBusinessRow = (seen: Observing, row: BusinessRow): void => {
  const { plan, state } = seen;
  const minute = minuteOf(row);
  state.next = { row: state.next.row, business: minute + MINUTE_MS };
  if (!isLive(state)) return;
  const stage = standingOf(plan, state, minute);
  const excluded = state.leftOut !== null && minute >= state.leftOut[0] && minute <= state.leftOut[1];
  const weighed = weighBusiness(plan, state.judge, state.phase, row, { stage, excluded });
  state.judge = weighed.judge;
  state.review = state.review && reviewSales(state.review, row);
  seen.trips = firstOfEach(seen.trips, weighed.trips);
};

const watchDraining = (rollback: Rollback, row: Row): Rollback => {
  const requests = row.candidate?.requests ?? 0;
  const last = requests > 0 ? row.minute : rollback.lastRequestMinute;
  if (rollback.verifiedAt === null || minuteOf(row) < ceilMinute(rollback.verifiedAt))
    return { ...rollback, lastRequestMinute: last };
  return {
    ...rollback,
    lastRequestMinute: last,
    quietRows: requests > 0 ? 0 : rollback.quietRows + 1,
    tailRequests: rollback.tailRequests + requests,
  };
};

/** Incidents and a narrow way back are seen also while no rows come. */
const noticeCircumstances = ({ plan, state, evidence }: Observing): void => {
  if (isLive(state))
    state.holds = moveCircumstances(state.holds, tickCauses(plan, state, evidence), evidence.now, true);
};

/** Rows that do not come blind us, whatever the cause. */
const noticeBlindness = ({ state, evidence }: Observing): void => {
  const behind = behindMinutes(state, evidence.now);
  if (!isLive(state) || evidence.more || behind <= BLIND_AFTER_MINUTES) return;
  const fault = evidence.metricsFault ?? undefined;
  state.holds = moveCircumstances(state.holds, [{ code: 'BLIND', behindMinutes: behind, fault }], evidence.now, true);
};
