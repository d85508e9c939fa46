import type { Stack } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import {
  ApplicationListener,
  ApplicationTargetGroup,
  ListenerAction,
  ListenerCondition,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { LambdaTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, test } from 'vitest';
import { RolloutRule, type RolloutRuleProps } from '../../lib/stack/rollout-rule.ts';
import { emptyStack, resourceOf, templateOf } from './synthesized.ts';

type Groups = Pick<RolloutRuleProps, 'a' | 'b'>;

const FAIL_OVER = 'target_group_health.dns_failover.minimum_healthy_targets.count';

const groupsOf = (stack: Stack, targetType: TargetType): Groups => {
  const vpc = new Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 0 });
  const group = (id: string) => new ApplicationTargetGroup(stack, id, { vpc, port: 80, targetType });
  return { a: group('A'), b: group('B') };
};

const ruleOf = (
  make: (stack: Stack) => Groups,
  props: Partial<RolloutRuleProps> = {},
  then: (groups: Groups, stack: Stack) => void = () => undefined,
) => {
  const stack = emptyStack();
  const groups = make(stack);
  const listener = ApplicationListener.fromApplicationListenerAttributes(stack, 'Listener', {
    listenerArn:
      'arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/learn/50dc6c495c0c9188/0467ef3c8400ae65',
    securityGroup: { securityGroupId: 'sg-1' } as never,
  });
  new RolloutRule(stack, 'Rule', {
    listener,
    ...groups,
    resting: 'a',
    conditions: [ListenerCondition.pathPatterns(['/analyze/*'])],
    priority: 7,
    ...props,
  });
  then(groups, stack);
  const template = templateOf(stack);
  return {
    rule: resourceOf(template, 'AWS::ElasticLoadBalancingV2::ListenerRule').Properties,
    attributesOf: (id: string): Record<string, string> =>
      Object.fromEntries(
        (
          resourceOf(template, 'AWS::ElasticLoadBalancingV2::TargetGroup', id).Properties.TargetGroupAttributes ?? []
        ).map(({ Key, Value }: { Key: string; Value: string }) => [Key, Value]),
      ),
    idOf: (id: string): string =>
      Object.keys(template.findResources('AWS::ElasticLoadBalancingV2::TargetGroup')).find((each) =>
        each.startsWith(id),
      ) ?? '',
  };
};

const ip = (stack: Stack) => groupsOf(stack, TargetType.IP);

describe('a rollout rule', () => {
  test.each([
    ['a', [999, 0]],
    ['b', [0, 999]],
  ] as const)(
    'sends everything to the resting side %s, in thousandths that AWS accepts, without stickiness',
    (resting, weights) => {
      const { rule } = ruleOf(ip, { resting });
      expect(rule.Priority).toBe(7);
      expect(rule.Actions).toHaveLength(1);
      const [{ Type, ForwardConfig }] = rule.Actions;
      expect(Type).toBe('forward');
      expect(ForwardConfig.TargetGroups.map(({ Weight }: { Weight: number }) => Weight)).toEqual(weights);
      expect(ForwardConfig.TargetGroupStickinessConfig).toBeUndefined();
    },
  );

  test.each(['a', 'b'] as const)('is tagged as managed, and with the name of its resting group %s', (resting) => {
    const { rule, idOf } = ruleOf(ip, { resting });
    expect(rule.Tags).toEqual([
      { Key: 'sluice:managed', Value: 'true' },
      { Key: 'sluice:resting', Value: { 'Fn::GetAtt': [idOf(resting.toUpperCase()), 'TargetGroupFullName'] } },
    ]);
  });

  test.each([TargetType.INSTANCE, TargetType.IP])(
    'lets only the resting group of kind %s take its zone out of DNS, and says so of both',
    (targetType) => {
      const { attributesOf } = ruleOf((stack) => groupsOf(stack, targetType), { resting: 'b' });
      expect(attributesOf('A')[FAIL_OVER]).toBe('off');
      expect(attributesOf('B')[FAIL_OVER]).toBe('1');
    },
  );

  test('leaves groups of functions without what they cannot have, also when the function comes later', () => {
    const none = (stack: Stack): Groups => ({
      a: new ApplicationTargetGroup(stack, 'A', { targetType: TargetType.LAMBDA }),
      b: new ApplicationTargetGroup(stack, 'B'),
    });
    const { attributesOf } = ruleOf(none, {}, ({ a, b }, stack) => {
      const made = new LambdaFunction(stack, 'Version', {
        runtime: Runtime.NODEJS_24_X,
        handler: 'index.handler',
        code: Code.fromInline('exports.handler = async () => ({});'),
      });
      a.addTarget(new LambdaTarget(made));
      b.addTarget(new LambdaTarget(made));
    });
    expect(attributesOf('A')).not.toHaveProperty(FAIL_OVER);
    expect(attributesOf('B')).not.toHaveProperty(FAIL_OVER);
  });

  test('keeps what comes before the forward', () => {
    const { rule } = ruleOf(ip, {
      before: (next) =>
        ListenerAction.authenticateJwt({
          issuer: 'https://id.example.org',
          jwksEndpoint: 'https://id.example.org/jwks',
          next,
        }),
    });
    expect(rule.Actions.map(({ Type, Order }: { Type: string; Order: number }) => `${Order} ${Type}`)).toEqual([
      '1 jwt-validation',
      '2 forward',
    ]);
  });
});
