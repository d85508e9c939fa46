/** Step 3 of a tick: folds what was seen into the state, row by row. Pure; nothing is decided here. */
import { assess, assessDay, markDay, provenFail, sense, weigh, weighBusiness } from '../judge/judge.ts';
import type { BusinessRow, Row } from '../judge/row.ts';
import { minuteOf } from '../judge/row.ts';
import type { Assessment, RowCause, Stage, Trip } from '../judge/verdict.ts';
import { formatDuration } from '../plan/duration.ts';
import type { Instant, Plan } from '../plan/plan.ts';
import { BLIND_AFTER_MINUTES, behindMinutes, tickCauses } from './circumstances.ts';
import type { Evidence } from './evidence.ts';
import { activeHolds, moveCircumstances } from './holds.ts';
import { incidentState, incidentsForCriteria } from './incidents.ts';
import type { Bake, Rollback, RolloutState, RuleState } from './rollout.ts';
import type { PassedCheckpoint, Situation } from './situation.ts';
import { isLive, liveWeight, phaseOf } from './situation.ts';

const MINUTE = 60_000;
const floorMinute = (at: Instant): Instant => Math.floor(at / MINUTE) * MINUTE;
const ceilMinute = (at: Instant): Instant => Math.ceil(at / MINUTE) * MINUTE;

/**
 * The first row of the bake: the second whole minute after the weights were seen (a change takes up to a minute to spread),
 * and not before the warm-up is over. Without a rise there is nothing to wait for.
 */
export const firstBakeRow = (plan: Plan, state: RolloutState): Instant | null => {
  const { startedAt } = state.bake;
  if (startedAt === null) return null;
  const rise = state.weight !== (plan.phases[state.phase - 1]?.weight ?? 0) || state.bake.restarts > 0;
  if (!rise) return ceilMinute(startedAt);
  return Math.max(
    floorMinute(startedAt) + 2 * MINUTE,
    ceilMinute(startedAt + phaseOf(plan, state).warmUpMinutes * MINUTE),
  );
};

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

/** Live weights, health and alarms: what does not come in rows. */
const lookAround = (plan: Plan, state: RolloutState, evidence: Evidence): RolloutState => {
  const { now } = evidence;
  const rules = confirmRules(state, evidence);
  const allThere = rules.every((rule, index) => rule.isConfirmed && seenAt(evidence, index) === state.weight);
  const bake =
    state.status === 'baking' && state.bake.startedAt === null && allThere
      ? { ...state.bake, startedAt: now }
      : state.bake;
  const candidate = evidence.health.candidate;
  const noneHealthy = candidate === null ? state.unhealthySince !== null : candidate.healthy === 0;
  const unclear = incidentState(plan, state, evidence) === 'unclear';
  const atZero = isLive(state) && state.weight > 0 && evidence.rules.every((reading) => liveWeight(reading) === 0);
  return {
    ...state,
    rules,
    bake,
    unhealthySince: noneHealthy && isLive(state) ? (state.unhealthySince ?? now) : null,
    alarmsUnclearSince: unclear ? (state.alarmsUnclearSince ?? now) : null,
    healthyAtStart: state.status === 'scheduled' ? countTargets(state, evidence) : state.healthyAtStart,
    zeroSince: atZero ? (state.zeroSince ?? now) : null,
    rollback: state.rollback && verify(state.rollback, evidence),
  };
};

/** Measured until the start, then kept: the fleets that principle 3 reckons with. */
const countTargets = ({ healthyAtStart }: RolloutState, { health }: Evidence): RolloutState['healthyAtStart'] => ({
  baseline: health.baseline?.healthy ?? healthyAtStart.baseline,
  candidate: health.candidate?.healthy ?? healthyAtStart.candidate,
});

const seenAt = (evidence: Evidence, index: number): number | null => {
  const reading = evidence.rules[index];
  return reading === undefined ? null : liveWeight(reading);
};

const confirmRules = (state: RolloutState, evidence: Evidence): readonly RuleState[] => {
  const confirmed = state.rules.map((rule, index): RuleState => {
    const reading = evidence.rules[index];
    if (reading?.kind !== 'weighted') return rule;
    const there = reading.weight === state.weight;
    if (reading.sticky === rule.sticky && (!there || (rule.isConfirmed && rule.confirmed === state.weight)))
      return rule;
    return {
      confirmed: there ? state.weight : rule.confirmed,
      isConfirmed: rule.isConfirmed || there,
      sticky: reading.sticky,
    };
  });
  return confirmed.some((rule, index) => rule !== state.rules[index]) ? confirmed : state.rules;
};

