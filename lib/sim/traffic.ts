import type { BusinessCounts, Counts, SegmentCounts } from '../judge/row.ts';
import type { Instant } from '../plan/plan.ts';
import { type Behaviour, isAt } from './behaviour.ts';
import { type Bend, bendOf } from './bend.ts';
import { MINUTE } from './clock.ts';
import { shareAbove } from './log-normal.ts';
import { binomial, clumped, type Generator, gamma, normal, poisson, seek, uniform } from './random.ts';
import { traceMean, traceRequests } from './trace.ts';
import { TRAFFIC, type TrafficModel } from './traffic-model.ts';

/** What share of all requests each group gets; less than 1 together where a rule points elsewhere. */
export interface Shares {
  readonly candidate: number;
  readonly baseline: number;
}

/** Everything that was counted in one minute, in its final form. */
export interface MinuteTraffic {
  readonly candidate: Counts | null;
  readonly baseline: Counts | null;
  readonly hosts: boolean;
  readonly business: { readonly candidate: BusinessCounts; readonly baseline: BusinessCounts };
}

/** Above this failure share failures are binomial: clumps could not hold in so few good requests. */
const CLUMPED_BELOW = 0.2;

const hoursSince = (minute: Instant, hour: number): number => minute / 3_600_000 - hour;

/** Mean requests per minute at an instant, without chance; null: the trace has no datapoint there. */
export const meanAt = (model: TrafficModel, minute: Instant): number | null =>
  model.trace !== null
    ? traceMean(model.trace, model.start, minute)
    : model.requestsPerMinute *
      (1 + TRAFFIC.dailyAmplitude * Math.sin((2 * Math.PI * hoursSince(minute, TRAFFIC.dailyMeanHour)) / 24));

/**
 * One minute, from the model and the shares alone: called twice it gives the same counts.
 *
 * @param before the shares of the minute before, whose late answers fall into this one
 */
export const minuteTraffic = (model: TrafficModel, minute: Instant, shares: Shares, before: Shares): MinuteTraffic => {
  const planMinute = (minute - model.start) / MINUTE;
  const now =
    model.behaviours.length === 0
      ? model.behaviours
      : model.behaviours.filter((behaviour) => isAt(behaviour, planMinute));
  const storm = stormAt(model, now, minute);
  const total = totalRequests(model, now, minute, storm);
  if (total === null) return quietMinute(model, now, planMinute);
  seek(model.generator, model.keys.total, -minute / MINUTE);
  const candidate = binomial(model.generator, total, shares.candidate);
  const baseline =
    shares.candidate + shares.baseline >= 1
      ? total - candidate
      : binomial(model.generator, total - candidate, shares.baseline / (1 - shares.candidate));
  const one = arm(model, 'candidate', minute, candidate, bendOf(now, 'candidate', planMinute, storm), shares, before);
  const other = arm(model, 'baseline', minute, baseline, bendOf(now, 'baseline', planMinute, storm), shares, before);
  return {
    candidate: one.counts,
    baseline: other.counts,
    hosts: true,
    business: { candidate: one.business, baseline: other.business },
  };
};

/** A minute without any request; gauges are there all the same. */
const quietMinute = (model: TrafficModel, now: readonly Behaviour[], planMinute: number): MinuteTraffic => ({
  candidate: null,
  baseline: null,
  hosts: true,
  business: {
    candidate: silentBusiness(model, bendOf(now, 'candidate', planMinute, 1)),
    baseline: silentBusiness(model, bendOf(now, 'baseline', planMinute, 1)),
  },
});

