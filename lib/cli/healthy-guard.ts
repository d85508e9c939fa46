/** How often a guard would trip on a healthy candidate: the production judge on simulated minutes. */
import { beginBake, initialJudge, sense, weigh } from '../judge/judge.ts';
import { type Counts, minuteText, type Row } from '../judge/row.ts';
import type { Guard, Plan, ShareKey } from '../plan/plan.ts';
import { clumped, type Generator, stream } from '../sim/random.ts';

/** What is assumed of a healthy candidate; said with every answer. */
export const ASSUMED = { dispersion: 3, days: 20, seed: 1 } as const;

const MINUTES = ASSUMED.days * 1440;

export interface HealthyTraffic {
  /** Of both groups together, the same in every minute. */
  readonly requestsPerMinute: number;
  /** The candidate's share, in percent. */
  readonly weight: number;
  readonly share: ShareKey;
  /** The share of requests that are bad on both sides. */
  readonly badShare: number;
}

/** Trips in `ASSUMED.days` days; after a trip the guard starts anew, as it does in the next rollout. */
export const countHealthyTrips = (plan: Plan, guard: Guard, traffic: HealthyTraffic): number => {
  const alone = withOnly(plan, guard, traffic.weight);
  const generator = stream(ASSUMED.seed, `guard ${guard.text} at ${traffic.weight}`);
  const before = {
    requestsPerMinute: traffic.requestsPerMinute,
    failureShare: traffic.badShare,
    unavailableShare: traffic.badShare,
  };
  const fresh = beginBake(alone, initialJudge(alone, before), 0, { rise: true, restarts: 0 });
  let judge = fresh;
  let trips = 0;
  for (let minute = 0; minute < MINUTES; minute++) {
    const row = rowOf(generator, traffic);
    const sensed = sense(alone, judge, row, 'warmUp');
    const weighed = weigh(alone, sensed.judge, 0, row, { stage: 'warmUp', excluded: false });
    if (weighed.trips.length > 0) trips += 1;
    judge = weighed.trips.length > 0 ? fresh : weighed.judge;
  }
  return trips;
};

/** Nothing but the guard in one endless phase: what else the plan judges by takes time and changes nothing here. */
const withOnly = (plan: Plan, guard: Guard, weight: number): Plan => ({
  ...plan,
  guards: [guard],
  regressionWatch: { off: 'only the guard is looked at' },
  phases: plan.phases.slice(0, 1).map((phase) => ({ ...phase, weight, advance: [] })),
});

/** Which minute it is does not matter to a guard. */
const MINUTE = minuteText(0);

const rowOf = (generator: Generator, traffic: HealthyTraffic): Row => {
  const { requestsPerMinute, weight } = traffic;
  const requests = (requestsPerMinute * weight) / 100;
  return {
    minute: MINUTE,
    weight,
    candidate: countsOf(generator, requests, traffic),
    baseline: countsOf(generator, requestsPerMinute - requests, traffic),
    hosts: true,
  };
};

const countsOf = (generator: Generator, requests: number, { share, badShare }: HealthyTraffic): Counts => {
  const bad = Math.min(requests, clumped(generator, requests * badShare, ASSUMED.dispersion));
  const none = { requests, failures: 0, unavailable: 0, responses: requests, slow: {} };
  if (share === 'failures') return { ...none, failures: bad };
  if (share === 'unavailable') return { ...none, unavailable: bad };
  return { ...none, slow: { [share.slice('slow:'.length)]: bad } };
};
