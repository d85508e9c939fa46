import { clumpinessOf, type ZoneMinute } from '../judge/clumpiness.ts';
import { type DayBefore, UNKNOWN_DAY } from '../judge/verdict.ts';
import { DAY_MINUTES } from '../plan/duration.ts';
import type { Instant } from '../plan/plan.ts';
import { MINUTE } from './clock.ts';
import { binomial, poisson, seek } from './random.ts';
import { failures, meanAt, slowCounts } from './traffic.ts';
import { TRAFFIC, type TrafficModel, USUAL_LATENCY } from './traffic-model.ts';

/**
 * The baseline over the 24 hours before `at`, when it had everything and nothing was wrong. Failures are drawn minute by minute and zone by zone,
 * since their clumps are measured; what only the whole day is asked for, at once.
 */
export const simulatedDayBefore = (model: TrafficModel, at: Instant): DayBefore => {
  const from = Math.floor(at / MINUTE) * MINUTE - DAY_MINUTES * MINUTE;
  const minutes = Array.from({ length: DAY_MINUTES }, (_, index) => zoneMinute(model, from, index));
  const requests = sumOf(minutes.flatMap((minute) => minute.requests));
  if (requests === 0) return { ...UNKNOWN_DAY, requestsPerMinute: 0 };
  seek(model.generator, model.keys.zones ^ 0x5bd1e995, from / MINUTE);
  const unanswered = binomial(model.generator, requests, TRAFFIC.unansweredShare);
  const refused = binomial(model.generator, unanswered, TRAFFIC.refusedOfUnanswered);
  const responses = requests - unanswered;
  const slow = Object.entries(slowCounts(model, responses, 1)).filter(([key]) => model.planThresholds.includes(key));
  return {
    requestsPerMinute: requests / DAY_MINUTES,
    failureShare: (sumOf(minutes.flatMap((minute) => minute.failures)) + refused) / requests,
    unavailableShare: (model.connectionErrorsOnly ? refused : unanswered) / requests,
    slowShares: Object.fromEntries(slow.map(([key, count]) => [key, count / responses])),
    latency: USUAL_LATENCY,
    clumpiness: clumpinessOf(minutes),
  };
};

const zoneMinute = (model: TrafficModel, from: Instant, at: number): ZoneMinute => {
  const minute = from + at * MINUTE;
  const mean = (meanAt(model, minute) ?? 0) / TRAFFIC.zones;
  const requests: number[] = [];
  const failed: number[] = [];
  for (let zone = 0; zone < TRAFFIC.zones; zone += 1) {
    seek(model.generator, model.keys.zones + zone, minute / MINUTE);
    const here = poisson(model.generator, mean);
    requests.push(here);
    failed.push(failures(model.generator, here, TRAFFIC.failureShare));
  }
  return { at, requests, failures: failed };
};

const sumOf = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
