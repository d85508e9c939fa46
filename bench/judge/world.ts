/** Worlds to judge in: how requests come and fail on two sides that run the same release, and what a fault does to one of them. */
import { clumpinessOf, type ZoneMinute } from '../../lib/judge/clumpiness.ts';
import { type BusinessCounts, type BusinessRow, type Counts, minuteText, type Row } from '../../lib/judge/row.ts';
import type { DayBefore } from '../../lib/judge/verdict.ts';
import { shareAbove } from '../../lib/sim/log-normal.ts';
import { binomial, type Generator, normal, poisson, stream, uniform } from '../../lib/sim/random.ts';
import { type Trace, traceMean } from '../../lib/sim/trace.ts';
import { TRAFFIC, USUAL_LATENCY } from '../../lib/sim/traffic-model.ts';
import { CANARY_MINUTES, PLANNED_MINUTES, SEGMENTS, START, WEIGHTS } from './plan.ts';

/** What differs from failures that come one by one, at a rate that never changes. */
export interface World {
  readonly name: string;
  /** Failures come in clumps of so many. */
  readonly clump?: number;
  /** Half of the failures are of clients that stay with one side and ask again, so many times a minute for so many minutes. */
  readonly storms?: { readonly aMinute: number; readonly minutes: number };
  /** Both sides fail at this share for so many minutes, once. */
  readonly outage?: { readonly share: number; readonly minutes: number };
  /** Deviation of the logarithm of each minute's rate: on both sides alike, or as coefficient of variation on one. */
  readonly shocks?: number;
  readonly candidateNoise?: number;
  readonly baselineNoise?: number;
  /** Requests and the rate of failures go up and down with the day, by so much. */
  readonly daily?: number;
  readonly trace?: Trace | undefined;
  /** Part of the minutes whose counts are not there: of one side, of the other, or of both. */
  readonly missing?: number;
}

/** What is wrong with the candidate, from a minute on. */
export interface Fault {
  readonly from: number;
  readonly failures?: number;
  readonly slow?: number;
  readonly segment?: number;
  readonly orders?: number;
}

export const HEALTHY: Fault = { from: PLANNED_MINUTES };

/** Share of requests that fail without a fault. */
export const FAILURE_SHARE = 0.001;
const ORDER_SHARE = 0.02;
const THRESHOLDS = { p90: USUAL_LATENCY.p90 / 1000, p99: USUAL_LATENCY.p99 / 1000 };
const DAY_MINUTES = 1440;
const ZONES = 3;

export interface Minute {
  readonly row: Row;
  readonly business: BusinessRow;
}

/** Clients that ask again, by the minutes they still do. */
type Storms = number[];

/** Failures among so many requests. */
const failuresOf = (world: World, storms: Storms, generator: Generator, requests: number, share: number): number => {
  if (world.clump !== undefined)
    return Math.min(requests, world.clump * poisson(generator, (requests * share) / world.clump));
  if (world.storms === undefined) return binomial(generator, requests, share);
  const { aMinute, minutes } = world.storms;
  const begin = poisson(generator, (requests * share) / 2 / (aMinute * minutes));
  for (let i = 0; i < begin; i++) storms.push(minutes);
  const again = poisson(generator, storms.length * aMinute);
  for (let i = storms.length - 1; i >= 0; i--) {
    const left = (storms[i] ?? 0) - 1;
    if (left > 0) storms[i] = left;
    else storms.splice(i, 1);
  }
  return Math.min(requests, again + binomial(generator, requests, share / 2));
};

/** Log-normal, with mean 1. */
const noise = (generator: Generator, sigma: number): number => Math.exp(sigma * normal(generator) - sigma ** 2 / 2);
const sigmaOf = (variation: number): number => Math.sqrt(Math.log1p(variation ** 2));

/** Of the day that a minute lies in: requests, and failures, times their mean. */
const cycleAt = ({ daily, trace }: World, minute: number, phase: number): readonly [number, number] => {
  if (trace !== undefined) return [(traceMean(trace, START, START + minute * 60_000) ?? 0) / trace.meanPerMinute, 1];
  if (daily === undefined) return [1, 1];
  const wave = daily * Math.sin(2 * Math.PI * (minute / DAY_MINUTES + phase));
  return [1 + wave, 1 + wave];
};

/** The baseline alone, in three zones, over the day before. */
export const dayBefore = (
  world: World,
  requestsPerMinute: number,
  seed: number,
  usual: number = FAILURE_SHARE,
): DayBefore => {
  const generator = stream(seed, `day ${world.name} ${requestsPerMinute}`);
  const phase = uniform(generator);
  const storms: Storms[] = [[], [], []];
  const day: ZoneMinute[] = [];
  for (let at = 0; at < DAY_MINUTES; at++) {
    const [traffic, failing] = cycleAt(world, at - DAY_MINUTES, phase);
    const share = usual * failing * (world.shocks === undefined ? 1 : noise(generator, world.shocks));
    const requests = storms.map(() => poisson(generator, (requestsPerMinute * traffic) / ZONES));
    day.push({
      at,
      requests,
      failures: requests.map((here, zone) => failuresOf(world, storms[zone] ?? [], generator, here, share)),
    });
  }
  return {
    requestsPerMinute,
    failureShare: usual,
    unavailableShare: 0,
    latency: USUAL_LATENCY,
    clumpiness: clumpinessOf(day),
  };
};

