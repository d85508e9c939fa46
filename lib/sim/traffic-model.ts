import { needsOf } from '../judge/needs.ts';
import type { BusinessCounts } from '../judge/row.ts';
import type { Instant, Plan } from '../plan/plan.ts';
import type { Behaviour } from './behaviour.ts';
import { ninetieth, shareAbove } from './log-normal.ts';
import { type Generator, stream, streamKey } from './random.ts';
import type { Trace } from './trace.ts';

/**
 * Every number of the simulated traffic, in one place. Shares are of requests, times in seconds. The model is plain on purpose:
 * it must be easy to say what a rehearsal has shown, and what not.
 */
export const TRAFFIC = {
  /** Both target groups together, mean over a day. */
  requestsPerMinute: 12_000,
  /** The day is a sine wave: mean at 13:00 and 01:00 UTC, most at 19:00 (an afternoon in us-east-1), least at 07:00. */
  dailyAmplitude: 0.35,
  dailyMeanHour: 13,
  /** Rate of one minute against the model's: coefficient of variation (requests are overdispersed, not Poisson). */
  minuteVariation: 0.05,
  /** Bursts: a block of 5 minutes is one with this chance, with 1.3 to 2 times the requests; the mean stays as given. */
  burstMinutes: 5,
  burstChance: 0.02,
  burstLeast: 1.3,
  burstMost: 2,
  /** Answered with 5xx. Clumped: variance 2 for a mean of 1. */
  failureShare: 0.0008,
  failureDispersion: 2,
  /** Never answered, on both sides: clients that went away, and refused connections (these count as failures too). */
  unansweredShare: 0.00001,
  refusedOfUnanswered: 0.5,
  /** Response times are log-normal: half of them below the median, 99 % below p99; the mean decides how many answers fall into the next minute. */
  medianSeconds: 0.008,
  p99Seconds: 0.046,
  meanSeconds: 0.0106,
  /** Orders per answered request; amounts are log-normal with this mean and a logarithm's deviation of 0.7. */
  orderShare: 0.02,
  orderMean: 40,
  orderSigma: 0.7,
  /** Retry storms last 3 minutes and bring this many times the requests. */
  stormMinutes: 3,
  stormTraffic: 1.5,
  /** A changed weight reaches the load balancer's nodes after so many seconds. */
  spreadSeconds: 10,
  /** With rule stickiness a client stays with its group: shares follow the weight with this time constant. */
  stickyMinutes: 30,
  /** Healthy and registered targets of each group. */
  targets: 20,
  /** Availability zones of the baseline; requests and clumps of failures fall evenly on them. */
  zones: 3,
  /** Gauges: share of the plan's limit when idle and at mean traffic; one without a limit moves around 50. */
  gaugeIdle: 0.15,
  gaugeBusy: 0.55,
  gaugeMostLoad: 1.5,
  gaugeVariation: 0.03,
} as const;

export interface Threshold {
  /** `200ms` */
  readonly key: string;
  readonly seconds: number;
}

interface SegmentShare {
  readonly name: string;
  readonly share: number;
}

interface GaugeLevel {
  readonly name: string;
  readonly idle: number;
  readonly busy: number;
}

/** What a rehearsal's traffic is made from; immutable. */
export interface TrafficModel {
  readonly seed: number;
  readonly start: Instant;
  /** Mean over a day; the trace's where there is one. */
  readonly requestsPerMinute: number;
  readonly trace: Trace | null;
  /** Ascending. */
  readonly thresholds: readonly Threshold[];
  /** Keys of those that the plan names; the others are the usual latency's. */
  readonly planThresholds: readonly string[];
  /** Share of healthy answers slower than each threshold. */
  readonly healthySlow: readonly number[];
  readonly segments: readonly SegmentShare[];
  readonly gauges: readonly GaugeLevel[];
  /** A group without requests: its gauges are idle. */
  readonly silent: BusinessCounts;
  readonly revenue: boolean;
  readonly orders: boolean;
  readonly connectionErrorsOnly: boolean;
  readonly behaviours: readonly Behaviour[];
  /** Set to a stream's minute before every use, so nothing carries over from one draw to the next. */
  readonly generator: Generator;
  readonly keys: {
    readonly total: number;
    readonly burst: number;
    readonly storm: number;
    readonly candidate: number;
    readonly baseline: number;
    readonly spill: number;
    readonly zones: number;
  };
}

