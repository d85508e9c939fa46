/** The Metrics port on a CloudWatch and a load balancer on localhost, with the real SDK clients. */
import { vi } from 'vitest';
import { alarmsOf, alarmsRead } from '../../lib/aws/alarms.ts';
import { cloudWatchClient, loadBalancingClient } from '../../lib/aws/clients.ts';
import { metricsOf } from '../../lib/aws/cloudwatch.ts';
import { Deadline } from '../../lib/aws/outside.ts';
import { type Fault, isFault } from '../../lib/controller/fault.ts';
import type { Alarms, Metrics, MinuteReading } from '../../lib/controller/ports.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { type CloudWatchGiven, cloudWatch, type MetricAsked, metricsAsked } from '../stand-in/cloudwatch.ts';
import { atRest, loadBalancing } from '../stand-in/elasticloadbalancing.ts';
import { type StandIn, standIn } from '../stand-in/server.ts';

export interface MetricsOnLocalhost {
  readonly metrics: Metrics;
  readonly alarms: Alarms;
  readonly server: StandIn;
  /** What `onRevised` was told, in order. */
  readonly revised: readonly number[];
  /** Metrics of each GetMetricData request, in order. */
  requests(): readonly (readonly MetricAsked[])[];
  /** Names of the operations that were asked, in order. */
  operations(): readonly string[];
  /** The same servers, met by a function that has just been started. */
  coldStart(): Metrics;
}

export interface Surroundings {
  /** Target groups whose target is a function. */
  readonly lambda?: readonly string[];
  readonly zones?: readonly string[];
}

export const metricsOnLocalhost = async (
  plan: Plan,
  given: CloudWatchGiven,
  { lambda = [], zones = [] }: Surroundings = {},
): Promise<MetricsOnLocalhost> => {
  const { rules, groups } = atRest(plan.traffic);
  const typed = Object.entries(groups).map(([arn, group]) => [
    arn,
    lambda.includes(arn) ? { ...group, type: 'lambda' as const } : group,
  ]);
  const server = await standIn({
    cloudwatch: cloudWatch(given),
    elasticloadbalancing: loadBalancing({ rules, groups: Object.fromEntries(typed), zones }).service,
  });
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  vi.stubEnv('AWS_ENDPOINT_URL', server.url);
  vi.stubEnv('AWS_DISABLE_REQUEST_COMPRESSION', 'true');
  const deadline = new Deadline();
  deadline.begin(30_000);
  const revised: number[] = [];
  const client = cloudWatchClient();
  const coldStart = (): Metrics => metricsOf(client, loadBalancingClient(), deadline, (count) => revised.push(count));
  return {
    metrics: coldStart(),
    alarms: alarmsOf(alarmsRead(client, deadline)),
    server,
    revised,
    requests: () => server.calls.filter(({ operation }) => operation === 'GetMetricData').map(metricsAsked),
    operations: () => server.calls.map(({ operation }) => operation),
    coldStart,
  };
};

export const readingsOf = (outcome: readonly MinuteReading[] | Fault): readonly MinuteReading[] => {
  if (isFault(outcome)) throw new Error(outcome.toString());
  return outcome;
};

export const faultOf = (outcome: unknown): Fault => {
  if (!isFault(outcome)) throw new Error(`expected a fault, got ${JSON.stringify(outcome)}`);
  return outcome;
};
