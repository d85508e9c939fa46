/** What a decision does to the state. Pure; the counterpart of decide.ts. */
import { beginBake, initialJudge } from '../judge/judge.ts';
import { assert, unreachable } from '../plan/assert.ts';
import type { Instant, Plan } from '../plan/plan.ts';
import { floorMinute } from './bake-clock.ts';
import type { Decision } from './entry.ts';
import { beginHold, isHoldReason } from './holds.ts';
import { neverFinishes, type Reason, type ReasonOf } from './reason.ts';
import { isReviewed, newReview, salesOf } from './review.ts';
import type { Bake, Gate, Hold, Rollback, RolloutState, SignOff } from './rollout.ts';
import { liveWeight, phaseOf, type Situation } from './situation.ts';

export const apply = (situation: Situation, decision: Decision): RolloutState => {
  const { plan, state, evidence } = situation;
  const { now } = evidence;
  switch (decision.decision) {
    case 'wait':
      return waited(state, decision.reason, now);
    case 'correct':
      return corrected(plan, state, decision, now);
    case 'extend':
      assert(decision.reason.code === 'EXTENDED', 'an extension says how far');
      return extended(plan, state, decision.reason);
    case 'advance':
      return advanced(situation);
    case 'hold':
      return held(state, decision.reason, now);
    case 'resume':
      assert(decision.reason.code === 'RECOVERED', 'only a circumstance ends by itself');
      return released(state, decision.reason.hold);
    case 'rollBack':
      return rolledBack(situation, decision);
    case 'finish':
      return decision.reason.code === 'AA_OVER'
        ? rolledBack(situation, decision)
        : { ...state, status: 'finished', endedAt: now, endedBy: decision.reason };
    case 'close':
      return { ...state, status: 'closed', endedAt: now, endedBy: decision.reason, holds: [] };
    default:
      return unreachable(decision.decision);
  }
};

const waited = (state: RolloutState, reason: Reason, now: Instant): RolloutState => {
  if (reason.code === 'GATE_PASSED') return gatePassed(state, reason.autoSignOffs, now);
  // Nobody is asked to confirm a start that never comes.
  if (reason.code === 'AWAITING_ROLLOUT' && neverFinishes(reason.its)) return released(state, 'START_LATE');
  if (reason.code === 'AWAITING_SIGN_OFF' && state.gate !== null && state.gate.reminders !== reason.reminder) {
    return { ...state, gate: { ...state.gate, reminders: reason.reminder } };
  }
  return state;
};

/** Roles that sign by themselves do so now, unless a lead has already said otherwise. */
const gatePassed = (state: RolloutState, auto: readonly string[], now: Instant): RolloutState => {
  const silent = auto.filter((role) => !state.signOffs.some((signOff) => signOff.role === role));
  const signed = silent.map(
    (role): SignOff => ({ role, answer: 'GO', actor: 'auto', at: now, why: 'all criteria pass' }),
  );
  const gate: Gate = { passedAt: now, askedAt: now, reminders: 0 };
  return { ...state, status: 'passed', gate, signOffs: [...state.signOffs, ...signed] };
};

/** The gate's look counts as a checkpoint, but in a phase with daily ones: there only the days do. */
const extended = (plan: Plan, state: RolloutState, { toMinutes, assessments }: ReasonOf<'EXTENDED'>): RolloutState => {
  const passed = assessments.every(({ verdict }) => verdict === 'pass');
  const { passesInARow } = state.bake;
  const counted = phaseOf(plan, state).daily ? passesInARow : passesInARow + 1;
  return { ...state, bake: { ...state.bake, targetMinutes: toMinutes, passesInARow: passed ? counted : 0 } };
};

/** A bake of the present phase. Each one begun anew halves β, so that looking again is paid for. */
export const freshBake = (plan: Plan, state: RolloutState, restarts: number): Bake => {
  const { bakeMinutes, extendUpToMinutes } = phaseOf(plan, state);
  return {
    startedAt: null,
    minutes: 0,
    targetMinutes: bakeMinutes,
    upToMinutes: extendUpToMinutes,
    restarts,
    checkpointsDone: 0,
    passesInARow: 0,
  };
};

/** Bakes the present phase again, from the moment its weight is seen. */
export const bakeAgain = (plan: Plan, state: RolloutState): RolloutState => {
  // A bake that had not begun was not looked at.
  const restarts = state.bake.restarts + (state.bake.startedAt === null ? 0 : 1);
  return {
    ...state,
    status: 'baking',
    gate: null,
    bake: freshBake(plan, state, restarts),
    judge: beginBake(plan, state.judge, state.phase, { rise: false, restarts }),
  };
};

