import type { ScalableTarget } from '@aws-sdk/client-application-auto-scaling';
import type { AutoScalingGroup } from '@aws-sdk/client-auto-scaling';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { loadBalancingClient, snsClient } from '../../lib/aws/clients.ts';
import { Deadline } from '../../lib/aws/outside.ts';
import { autoScalingClient, ecsClient, serviceScalingClient } from '../../lib/aws/preflight-clients.ts';
import { readGroupSettings } from '../../lib/aws/preflight-groups.ts';
import { readInvokers } from '../../lib/aws/preflight-invokers.ts';
import { readScalingGroups, readServiceMinimums } from '../../lib/aws/preflight-scaling.ts';
import { readEcsServices } from '../../lib/aws/preflight-services.ts';
import { readRuleTags } from '../../lib/aws/preflight-tags.ts';
import { readSubscriptions } from '../../lib/aws/preflight-topics.ts';
import { serviceOf, subscription } from '../lambdas/preflight-account.ts';
import { type EcsGiven, ecs, ecsError } from '../stand-in/ecs.ts';
import { loadBalancing } from '../stand-in/elasticloadbalancing.ts';
import { lambdaPolicies } from '../stand-in/lambda-policy.ts';
import { queryAnswer, queryError } from '../stand-in/query-protocol.ts';
import { autoScaling, serviceScaling } from '../stand-in/scaling.ts';
import { type Service, type ServiceName, type StandIn, standIn } from '../stand-in/server.ts';
import { snsStandIn } from '../stand-in/sns.ts';
import { environment, topics } from './environment.ts';
import { awsAt } from './journal-world.ts';
import { BASELINE, CANDIDATE, plan, RULE, SECOND, STRANGER, THIRD } from './load-balancer.ts';

let server: StandIn;
let deadline: Deadline;
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

const open = async (services: Partial<Record<ServiceName, Service>>): Promise<void> => {
  server = await standIn(services);
  awsAt(server.url);
  deadline = new Deadline();
  deadline.begin(30_000);
};

const asked = (operation: string) => server.calls.filter((call) => call.operation === operation);

describe('the tags of rules', () => {
  const withRules = (...arns: readonly string[]) =>
    open({
      elasticloadbalancing: loadBalancing({
        rules: Object.fromEntries(arns.map((arn) => [arn, { tags: new Map([['sluice:managed', 'true']]) }])),
        groups: {},
      }).service,
    });
  const read = () => readRuleTags(loadBalancingClient(), deadline, plan.traffic);

  it('come in one call', async () => {
    await withRules(RULE, SECOND, THIRD);
    const tags = await read();
    expect([...(tags as ReadonlyMap<string, unknown>).keys()]).toEqual([RULE, SECOND, THIRD]);
    expect(asked('DescribeTags')).toHaveLength(1);
  });

  it('come of the others when a rule does not exist', async () => {
    await withRules(RULE, THIRD);
    expect(await read()).toEqual(
      new Map(
        [RULE, THIRD].map((rule) => [rule, { managed: 'true', restingTag: undefined, resting: undefined, keptBy: [] }]),
      ),
    );
  });

  it('are a fault when they are refused, also of a single rule', async () => {
    await withRules(RULE, THIRD);
    server.fail('DescribeTags', queryError('RuleNotFound', 'gone'));
    server.fail('DescribeTags', queryError('AccessDenied', 'no', 403));
    expect(await read()).toMatchObject({ code: 'REFUSED', operation: 'read the tags of the listener rules' });
  });
});

describe('the settings of a target group', () => {
  const read = () => readGroupSettings(loadBalancingClient(), deadline, BASELINE);

  it('say how it checks, and when a zone leaves DNS', async () => {
    const attributes = new Map([['target_group_health.dns_failover.minimum_healthy_targets.count', '2']]);
    await open({ elasticloadbalancing: loadBalancing({ rules: {}, groups: { [BASELINE]: { attributes } } }).service });
    expect(await read()).toEqual({
      isLambda: false,
      healthChecks: { isOn: true, intervalSeconds: 30, timeoutSeconds: 5, healthyAfter: 5, unhealthyAfter: 2 },
      dnsFailOver: { count: '2', percentage: undefined },
    });
  });

  it('are a fault when the answer does not say', async () => {
    await open({ elasticloadbalancing: loadBalancing({ rules: {}, groups: { [BASELINE]: {} } }).service });
    server.fail('DescribeTargetGroups', queryAnswer('DescribeTargetGroups', { TargetGroups: [] }));
    expect(await read()).toMatchObject({ code: 'UNREADABLE' });
  });
});

