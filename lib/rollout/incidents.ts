import type { Plan } from '../plan/plan.ts';
import type { Evidence } from './evidence.ts';
import type { RolloutState } from './rollout.ts';

/** A named alarm may be without data for this long before it makes the answer unknown. */
const UNCLEAR_MS = 10 * 60_000;

/** Open critical incidents by name: alarms that are on, and what people opened. */
export const openIncidents = (plan: Plan, state: RolloutState, evidence: Evidence): readonly string[] => [
  ...plan.incidents.alarms.filter((_, index) => evidence.alarms?.[index] === 'alarm'),
  ...state.incidents,
];

/** `unclear`: an alarm cannot be read, does not exist or has no data. */
export const incidentState = (plan: Plan, state: RolloutState, evidence: Evidence): 'none' | 'open' | 'unclear' => {
  if (openIncidents(plan, state, evidence).length > 0) return 'open';
  if (plan.incidents.alarms.length === 0) return 'none';
  return evidence.alarms === null || evidence.alarms.includes('insufficient') ? 'unclear' : 'none';
};

/** What the criterion `noIncidents` is told: an alarm may be without data for ten minutes, an unreadable one is unknown at once. */
export const incidentsForCriteria = (
  plan: Plan,
  state: RolloutState,
  evidence: Evidence,
): 'none' | 'open' | 'unknown' => {
  const seen = incidentState(plan, state, evidence);
  if (seen !== 'unclear') return seen;
  if (evidence.alarms === null) return 'unknown';
  const since = state.alarmsUnclearSince ?? evidence.now;
  return evidence.now - since >= UNCLEAR_MS ? 'unknown' : 'none';
};
