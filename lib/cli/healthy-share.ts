import type { Claim, Plan, ShareKey } from '../plan/plan.ts';
import { TRAFFIC, trafficModel } from '../sim/traffic-model.ts';

/** The share of bad requests of a healthy candidate, as rehearsals have it: the numbers are documented in lib/sim/traffic-model.ts. */
export const healthyShareOf = (plan: Plan, share: ShareKey): number => {
  if (share === 'failures') return TRAFFIC.failureShare;
  if (share === 'unavailable') return TRAFFIC.unansweredShare;
  const { thresholds, healthySlow } = trafficModel(plan, { seed: 1, behaviours: [] });
  return healthySlow[thresholds.findIndex(({ key }) => share === `slow:${key}`)] ?? 0;
};

/** The same as a criterion sees it: unanswered requests count net of the baseline's, which leaves nothing. Undefined: not a share. */
export const judgedHealthyShare = (plan: Plan, claim: Claim): number | undefined => {
  if (claim.kind !== 'share') return undefined;
  const isNet = claim.share === 'unavailable' && plan.availability === 'answered';
  return isNet ? 0 : healthyShareOf(plan, claim.share);
};
