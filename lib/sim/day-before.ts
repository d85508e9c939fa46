import type { DayBefore } from '../judge/verdict.ts';
import type { Instant } from '../plan/plan.ts';
import { MINUTE } from './clock.ts';
import { binomial, poisson, seek } from './random.ts';
import { failures, meanAt } from './traffic.ts';
import { TRAFFIC, type TrafficModel, USUAL_LATENCY } from './traffic-model.ts';

interface ZoneCounts {
  readonly requests: number;
  readonly failures: number;
}

/** The baseline's traffic by availability zone in one minute before the rollout, when it had everything. */
export const zoneCounts = (model: TrafficModel, minute: Instant): readonly ZoneCounts[] => {
  const mean = (meanAt(model, minute) ?? 0) / TRAFFIC.zones;
  return Array.from({ length: TRAFFIC.zones }, (_, zone) => {
    seek(model.generator, model.keys.zones + zone, minute / MINUTE);
    const requests = poisson(model.generator, mean);
    return { requests, failures: failures(model.generator, requests, TRAFFIC.failureShare) };
  });
};

/** The baseline over the 24 hours before `at`, drawn hour by hour: nobody looks at the minutes of that day. */
export const simulatedDayBefore = (model: TrafficModel, at: Instant): DayBefore => {
  let requests = 0;
  let failed = 0;
  let unanswered = 0;
  for (let hour = 1; hour <= 24; hour += 1) {
    let mean = 0;
    const from = Math.floor(at / MINUTE) * MINUTE - hour * 60 * MINUTE;
    for (let minute = 0; minute < 60; minute += 1) mean += meanAt(model, from + minute * MINUTE) ?? 0;
    seek(model.generator, model.keys.zones ^ 0x5bd1e995, from / MINUTE);
    const here = poisson(model.generator, mean);
    requests += here;
    failed += failures(model.generator, here, TRAFFIC.failureShare);
    unanswered += binomial(
      model.generator,
      here,
      model.connectionErrorsOnly ? TRAFFIC.unansweredShare * TRAFFIC.refusedOfUnanswered : TRAFFIC.unansweredShare,
    );
  }
  if (requests === 0) return { requestsPerMinute: 0, failureShare: null, unavailableShare: null };
  return {
    requestsPerMinute: requests / 1440,
    failureShare: failed / requests,
    unavailableShare: unanswered / requests,
    latency: USUAL_LATENCY,
  };
};