const corrected = (plan: Plan, state: RolloutState, decision: Decision, now: Instant): RolloutState => {
  if (decision.reason.code === 'WEIGHT_ABOVE' && state.phase >= 0) return bakeAgain(plan, state);
  return decision.reason.code === 'WEIGHT_UNWRITTEN' ? { ...state, roseAt: now } : state;
};

/** The first advance starts the rollout: from now on rows are judged, against what the day before told about the baseline. */
const advanced = ({ plan, state, evidence }: Situation): RolloutState => {
  const { now } = evidence;
  if (state.startedAt !== null) return enterPhase(plan, state, state.phase + 1, now);
  const judge = evidence.preflight === null ? state.judge : initialJudge(plan, evidence.preflight.dayBefore);
  const first = floorMinute(now);
  return enterPhase(plan, { ...state, judge, startedAt: now, next: { row: first, business: first } }, 0, now);
};

/** Enters a phase: its weight is recorded, its bake begins when the weight is seen live. */
export const enterPhase = (plan: Plan, state: RolloutState, phase: number, now: Instant): RolloutState => {
  const entered = { ...state, phase };
  const { weight } = phaseOf(plan, entered);
  const rise = weight > state.weight;
  return {
    ...entered,
    ...lookedBack(plan, state, phase, now),
    status: 'baking',
    weight,
    weightBefore: state.weight,
    roseAt: rise ? now : state.roseAt,
    rules: state.rules.map((rule) => ({ ...rule, isConfirmed: false })),
    bake: freshBake(plan, entered, 0),
    gate: null,
    signOffs: [],
    lateStartConfirmed: false,
    judge: beginBake(plan, state.judge, phase, { rise, restarts: 0 }),
  };
};

const lookedBack = (
  plan: Plan,
  state: RolloutState,
  phase: number,
  now: Instant,
): Pick<RolloutState, 'review' | 'salesBefore'> =>
  isReviewed(plan)
    ? {
        review: plan.phases[phase]?.daily === true ? newReview(plan, floorMinute(now)) : undefined,
        salesBefore: salesOf(plan, state),
      }
    : {};

/** A proven fail takes back what leads said before it: they saw other numbers. */
const held = (state: RolloutState, reason: Reason, now: Instant): RolloutState => {
  const known = state.holds.some(({ code }) => code === reason.code);
  const holds = known
    ? state.holds.map((hold) => (hold.code === reason.code ? { ...hold, told: true } : hold))
    : [...state.holds, newHold(reason, now)];
  const isFail = reason.code === 'CRITERION_FAILED' || reason.code === 'GATE_STALE';
  return {
    ...state,
    holds,
    signOffs: isFail ? state.signOffs.filter(({ answer }) => answer === 'NO-GO') : state.signOffs,
  };
};

const newHold = (reason: Reason, now: Instant): Hold => {
  assert(isHoldReason(reason), `${reason.code} is a reason that holds`);
  return beginHold(reason, now, true);
};

export const released = (state: RolloutState, code: string): RolloutState => ({
  ...state,
  holds: state.holds.filter((hold) => hold.code !== code),
});

const rolledBack = ({ state, evidence }: Situation, decision: Decision): RolloutState => {
  const { reason } = decision;
  const { now } = evidence;
  if (state.rollback !== null && (reason.code === 'DRAINED' || reason.code === 'STICKY_TAIL')) {
    return { ...state, status: 'rolledBack', weight: 0, endedAt: now, endedBy: state.rollback.reason };
  }
  const live = Math.max(...evidence.rules.map((reading) => liveWeight(reading) ?? state.weight));
  const weight = Math.min(state.weight, decision.setWeight?.weight ?? live);
  const rollback = state.rollback ?? beginRollback(state, reason, now);
  return { ...state, status: 'rollingBack', weight, weightBefore: state.weight, holds: [], rollback };
};

const beginRollback = (state: RolloutState, reason: Reason, now: Instant): Rollback => ({
  decidedAt: now,
  reason,
  faultBeganAt: faultBegan(reason),
  fromWeight: state.weight,
  verifiedAt: null,
  lastRequestMinute: null,
  quietRows: 0,
  tailRequests: 0,
  pagedAt: now,
});

const faultBegan = (reason: Reason): Instant | null => {
  if (reason.code === 'RECORDED_LATE') return faultBegan(reason.of);
  return reason.code === 'GUARD_TRIPPED' || reason.code === 'WATCH_TRIPPED'
    ? Date.parse(reason.trip.sinceMinute)
    : null;
};