const totalRequests = (
  model: TrafficModel,
  now: readonly Behaviour[],
  minute: Instant,
  storm: number,
): number | null => {
  const index = minute / MINUTE;
  let times = storm > 1 ? TRAFFIC.stormTraffic : 1;
  for (const { effect } of now) if (effect.kind === 'traffic') times *= effect.times;
  if (model.trace !== null) {
    const requests = traceRequests(model.trace, model.start, minute, model.generator, model.keys.total);
    return requests === null ? null : Math.round(requests * times);
  }
  const mean = (meanAt(model, minute) ?? 0) * times * burstAt(model, index);
  seek(model.generator, model.keys.total, index);
  return poisson(model.generator, mean * Math.max(0.2, 1 + TRAFFIC.minuteVariation * normal(model.generator)));
};

const BURST_MEAN = 1 + TRAFFIC.burstChance * ((TRAFFIC.burstLeast + TRAFFIC.burstMost) / 2 - 1);

const burstAt = (model: TrafficModel, index: number): number => {
  seek(model.generator, model.keys.burst, Math.floor(index / TRAFFIC.burstMinutes));
  const isBurst = uniform(model.generator) < TRAFFIC.burstChance;
  const factor = isBurst ? TRAFFIC.burstLeast + (TRAFFIC.burstMost - TRAFFIC.burstLeast) * uniform(model.generator) : 1;
  return factor / BURST_MEAN;
};

/** How many times more requests fail in this minute because clients ask again and again; 1: no storm. */
const stormAt = (model: TrafficModel, now: readonly Behaviour[], minute: Instant): number => {
  for (const { effect } of now) {
    if (effect.kind !== 'retryStorm') continue;
    seek(model.generator, model.keys.storm, Math.floor(minute / MINUTE / TRAFFIC.stormMinutes));
    if (uniform(model.generator) < TRAFFIC.stormMinutes / effect.everyMinutes) return effect.times;
  }
  return 1;
};

interface ArmMinute {
  readonly counts: Counts | null;
  readonly business: BusinessCounts;
}

const arm = (
  model: TrafficModel,
  side: 'candidate' | 'baseline',
  minute: Instant,
  requests: number,
  bend: Readonly<Bend>,
  shares: Shares,
  before: Shares,
): ArmMinute => {
  if (requests === 0) return { counts: null, business: silentBusiness(model, bend) };
  const late = spilled(model, side, minute, shares[side]) - spilled(model, side, minute - MINUTE, before[side]);
  seek(model.generator, model.keys[side], minute / MINUTE);
  const gone = binomial(model.generator, requests, TRAFFIC.unansweredShare);
  const refused = binomial(model.generator, gone, TRAFFIC.refusedOfUnanswered);
  const unanswered = gone + (bend.hanging > 0 ? binomial(model.generator, requests - gone, bend.hanging) : 0);
  const answerable = requests - unanswered;
  const share = Math.max(bend.failureShare, Math.min(1, TRAFFIC.failureShare * bend.failureTimes));
  const segments: Record<string, SegmentCounts | null> = {};
  const failed =
    model.segments.length === 0
      ? failures(model.generator, answerable, share)
      : segmented(model, answerable, share, bend, segments);
  const responses = Math.max(0, requests - unanswered - late);
  const counts: Counts = {
    requests,
    failures: Math.min(requests, failed + refused),
    unavailable: model.connectionErrorsOnly ? refused : requests - responses,
    responses,
    slow: slowCounts(model, responses, bend.slowTimes),
  };
  return { counts, business: business(model, requests, Math.max(0, answerable - failed), bend, segments) };
};

/** Answers that fall into the next minute: requests of the minute's end. */
const spilled = (model: TrafficModel, side: 'candidate' | 'baseline', minute: Instant, share: number): number => {
  if (share === 0) return 0;
  seek(model.generator, model.keys.spill ^ (side === 'candidate' ? 1 : 0), minute / MINUTE);
  return poisson(model.generator, ((meanAt(model, minute) ?? 0) * share * TRAFFIC.meanSeconds) / 60);
};

/** Requests that fail at a share: in clumps, but for large shares. */
export const failures = (generator: Generator, requests: number, share: number): number =>
  share > CLUMPED_BELOW
    ? binomial(generator, requests, share)
    : Math.min(requests, clumped(generator, requests * share, TRAFFIC.failureDispersion));