export interface TrafficOptions {
  readonly seed: number;
  readonly behaviours: readonly Behaviour[];
  readonly requestsPerMinute?: number | undefined;
  readonly trace?: Trace | undefined;
}

export const trafficModel = (plan: Plan, options: TrafficOptions): TrafficModel => {
  const { seed, behaviours, trace } = options;
  const needs = needsOf(plan);
  const thresholds = [...new Set([...needs.slowMilliseconds, USUAL_LATENCY.p90, USUAL_LATENCY.p99])]
    .toSorted((a, b) => a - b)
    .map(thresholdOf);
  const segments = segmentShares(needs.segments);
  const gauges = needs.gauges.map((name) => gaugeLevel(plan, name));
  return {
    seed,
    start: plan.start,
    requestsPerMinute: trace?.meanPerMinute ?? options.requestsPerMinute ?? TRAFFIC.requestsPerMinute,
    trace: trace ?? null,
    thresholds,
    planThresholds: thresholdsOf(plan).map(({ key }) => key),
    healthySlow: thresholds.map(({ seconds }) => shareAbove(seconds, TRAFFIC.medianSeconds, TRAFFIC.p99Seconds)),
    segments,
    gauges,
    silent: {
      requests: null,
      revenue: null,
      orders: null,
      segments: Object.fromEntries(segments.map(({ name }) => [name, null])),
      gauges: Object.fromEntries(gauges.map(({ name, idle }) => [name, idle])),
    },
    revenue: needs.revenue,
    orders: needs.orders,
    connectionErrorsOnly: plan.availability === 'connectionErrors',
    behaviours,
    generator: stream(seed, 'minute'),
    keys: {
      total: streamKey(seed, 'total'),
      burst: streamKey(seed, 'burst'),
      storm: streamKey(seed, 'storm'),
      candidate: streamKey(seed, 'candidate'),
      baseline: streamKey(seed, 'baseline'),
      spill: streamKey(seed, 'spill'),
      zones: streamKey(seed, 'zones'),
    },
  };
};

/** The latency thresholds that the plan is judged by, ascending. */
export const thresholdsOf = (plan: Plan): readonly Threshold[] => needsOf(plan).slowMilliseconds.map(thresholdOf);

const thresholdOf = (ms: number): Threshold => ({ key: `${ms}ms`, seconds: ms / 1000 });

const milliseconds = (seconds: number): number => Math.round(1000 * seconds);

/** Of a healthy side. */
export const USUAL_LATENCY = {
  p90: milliseconds(ninetieth(TRAFFIC.medianSeconds, TRAFFIC.p99Seconds)),
  p99: milliseconds(TRAFFIC.p99Seconds),
} as const;

/** The first segment is the largest: of four, 40, 30, 20 and 10 %. */
const segmentShares = (names: readonly string[]): readonly SegmentShare[] => {
  const sum = (names.length * (names.length + 1)) / 2;
  return names.map((name, index) => ({ name, share: (names.length - index) / sum }));
};

/** On the healthy side of every limit that the plan sets for the gauge, the tightest of them. */
const gaugeLevel = (plan: Plan, name: string): GaugeLevel => {
  const limits = [...plan.guards, ...plan.phases.flatMap(({ advance }) => advance)].flatMap((expression) => {
    const { claim } = expression;
    if (claim.kind !== 'gauge' || claim.gauge !== name) return [];
    // A guard, and a criterion with `not`, say what must not be; a criterion says what must be.
    const mustNotBe = 'forMinutes' in expression || expression.not;
    return [{ limit: claim.limit, healthyBelow: mustNotBe ? claim.side === 'above' : claim.side === 'below' }];
  });
  const below = limits.filter(({ healthyBelow }) => healthyBelow).map(({ limit }) => limit);
  const above = limits.filter(({ healthyBelow }) => !healthyBelow).map(({ limit }) => limit);
  if (below.length > 0) {
    const least = Math.min(...below);
    return { name, idle: TRAFFIC.gaugeIdle * least, busy: TRAFFIC.gaugeBusy * least };
  }
  const most = Math.max(...above);
  return above.length > 0 ? { name, idle: 1.6 * most, busy: 1.5 * most } : { name, idle: 40, busy: 50 };
};
