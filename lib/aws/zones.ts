import {
  DescribeLoadBalancersCommand,
  type ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Fault, isFault } from '../controller/fault.ts';
import type { ZoneMinute } from '../judge/clumpiness.ts';
import type { DayBefore } from '../judge/verdict.ts';
import { MINUTE_MS } from '../plan/duration.ts';
import type { Instant, Plan } from '../plan/plan.ts';
import { type Asking, readSeries, type SeriesOf } from './metric-data.ts';
import { loadBalancerOf, type Query, type ZoneQueries, zoneQueries } from './metric-queries.ts';
import { outside } from './outside.ts';

export interface ZoneDay {
  readonly from: Instant;
  /** Of all zones of the load balancer, ascending. */
  readonly names: readonly string[];
  /** The whole day, ascending by zone; zones without a request are left out. */
  readonly zones: NonNullable<DayBefore['zones']>;
  /** Ascending, of all zones of the load balancer; minutes without a request are left out. */
  readonly minutes: readonly ZoneMinute[];
}

/**
 * The baseline's requests and failures in each zone of its load balancer, minute by minute: 7,200 values for each zone, of the 100,800 that a
 * page may hold. Requests are answers and refused connections, since RequestCount is not reported by zone and target group.
 */
export const readZones = async (
  asking: Asking,
  client: ElasticLoadBalancingV2Client,
  plan: Plan,
  { from, to }: { readonly from: Instant; readonly to: Instant },
): Promise<ZoneDay | Fault> => {
  const { partition, region, account, loadBalancer } = loadBalancerOf(plan);
  const arn = `arn:${partition}:elasticloadbalancing:${region}:${account}:loadbalancer/${loadBalancer}`;
  const answer = await outside('read the zones of the load balancer', asking.deadline, (options) =>
    client.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] }), options),
  );
  if (isFault(answer)) return answer;
  const names = (answer.LoadBalancers ?? []).flatMap(({ AvailabilityZones = [] }) =>
    AvailabilityZones.flatMap(({ ZoneName }) => ZoneName ?? []),
  );
  const sorted = names.toSorted();
  const zones = sorted.map((zone) => ({ zone, queries: zoneQueries(plan, zone) }));
  const asked = zones.flatMap(({ queries }) => [...queries.answered, queries.connectionErrors]);
  const span = { from, to, periodSeconds: MINUTE_MS / 1000 };
  const seriesOf = await readSeries(asking, "read the baseline's day before by zone", asked, span);
  if (isFault(seriesOf)) return seriesOf;
  const minutes: ZoneMinute[] = [];
  for (let minute = from; minute < to; minute += MINUTE_MS) {
    const counts = zones.map(({ queries }) => countsIn(queries, seriesOf, minute));
    const requests = counts.map((zone) => zone.requests);
    if (requests.every((count) => count === 0)) continue;
    minutes.push({ at: (minute - from) / MINUTE_MS, requests, failures: counts.map(({ failures }) => failures) });
  }
  return { from, names: sorted, zones: zones.flatMap(({ zone }, index) => wholeDay(zone, index, minutes)), minutes };
};

const countsIn = ({ answered, serverErrors, connectionErrors }: ZoneQueries, seriesOf: SeriesOf, minute: Instant) => {
  const sum = (queries: readonly Query[]): number =>
    queries.reduce((total, query) => total + (seriesOf(query).get(minute) ?? 0), 0);
  return { requests: sum([...answered, connectionErrors]), failures: sum([serverErrors, connectionErrors]) };
};

const wholeDay = (zone: string, index: number, minutes: readonly ZoneMinute[]): ZoneDay['zones'] => {
  const sum = (counts: keyof Pick<ZoneMinute, 'requests' | 'failures'>): number =>
    minutes.reduce((total, minute) => total + (minute[counts][index] ?? 0), 0);
  const requests = sum('requests');
  return requests === 0 ? [] : [{ zone, requests, failures: sum('failures') }];
};
