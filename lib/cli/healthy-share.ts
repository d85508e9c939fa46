import type { KnownDay } from '../judge/proof.ts';
import type { Plan, ShareKey } from '../plan/plan.ts';
import { TRAFFIC, trafficModel } from '../sim/traffic-model.ts';
import type { GivenRates } from './given-rates.ts';

/** The baseline as it is given, and what is not given as rehearsals have it: the numbers are documented in lib/sim/traffic-model.ts. */
export const healthyDay = (plan: Plan, { failureShare, clumpiness }: GivenRates): KnownDay => {
  const { thresholds, healthySlow } = trafficModel(plan, { seed: 1, behaviours: [] });
  return {
    failureShare: failureShare ?? TRAFFIC.failureShare,
    unavailableShare: TRAFFIC.unansweredShare,
    slowShares: Object.fromEntries(thresholds.map(({ key }, index) => [key, healthySlow[index] ?? 0])),
    clumpiness: clumpiness === undefined ? null : { clumpSize: clumpiness, isMeasured: true, blockMinutes: 1 },
  };
};

export const shareIn = (day: KnownDay, share: ShareKey): number => {
  if (share === 'failures') return day.failureShare ?? 0;
  if (share === 'unavailable') return day.unavailableShare ?? 0;
  return day.slowShares?.[share.slice('slow:'.length)] ?? 0;
};