/** A rollout's minutes, in order. */
export const minutesOf = function* (
  world: World,
  fault: Fault,
  requestsPerMinute: number,
  seed: number,
): Iterable<Minute> {
  const generator = stream(seed, `minutes ${world.name} ${requestsPerMinute}`);
  const phase = uniform(generator);
  const outageAt = Math.floor(uniform(generator) * PLANNED_MINUTES);
  const [ours, theirs]: readonly [Storms, Storms] = [[], []];
  for (let minute = 0; minute < PLANNED_MINUTES; minute++) {
    const weight = minute < CANARY_MINUTES ? WEIGHTS[0] : WEIGHTS[1];
    const [traffic, failing] = cycleAt(world, minute, phase);
    const total = poisson(generator, requestsPerMinute * traffic);
    const requests = binomial(generator, total, weight / 100);
    const shared = failing * (world.shocks === undefined ? 1 : noise(generator, world.shocks));
    const isOut = world.outage !== undefined && minute >= outageAt && minute < outageAt + world.outage.minutes;
    const share = isOut ? (world.outage?.share ?? 0) : FAILURE_SHARE * shared;
    const own = [world.candidateNoise, world.baselineNoise].map((variation) =>
      variation === undefined ? 1 : noise(generator, sigmaOf(variation)),
    );
    const wrong = minute >= fault.from ? fault : HEALTHY;
    const sides = [
      sideOf(world, ours, generator, requests, share * (own[0] ?? 1), own[0] ?? 1, wrong),
      sideOf(world, theirs, generator, total - requests, share * (own[1] ?? 1), own[1] ?? 1, HEALTHY),
    ] as const;
    yield asRows(world, generator, minute, weight, sides);
  }
};

interface SideMinute {
  readonly counts: Counts;
  readonly business: BusinessCounts;
}

const sideOf = (
  world: World,
  storms: Storms,
  generator: Generator,
  requests: number,
  share: number,
  slowness: number,
  fault: Fault,
): SideMinute => {
  const failures = failuresOf(world, storms, generator, requests, Math.min(1, share * (fault.failures ?? 1)));
  const slow = slowOf(generator, requests, slowness, fault.slow ?? 1);
  const { segments, more } = segmentsOf(generator, requests, failures, share, fault.segment ?? 1);
  const orders = binomial(generator, requests, ORDER_SHARE * (fault.orders ?? 1));
  return {
    counts: { requests, failures: Math.min(requests, failures + more), unavailable: 0, responses: requests, slow },
    business: { requests, revenue: null, orders, segments, gauges: {} },
  };
};

/** @param slowness of the minute: how many times as many answers are slow */
const slowOf = (generator: Generator, responses: number, slowness: number, times: number): Counts['slow'] => {
  const above = (seconds: number): number =>
    Math.min(1, slowness * shareAbove(seconds, TRAFFIC.medianSeconds * times, TRAFFIC.p99Seconds * times));
  const p90 = binomial(generator, responses, above(THRESHOLDS.p90));
  const p99 = binomial(generator, p90, Math.min(1, above(THRESHOLDS.p99) / above(THRESHOLDS.p90)));
  return { [`${USUAL_LATENCY.p90}ms`]: p90, [`${USUAL_LATENCY.p99}ms`]: p99 };
};

/** Segments are of one size; the first is the one that a fault is about. `more`: its failures beyond the usual ones. */
const segmentsOf = (generator: Generator, requests: number, failures: number, share: number, times: number) => {
  const segments: Record<string, { requests: number; failures: number }> = {};
  let [left, bad] = [requests, failures];
  let more = 0;
  for (const [index, name] of SEGMENTS.entries()) {
    const part = 1 / (SEGMENTS.length - index);
    const here = binomial(generator, left, part);
    const failed = Math.min(here, binomial(generator, bad, part));
    const extra = index === 0 && times > 1 ? binomial(generator, here - failed, Math.min(1, share * (times - 1))) : 0;
    segments[name] = { requests: here, failures: failed + extra };
    left -= here;
    bad -= failed;
    more += extra;
  }
  return { segments, more };
};

const asRows = (
  { missing = 0 }: World,
  generator: Generator,
  at: number,
  weight: number,
  [ours, theirs]: readonly [SideMinute, SideMinute],
): Minute => {
  const minute = minuteText(START + at * 60_000);
  const lost = missing > 0 && uniform(generator) < missing ? Math.floor(3 * uniform(generator)) : -1;
  const isThere = (side: number): boolean => lost !== side && lost !== 2;
  const counted = ({ counts }: SideMinute): Counts | null => (counts.requests > 0 ? counts : null);
  return {
    row: {
      minute,
      weight,
      candidate: isThere(0) ? counted(ours) : null,
      baseline: isThere(1) ? counted(theirs) : null,
      hosts: true,
    },
    business: { minute, weight, candidate: ours.business, baseline: theirs.business },
  };
};
