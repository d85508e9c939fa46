import {
  DescribeLoadBalancersCommand,
  type ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Fault, isFault } from '../controller/fault.ts';
import type { DayBefore } from '../judge/verdict.ts';
import type { Plan } from '../plan/plan.ts';
import { type Asking, readSeries, type Series, type Span } from './metric-data.ts';
import { loadBalancerOf, zoneQueries } from './metric-queries.ts';
import { outside } from './outside.ts';

/**
 * The baseline's answers and 5xx in each zone of its load balancer, ascending by zone; zones without an answer are left out. Requests are
 * the sum of the answers, since RequestCount is not reported by zone and target group.
 */
export const readZones = async (
  asking: Asking,
  client: ElasticLoadBalancingV2Client,
  plan: Plan,
  span: Span,
): Promise<NonNullable<DayBefore['zones']> | Fault> => {
  const { partition, region, account, loadBalancer } = loadBalancerOf(plan);
  const arn = `arn:${partition}:elasticloadbalancing:${region}:${account}:loadbalancer/${loadBalancer}`;
  const answer = await outside('read the zones of the load balancer', asking.deadline, (options) =>
    client.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] }), options),
  );
  if (isFault(answer)) return answer;
  const names = (answer.LoadBalancers ?? []).flatMap(({ AvailabilityZones = [] }) =>
    AvailabilityZones.flatMap(({ ZoneName }) => ZoneName ?? []),
  );
  const zones = names.toSorted().map((zone) => ({ zone, queries: zoneQueries(plan, zone) }));
  const operation = "read the baseline's day before by zone";
  const seriesOf = await readSeries(
    asking,
    operation,
    zones.flatMap(({ queries }) => queries),
    span,
  );
  if (isFault(seriesOf)) return seriesOf;
  return zones.flatMap(({ zone, queries }) => {
    const sums = queries.map((query) => sumOf(seriesOf(query)));
    const requests = sums.reduce((total, sum) => total + sum, 0);
    return requests === 0 ? [] : [{ zone, requests, failures: sums.at(-1) ?? 0 }];
  });
};

const sumOf = (series: Series): number => [...series.values()].reduce((total, value) => total + value, 0);
