/** ARNs of listener rules and target groups: what CloudWatch calls them, and where they live. */
import { describe, expect, it } from 'vitest';
import { parseRuleArn, parseTargetGroupArn } from '../../lib/plan/arn.ts';

const PLACE = 'arn:aws:elasticloadbalancing:us-east-1:123456789012';
const RULE = `${PLACE}:listener-rule/app/learn/50dc6c495c0c9188/0467ef3c8400ae65/9683b2d02a6cabee`;
const GROUP = `${PLACE}:targetgroup/analyzer-original/73e2d6bc24d8a067`;

/** Another text in place of a part of an ARN, which must have it. */
const other = (arn: string, from: string, to: string): string => {
  expect(arn).toContain(from);
  return arn.replace(from, to);
};

describe('an ARN', () => {
  it('of a rule says where it lives, and its load balancer as CloudWatch calls it', () => {
    expect(parseRuleArn(RULE)).toEqual({
      partition: 'aws',
      region: 'us-east-1',
      account: '123456789012',
      loadBalancer: 'app/learn/50dc6c495c0c9188',
    });
  });

  it('of a target group says where it lives, and its name as CloudWatch has it', () => {
    expect(parseTargetGroupArn(GROUP)).toEqual({
      partition: 'aws',
      region: 'us-east-1',
      account: '123456789012',
      targetGroup: 'targetgroup/analyzer-original/73e2d6bc24d8a067',
    });
  });

  it('may be of China or of a government, whose partitions have names of their own', () => {
    for (const partition of ['aws-cn', 'aws-us-gov']) {
      expect(parseRuleArn(other(RULE, 'arn:aws:', `arn:${partition}:`))).toMatchObject({ partition });
      expect(parseTargetGroupArn(other(GROUP, 'arn:aws:', `arn:${partition}:`))).toMatchObject({ partition });
    }
  });

  it('has a name of 1 to 32 letters, digits and hyphens', () => {
    for (const name of ['a', '-Z9-', 'n'.repeat(32)]) {
      expect(parseRuleArn(other(RULE, 'learn', name))?.loadBalancer).toBe(`app/${name}/50dc6c495c0c9188`);
      const group = other(GROUP, 'analyzer-original', name);
      expect(parseTargetGroupArn(group)?.targetGroup).toBe(`targetgroup/${name}/73e2d6bc24d8a067`);
    }
    for (const name of ['', 'n'.repeat(33), 'a_b', 'a b', 'a/b/c']) {
      expect([name, parseRuleArn(other(RULE, 'learn', name))]).toEqual([name, undefined]);
      expect([name, parseTargetGroupArn(other(GROUP, 'analyzer-original', name))]).toEqual([name, undefined]);
    }
  });

  it.each([
    ['of another service', 'elasticloadbalancing', 'ec2'],
    ['of another partition than those of AWS', 'arn:aws:', 'arn:gcp:'],
    ['without a region', 'us-east-1', ''],
    ['of a region in capitals', 'us-east-1', 'US-EAST-1'],
    ['without an account', '123456789012', ''],
    ['of an account of eleven digits', '123456789012', '12345678901'],
    ['of an account of thirteen digits', '123456789012', '1234567890123'],
    ['of an account with a letter', '123456789012', '12345678901a'],
    ['with something before it', 'arn:aws', ' arn:aws'],
  ])('%s is none', (_, from, to) => {
    expect(parseRuleArn(other(RULE, from, to))).toBeUndefined();
    expect(parseTargetGroupArn(other(GROUP, from, to))).toBeUndefined();
  });

  it.each([
    ['a target group', GROUP],
    ['a listener', `${PLACE}:listener/app/learn/50dc6c495c0c9188/0467ef3c8400ae65`],
    ['a load balancer', `${PLACE}:loadbalancer/app/learn/50dc6c495c0c9188`],
    ['a rule of a network load balancer', other(RULE, '/app/', '/net/')],
    ['a rule without its own id', other(RULE, '/9683b2d02a6cabee', '')],
    ['a rule with an empty id', other(RULE, '9683b2d02a6cabee', '')],
    ['a rule whose listener has no id', other(RULE, '0467ef3c8400ae65', '')],
    ['a rule whose load balancer has no id', other(RULE, '50dc6c495c0c9188', '')],
    ['a rule whose load balancer has a strange id', other(RULE, '50dc6c495c0c9188', '50dc-6c49')],
    ['a rule whose listener has a strange id', other(RULE, '0467ef3c8400ae65', '0467-ef3c')],
    ['a rule with a strange id', other(RULE, '9683b2d02a6cabee', '9683-b2d0')],
    ['a rule with more behind it', `${RULE}/x`],
    ['nothing', ''],
  ])('of %s is not that of a rule', (_, arn) => {
    expect(parseRuleArn(arn)).toBeUndefined();
  });

  it.each([
    ['a rule', RULE],
    ['a target group without an id', other(GROUP, '/73e2d6bc24d8a067', '')],
    ['a target group with an empty id', other(GROUP, '73e2d6bc24d8a067', '')],
    ['a target group with a strange id', other(GROUP, '73e2d6bc24d8a067', '73e2-d6bc')],
    ['a target group with more behind it', `${GROUP}/x`],
    ['nothing', ''],
  ])('of %s is not that of a target group', (_, arn) => {
    expect(parseTargetGroupArn(arn)).toBeUndefined();
  });

  it('has ids of letters, capitals and digits of any number', () => {
    for (const id of ['a', 'Z', '7', 'aZ7'.repeat(10)]) {
      for (const old of ['50dc6c495c0c9188', '0467ef3c8400ae65', '9683b2d02a6cabee']) {
        expect(parseRuleArn(other(RULE, old, id))).toBeDefined();
      }
      expect(parseTargetGroupArn(other(GROUP, '73e2d6bc24d8a067', id))).toBeDefined();
    }
  });
});
