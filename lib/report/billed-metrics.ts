import { needsOf } from '../judge/needs.ts';
import { dimensionsOf } from '../plan/metric-source.ts';
import type { MetricSource, Plan } from '../plan/plan.ts';
import type { MetricsTurn } from '../rollout/metrics-turn.ts';

/** Requests, the four classes of answers, connection errors, healthy hosts. Response times are one more, with several statistics. */
const SINGLE = 7;

/** So many statistics of one metric are billed as one, where one call asks for them: https://aws.amazon.com/cloudwatch/pricing/ */
const STATISTICS_PER_METRIC = 5;

const billed = (statistics: number): number => Math.ceil(statistics / STATISTICS_PER_METRIC);

/**
 * The baseline in 24 h: its traffic, once more its response times for two percentiles, and for each zone four classes of answers and connection
 * errors.
 */
const LATENCY_METRICS = 1;
const ZONE_METRICS = 5;
/** What most regions have; a load balancer's own number is not in the journal. */
const ZONES = 3;

/**
 * For how many metrics GetMetricData is billed in one read. A group whose target is a Lambda function has two more, which the journal does
 * not tell.
 */
export const billedMetrics = (
  plan: Plan,
  { business, candidateOnly }: Pick<MetricsTurn, 'business' | 'candidateOnly'>,
): number => {
  const traffic = candidateOnly
    ? trafficMetrics(plan, 0)
    : 2 * trafficMetrics(plan, 'off' in plan.regressionWatch ? 0 : USUAL_LATENCIES);
  return traffic + (business ? ownMetrics(plan, candidateOnly) : 0);
};

/** Before the start: the baseline's day, by zone too. */
export const billedForDayBefore = (plan: Plan): number =>
  trafficMetrics(plan, 0) + LATENCY_METRICS + ZONES * ZONE_METRICS;

/** The baseline's own of the day before, which the watch counts by: two statistics more. */
const USUAL_LATENCIES = 2;

const trafficMetrics = (plan: Plan, usualLatencies: number): number =>
  SINGLE + billed(1 + needsOf(plan).slowMilliseconds.length + usualLatencies);

/** The plan's own: one that both arms share is asked, and billed, once. */
const ownMetrics = (plan: Plan, candidateOnly: boolean): number => {
  const { revenue, segments, gauges } = plan.metrics;
  const compared = candidateOnly
    ? [needsOf(plan).revenueAlone ? revenue?.sum : undefined]
    : [revenue?.sum, revenue?.orders];
  const bySegment = candidateOnly || segments === undefined ? [] : [segments.requests, segments.failures];
  const judged = needsOf(plan).gauges.map((name) => gauges[name]);
  const names = candidateOnly ? [plan.traffic.names.candidate] : Object.values(plan.traffic.names);
  const statistics = new Map<string, Set<string>>();
  const ask = (source: MetricSource | undefined, arm: string, segment = ''): void => {
    if (source === undefined) return;
    const key = keyOf(source, arm, segment);
    statistics.set(key, (statistics.get(key) ?? new Set()).add(source.statistic));
  };
  for (const arm of names) {
    for (const source of [...compared, ...judged]) ask(source, arm);
    for (const source of bySegment) for (const value of segments?.values ?? []) ask(source, arm, value);
  }
  return [...statistics.values()].reduce((sum, { size }) => sum + billed(size), 0);
};

const keyOf = (source: MetricSource, arm: string, segment: string): string =>
  JSON.stringify([source.namespace, source.metric, Object.entries(dimensionsOf(source, arm, segment)).toSorted()]);