describe('EC2 Auto Scaling', () => {
  const others = (count: number): readonly Partial<AutoScalingGroup>[] =>
    Array.from({ length: count }, (_, index) => ({ AutoScalingGroupName: `other-${index}`, MinSize: 1 }));
  const read = () => readScalingGroups(autoScalingClient(), deadline, BASELINE);

  it('is read page by page, and finds groups that were attached in either way', async () => {
    const old = { AutoScalingGroupName: 'old', MinSize: 2, DesiredCapacity: 6, TargetGroupARNs: [BASELINE] };
    const source = { Identifier: BASELINE, Type: 'elbv2' };
    const recent = { AutoScalingGroupName: 'recent', MinSize: 3, DesiredCapacity: 4, TrafficSources: [source] };
    await open({ autoscaling: autoScaling(() => [old, ...others(150), recent]) });
    expect(await read()).toEqual({
      groups: [
        { name: 'old', minimum: 2, desired: 6 },
        { name: 'recent', minimum: 3, desired: 4 },
      ],
      isComplete: true,
    });
    expect(asked('DescribeAutoScalingGroups')).toHaveLength(2);
  });

  it('says that there are more groups than it looked at', async () => {
    await open({ autoscaling: autoScaling(() => others(501)) });
    expect(await read()).toEqual({ groups: [], isComplete: false });
  });

  it('is a fault when it is refused', async () => {
    await open({ autoscaling: autoScaling(() => []) });
    server.fail('DescribeAutoScalingGroups', queryError('AccessDenied', 'no', 403));
    expect(await read()).toMatchObject({ code: 'REFUSED', operation: 'read the EC2 Auto Scaling groups' });
  });
});

describe('the scaling of ECS services', () => {
  const names = Array.from({ length: 60 }, (_, index) => `learn/service-${index}`);
  const read = () => readServiceMinimums(serviceScalingClient(), deadline, names);
  const target = (name: string, more: Partial<ScalableTarget> = {}) => ({
    ResourceId: `service/${name}`,
    MinCapacity: 2,
    ...more,
  });

  it('is asked for fifty services at once, and leaves out what is suspended', async () => {
    const suspended = { DynamicScalingInSuspended: true, ScheduledScalingSuspended: true };
    await open({
      'application-autoscaling': serviceScaling(() => [
        target('learn/service-0'),
        target('learn/service-1', { SuspendedState: suspended }),
        target('learn/service-2', { SuspendedState: { ...suspended, ScheduledScalingSuspended: false } }),
        target('learn/service-59', { MinCapacity: 7 }),
      ]),
    });
    expect(await read()).toEqual(
      new Map([
        ['learn/service-0', 2],
        ['learn/service-2', 2],
        ['learn/service-59', 7],
      ]),
    );
    expect(asked('DescribeScalableTargets').map(({ input }) => input.ServiceNamespace)).toEqual(['ecs', 'ecs']);
  });

  it('is not asked without services', async () => {
    await open({});
    expect(await readServiceMinimums(serviceScalingClient(), deadline, [])).toEqual(new Map());
    expect(server.calls).toEqual([]);
  });
});

describe('ECS services', () => {
  const openEcs = (given: Partial<EcsGiven> & Pick<EcsGiven, 'clusters'>) => open({ ecs: ecs(given) });
  const read = () => readEcsServices(ecsClient(), deadline, plan.traffic);
  const many = (count: number) => Array.from({ length: count }, (_, index) => serviceOf(`other-${index}`, STRANGER));

  it('are looked at in all clusters, page by page, ten in a call; only those of the plan are kept', async () => {
    await openEcs({
      clusters: () => ({
        learn: [...many(23), serviceOf('original', BASELINE)],
        empty: [],
        more: [serviceOf('ultra-fast', CANDIDATE, { desiredCount: 3 })],
      }),
      pageSize: 2,
    });
    const plain = { replacedBy: 'ECS', manner: 'ROLLING', rules: [] };
    expect(await read()).toEqual({
      services: [
        { ...plain, name: 'learn/original', desired: 20, groups: [BASELINE] },
        { ...plain, name: 'more/ultra-fast', desired: 3, groups: [CANDIDATE] },
      ],
      looked: 25,
      isComplete: true,
    });
    expect(asked('DescribeServices')).toHaveLength(4);
  });

  it('that were deleted meanwhile are no loss', async () => {
    await openEcs({ clusters: () => ({ learn: many(3) }), missing: ['other-1'] });
    expect(await read()).toEqual({ services: [], looked: 3, isComplete: true });
  });

  it('that could not be described were not looked at', async () => {
    await openEcs({ clusters: () => ({ learn: many(3) }) });
    const answer = { services: [], failures: [{ arn: 'x', reason: 'INTERNAL' }] };
    server.fail('DescribeServices', { body: JSON.stringify(answer) });
    expect(await read()).toMatchObject({ isComplete: false });
  });

  it('are bounded, by clusters and by services', async () => {
    await openEcs({ clusters: () => Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`c${index}`, []])) });
    expect(await read()).toEqual({ services: [], looked: 0, isComplete: false });
    expect(asked('ListServices')).toHaveLength(50);
    await server.close();
    await openEcs({ clusters: () => ({ one: many(390), two: many(20) }) });
    expect(await read()).toEqual({ services: [], looked: 400, isComplete: false });
  });

  it.each(['ListClusters', 'ListServices', 'DescribeServices'])('are a fault when %s is refused', async (operation) => {
    await openEcs({ clusters: () => ({ learn: many(1) }) });
    server.fail(operation, ecsError('AccessDeniedException', 'no'));
    expect(await read()).toMatchObject({ code: 'REFUSED', operation: expect.stringContaining('the ECS') });
  });
});

