import { clumpinessOf, type ZoneMinute } from '../judge/clumpiness.ts';
import { type DayBefore, UNKNOWN_DAY } from '../judge/verdict.ts';
import { DAY_MINUTES } from '../plan/duration.ts';
import type { Instant } from '../plan/plan.ts';
import { MINUTE } from './clock.ts';
import { binomial, poisson, seek } from './random.ts';
import { failures, meanAt, slowCounts } from './traffic.ts';
import { TRAFFIC, type TrafficModel, USUAL_LATENCY } from './traffic-model.ts';

/** Minutes of the baseline that were drawn already, ascending. */
export type DrawnMinutes = Map<Instant, Omit<ZoneMinute, 'at'>>;

/**
 * The baseline over the 24 hours before `at`, when it had everything and nothing was wrong. Failures are drawn minute by minute and zone by zone,
 * since their clumps are measured; what only the whole day is asked for, at once.
 *
 * @param drawn is kept up to the day asked for: a start that waits asks every minute, for a day of which one minute is new
 */
export const simulatedDayBefore = (model: TrafficModel, at: Instant, drawn: DrawnMinutes = new Map()): DayBefore => {
  const from = Math.floor(at / MINUTE) * MINUTE - DAY_MINUTES * MINUTE;
  for (const minute of drawn.keys()) if (minute < from) drawn.delete(minute);
  const minutes: ZoneMinute[] = [];
  let requests = 0;
  let failed = 0;
  for (let index = 0; index < DAY_MINUTES; index += 1) {
    const minute = from + index * MINUTE;
    const zones = drawn.get(minute) ?? zonesIn(model, minute);
    drawn.set(minute, zones);
    minutes.push({ at: index, requests: zones.requests, failures: zones.failures });
    for (const count of zones.requests) requests += count;
    for (const count of zones.failures) failed += count;
  }
  if (requests === 0) return { ...UNKNOWN_DAY, requestsPerMinute: 0 };
  seek(model.generator, model.keys.zones ^ 0x5bd1e995, from / MINUTE);
  const unanswered = binomial(model.generator, requests, TRAFFIC.unansweredShare);
  const refused = binomial(model.generator, unanswered, TRAFFIC.refusedOfUnanswered);
  const responses = requests - unanswered;
  const slow = Object.entries(slowCounts(model, responses, 1)).filter(([key]) => model.planThresholds.includes(key));
  return {
    requestsPerMinute: requests / DAY_MINUTES,
    failureShare: (failed + refused) / requests,
    unavailableShare: (model.connectionErrorsOnly ? refused : unanswered) / requests,
    slowShares: Object.fromEntries(slow.map(([key, count]) => [key, count / responses])),
    latency: USUAL_LATENCY,
    clumpiness: clumpinessOf(minutes),
  };
};

const zonesIn = (model: TrafficModel, minute: Instant): Omit<ZoneMinute, 'at'> => {
  const mean = (meanAt(model, minute) ?? 0) / TRAFFIC.zones;
  const requests: number[] = [];
  const failed: number[] = [];
  for (let zone = 0; zone < TRAFFIC.zones; zone += 1) {
    seek(model.generator, model.keys.zones + zone, minute / MINUTE);
    const here = poisson(model.generator, mean);
    requests.push(here);
    failed.push(failures(model.generator, here, TRAFFIC.failureShare));
  }
  return { requests, failures: failed };
};
