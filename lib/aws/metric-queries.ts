/**
 * Which CloudWatch metrics a plan is judged by, with the statistic wanted of each. Sums and counts only: rates are our own arithmetic. The
 * percentiles of the day before the start are the exception.
 */
import { needsOf } from '../judge/needs.ts';
import { parseRuleArn, parseTargetGroupArn, type RuleArn } from '../plan/arn.ts';
import { assert } from '../plan/assert.ts';
import { dimensionsOf } from '../plan/metric-source.ts';
import type { MetricSource, Plan } from '../plan/plan.ts';

export interface Query {
  /** Equal for the same metric and statistic, such as a gauge that both arms share: it is asked, and paid, once. */
  readonly key: string;
  readonly namespace: string;
  readonly metric: string;
  readonly statistic: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** A count is never below zero; amounts and gauges may be. */
  readonly isCount: boolean;
}

/** Of one target group, or of its part in one zone. */
export interface TrafficQueries {
  readonly requests: Query;
  /** HTTPCode_Target_2XX_Count to HTTPCode_Target_5XX_Count, in this order. */
  readonly answered: readonly Query[];
  readonly serverErrors: Query;
  readonly connectionErrors: Query;
  /** What a Lambda function's failures are counted by besides; empty for other groups. */
  readonly functionErrors: readonly Query[];
  readonly responses: Query;
  /** By the threshold's key, `200ms`. */
  readonly slow: Readonly<Record<string, Query>>;
  readonly hosts: Query;
}

/** One of the plan's own metrics. `isZero`: a minute without a value means zero, once the metric has ever been published. */
export interface BusinessQuery extends Query {
  readonly isZero: boolean;
}

export interface BusinessQueries {
  readonly revenue: BusinessQuery | undefined;
  readonly orders: BusinessQuery | undefined;
  readonly segments: Readonly<Record<string, { readonly requests: BusinessQuery; readonly failures: BusinessQuery }>>;
  readonly gauges: Readonly<Record<string, BusinessQuery>>;
}

export type Arm = 'baseline' | 'candidate';

const NAMESPACE = 'AWS/ApplicationELB';
const CLASSES = ['2XX', '3XX', '4XX', '5XX'] as const;

/** The plan's rules belong to one load balancer (lib/plan/traffic-rules.ts). */
export const loadBalancerOf = ({ traffic }: Plan): RuleArn => {
  const rule = parseRuleArn(traffic.rules[0] ?? '');
  assert(rule !== undefined, 'a valid plan has a listener rule');
  return rule;
};

const groupDimensions = (plan: Plan, arm: Arm): Readonly<Record<string, string>> => {
  const group = parseTargetGroupArn(plan.traffic[arm]);
  assert(group !== undefined, 'a valid plan has two target groups');
  return { LoadBalancer: loadBalancerOf(plan).loadBalancer, TargetGroup: group.targetGroup };
};

const answersOf = (dimensions: Readonly<Record<string, string>>): readonly Query[] =>
  CLASSES.map((name) => count(`HTTPCode_Target_${name}_Count`, 'Sum', dimensions));

const count = (metric: string, statistic: string, dimensions: Readonly<Record<string, string>>): Query =>
  query({ namespace: NAMESPACE, metric, statistic, dimensions, isCount: true });

const query = <T extends Omit<Query, 'key'>>(parts: T): T & Query => {
  const { namespace, metric, statistic, dimensions } = parts;
  return { ...parts, key: JSON.stringify([namespace, metric, statistic, Object.entries(dimensions).toSorted()]) };
};