/** Fills `into` and returns the failures of all segments. */
const segmented = (
  model: TrafficModel,
  requests: number,
  share: number,
  bend: Readonly<Bend>,
  into: Record<string, SegmentCounts | null>,
): number => {
  let left = requests;
  let shareLeft = 1;
  let failed = 0;
  for (const segment of model.segments) {
    const here = shareLeft <= segment.share ? left : binomial(model.generator, left, segment.share / shareLeft);
    const bad = failures(
      model.generator,
      here,
      Math.min(1, share * (bend.segments === null ? 1 : (bend.segments[segment.name] ?? 1))),
    );
    into[segment.name] = { requests: here, failures: bad };
    left -= here;
    shareLeft -= segment.share;
    failed += bad;
  }
  return failed;
};

/** Shares slower than each threshold at one scale of the response times. */
const sharesSlower = (model: TrafficModel, times: number): readonly number[] =>
  model.thresholds.map(({ seconds }) => shareAbove(seconds, TRAFFIC.medianSeconds * times, TRAFFIC.p99Seconds * times));

/** Each threshold's slow answers are among those slower than the one below. */
export const slowCounts = (model: TrafficModel, responses: number, times: number): Record<string, number> => {
  const slow: Record<string, number> = {};
  const shares = times === 1 ? model.healthySlow : sharesSlower(model, times);
  let count = responses;
  let above = 1;
  for (let index = 0; index < model.thresholds.length; index += 1) {
    const share = shares[index] ?? 0;
    count = binomial(model.generator, count, share / above);
    above = share;
    slow[model.thresholds[index]?.key ?? ''] = count;
  }
  return slow;
};

const business = (
  model: TrafficModel,
  requests: number,
  answered: number,
  bend: Readonly<Bend>,
  segments: Record<string, SegmentCounts | null>,
): BusinessCounts => {
  const orders = model.revenue ? binomial(model.generator, answered, TRAFFIC.orderShare * bend.orderTimes) : 0;
  return {
    requests,
    // A service that publishes its sums once a minute publishes zeros too.
    revenue: model.revenue ? Math.round(100 * amounts(model.generator, orders) * bend.revenueTimes) / 100 : null,
    orders: model.orders ? orders : null,
    segments,
    gauges: gauges(model, requests / model.requestsPerMinute, bend),
  };
};

const AMOUNT_VARIANCE = Math.exp(TRAFFIC.orderSigma ** 2) - 1;

/** The sum of so many log-normal amounts: exact for a few, beyond that a gamma with the same mean and variance. */
const amounts = (generator: Generator, orders: number): number => {
  if (orders > 4) return gamma(generator, orders / AMOUNT_VARIANCE, TRAFFIC.orderMean * AMOUNT_VARIANCE);
  let sum = 0;
  for (let left = orders; left > 0; left -= 1) {
    sum += TRAFFIC.orderMean * Math.exp(TRAFFIC.orderSigma * normal(generator) - TRAFFIC.orderSigma ** 2 / 2);
  }
  return sum;
};

const gauges = (model: TrafficModel, load: number, bend: Readonly<Bend>): Record<string, number> => {
  const values: Record<string, number> = {};
  for (const { name, idle, busy } of model.gauges) {
    const level = idle + (busy - idle) * Math.min(TRAFFIC.gaugeMostLoad, load);
    const value = level * (1 + TRAFFIC.gaugeVariation * normal(model.generator));
    values[name] = bend.gauges?.[name] ?? Math.round(100 * value) / 100;
  }
  return values;
};

const silentBusiness = (model: TrafficModel, bend: Readonly<Bend>): BusinessCounts =>
  bend.gauges === null ? model.silent : { ...model.silent, gauges: { ...model.silent.gauges, ...bend.gauges } };
