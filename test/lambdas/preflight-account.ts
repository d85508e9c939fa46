/** An account on localhost that is ready for the seed plan, with everything that a test may put out of order. */
import type { ScalableTarget } from '@aws-sdk/client-application-auto-scaling';
import type { AutoScalingGroup } from '@aws-sdk/client-auto-scaling';
import type { Service as EcsService } from '@aws-sdk/client-ecs';
import { vi } from 'vitest';
import { answer } from '../../lambdas/command/answer.ts';
import { Deadline } from '../../lib/aws/outside.ts';
import { type AccountFacts, accountReader } from '../../lib/aws/preflight-account.ts';
import type { Check } from '../../lib/aws/request.ts';
import { awsWorld } from '../../lib/aws/world.ts';
import { hashOf } from '../../lib/controller/record.ts';
import { environment, topics } from '../aws/environment.ts';
import { awsAt } from '../aws/journal-world.ts';
import { principal, seedPlan, seedSource } from '../rollout/fixture.ts';
import { type AlarmGiven, cloudWatch, type MetricAsked } from '../stand-in/cloudwatch.ts';
import { ecs } from '../stand-in/ecs.ts';
import { atRest, type LoadBalancing, loadBalancing } from '../stand-in/elasticloadbalancing.ts';
import { lambdaPolicies } from '../stand-in/lambda-policy.ts';
import { autoScaling, serviceScaling } from '../stand-in/scaling.ts';
import { type StandIn, standIn } from '../stand-in/server.ts';
import { type SnsStandIn, type SubscriptionGiven, snsStandIn } from '../stand-in/sns.ts';

const { baseline, candidate, rules } = seedPlan.traffic;
export const [RULE = ''] = rules;
export { baseline as BASELINE, candidate as CANDIDATE };

export const FAIL_OVER = 'target_group_health.dns_failover.minimum_healthy_targets.count';

/** Where it is told, and changed. */
export interface PreflightAccount {
  readonly server: StandIn;
  readonly balancing: LoadBalancing;
  readonly sns: SnsStandIn;
  readonly given: Given;
  /** What the function reads of the account. */
  facts(): Promise<AccountFacts>;
  checks(source?: string): Promise<readonly Check[]>;
  /** The lines of this name. */
  lines(what: string, source?: string): Promise<readonly Check[]>;
  ring(role: string): ReturnType<typeof answer>;
}

interface Given {
  /** Requests of the baseline in a minute, how many of them fail and stay unanswered, and how many answers are slower than any threshold. */
  traffic: { requests: number; failures: number; unanswered: number; slow?: number };
  /** Metrics of the plan's own that nobody publishes, by their CloudWatch name. */
  readonly silent: Set<string>;
  alarms: Record<string, AlarmGiven>;
  scalingGroups: readonly Partial<AutoScalingGroup>[];
  clusters: Record<string, readonly Partial<EcsService>[]>;
  scalableTargets: readonly Partial<ScalableTarget>[];
  readonly subscriptions: Map<string, readonly SubscriptionGiven[]>;
  /** Of the command function. */
  policy: string | undefined;
}

export const subscription = (protocol: string, endpoint: string, arn = 'arn:aws:sns:us-east-1:123456789012:x:1') => ({
  arn,
  protocol,
  endpoint,
});

/** An ECS service that registers its tasks with this group. */
export const serviceOf = (serviceName: string, targetGroupArn: string, more: Partial<EcsService> = {}) => ({
  serviceName,
  desiredCount: 20,
  loadBalancers: [{ targetGroupArn, containerName: 'app', containerPort: 8080 }],
  ...more,
});

const ready = (): Given => ({
  traffic: { requests: 12_000, failures: 4, unanswered: 1 },
  silent: new Set(),
  alarms: { 'learn-critical-incident': { state: 'OK' } },
  scalingGroups: [],
  clusters: { learn: [serviceOf('analyzer-original', baseline), serviceOf('analyzer-ultra-fast', candidate)] },
  scalableTargets: [{ ResourceId: 'service/learn/analyzer-original', MinCapacity: 14, MaxCapacity: 40 }],
  subscriptions: new Map(
    topics.map((topic) => [topic, [subscription('lambda', 'arn:aws:lambda:us-east-1:123456789012:function:slack')]]),
  ),
  policy: undefined,
});

