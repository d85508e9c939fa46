/** What a tick sees that does not come in rows: live weights, health, alarms. Writes into the situation in the making, nothing else. */
import type { Instant } from '../plan/plan.ts';
import type { Evidence } from './evidence.ts';
import { incidentState } from './incidents.ts';
import type { Rollback, RolloutState, RuleState } from './rollout.ts';
import { isLive, liveWeight, type Observing } from './situation.ts';

/** Live weights, health and alarms: what does not come in rows. */
export const lookAround = ({ plan, state, evidence }: Observing): void => {
  const { now } = evidence;
  state.rules = confirmRules(state, evidence);
  const allThere = state.rules.every((rule, index) => rule.isConfirmed && seenAt(evidence, index) === state.weight);
  if (state.status === 'baking' && state.bake.startedAt === null && allThere)
    state.bake = { ...state.bake, startedAt: now };
  const { candidate } = evidence.health;
  const noneHealthy = candidate === null ? state.unhealthySince !== null : candidate.healthy === 0;
  state.unhealthySince = noneHealthy && isLive(state) ? (state.unhealthySince ?? now) : null;
  const unclear = incidentState(plan, state, evidence) === 'unclear';
  state.alarmsUnclearSince = unclear ? (state.alarmsUnclearSince ?? now) : null;
  if (state.status === 'scheduled') state.healthyAtStart = countTargets(state, evidence);
  state.zeroSince = zeroSince(state, evidence);
  state.rollback = state.rollback && verify(state.rollback, evidence);
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

/** Since when all traffic has been taken away from outside; what cannot be read changes nothing. */
const zeroSince = (state: RolloutState, { now, rules }: Evidence): Instant | null => {
  if (!isLive(state) || rules.some((reading) => (liveWeight(reading) ?? 0) > 0)) return null;
  return rules.every((reading) => liveWeight(reading) === 0) ? (state.zeroSince ?? now) : state.zeroSince;
};

/**
 * The way back is done when every rule shows weight 0, or is gone. One that cannot be read, or forwards elsewhere, is not known to
 * be there; one that somebody raises again takes it back.
 */
const verify = (rollback: Rollback, { now, rules }: Evidence): Rollback => {
  if (rules.some((reading) => (liveWeight(reading) ?? 0) > 0))
    return rollback.verifiedAt === null ? rollback : { ...rollback, verifiedAt: null, quietRows: 0 };
  const isHome = rules.every((reading) => reading.kind === 'gone' || liveWeight(reading) === 0);
  return rollback.verifiedAt === null && isHome ? { ...rollback, verifiedAt: now } : rollback;
};
