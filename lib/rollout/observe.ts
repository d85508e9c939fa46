/** Step 3 of a tick: folds what was seen into the state, row by row. Pure; nothing is decided here. */
import { sense, weigh, weighBusiness } from '../judge/judge.ts';
import type { BusinessRow, Row } from '../judge/row.ts';
import { minuteOf } from '../judge/row.ts';
import type { RowCause, Trip } from '../judge/verdict.ts';
import type { Instant, Plan } from '../plan/plan.ts';
import { bakeOn, ceilMinute, standingOf } from './bake-clock.ts';
import { BLIND_AFTER_MINUTES, behindMinutes, tickCauses } from './circumstances.ts';
import type { Evidence } from './evidence.ts';
import { activeHolds, moveCircumstances } from './holds.ts';
import { lookAround } from './look-around.ts';
import type { Rollback, RolloutState } from './rollout.ts';
import { isLive, type Situation } from './situation.ts';

const MINUTE = 60_000;

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
  const looked = lookAround(plan, { ...before, unsettled: evidence.unsettled }, evidence);
  let seen: Situation = {
    plan,
    state: looked,
    evidence,
    trip: null,
    failed: earlier.failed,
    checkpoint: earlier.checkpoint,
  };
  for (const row of evidence.rows) seen = foldRow(seen, row);
  for (const row of evidence.businessRows) seen = foldBusinessRow(seen, row);
  return { ...seen, state: noticeBlindness(seen.state, evidence) };
};

/** One row of traffic: what it says about the measurement first, then its weight as evidence, then the bake clock. */
const foldRow = (seen: Situation, row: Row): Situation => {
  const { plan, state, evidence } = seen;
  const minute = minuteOf(row);
  const next = { ...state.next, row: minute + MINUTE };
  if (!isLive(state))
    return { ...seen, state: { ...state, next, rollback: state.rollback && watchDraining(state.rollback, row) } };
  const stage = standingOf(plan, state, minute);
  const { judge, causes, neutral } = sense(plan, state.judge, state.phase, row, stage);
  const told = causes.filter(({ code }) => counts(code, state)).map((cause) => reasonOf(cause, state, evidence));
  const holds = moveCircumstances(state.holds, [...told, ...tickCauses(plan, state, evidence)], minute, neutral);
  const excluded = activeHolds({ holds }).some(({ code }) => code === 'SHARED_OUTAGE' || code === 'SPLIT_OFF');
  const weighed = weigh(plan, judge, state.phase, row, { stage, excluded });
  const leftOut = excluded ? leaveOut(state.leftOut, minute) : state.leftOut;
  const folded = { ...state, next, holds, leftOut, judge: weighed.judge };
  return bakeOn({ ...seen, trip: seen.trip ?? firstTrip(weighed.trips), state: folded }, minute, neutral);
};

const reasonOf = (cause: RowCause, state: RolloutState, { now }: Evidence) =>
  cause.code === 'BLIND' ? { ...cause, behindMinutes: behindMinutes(state, now) } : cause;

/** With rule stickiness the split lags the weight, and recorded rows are used as they are: then the split says nothing. */
const counts = (code: string, state: RolloutState): boolean =>
  code !== 'SPLIT_OFF' || !(state.recorded || state.rules.some((rule) => rule.sticky));

/** The regression watch first: it has the guarantee, and its sentence says more. */
const firstTrip = (trips: readonly Trip[]): Trip | null =>
  trips.find((trip) => trip.kind === 'watch') ?? trips[0] ?? null;

const leaveOut = (earlier: readonly [Instant, Instant] | null, minute: Instant): readonly [Instant, Instant] =>
  earlier !== null && minute - earlier[1] <= MINUTE ? [earlier[0], minute] : [minute, minute];

const foldBusinessRow = (seen: Situation, row: BusinessRow): Situation => {
  const { plan, state } = seen;
  const minute = minuteOf(row);
  const moved = { ...state, next: { ...state.next, business: minute + MINUTE } };
  if (!isLive(state)) return { ...seen, state: moved };
  const stage = standingOf(plan, state, minute);
  const excluded = state.leftOut !== null && minute >= state.leftOut[0] && minute <= state.leftOut[1];
  const weighed = weighBusiness(plan, state.judge, state.phase, row, { stage, excluded });
  return { ...seen, trip: seen.trip ?? firstTrip(weighed.trips), state: { ...moved, judge: weighed.judge } };
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

/** Rows that do not come blind us, whatever the cause. */
const noticeBlindness = (state: RolloutState, evidence: Evidence): RolloutState => {
  const behind = behindMinutes(state, evidence.now);
  if (!isLive(state) || evidence.more || behind <= BLIND_AFTER_MINUTES) return state;
  const fault = evidence.metricsFault ?? undefined;
  const holds = moveCircumstances(state.holds, [{ code: 'BLIND', behindMinutes: behind, fault }], evidence.now, true);
  return { ...state, holds };
};
