/**
 * Which regressions the watch will see in a phase, roughly and at once, where there is no time to simulate: the evidence that its bet on the
 * candidate's odds of a failure gains a minute is at most their number times the divergence of the share they have from the one that is
 * allowed (Kelly 1956). Pure.
 */
import type { Plan } from '../plan/plan.ts';
import { ASSUMED_CLUMPINESS } from './clumpiness.ts';
import type { KnownDay } from './proof.ts';
import { TOLERANCE } from './regression.ts';
import { stakePlanOf } from './stakes.ts';

/** Of its stake about what lies on the odds of the failures, and of that on the better of two alternatives. */
const ON_ODDS = 0.3;
/** So much longer it takes nine of ten rollouts than the divergence says. Fitted to the simulation of `sluice check`, at 300 to 50,000 requests a minute. */
const SLACK = 2.2;

/**
 * How many times as much as the baseline the candidate must fail, to be seen within the phase's bake in nine of ten rollouts: between two
 * thirds and one and a half times what a simulation says. Null: nothing is, not known, or not watched.
 */
export const smallestSeen = (
  plan: Plan,
  phase: number,
  requestsPerMinute: number | null,
  day: KnownDay,
): number | null => {
  const { regressionWatch: watch, phases } = plan;
  const { weight, bakeMinutes } = phases[phase] ?? { weight: 100, bakeMinutes: 0 };
  const share = day.failureShare ?? 0;
  if ('off' in watch || requestsPerMinute === null || weight >= 100 || share <= 0) return null;
  const evidence = -Math.log(watch.falseRollbacks * stakeOn(plan, phase) * ON_ODDS);
  const clumpiness = day.clumpiness?.clumpSize ?? ASSUMED_CLUMPINESS;
  const isSeen = (times: number): boolean =>
    SLACK * clumpiness * evidence <= bakeMinutes * gainOf(times, weight / 100, requestsPerMinute * share);
  const most = 1 / share;
  if (!isSeen(most)) return null;
  let low = 1;
  let high = most;
  while (high > 1.01 * low) {
    const middle = Math.sqrt(low * high);
    if (isSeen(middle)) high = middle;
    else low = middle;
  }
  return high;
};

/** Divergence of a minute; `failures`: of both sides together, were the candidate healthy. */
const gainOf = (times: number, weight: number, failures: number): number => {
  if (times <= TOLERANCE) return 0;
  const all = times * weight + 1 - weight;
  const seen = (times * weight) / all;
  const allowed = (TOLERANCE * weight) / (TOLERANCE * weight + 1 - weight);
  const divergence = seen * Math.log(seen / allowed) + (1 - seen) * Math.log((1 - seen) / (1 - allowed));
  return failures * all * divergence;
};

/** Laid on the phase's first minute. */
const stakeOn = (plan: Plan, phase: number): number => {
  const { onFirst, onRises, evenly, rises } = stakePlanOf(plan, 1);
  if (phase === 0) return onFirst;
  return rises.includes(phase) ? onRises / rises.length : evenly / plan.phases.length;
};
