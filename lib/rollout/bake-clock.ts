/** The bake clock of a phase: when it starts, which rows count, and the checkpoints it passes. `bakeOn` writes into the situation in the making, nothing else. */
import { assess, assessDay, markDay, provenFail } from '../judge/judge.ts';
import type { Assessment, Stage } from '../judge/verdict.ts';
import { DAY_MINUTES, formatDuration, MINUTE_MS } from '../plan/duration.ts';
import type { Instant, Phase, Plan } from '../plan/plan.ts';
import { activeHolds } from './holds.ts';
import { incidentsForCriteria } from './incidents.ts';
import { closeDay, newReview } from './review.ts';
import type { Bake, RolloutState } from './rollout.ts';
import { type Observing, phaseOf } from './situation.ts';

export const floorMinute = (at: Instant): Instant => Math.floor(at / MINUTE_MS) * MINUTE_MS;
export const ceilMinute = (at: Instant): Instant => Math.ceil(at / MINUTE_MS) * MINUTE_MS;

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
    floorMinute(startedAt) + 2 * MINUTE_MS,
    ceilMinute(startedAt + phaseOf(plan, state).warmUpMinutes * MINUTE_MS),
  );
};

/** How much a row of this minute says about the present bake. */
export const standingOf = (plan: Plan, state: RolloutState, minute: Instant): Stage => {
  const first = firstBakeRow(plan, state);
  if (first !== null && minute >= first) return 'bake';
  return state.roseAt !== null && minute >= floorMinute(state.roseAt) ? 'warmUp' : 'before';
};

/** The bake clock: it stands still while anything holds and in minutes without traffic. */
export const bakeOn = (seen: Observing, minute: Instant, neutral: boolean): void => {
  const { plan, state } = seen;
  const { bake } = state;
  if (state.status !== 'baking' || bake.startedAt === null || minute < floorMinute(bake.startedAt)) return;
  seen.failed ??= provenFail(plan, state.judge, state.phase) ?? null;
  if (neutral || activeHolds(state).length > 0) return;
  state.bake = { ...bake, minutes: bake.minutes + 1 };
  passCheckpoint(seen, minute);
};

const passCheckpoint = (seen: Observing, minute: Instant): void => {
  const { plan, state, evidence } = seen;
  const phase = phaseOf(plan, state);
  const due = dueMinutes(phase, state.bake.checkpointsDone);
  if (due === undefined || state.bake.minutes < due) return;
  const incidents = incidentsForCriteria(plan, state, evidence);
  const assessments = assess(plan, state.judge, state.phase, incidents, state.bake.minutes);
  seen.checkpoint = {
    label: formatDuration(due),
    assessments,
    ...(phase.daily ? { lastDay: assessDay(plan, state.judge, state.phase, incidents) } : {}),
  };
  state.bake = countCheckpoint(state.bake, assessments);
  if (!phase.daily) return;
  state.judge = markDay(state.judge);
  // An entry of an earlier release has none: what it would tell of the day is not known.
  state.review =
    state.review === undefined ? newReview(plan, minute) : closeDay(plan, state.review, state.bake.checkpointsDone);
};

/** Minutes at which the next checkpoint lies. Daily ones go on beyond the gate, where an extension or a resume makes the bake longer. */
const dueMinutes = (phase: Phase, done: number): number | undefined => {
  const { checkpointMinutes, daily, bakeMinutes } = phase;
  const planned = checkpointMinutes[done];
  return planned ?? (daily ? bakeMinutes + (done - checkpointMinutes.length + 1) * DAY_MINUTES : undefined);
};

const countCheckpoint = (bake: Bake, assessments: readonly Assessment[]): Bake => ({
  ...bake,
  checkpointsDone: bake.checkpointsDone + 1,
  passesInARow: assessments.every(({ verdict }) => verdict === 'pass') ? bake.passesInARow + 1 : 0,
});
