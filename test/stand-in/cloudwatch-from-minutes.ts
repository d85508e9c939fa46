import type { BusinessCounts, Counts } from '../../lib/judge/row.ts';
import type { MetricSource, Plan } from '../../lib/plan/plan.ts';
import { ninetieth } from '../../lib/sim/log-normal.ts';
import type { MinuteTraffic } from '../../lib/sim/traffic.ts';
import { TRAFFIC, USUAL_LATENCY } from '../../lib/sim/traffic-model.ts';
import type { CloudWatchGiven, MetricAsked, Point } from './cloudwatch.ts';

const MINUTE = 60_000;

/** Minutes kept: a rollout reads the newest ones again and again, the look-back for `missing: zero` and the day before all of them. */
const KEPT_AT_MOST = 30_000;

/** What one minute reports of a metric; undefined: nothing. */
type Reports = (minute: MinuteTraffic) => number | undefined;

/**
 * Feeds the stand-in from the simulator's minutes (`minuteTraffic`), as the load balancer, the application and ECS would publish them: a
 * load balancer reports no zeros and no minute without requests, an application that has `missing: zero` publishes no zeros, others do. A
 * minute is complete as soon as it ends; one that has not, or for which `minuteOf` answers nothing, is silence. Periods longer than a
 * minute are summed, or averaged for gauges. Percentiles of response times are those of the simulator's healthy traffic.
 *
 * @param minuteOf final counts of the minute that begins at this instant, the same at every call; asked once for each minute
 * @param now only minutes that have ended by then are reported
 * @param zones over which answers and refused connections are spread evenly, the rest to the first
 */
export const cloudWatchFromMinutes = (
  plan: Plan,
  minuteOf: (minute: number) => MinuteTraffic | undefined,
  now: () => number,
  zones: readonly string[] = [],
): NonNullable<CloudWatchGiven['points']> => {
  const reports = new Map([
    ...armReports(plan, 'candidate', zones),
    ...armReports(plan, 'baseline', zones),
    ...businessReports(plan, 'candidate'),
    ...businessReports(plan, 'baseline'),
  ]);
  const kept = new Map<number, MinuteTraffic | undefined>();
  const minute = (at: number): MinuteTraffic | undefined => {
    if (kept.has(at)) return kept.get(at);
    const traffic = minuteOf(at);
    if (kept.size >= KEPT_AT_MOST) kept.clear();
    kept.set(at, traffic);
    return traffic;
  };
  return (asked) => {
    const report = reports.get(keyOf(asked));
    if (report === undefined) return [];
    const end = Math.min(asked.end, Math.floor(now() / MINUTE) * MINUTE);
    const points: Point[] = [];
    for (let at = asked.start; at < end; at += MINUTE) {
      const traffic = minute(at);
      const value = traffic && report(traffic);
      if (value !== undefined) points.push([at, value]);
    }
    return asked.periodSeconds === 60 ? points : inPeriods(points, asked);
  };
};

const inPeriods = (points: readonly Point[], { periodSeconds, statistic }: MetricAsked): readonly Point[] => {
  const period = periodSeconds * 1000;
  const periods = new Map<number, number[]>();
  for (const [at, value] of points) {
    const start = Math.floor(at / period) * period;
    const values = periods.get(start);
    if (values === undefined) periods.set(start, [value]);
    else values.push(value);
  }
  return [...periods].map(([start, values]) => {
    const sum = values.reduce((total, value) => total + value, 0);
    if (statistic === 'Minimum') return [start, Math.min(...values)];
    return [start, statistic === 'Average' || statistic.startsWith('p') ? sum / values.length : sum];
  });
};

const keyOf = ({
  namespace,
  metric,
  statistic,
  dimensions,
}: Pick<MetricAsked, 'namespace' | 'metric' | 'statistic' | 'dimensions'>): string =>
  [
    namespace,
    metric,
    statistic,
    ...Object.entries(dimensions)
      .map((pair) => pair.join('='))
      .toSorted(),
  ].join('|');

const unlessZero = (value: number): number | undefined => (value > 0 ? value : undefined);

type Arm = 'candidate' | 'baseline';

