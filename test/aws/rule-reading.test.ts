import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it } from 'vitest';
import { readRule } from '../../lib/aws/rule-reading.ts';
import { forward } from '../stand-in/elasticloadbalancing.ts';
import { BASELINE, CANDIDATE, plan, RULE } from './load-balancer.ts';

const read = (...actions: readonly Action[]) => readRule(plan.traffic, RULE, actions);
const groups = (...TargetGroups: readonly { TargetGroupArn: string; Weight?: number }[]): Action => ({
  Type: 'forward',
  ForwardConfig: { TargetGroups: [...TargetGroups] },
});

/** Shapes that AWS does not show today; none of them may pass for a weight. */
describe('a listener rule', () => {
  it.each([
    [BASELINE, 0],
    [CANDIDATE, 100],
  ])('that only says its single target group has the weight of that group', (group, weight) => {
    expect(read({ Type: 'forward', TargetGroupArn: group })).toMatchObject({ kind: 'weighted', weight });
    expect(read(groups({ TargetGroupArn: group }))).toMatchObject({ kind: 'weighted', weight });
  });

  it('says that its users log in with Amazon Cognito, and nothing of another log-in', () => {
    const both = forward({ [BASELINE]: 1, [CANDIDATE]: 1 }, false, 2);
    expect(read({ Type: 'authenticate-cognito', Order: 1 }, both)).toMatchObject({ kind: 'weighted', cognito: true });
    expect(read({ Type: 'authenticate-oidc', Order: 1 }, both)).not.toHaveProperty('cognito');
  });

  it.each<[string, readonly Action[]]>([
    ['two forwards', [forward({ [BASELINE]: 1 }), forward({ [CANDIDATE]: 1 })]],
    ['a group twice', [groups({ TargetGroupArn: BASELINE, Weight: 1 }, { TargetGroupArn: BASELINE, Weight: 1 })]],
    [
      'one of two groups without a weight',
      [groups({ TargetGroupArn: BASELINE, Weight: 1 }, { TargetGroupArn: CANDIDATE })],
    ],
    ['no groups', [groups()]],
    ['no actions', []],
  ])('with %s is foreign', (_, actions) => {
    expect(read(...actions)).toMatchObject({ kind: 'foreign', found: expect.stringMatching(/./) });
  });
});
