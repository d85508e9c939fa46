/** Who reaches what, over the whole template: also over what the CDK adds by itself. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type Resource, sluiceStack, templateOf, written } from './synthesized.ts';

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Principal?: '*' | Readonly<Record<string, unknown>>;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

interface Placed extends Statement {
  /** Logical id and type of the resource. */
  readonly at: string;
}

let resources: readonly (readonly [string, Resource])[];
beforeAll(() => {
  const stack = sluiceStack({ slack: { channel: { workspaceId: 'T0EXAMPLE', channelId: 'C0EXAMPLE' } } });
  resources = Object.entries(templateOf(stack).toJSON().Resources as Record<string, Resource>);
});

const statementsIn = (value: unknown): readonly Statement[] => {
  if (typeof value !== 'object' || value === null) return [];
  if ('Statement' in value) return [value.Statement].flat() as readonly Statement[];
  return Object.values(value).flatMap(statementsIn);
};
const statements = (): readonly Placed[] =>
  resources.flatMap(([id, { Type, Properties }]) =>
    statementsIn(Properties).map((statement) => ({ ...statement, at: `${id} (${Type})` })),
  );
const actionsOf = ({ Action }: Statement): readonly string[] => [Action ?? []].flat();
const allowing = () => statements().filter(({ Effect }) => Effect === 'Allow');
/** A policy on a resource says whom it trusts; a role's says on what. */
const identityBased = () => allowing().filter(({ Principal }) => Principal === undefined);
const resourceBased = () => allowing().filter(({ Principal }) => Principal !== undefined);

/**
 * By whom, and why no resource is named; all of these only look.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
const ON_EVERYTHING: Readonly<Record<string, string>> = {
  'elasticloadbalancing:DescribeRules': 'Describe of load balancers takes no resource',
  'elasticloadbalancing:DescribeTargetHealth': 'Describe of load balancers takes no resource',
  'elasticloadbalancing:DescribeTags': 'Describe of load balancers takes no resource',
  'elasticloadbalancing:DescribeTargetGroups': 'Describe of load balancers takes no resource',
  'elasticloadbalancing:DescribeTargetGroupAttributes': 'Describe of load balancers takes no resource',
  'elasticloadbalancing:DescribeListeners': 'Describe of load balancers takes no resource',
  'elasticloadbalancing:DescribeLoadBalancers': 'Describe of load balancers takes no resource',
  'cloudwatch:GetMetricData': 'metrics have no ARN',
  'cloudwatch:GetMetricStatistics': 'metrics have no ARN; the chat role draws alarms',
  'cloudwatch:DescribeAlarms': 'with fewer resources it hides composite alarms',
  'cloudtrail:LookupEvents': 'it takes no resource; granted only where the setting asks for it',
  'scheduler:ListSchedules': 'the action takes no resource but every schedule',
  'dynamodb:ListStreams': 'Lambda asks it for the function, and it takes no resource',
  'ecs:ListClusters': 'it takes no resource',
  'ecs:ListServices': 'a service is known only once it is listed',
  'autoscaling:DescribeAutoScalingGroups': 'it takes no resource',
  'application-autoscaling:DescribeScalableTargets': 'it takes no resource',
};

/** Action by action; none of them is ours to choose. */
const WILDCARD_ACTIONS: Readonly<Record<string, string>> = {
  'kms:GenerateDataKey*': 'what SNS asks for under a key of its own topics, and through SNS only',
  'kms:*': "the account's own administrators keep the key manageable: a key policy without it locks everybody out",
};

describe('a permission', () => {
  test('names its resources, unless it only looks and IAM knows none', () => {
    const found = identityBased().filter(({ Resource }) => [Resource].flat().map(written).includes('*'));
    expect(found.length).toBeGreaterThan(0);
    expect(
      found.flatMap((each) =>
        actionsOf(each)
          .filter((action) => !(action in ON_EVERYTHING))
          .map((action) => `${each.at}: ${action}`),
      ),
    ).toEqual([]);
  });

  test('names its actions, but for the two that have a reason', () => {
    const found = allowing().flatMap((each) => actionsOf(each).map((action) => ({ ...each, action })));
    const wild = found.filter(({ action }) => action.includes('*'));
    expect(
      wild.filter(({ action }) => !(action in WILDCARD_ACTIONS)).map(({ at, action }) => `${at}: ${action}`),
    ).toEqual([]);
    for (const { Principal, action } of wild)
      if (action === 'kms:*')
        expect(written(Object.values(Principal ?? {})[0])).toMatch(/^arn:<AWS::Partition>:iam::<AWS::AccountId>:root$/);
  });

  test('is never all but something', () => {
    expect(
      statements().filter(({ NotAction, NotResource }) => NotAction !== undefined || NotResource !== undefined),
    ).toEqual([]);
  });
});

describe('from outside', () => {
  test('nothing can be called but by AWS itself and by whom IAM lets in: there is no URL, no API, no balancer, no distribution', () => {
    const open =
      /^AWS::(?:Lambda::Url|ApiGateway|ApiGatewayV2|AppSync|ElasticLoadBalancing|CloudFront|Cognito|IoT|S3::AccessPoint)/;
    expect(resources.filter(([, { Type }]) => open.test(Type)).map(([id]) => id)).toEqual([]);
  });

  test('no function lets everybody in', () => {
    const permissions = resources.filter(([, { Type }]) => Type === 'AWS::Lambda::Permission');
    expect(
      permissions.filter(
        ([, { Properties }]) => Properties.Principal === '*' || Properties.FunctionUrlAuthType === 'NONE',
      ),
    ).toEqual([]);
  });

  test('nobody unnamed is allowed anything by a resource; denials may be of everybody', () => {
    const everybody = resourceBased().filter(
      ({ Principal }) =>
        Principal === '*' ||
        Object.values(Principal ?? {})
          .flat()
          .includes('*'),
    );
    expect(everybody.map(({ at }) => at)).toEqual([]);
  });

  test('a service is trusted with a topic, a queue, a key or a bucket on behalf of this account only', () => {
    const roles = /\(AWS::IAM::Role\)$/;
    const services = resourceBased().filter(
      ({ at, Principal }) => !roles.test(at) && typeof Principal === 'object' && 'Service' in Principal,
    );
    expect(services.length).toBeGreaterThan(0);
    expect(
      services
        .filter(({ Condition }) => !/aws:Source(?:Account|Arn)/i.test(JSON.stringify(Condition ?? {})))
        .map(({ at, Action }) => `${at}: ${Action}`),
    ).toEqual([]);
  });

  test('a role is assumed by a service, never by another account', () => {
    const trusted = resourceBased().filter(({ at }) => at.endsWith('(AWS::IAM::Role)'));
    expect(trusted.flatMap(({ Principal }) => Object.keys(Principal ?? {}))).toEqual(trusted.map(() => 'Service'));
  });
});