/**
 * @param slowerThan milliseconds, beside the plan's own thresholds
 * @param isLambda the group's target is a function: its own two failure metrics are read too
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */
export const trafficQueries = (
  plan: Plan,
  arm: Arm,
  isLambda: boolean,
  slowerThan: readonly number[] = [],
): TrafficQueries => {
  const dimensions = groupDimensions(plan, arm);
  const sum = (metric: string): Query => count(metric, 'Sum', dimensions);
  // TC(a:) counts the values above a; response times are in seconds.
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
  const thresholds = new Set([...needsOf(plan).slowMilliseconds, ...slowerThan]);
  const slow = [...thresholds].map((ms): [string, Query] => [
    `${ms}ms`,
    count('TargetResponseTime', `TC(${ms / 1000}:)`, dimensions),
  ]);
  return {
    requests: sum('RequestCount'),
    answered: answersOf(dimensions),
    serverErrors: sum('HTTPCode_Target_5XX_Count'),
    connectionErrors: sum('TargetConnectionErrorCount'),
    functionErrors: isLambda ? [sum('LambdaUserError'), sum('LambdaInternalError')] : [],
    responses: count('TargetResponseTime', 'SampleCount', dimensions),
    slow: Object.fromEntries(slow),
    hosts: hostsQuery(plan, arm),
  };
};

/** AWS recommends its minimum: the lowest count that any node of the load balancer has. */
export const hostsQuery = (plan: Plan, arm: Arm): Query =>
  count('HealthyHostCount', 'Minimum', groupDimensions(plan, arm));

export type ZoneQueries = Pick<TrafficQueries, 'answered' | 'serverErrors' | 'connectionErrors'>;

/** The baseline's answers and refused connections in one zone: RequestCount is not reported by zone and target group, nor a function's errors. */
export const zoneQueries = (plan: Plan, zone: string): ZoneQueries => {
  const dimensions = { ...groupDimensions(plan, 'baseline'), AvailabilityZone: zone };
  return {
    answered: answersOf(dimensions),
    serverErrors: count('HTTPCode_Target_5XX_Count', 'Sum', dimensions),
    connectionErrors: count('TargetConnectionErrorCount', 'Sum', dimensions),
  };
};

/** Percentiles of the baseline's response times, in seconds. */
export const latencyQueries = (plan: Plan): { readonly p90: Query; readonly p99: Query } => {
  const percentile = (statistic: string): Query =>
    query({
      namespace: NAMESPACE,
      metric: 'TargetResponseTime',
      statistic,
      dimensions: groupDimensions(plan, 'baseline'),
      isCount: false,
    });
  return { p90: percentile('p90'), p99: percentile('p99') };
};

/** @param how `alone`: nothing is compared with the baseline, so only the candidate's gauges are left, and its revenue for reviews */
export const businessQueries = (plan: Plan, arm: Arm, how: 'compared' | 'alone' = 'compared'): BusinessQueries => {
  const isCompared = how === 'compared';
  const { revenue, segments, gauges } = plan.metrics;
  const needs = needsOf(plan);
  const name = plan.traffic.names[arm];
  const own = (source: MetricSource, isCount: boolean, segment = ''): BusinessQuery =>
    query({
      namespace: source.namespace,
      metric: source.metric,
      statistic: source.statistic,
      dimensions: dimensionsOf(source, name, segment),
      isCount,
      isZero: source.missing === 'zero',
    });
  return {
    revenue:
      revenue !== undefined && (isCompared || (arm === 'candidate' && needs.revenueAlone))
        ? own(revenue.sum, false)
        : undefined,
    orders: isCompared && revenue?.orders !== undefined ? own(revenue.orders, true) : undefined,
    segments:
      segments === undefined || !isCompared
        ? {}
        : Object.fromEntries(
            segments.values.map((value) => [
              value,
              { requests: own(segments.requests, true, value), failures: own(segments.failures, true, value) },
            ]),
          ),
    gauges: Object.fromEntries(
      (isCompared || arm === 'candidate' ? needs.gauges : []).flatMap((gauge) => {
        const source = gauges[gauge];
        return source === undefined ? [] : [[gauge, own(source, false)]];
      }),
    ),
  };
};

export const allTraffic = (queries: TrafficQueries): readonly Query[] => [
  queries.requests,
  ...queries.answered,
  queries.connectionErrors,
  ...queries.functionErrors,
  queries.responses,
  ...Object.values(queries.slow),
  queries.hosts,
];

export const allBusiness = ({ revenue, orders, segments, gauges }: BusinessQueries): readonly BusinessQuery[] => [
  ...(revenue === undefined ? [] : [revenue]),
  ...(orders === undefined ? [] : [orders]),
  ...Object.values(segments).flatMap(({ requests, failures }) => [requests, failures]),
  ...Object.values(gauges),
];
