import type { Assessment, Trip } from '../judge/verdict.ts';
import { assert } from '../plan/assert.ts';
import { MINUTE_MS } from '../plan/duration.ts';
import type { Phase, Plan } from '../plan/plan.ts';
import type { Evidence, RuleReading } from './evidence.ts';
import type { RolloutState } from './rollout.ts';

/** A checkpoint that the rows of this tick passed: what is announced. */
export interface PassedCheckpoint {
  readonly label: string;
  readonly assessments: readonly Assessment[];
  /** Of a daily checkpoint: the rows since the one before, by themselves. */
  readonly lastDay?: readonly Assessment[] | undefined;
}

/** Everything a decision is made of: the plan, the state with this tick's evidence folded in, and what the rows said on the way. */
export interface Situation {
  readonly plan: Plan;
  readonly state: RolloutState;
  readonly evidence: Evidence;
  /** The first trip of the watch and the first of a guard, the watch's first: it has the guarantee, and its sentence says more. */
  readonly trips: readonly Trip[];
  /** The first criterion that was proven to fail. */
  readonly failed: Assessment | null;
  /** The last checkpoint that the bake clock passed. */
  readonly checkpoint: PassedCheckpoint | null;
}

/** Its fields can be written. */
type Draft<T> = { -readonly [Key in keyof T]: T[Key] };

/** A situation in the making. Its state is a copy of the one before, made by `observe`: what was seen is written into it. */
export interface Observing extends Draft<Omit<Situation, 'state'>> {
  readonly state: Draft<RolloutState>;
}

export const phaseOf = (plan: Plan, state: Pick<RolloutState, 'phase'>): Phase => {
  const phase = plan.phases[Math.max(0, state.phase)];
  assert(phase !== undefined, 'the present phase is one of the plan');
  return phase;
};

/** The phase after the present one; undefined in the last. */
export const nextPhase = (plan: Plan, state: Pick<RolloutState, 'phase'>): Phase | undefined =>
  plan.phases[state.phase + 1];

export const isLive = (state: Pick<RolloutState, 'status'>): boolean =>
  state.status === 'baking' || state.status === 'passed';

export const isEnded = (state: Pick<RolloutState, 'status'>): boolean =>
  state.status === 'rolledBack' || state.status === 'finished' || state.status === 'closed';

/** In the first phase at weight 100 nothing acquits the candidate, in later ones people are asked. */
export const isFirstPhaseAt100 = (plan: Plan, phase: number): boolean =>
  plan.phases[phase]?.weight === 100 && plan.phases[phase - 1]?.weight !== 100;

/** Whole minutes that have passed. */
export const minutesBetween = (from: number, to: number): number => Math.max(0, Math.floor((to - from) / MINUTE_MS));

/** Baseline's healthy targets that count as the whole fleet: the plan's override, or as measured at start. */
export const fullFleet = (plan: Plan, state: RolloutState): number | null =>
  plan.healthyTargets.baseline ?? state.healthyAtStart.baseline;

/** Healthy candidate targets needed to carry `weight` (architecture.md, principle 3); 0 when the fleet is unknown. */
export const targetsNeeded = (plan: Plan, state: RolloutState, weight: number): number =>
  targetsFor(fullFleet(plan, state) ?? 0, weight);

/** Of a fleet of so many healthy targets, those that can carry `weight`. */
export const targetsFor = (fleet: number, weight: number): number => Math.ceil(((0.66 * weight) / 100) * fleet - 1e-9);

/** True unless the candidate is known to have the healthy targets for `weight`: an unknown capacity never allows a rise. */
export const lacksCapacity = (
  { plan, state, evidence }: Pick<Situation, 'plan' | 'state' | 'evidence'>,
  weight: number,
): boolean =>
  evidence.health.candidate === null ||
  fullFleet(plan, state) === null ||
  evidence.health.candidate.healthy < targetsNeeded(plan, state, weight);

/**
 * The lowest weight to which principle 3 lets the candidate go: the baseline's healthy targets can take the share
 * min(1, h / (0.66·H)). Only a known lack counts: unreadable health never stops a rollback.
 */
export const lowestWeight = ({ plan, state, evidence }: Pick<Situation, 'plan' | 'state' | 'evidence'>): number => {
  const fleet = fullFleet(plan, state);
  const healthy = evidence.health.baseline?.healthy ?? null;
  if (healthy === 0) return 100;
  if (fleet === null || healthy === null) return 0;
  const share = Math.min(1, healthy / (0.66 * fleet));
  return share === 1 ? 0 : Math.ceil(1000 * (1 - share) - 1e-9) / 10;
};

/** The live weight of a rule where it is known. */
export const liveWeight = (reading: RuleReading): number | null =>
  reading.kind === 'weighted' ? reading.weight : null;
