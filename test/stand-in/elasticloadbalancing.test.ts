import { type Action, DescribeRulesCommand, ModifyRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadBalancingClient } from '../../lib/aws/clients.ts';
import { BASELINE, CANDIDATE, type OnLocalhost, onLocalhost, RULE, STRANGER } from '../aws/load-balancer.ts';
import { forward } from './elasticloadbalancing.ts';

/** Elastic Load Balancing is stricter than most stand-ins; what it refuses must not pass here. */
describe('Elastic Load Balancing on localhost', () => {
  let aws: OnLocalhost;
  beforeEach(async () => {
    aws = await onLocalhost();
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await aws.server.close();
  });

  const modify = (...Actions: Action[]) =>
    loadBalancingClient().send(new ModifyRuleCommand({ RuleArn: RULE, Actions }));
  const oidc: Action = {
    Type: 'authenticate-oidc',
    Order: 1,
    AuthenticateOidcConfig: {
      Issuer: 'https://id.example.com',
      AuthorizationEndpoint: 'https://id.example.com/authorize',
      TokenEndpoint: 'https://id.example.com/token',
      UserInfoEndpoint: 'https://id.example.com/me',
      ClientId: 'learn',
    },
  };
  const weights = { [BASELINE]: 990, [CANDIDATE]: 10 };

  it.each<[string, string, readonly Action[]]>([
    ['a weight above 999', 'ValidationError', [forward({ [BASELINE]: 1000, [CANDIDATE]: 0 })]],
    ['a weight below 0', 'ValidationError', [forward({ [BASELINE]: -1, [CANDIDATE]: 0 })]],
    [
      'six target groups',
      'ValidationError',
      [forward(Object.fromEntries([1, 2, 3, 4, 5, 6].map((index) => [`${BASELINE}${index}`, 1])))],
    ],
    [
      'one of two groups without a weight',
      'ValidationError',
      [
        {
          Type: 'forward',
          ForwardConfig: { TargetGroups: [{ TargetGroupArn: BASELINE }, { TargetGroupArn: CANDIDATE, Weight: 1 }] },
        },
      ],
    ],
    ['two groups and a single one', 'ValidationError', [{ ...forward(weights), TargetGroupArn: BASELINE }]],
    [
      'stickiness without a duration',
      'ValidationError',
      [
        {
          Type: 'forward',
          ForwardConfig: { ...forward(weights).ForwardConfig, TargetGroupStickinessConfig: { Enabled: true } },
        },
      ],
    ],
    ['no action', 'ValidationError', []],
    ['a forward that is not last', 'ValidationError', [forward(weights, false, 1), { ...oidc, Order: 2 }]],
    ['two actions without an order', 'ValidationError', [{ ...oidc, Order: undefined }, forward(weights)]],
    ['a login without its secret', 'ValidationError', [oidc, forward(weights, false, 2)]],
    [
      'an existing secret that does not exist',
      'ValidationError',
      [
        {
          ...oidc,
          AuthenticateOidcConfig: {
            Issuer: 'https://id.example.com',
            AuthorizationEndpoint: 'https://id.example.com/authorize',
            TokenEndpoint: 'https://id.example.com/token',
            UserInfoEndpoint: 'https://id.example.com/me',
            ClientId: 'learn',
            UseExistingClientSecret: true,
          },
        },
        forward(weights, false, 2),
      ],
    ],
    ['an unknown target group', 'TargetGroupNotFoundException', [forward({ [`${BASELINE}0`]: 1 })]],
  ])('refuses %s', async (_, name, actions) => {
    await expect(modify(...actions)).rejects.toMatchObject({ name });
    expect([...aws.balancing.split(RULE).weights.values()]).toEqual([999, 0]);
  });

  it('refuses rule stickiness off while a group has stickiness of its own, but not to a single group', async () => {
    aws.balancing.groups.get(CANDIDATE)?.attributes.set('stickiness.enabled', 'true');
    await expect(modify(forward(weights))).rejects.toMatchObject({ name: 'InvalidLoadBalancerActionException' });
    await modify(forward(weights, true));
    await modify(forward({ [CANDIDATE]: 1 }));
  });

  it('shows a forward to a single group in both its forms, and to several in one', async () => {
    const show = async () => {
      const { Rules = [] } = await loadBalancingClient().send(new DescribeRulesCommand({ RuleArns: [RULE] }));
      return Rules[0]?.Actions?.[0];
    };
    expect((await show())?.TargetGroupArn).toBeUndefined();
    await modify({ Type: 'forward', TargetGroupArn: STRANGER });
    expect(await show()).toMatchObject({
      TargetGroupArn: STRANGER,
      ForwardConfig: { TargetGroups: [{ TargetGroupArn: STRANGER, Weight: 1 }] },
    });
  });

  it('never shows the client secret that it keeps', async () => {
    const secret = 'not-a-real-one';
    const config = oidc.AuthenticateOidcConfig;
    if (config === undefined) throw new Error('a login has its settings');
    await modify({ ...oidc, AuthenticateOidcConfig: { ...config, ClientSecret: secret } }, forward(weights, false, 2));
    const { Rules } = await loadBalancingClient().send(new DescribeRulesCommand({ RuleArns: [RULE] }));
    expect(JSON.stringify(Rules)).not.toContain(secret);
    expect(JSON.stringify(aws.balancing.rules.get(RULE)?.actions)).toContain(secret);
  });
});