export const preflightAccount = async (): Promise<PreflightAccount> => {
  const given = ready();
  const rest = atRest(seedPlan.traffic, 20);
  const attributes = () => new Map([[FAIL_OVER, 'off']]);
  const balancing = loadBalancing({
    rules: Object.fromEntries(
      Object.entries(rest.rules).map(([arn, rule]) => [
        arn,
        {
          ...rule,
          tags: new Map([
            ['sluice:managed', 'true'],
            ['sluice:resting', baseline.split(':').at(-1) ?? ''],
          ]),
        },
      ]),
    ),
    groups: {
      [baseline]: { ...rest.groups[baseline], attributes: attributes() },
      [candidate]: { ...rest.groups[candidate], attributes: attributes() },
    },
  });
  const sns = snsStandIn(topics, (topic) => given.subscriptions.get(topic) ?? []);
  const server = await standIn({
    elasticloadbalancing: balancing.service,
    cloudwatch: cloudWatch({ points: (asked) => pointsOf(given, asked), alarms: () => given.alarms }),
    sns: sns.service,
    ecs: ecs({ clusters: () => given.clusters }),
    autoscaling: autoScaling(() => given.scalingGroups),
    'application-autoscaling': serviceScaling(() => given.scalableTargets),
    lambda: lambdaPolicies(() => given.policy),
  });
  awsAt(server.url);
  vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'sluice-command');
  const deadline = new Deadline();
  deadline.begin(30_000);
  const asked = (role: string) => ({
    world: awsWorld(environment, deadline, () => {}),
    plans: [{ file: 'plans/0.yaml', source: seedSource, hash: hashOf(seedSource) }],
    as: principal(role),
    readReport: async () => undefined,
    linkPage: async () => undefined,
    readAccount: accountReader(environment, deadline, process.env),
  });
  const checks = async (source = seedSource): Promise<readonly Check[]> => {
    const reply = await answer(asked('Intern'), { ask: 'preflight', source, ring: false });
    if (!reply.ok) throw new Error(reply.refused);
    return 'checks' in reply ? reply.checks : [];
  };
  return {
    server,
    balancing,
    sns,
    given,
    facts: () => asked('Intern').readAccount(seedPlan),
    checks,
    lines: async (what, source) => (await checks(source)).filter((check) => check.what === what),
    ring: (role) => answer(asked(role), { ask: 'preflight', source: seedSource, ring: true }),
  };
};

/** The baseline has all the traffic; both arms publish the plan's own metrics. */
const pointsOf = ({ traffic, silent }: Given, asked: MetricAsked): readonly (readonly [number, number])[] => {
  if (silent.has(asked.metric)) return [];
  const value = asked.namespace === 'AWS/ApplicationELB' ? trafficOf(traffic, asked) : 42;
  if (value === 0) return [];
  const milliseconds = asked.periodSeconds * 1000;
  const starts = Array.from(
    { length: Math.ceil((asked.end - asked.start) / milliseconds) },
    (_, index) => asked.start + index * milliseconds,
  );
  const isCount = asked.namespace === 'AWS/ApplicationELB' && !asked.statistic.startsWith('p');
  return starts.map((at) => [at, isCount ? (value * milliseconds) / 60_000 : value]);
};

const trafficOf = (
  { requests, failures, unanswered, slow = 0 }: Given['traffic'],
  { metric, dimensions, statistic }: MetricAsked,
): number => {
  if (!baseline.endsWith(dimensions.TargetGroup ?? '?')) return 0;
  switch (metric) {
    case 'RequestCount':
      return requests;
    case 'HTTPCode_Target_2XX_Count':
      return Math.max(0, requests - failures - unanswered);
    case 'HTTPCode_Target_5XX_Count':
      return failures;
    case 'TargetResponseTime':
      return { SampleCount: requests - unanswered, p90: 0.0214, p99: 0.0459 }[statistic] ?? slow;
    default:
      return 0;
  }
};