/** The way back is done when every rule that can be read shows weight 0; an unreadable one is not known to be there. */
const verify = (rollback: Rollback, evidence: Evidence): Rollback => {
  if (rollback.verifiedAt !== null) return rollback;
  const home = evidence.rules.every((reading) => reading.kind !== 'unreadable' && (liveWeight(reading) ?? 0) === 0);
  return home ? { ...rollback, verifiedAt: evidence.now } : rollback;
};

const stageOf = (state: RolloutState, first: Instant | null, minute: Instant): Stage => {
  if (first !== null && minute >= first) return 'bake';
  return state.roseAt !== null && minute >= floorMinute(state.roseAt) ? 'warmUp' : 'before';
};

const foldRow = (seen: Situation, row: Row): Situation => {
  const { plan, state, evidence } = seen;
  const minute = minuteOf(row);
  const moved: RolloutState = {
    ...state,
    next: { ...state.next, row: minute + MINUTE },
    rollback: state.rollback && watchDraining(state.rollback, row),
  };
  if (!isLive(state)) return { ...seen, state: moved };
  const stage = stageOf(state, firstBakeRow(plan, state), minute);
  const { judge, causes, neutral } = sense(plan, state.judge, state.phase, row, stage);
  const told = causes.filter(({ code }) => counts(code, state)).map((cause) => reasonOf(cause, state, evidence));
  const all = [...told, ...tickCauses(plan, state, evidence)];
  const holds = moveCircumstances(state.holds, all, minute, neutral);
  const excluded = activeHolds({ holds }).some(({ code }) => code === 'SHARED_OUTAGE' || code === 'SPLIT_OFF');
  const weighed = weigh(plan, judge, state.phase, row, { stage, excluded });
  const folded: Situation = {
    ...seen,
    trip: seen.trip ?? firstTrip(weighed.trips),
    state: {
      ...moved,
      holds,
      judge: weighed.judge,
      leftOut: excluded ? leaveOut(state.leftOut, minute) : state.leftOut,
    },
  };
  return bakeOn(folded, minute, neutral);
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

/** The bake clock: it stands still while anything holds and in minutes without traffic. */
const bakeOn = (seen: Situation, minute: Instant, neutral: boolean): Situation => {
  const { plan, state } = seen;
  const { bake } = state;
  if (state.status !== 'baking' || bake.startedAt === null || minute < floorMinute(bake.startedAt)) return seen;
  const failed = seen.failed ?? provenFail(plan, state.judge, state.phase) ?? null;
  if (neutral || activeHolds(state).length > 0) return { ...seen, failed };
  return passCheckpoint({ ...seen, failed, state: { ...state, bake: { ...bake, minutes: bake.minutes + 1 } } });
};

const passCheckpoint = (seen: Situation): Situation => {
  const { plan, state, evidence } = seen;
  const phase = phaseOf(plan, state);
  const due = phase.checkpointMinutes[state.bake.checkpointsDone];
  if (due === undefined || state.bake.minutes < due) return seen;
  const incidents = incidentsForCriteria(plan, state, evidence);
  const assessments = assess(plan, state.judge, state.phase, incidents);
  const checkpoint: PassedCheckpoint = {
    label: formatDuration(due),
    assessments,
    ...(phase.daily ? { lastDay: assessDay(plan, state.judge, state.phase, incidents) } : {}),
  };
  const bake = countCheckpoint(state.bake, assessments);
  const judge = phase.daily ? markDay(state.judge) : state.judge;
  return { ...seen, checkpoint, state: { ...state, bake, judge } };
};

const countCheckpoint = (bake: Bake, assessments: readonly Assessment[]): Bake => ({
  ...bake,
  checkpointsDone: bake.checkpointsDone + 1,
  passesInARow: assessments.every(({ verdict }) => verdict === 'pass') ? bake.passesInARow + 1 : 0,
});

const foldBusinessRow = (seen: Situation, row: BusinessRow): Situation => {
  const { plan, state } = seen;
  const minute = minuteOf(row);
  const moved = { ...state, next: { ...state.next, business: minute + MINUTE } };
  if (!isLive(state)) return { ...seen, state: moved };
  const stage = stageOf(state, firstBakeRow(plan, state), minute);
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
