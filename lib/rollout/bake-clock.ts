/** The bake clock of a phase: when it starts, which rows count, and the checkpoints it passes. Pure. */
import { assess, assessDay, markDay, provenFail } from '../judge/judge.ts';
import type { Assessment, Stage } from '../judge/verdict.ts';
import { formatDuration } from '../plan/duration.ts';
import type { Instant, Plan } from '../plan/plan.ts';
import { activeHolds } from './holds.ts';
import { incidentsForCriteria } from './incidents.ts';
import type { Bake, RolloutState } from './rollout.ts';
import { type PassedCheckpoint, phaseOf, type Situation } from './situation.ts';

const MINUTE = 60_000;
export const floorMinute = (at: Instant): Instant => Math.floor(at / MINUTE) * MINUTE;
export const ceilMinute = (at: Instant): Instant => Math.ceil(at / MINUTE) * MINUTE;

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

/** How much a row of this minute says about the present bake. */
export const standingOf = (plan: Plan, state: RolloutState, minute: Instant): Stage => {
  const first = firstBakeRow(plan, state);
  if (first !== null && minute >= first) return 'bake';
  return state.roseAt !== null && minute >= floorMinute(state.roseAt) ? 'warmUp' : 'before';
};

/** The bake clock: it stands still while anything holds and in minutes without traffic. */
export const bakeOn = (seen: Situation, minute: Instant, neutral: boolean): Situation => {
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
