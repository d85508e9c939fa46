import type { Plan } from '../plan/plan.ts';
import type { Evidence } from './evidence.ts';
import { findHold } from './holds.ts';
import { incidentsForCriteria, openIncidents } from './incidents.ts';
import type { CircumstanceCode, Reason, ReasonOf } from './reason.ts';
import type { RolloutState } from './rollout.ts';
import { fullFleet, lacksCapacity, lowestWeight, type Situation, targetsNeeded } from './situation.ts';

type Circumstance = Extract<Reason, { readonly code: CircumstanceCode }>;

/** A row is at most 8 minutes old when it is judged (settle.ts); beyond that we judge blindly. */
export const BLIND_AFTER_MINUTES = 8;

/** Whole minutes from the end of the newest judged row to now; normally 3 or 4. */
export const behindMinutes = (state: Pick<RolloutState, 'next'>, now: number): number =>
  Math.floor((now - state.next.row) / 60_000);

/** Causes that are seen with a tick and not in a row: they count for every row of the tick. */
export const tickCauses = (plan: Plan, state: RolloutState, evidence: Evidence): readonly Circumstance[] => {
  const causes: Circumstance[] = [];
  const incidents = openIncidents(plan, state, evidence);
  if (incidents.length > 0) causes.push({ code: 'INCIDENT_OPEN', incidents });
  const narrow = narrowWayBack(plan, state, evidence);
  if (narrow !== null) causes.push(narrow);
  const small = findHold(state, 'CANDIDATE_TOO_SMALL')?.reason;
  if (small?.code === 'CANDIDATE_TOO_SMALL' && lacksCapacity({ plan, state, evidence }, small.nextWeight)) {
    causes.push(tooSmall(plan, state, evidence, small.nextWeight));
  }
  return causes;
};

export const tooSmall = (plan: Plan, state: RolloutState, evidence: Evidence, nextWeight: number) =>
  ({
    code: 'CANDIDATE_TOO_SMALL',
    healthy: evidence.health.candidate?.healthy ?? null,
    needed: fullFleet(plan, state) === null ? null : targetsNeeded(plan, state, nextWeight),
    nextWeight,
  }) as const;

/** Known only: the baseline could not take everything back. */
export const narrowWayBack = (
  plan: Plan,
  state: RolloutState,
  evidence: Evidence,
): ReasonOf<'WAY_BACK_NARROW'> | null => {
  const lowest = lowestWeight({ plan, state, evidence });
  if (lowest === 0) return null;
  const healthy = evidence.health.baseline?.healthy ?? 0;
  const needed = Math.ceil(0.66 * (fullFleet(plan, state) ?? 0));
  return { code: 'WAY_BACK_NARROW', healthy, needed, sharePercent: 100 - lowest };
};

/** What stands against a rise to `weight`, whoever asks for it: an open incident, a narrow way back, a candidate too small. */
export const standsAgainst = (
  { plan, state, evidence }: Pick<Situation, 'plan' | 'state' | 'evidence'>,
  weight: number,
): Circumstance | undefined => {
  const incidents = openIncidents(plan, state, evidence);
  if (incidents.length > 0) return { code: 'INCIDENT_OPEN', incidents };
  if (incidentsForCriteria(plan, state, evidence) === 'unknown')
    return { code: 'INCIDENT_OPEN', incidents: ['the alarms cannot be read'] };
  const narrow = narrowWayBack(plan, state, evidence);
  if (narrow !== null) return narrow;
  return weight > 0 && lacksCapacity({ plan, state, evidence }, weight)
    ? tooSmall(plan, state, evidence, weight)
    : undefined;
};