const armReports = (plan: Plan, arm: Arm, zones: readonly string[]): readonly [string, Reports][] => {
  const [, loadBalancer = ''] = /listener-rule\/(app\/[^/]+\/[^/]+)\//.exec(plan.traffic.rules[0] ?? '') ?? [];
  const group = plan.traffic[arm];
  const dimensions = { LoadBalancer: loadBalancer, TargetGroup: group.slice(group.lastIndexOf(':') + 1) };
  const namespace = 'AWS/ApplicationELB';
  const report = (metric: string, statistic: string, of: (counts: Counts) => number | undefined): [string, Reports] => [
    keyOf({ namespace, metric, statistic, dimensions }),
    (minute) => {
      const counts = minute[arm];
      return counts === null ? undefined : of(counts);
    },
  ];
  /** Of the group, and of its part in each zone. */
  const counted = (metric: string, of: (counts: Counts) => number): readonly [string, Reports][] => [
    report(metric, 'Sum', (counts) => unlessZero(of(counts))),
    ...zones.map((zone, place): [string, Reports] => [
      keyOf({ namespace, metric, statistic: 'Sum', dimensions: { ...dimensions, AvailabilityZone: zone } }),
      (minute) => {
        const counts = minute[arm];
        return counts === null ? undefined : unlessZero(partOf(of(counts), place, zones.length));
      },
    ]),
  ];
  const answers = ([2, 3, 4, 5] as const).flatMap((digit, index) => {
    const metric = `HTTPCode_Target_${digit}XX_Count`;
    return counted(metric, (counts) => answersOf(plan, counts)[index] ?? 0);
  });
  const slow = slowKeys(plan).map((key) =>
    report('TargetResponseTime', `TC(${Number.parseFloat(key) / 1000}:)`, ({ responses, slow }) =>
      responses > 0 ? slow[key] : undefined,
    ),
  );
  return [
    report('RequestCount', 'Sum', ({ requests }) => unlessZero(requests)),
    ...answers,
    ...counted('TargetConnectionErrorCount', (counts) => refusedOf(plan, counts)),
    report('TargetResponseTime', 'SampleCount', ({ responses }) => unlessZero(responses)),
    ...slow,
    ...Object.entries(PERCENTILES).map(([statistic, seconds]) =>
      report('TargetResponseTime', statistic, () => seconds),
    ),
    [
      keyOf({ namespace, metric: 'HealthyHostCount', statistic: 'Minimum', dimensions }),
      ({ hosts }) => (hosts ? HEALTHY_HOSTS : undefined),
    ],
  ];
};

const HEALTHY_HOSTS = 20;
const PERCENTILES = { p90: ninetieth(TRAFFIC.medianSeconds, TRAFFIC.p99Seconds), p99: TRAFFIC.p99Seconds };

const partOf = (whole: number, place: number, places: number): number =>
  Math.floor(whole / places) + (place === 0 ? whole % places : 0);

/**
 * The simulator counts refused connections among the failures. Those are unanswered, so as many failures as there are unanswered requests
 * are taken for refused ones, the others for 5xx; where the plan goes by connection errors, `unavailable` is their number.
 */
const refusedOf = (plan: Plan, { failures, unavailable }: Counts): number =>
  plan.availability === 'connectionErrors' ? (unavailable ?? 0) : Math.max(0, Math.min(failures, unavailable ?? 0));

/** 2xx, 3xx, 4xx and 5xx, which are all responses together. */
const answersOf = (plan: Plan, counts: Counts): readonly [number, number, number, number] => {
  const serverErrors = counts.failures - refusedOf(plan, counts);
  const rest = Math.max(0, counts.responses - serverErrors);
  const [moved, clientErrors] = [Math.floor(rest * 0.05), Math.floor(rest * 0.02)];
  return [rest - moved - clientErrors, moved, clientErrors, serverErrors];
};

/** Thresholds of criteria and guards, `200ms`, and the usual latency of the simulated traffic. */
const slowKeys = (plan: Plan): readonly string[] => [
  ...[...plan.phases.flatMap(({ advance }) => advance), ...plan.guards].flatMap(({ claim }) =>
    claim.kind === 'share' && claim.share.startsWith('slow:') ? [claim.share.slice('slow:'.length)] : [],
  ),
  ...Object.values(USUAL_LATENCY).map((ms) => `${ms}ms`),
];

const businessReports = (plan: Plan, arm: Arm): readonly [string, Reports][] => {
  const { revenue, segments, gauges } = plan.metrics;
  const report = (
    source: MetricSource,
    of: (business: BusinessCounts) => number | null | undefined,
    segment = '',
  ): [string, Reports] => {
    const name = plan.traffic.names[arm];
    const dimensions = Object.fromEntries(
      Object.entries(source.dimensions).map(([key, value]) => [
        key,
        value.replace('{arm}', name).replace('{segment}', segment),
      ]),
    );
    return [
      keyOf({ ...source, dimensions }),
      (minute) => {
        const value = of(minute.business[arm]) ?? undefined;
        return value === undefined || source.missing === 'unknown' ? value : unlessZero(value);
      },
    ];
  };
  return [
    ...(revenue === undefined ? [] : [report(revenue.sum, (business) => business.revenue)]),
    ...(revenue?.orders === undefined ? [] : [report(revenue.orders, ({ orders }) => orders)]),
    ...(segments?.values ?? []).flatMap((value) =>
      segments === undefined
        ? []
        : [
            report(segments.requests, (business) => business.segments[value]?.requests, value),
            report(segments.failures, (business) => business.segments[value]?.failures, value),
          ],
    ),
    ...Object.entries(gauges).map(([name, source]) => report(source, (business) => business.gauges[name])),
  ];
};
