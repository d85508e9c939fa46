/** What a tick sees that does not come in rows: live weights, health, alarms. Pure. */
import type { Plan } from '../plan/plan.ts';
import type { Evidence } from './evidence.ts';
import { incidentState } from './incidents.ts';
import type { Rollback, RolloutState, RuleState } from './rollout.ts';
import { isLive, liveWeight } from './situation.ts';

/** Live weights, health and alarms: what does not come in rows. */
export const lookAround = (plan: Plan, state: RolloutState, evidence: Evidence): RolloutState => {
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