describe('the subscriptions of a topic', () => {
  const { SLUICE_TOPIC_LEADS } = environment;
  const read = () => readSubscriptions(snsClient(), deadline, SLUICE_TOPIC_LEADS, 'leads');

  it('are counted by protocol over all pages; deleted ones are none', async () => {
    const all = [
      ...Array.from({ length: 150 }, () => subscription('email', 'a@example.com')),
      subscription('lambda', 'arn:aws:lambda:us-east-1:123456789012:function:slack'),
      subscription('sms', '+10000000000', 'PendingConfirmation'),
      subscription('email', 'b@example.com', 'Deleted'),
    ];
    await open({ sns: snsStandIn(topics, () => all).service });
    expect(await read()).toEqual({ confirmed: { email: 150, lambda: 1 }, pending: { sms: 1 } });
    expect(asked('ListSubscriptionsByTopic')).toHaveLength(2);
  });

  it('are a fault when the topic does not exist', async () => {
    await open({ sns: snsStandIn([]).service });
    expect(await read()).toMatchObject({
      code: 'NOT_FOUND',
      operation: 'list the subscriptions to the topic of leads',
    });
  });
});

describe("the command function's policy", () => {
  const variables = { AWS_REGION: 'us-east-1', AWS_LAMBDA_FUNCTION_NAME: 'sluice command' };
  const read = () => readInvokers(snsClient().config, deadline, { ...variables, AWS_ENDPOINT_URL: server.url });
  const policyOf = (...statements: readonly object[]) => JSON.stringify({ Statement: statements });

  it('is asked for by a signed request, by the name of the function', async () => {
    await open({ lambda: lambdaPolicies((name) => (name === 'sluice command' ? undefined : 'wrong')) });
    expect(await read()).toEqual([]);
    expect(server.calls[0]?.headers.authorization).toMatch(/us-east-1\/lambda\/aws4_request.*Signature=[0-9a-f]{64}$/);
  });

  it('goes to the endpoint of the environment, that of Lambda first', async () => {
    await open({ lambda: lambdaPolicies(() => undefined) });
    const nowhere = { ...variables, AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_ENDPOINT_URL_LAMBDA: server.url };
    expect(await readInvokers(snsClient().config, deadline, nowhere)).toEqual([]);
  });

  it.each<[string, object, readonly string[]]>([
    ['one statement instead of a list', { Statement: { Effect: 'Allow', Principal: '*' } }, ['*']],
    ['everybody but some', { Statement: [{ Effect: 'Allow', NotPrincipal: { AWS: 'x' } }] }, ['everybody but some']],
    ['a denial', { Statement: [{ Effect: 'Deny', Principal: '*' }] }, []],
  ])('may have %s', async (_, policy, expected) => {
    await open({ lambda: lambdaPolicies(() => JSON.stringify(policy)) });
    expect(await read()).toEqual(expected);
  });

  it.each([
    [403, 'REFUSED'],
    [429, 'THROTTLED'],
    [500, 'UNAVAILABLE'],
  ])('is a fault with status %s', async (status, code) => {
    await open({ lambda: lambdaPolicies(() => policyOf()) });
    server.fail('GetPolicy', { status, body: '{"Message":"no"}' });
    expect(await read()).toMatchObject({ code, operation: "read the command function's policy" });
  });

  it.each(['hang', 'reset'] as const)('is a fault when the connection does %s', async (mishap) => {
    await open({ lambda: lambdaPolicies(() => policyOf()) });
    deadline.begin(200);
    server.fail('GetPolicy', mishap);
    expect(await read()).toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('is a fault when it is none', async () => {
    await open({ lambda: lambdaPolicies(() => '{"Statement": 1}') });
    expect(await read()).toMatchObject({ code: 'UNREADABLE' });
  });
});
