/** When a rollout ends: as planned, and with the extensions that its criteria are likely to need. Pure. */
import type { Instant, Plan } from '../plan/plan.ts';
import { plannedTimeline } from '../plan/timeline.ts';
import { holds, type PhaseFeasibility } from './feasibility.ts';

export interface Finish {
  /** Every gate passes at the end of its bake, every sign-off comes in time. */
  readonly earliest: Instant;
  /** The same with the extensions that the criteria need; null: a gate is not decided within them, or the traffic is not known. */
  readonly likely: Instant | null;
  /** Name of the first phase whose gate is not decided within all extensions: there it takes an operator. */
  readonly heldIn: string | null;
}

/** When the rollout ends. `phases` of the same plan. */
export const finishOf = (plan: Plan, phases: readonly PhaseFeasibility[]): Finish => {
  const held = phases.find(({ needs }) => needs.some(holds));
  const isKnown = phases.every(({ likelyBakeMinutes }) => likelyBakeMinutes !== null);
  const likely = plan.phases.map((phase, index) => ({
    ...phase,
    bakeMinutes: phases[index]?.likelyBakeMinutes ?? phase.bakeMinutes,
  }));
  return {
    earliest: endOf(plan),
    likely: isKnown ? endOf({ ...plan, phases: likely }) : null,
    heldIn: held?.name ?? null,
  };
};

const endOf = (plan: Plan): Instant => plannedTimeline(plan).find(({ kind }) => kind === 'finish')?.at ?? plan.start;
