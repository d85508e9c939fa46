import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Fault, isFault } from '../../lib/controller/fault.ts';
import type { RuleReading } from '../../lib/controller/ports.ts';
import { forward } from '../stand-in/elasticloadbalancing.ts';
import { queryAnswer, queryError } from '../stand-in/query-protocol.ts';
import {
  BASELINE,
  CANDIDATE,
  type OnLocalhost,
  onePlan,
  onLocalhost,
  plan,
  RULE,
  SECOND,
  STRANGER,
  THIRD,
} from './load-balancer.ts';

let aws: OnLocalhost;
afterEach(async () => {
  vi.unstubAllEnvs();
  await aws.server.close();
});

const throttled = queryError('Throttling', 'Rate exceeded');
const down = queryError('ServiceUnavailable', 'try again', 503);

const readOne = async (actions: readonly Action[]): Promise<RuleReading | undefined> => {
  aws = await onLocalhost({ rules: { [RULE]: { actions } } });
  return (await aws.router.read(onePlan, false))[0];
};

const faultOf = (outcome: unknown): Fault => {
  if (!isFault(outcome)) throw new Error(`expected a fault, got ${JSON.stringify(outcome)}`);
  return outcome;
};

describe('reading the rules', () => {
  it('asks for all rules in one call and keeps the order of the plan', async () => {
    aws = await onLocalhost();
    aws.balancing.setSplit(SECOND, { [BASELINE]: 900, [CANDIDATE]: 100 }, true);
    expect(await aws.router.read(plan, false)).toEqual([
      { rule: RULE, kind: 'weighted', weight: 0, sticky: false },
      { rule: SECOND, kind: 'weighted', weight: 10, sticky: true },
      { rule: THIRD, kind: 'weighted', weight: 0, sticky: false },
    ]);
    expect(aws.asked()).toEqual(['DescribeRules']);
  });

  it('reads all pages', async () => {
    aws = await onLocalhost({ pageSize: 2 });
    const readings = await aws.router.read(plan, false);
    expect(readings.map(({ kind }) => kind)).toEqual(['weighted', 'weighted', 'weighted']);
    expect(aws.asked()).toEqual(['DescribeRules', 'DescribeRules']);
  });

  it('asks rule by rule when one has vanished, so that the others are seen', async () => {
    aws = await onLocalhost();
    aws.balancing.rules.delete(SECOND);
    const readings = await aws.router.read(plan, false);
    expect(readings.map(({ kind }) => kind)).toEqual(['weighted', 'gone', 'weighted']);
    expect(aws.asked()).toHaveLength(4);
  });

  it('asks once when the only rule has vanished', async () => {
    aws = await onLocalhost();
    aws.balancing.rules.delete(RULE);
    expect(await aws.router.read(onePlan, false)).toEqual([{ rule: RULE, kind: 'gone' }]);
    expect(aws.asked()).toEqual(['DescribeRules']);
  });

  it('says unreadable, not gone, of a rule that the answer does not name', async () => {
    aws = await onLocalhost();
    aws.server.fail('DescribeRules', queryAnswer('DescribeRules', { Rules: [] }), 2);
    const readings = await aws.router.read(plan, false);
    expect(readings.map(({ kind }) => kind)).toEqual(['unreadable', 'weighted', 'weighted']);
    expect(readings[0]).toMatchObject({ fault: { code: 'UNREADABLE' } });
  });

  it.each([
    ['throttled', throttled, 'THROTTLED'],
    ['unavailable', down, 'UNAVAILABLE'],
    ['refused', queryError('AccessDenied', 'no', 403), 'REFUSED'],
    ['answered with something else', { body: 'not at all XML' }, 'UNREADABLE'],
  ] as const)('says of every rule that it is unreadable when AWS is %s', async (_, answer, code) => {
    aws = await onLocalhost();
    aws.server.fail('DescribeRules', answer, 5);
    const readings = await aws.router.read(plan, false);
    expect(readings).toEqual(
      plan.traffic.rules.map((rule) => ({ rule, kind: 'unreadable', fault: expect.objectContaining({ code }) })),
    );
  });

  it('reads a forward to the baseline alone as 0 and to the candidate alone as 100', async () => {
    expect(await readOne([{ Type: 'forward', TargetGroupArn: BASELINE }])).toMatchObject({ weight: 0, sticky: false });
    await aws.server.close();
    expect(await readOne([forward({ [CANDIDATE]: 1 })])).toMatchObject({ weight: 100 });
  });

  it.each([
    [
      [forward({ [BASELINE]: 0, [CANDIDATE]: 0 })],
      'analyzer-original with weight 0 and analyzer-ultra-fast with weight 0',
    ],
    [[forward({ [BASELINE]: 9, [STRANGER]: 1 })], 'analyzer-original with weight 9 and somebody-elses with weight 1'],
    [
      [forward({ [BASELINE]: 9, [CANDIDATE]: 1, [STRANGER]: 0 })],
      'analyzer-original with weight 9 and analyzer-ultra-fast with weight 1 and somebody-elses with weight 0',
    ],
    [[forward({ [BASELINE]: 0 })], 'analyzer-original with weight 0'],
    [[forward({ [STRANGER]: 1 })], 'somebody-elses with weight 1'],
    [[{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '503' } }], 'no forward but fixed-response'],
  ] as [Action[], string][])('calls foreign what is not the two groups with a share each', async (actions, found) => {
    expect(await readOne(actions)).toEqual({ rule: RULE, kind: 'foreign', found });
  });
});

describe('the resting tag', () => {
  it('is read with one more call, of the rules that are there', async () => {
    aws = await onLocalhost();
    aws.balancing.rules.get(RULE)?.tags.set('sluice:resting', 'targetgroup/analyzer-original/73e2d6bc24d8a067');
    aws.balancing.rules.get(THIRD)?.tags.set('sluice:resting', 'targetgroup/analyzer-ultra-fast/943f017f100becff');
    aws.balancing.rules.delete(SECOND);
    const readings = await aws.router.read(plan, true);
    expect(readings.map((each) => (each.kind === 'weighted' ? each.resting : each.kind))).toEqual([
      'baseline',
      'gone',
      'candidate',
    ]);
    expect(aws.asked().filter((operation) => operation === 'DescribeTags')).toHaveLength(1);
  });

  it.each(['', 'a', 'targetgroup/somebody-elses/a43f017f100becff', CANDIDATE])(
    'says nothing when it is %j',
    async (value) => {
      aws = await onLocalhost();
      aws.balancing.rules.get(RULE)?.tags.set('sluice:resting', value);
      expect((await aws.router.read(onePlan, true))[0]).toMatchObject({ weight: 0, resting: undefined });
    },
  );

  it('stays unknown when the tags cannot be read, and the weights are seen all the same', async () => {
    aws = await onLocalhost();
    aws.server.fail('DescribeTags', throttled, 2);
    expect((await aws.router.read(onePlan, true))[0]).toEqual({
      rule: RULE,
      kind: 'weighted',
      weight: 0,
      sticky: false,
    });
  });
});

describe('setting a weight', () => {
  const set = (weight: number, from: number | null = null, rollback = false, rule = RULE) =>
    aws.router.setWeight(plan, { rule, weight, from, rollback });

  it.each([
    [0, 999, 0],
    [0.1, 999, 1],
    [1, 990, 10],
    [55.5, 445, 555],
    [99.9, 1, 999],
    [100, 0, 999],
  ])('writes %s %% in thousandths', async (weight, baseline, candidate) => {
    aws = await onLocalhost();
    expect(await set(weight, 0)).toBe('written');
    expect([...aws.balancing.split(RULE).weights]).toEqual([
      [BASELINE, baseline],
      [CANDIDATE, candidate],
    ]);
    expect((await aws.router.read(onePlan, false))[0]).toMatchObject({ weight });
  });

  it('looks just before the write, writes once, and leaves conditions and transforms out', async () => {
    aws = await onLocalhost();
    await set(1, 0);
    expect(aws.asked()).toEqual(['DescribeRules', 'ModifyRule']);
    const fields = Object.keys(aws.server.calls[1]?.input ?? {});
    expect(fields.filter((field) => /^(Conditions|Transforms|ResetTransforms)/.test(field))).toEqual([]);
    expect(fields).not.toContain('Actions.member.1.TargetGroupArn');
  });

  it('tells every accepted write to who follows the traffic', async () => {
    const followed: unknown[] = [];
    aws = await onLocalhost({
      onModify: (rule, { weights, sticky }) => followed.push([rule, weights.get(CANDIDATE), sticky]),
    });
    await set(10, 0);
    await set(20, 0);
    expect(followed).toEqual([[RULE, 100, false]]);
  });

  it('takes a rule from a single forward to both groups', async () => {
    aws = await onLocalhost({ rules: { [RULE]: { actions: [{ Type: 'forward', TargetGroupArn: BASELINE }] } } });
    expect(await set(1, 0)).toBe('written');
    expect(aws.balancing.split(RULE).weights.get(CANDIDATE)).toBe(10);
  });

  it.each([
    ['another weight than the raise rests on', 5, 10, 1],
    ['a weight above it', 50, 10, 1],
    ['and nobody knows what the raise rests on', 5, 10, null],
  ])('writes nothing when there is %s', async (_, live, weight, from) => {
    aws = await onLocalhost();
    aws.balancing.setSplit(RULE, { [BASELINE]: 1000 - 10 * live, [CANDIDATE]: 10 * live });
    expect(await set(weight, from)).toBe('changed');
    expect(aws.asked()).not.toContain('ModifyRule');
  });

  it('never raises in a rollback', async () => {
    aws = await onLocalhost();
    aws.balancing.setSplit(RULE, { [BASELINE]: 900, [CANDIDATE]: 100 });
    expect(await set(34, null, true)).toBe('changed');
    expect(aws.balancing.split(RULE).weights.get(CANDIDATE)).toBe(100);
  });

  it('lowers whatever is there', async () => {
    aws = await onLocalhost();
    aws.balancing.setSplit(RULE, { [BASELINE]: 500, [CANDIDATE]: 500 });
    expect(await set(1)).toBe('written');
  });

  it('refuses a rule that became foreign, and says what it has', async () => {
    aws = await onLocalhost();
    aws.balancing.setSplit(RULE, { [BASELINE]: 500, [STRANGER]: 500 });
    expect(faultOf(await set(0, null, true)).toString()).toBe(
      `REFUSED: cannot set the weight of ${RULE}, which has analyzer-original with weight 500 and somebody-elses with weight 500`,
    );
    expect(aws.asked()).not.toContain('ModifyRule');
  });

  it('cannot set a rule that is gone', async () => {
    aws = await onLocalhost();
    aws.balancing.rules.delete(RULE);
    expect(faultOf(await set(0)).code).toBe('NOT_FOUND');
  });

  it('writes the other rules when one is refused', async () => {
    aws = await onLocalhost();
    aws.balancing.denied.add(SECOND);
    const outcomes = [];
    for (const rule of plan.traffic.rules) outcomes.push(await set(1, 0, false, rule));
    expect(outcomes.map((outcome) => (isFault(outcome) ? outcome.code : outcome))).toEqual([
      'written',
      'REFUSED',
      'written',
    ]);
  });

  it('refuses a default rule as AWS does', async () => {
    aws = await onLocalhost({ rules: { [RULE]: { actions: [forward({ [BASELINE]: 1 })], isDefault: true } } });
    expect(faultOf(await set(1, 0)).code).toBe('REFUSED');
  });

  it.each([
    ['THROTTLED', throttled],
    ['UNAVAILABLE', down],
  ] as const)('is a fault when it is %s', async (code, answer) => {
    aws = await onLocalhost();
    aws.server.fail('ModifyRule', answer, 2);
    expect(faultOf(await set(1, 0))).toMatchObject({ code, operation: `set the weight of ${RULE}` });
  });

  it('repeats once what was throttled', async () => {
    aws = await onLocalhost();
    aws.server.fail('ModifyRule', throttled);
    expect(await set(1, 0)).toBe('written');
  });

  it.each(['DescribeRules', 'ModifyRule'])('raises nothing while AWS has no time for %s', async (operation) => {
    aws = await onLocalhost();
    aws.server.fail(operation, throttled, 2);
    expect(faultOf(await set(1, 0)).code).toBe('THROTTLED');
    expect(aws.balancing.split(RULE).weights.get(CANDIDATE)).toBe(0);
  });

  it('is broken code, not a fault, when the rule is none of the plan', async () => {
    aws = await onLocalhost();
    await expect(
      aws.router.setWeight(onePlan, { rule: SECOND, weight: 0, from: null, rollback: false }),
    ).rejects.toThrow('only rules of the plan are written');
  });

  it.each([
    [forward({ [BASELINE]: 950, [CANDIDATE]: 50 }), 'weight 5 %, stickiness off and the actions forward'],
    [forward({ [BASELINE]: 990, [CANDIDATE]: 10 }, true), 'weight 1 %, stickiness on and the actions forward'],
    [forward({ [STRANGER]: 1 }), 'somebody-elses with weight 1'],
  ])('is a fault when the rule reads back as something else', async (back, found) => {
    aws = await onLocalhost();
    const answer = queryAnswer('ModifyRule', { Rules: [{ RuleArn: RULE, Actions: [back] }] });
    aws.server.fail('ModifyRule', answer);
    expect(faultOf(await set(1, 0))).toMatchObject({
      code: 'REFUSED',
      operation: `set the weight of ${RULE}: it was written and now has ${found}`,
    });
  });

  it('is a fault when the answer does not show the rule', async () => {
    aws = await onLocalhost();
    aws.server.fail('ModifyRule', queryAnswer('ModifyRule', { Rules: [] }));
    expect(faultOf(await set(1, 0)).code).toBe('UNREADABLE');
  });
});

describe('the other actions of a rule', () => {
  const oidc: Action = {
    Type: 'authenticate-oidc',
    Order: 1,
    AuthenticateOidcConfig: {
      Issuer: 'https://id.example.com',
      AuthorizationEndpoint: 'https://id.example.com/authorize?a=1&b=<2>',
      TokenEndpoint: 'https://id.example.com/token',
      UserInfoEndpoint: 'https://id.example.com/me',
      ClientId: 'learn',
      ClientSecret: 'not-a-real-one',
      SessionTimeout: 604_800,
      AuthenticationRequestExtraParams: { prompt: 'login', 'display.kind': 'page' },
      OnUnauthenticatedRequest: 'authenticate',
    },
  };

  it('keeps a login with its secret, which AWS never shows', async () => {
    aws = await onLocalhost({
      rules: { [RULE]: { actions: [oidc, forward({ [BASELINE]: 999, [CANDIDATE]: 0 }, false, 2)] } },
    });
    expect(await aws.router.setWeight(plan, { rule: RULE, weight: 1, from: 0, rollback: false })).toBe('written');
    expect(aws.balancing.rules.get(RULE)?.actions).toEqual([
      oidc,
      forward({ [BASELINE]: 990, [CANDIDATE]: 10 }, false, 2),
    ]);
    const input = aws.server.calls[1]?.input ?? {};
    expect(input['Actions.member.1.AuthenticateOidcConfig.UseExistingClientSecret']).toBe('true');
    expect(Object.keys(input).filter((field) => field.endsWith('.ClientSecret'))).toEqual([]);
  });

  it('is a fault when one of them is missing afterwards', async () => {
    const login = { actions: [oidc, forward({ [BASELINE]: 999, [CANDIDATE]: 0 }, false, 2)] };
    aws = await onLocalhost({ rules: { [RULE]: login } });
    const back = { RuleArn: RULE, Actions: [forward({ [BASELINE]: 990, [CANDIDATE]: 10 }, false, 2)] };
    aws.server.fail('ModifyRule', queryAnswer('ModifyRule', { Rules: [back] }));
    expect(await aws.router.setWeight(plan, { rule: RULE, weight: 1, from: 0, rollback: false })).toMatchObject({
      code: 'REFUSED',
      operation: expect.stringContaining(
        'it was written and now has weight 1 %, stickiness off and the actions forward',
      ),
    });
  });

  it('keeps the stickiness that was there', async () => {
    aws = await onLocalhost({ rules: { [RULE]: { actions: [forward({ [BASELINE]: 999, [CANDIDATE]: 0 }, true)] } } });
    await aws.router.setWeight(plan, { rule: RULE, weight: 1, from: 0, rollback: false });
    expect(aws.balancing.rules.get(RULE)?.actions).toEqual([forward({ [BASELINE]: 990, [CANDIDATE]: 10 }, true)]);
  });
});

describe('the two forms of a rollback', () => {
  const rollBackTo = (weight: number) => aws.router.setWeight(plan, { rule: RULE, weight, from: null, rollback: true });
  const sticky = { [RULE]: { actions: [forward({ [BASELINE]: 500, [CANDIDATE]: 500 }, true)] } };
  const withTargetStickiness = {
    rules: sticky,
    groups: { [CANDIDATE]: { attributes: new Map([['stickiness.enabled', 'true']]) } },
  };

  it('writes both groups with stickiness off', async () => {
    aws = await onLocalhost({ rules: sticky });
    expect(await rollBackTo(0)).toBe('written');
    expect(aws.balancing.rules.get(RULE)?.actions).toEqual([forward({ [BASELINE]: 999, [CANDIDATE]: 0 })]);
    expect(aws.asked()).toEqual(['DescribeRules', 'ModifyRule']);
  });

  it('forwards to the baseline alone, in the same call, where a group has stickiness of its own', async () => {
    aws = await onLocalhost(withTargetStickiness);
    expect(await rollBackTo(0)).toBe('written');
    expect(aws.balancing.rules.get(RULE)?.actions).toEqual([
      { ...forward({ [BASELINE]: 1 }), TargetGroupArn: BASELINE },
    ]);
    expect(aws.asked()).toEqual(['DescribeRules', 'ModifyRule', 'ModifyRule']);
  });

  it('leaves stickiness on where it must, so that the weight falls as far as the baseline can carry', async () => {
    aws = await onLocalhost(withTargetStickiness);
    expect(await rollBackTo(20)).toBe('written');
    expect(aws.balancing.rules.get(RULE)?.actions).toEqual([forward({ [BASELINE]: 800, [CANDIDATE]: 200 }, true)]);
  });

  it('leaves a rule that somebody pointed at the candidate alone until the baseline can carry everything', async () => {
    const alone = { [RULE]: { actions: [forward({ [CANDIDATE]: 1 })] } };
    aws = await onLocalhost({ ...withTargetStickiness, rules: alone });
    expect(faultOf(await rollBackTo(60)).code).toBe('REFUSED');
    expect([...aws.balancing.split(RULE).weights]).toEqual([[CANDIDATE, 1]]);
    expect(await rollBackTo(0)).toBe('written');
    expect([...aws.balancing.split(RULE).weights]).toEqual([[BASELINE, 1]]);
  });

  it('cannot be raised again from the baseline alone where a group has stickiness of its own, until somebody switches it on', async () => {
    aws = await onLocalhost(withTargetStickiness);
    await rollBackTo(0);
    const raise = () => aws.router.setWeight(plan, { rule: RULE, weight: 10, from: 0, rollback: false });
    expect(faultOf(await raise()).code).toBe('REFUSED');
    aws.balancing.setSplit(RULE, { [BASELINE]: 999, [CANDIDATE]: 0 }, true);
    expect(await raise()).toBe('written');
  });

  it("forwards to the baseline alone when the candidate's group is gone", async () => {
    aws = await onLocalhost({ rules: sticky });
    aws.balancing.groups.delete(CANDIDATE);
    expect(await rollBackTo(0)).toBe('written');
    expect([...aws.balancing.split(RULE).weights]).toEqual([[BASELINE, 1]]);
  });

  it('is a fault when both are refused', async () => {
    aws = await onLocalhost({ rules: sticky });
    aws.balancing.denied.add(RULE);
    expect(faultOf(await rollBackTo(0)).code).toBe('REFUSED');
    expect(aws.asked()).toEqual(['DescribeRules', 'ModifyRule', 'ModifyRule']);
  });

  it.each(['DescribeRules', 'ModifyRule'])('is asked again while AWS has no time for %s', async (operation) => {
    aws = await onLocalhost({ rules: sticky });
    aws.server.fail(operation, throttled, 5);
    expect(await rollBackTo(0)).toBe('written');
    expect(aws.balancing.split(RULE).weights.get(CANDIDATE)).toBe(0);
  });

  it('is asked again after a pause each time, and a raise is not', async () => {
    aws = await onLocalhost({ rules: sticky });
    aws.server.fail('DescribeRules', throttled, 5);
    await rollBackTo(0);
    expect(aws.pauses).toEqual([2, 4]);
    aws.server.fail('DescribeRules', throttled, 2);
    await aws.router.setWeight(plan, { rule: RULE, weight: 1, from: 0, rollback: false });
    expect(aws.pauses).toHaveLength(2);
  });

  it('keeps what somebody changed in the meantime, however busy AWS was', async () => {
    aws = await onLocalhost({ rules: sticky });
    await aws.router.read(plan, false);
    const login: Action = {
      Type: 'authenticate-cognito',
      Order: 1,
      AuthenticateCognitoConfig: { UserPoolArn: 'arn:pool', UserPoolClientId: 'learn', UserPoolDomain: 'learn' },
    };
    const rule = aws.balancing.rules.get(RULE);
    if (rule !== undefined) rule.actions = [login, forward({ [BASELINE]: 500, [CANDIDATE]: 500 }, true, 2)];
    aws.server.fail('DescribeRules', throttled, 5);
    expect(await rollBackTo(0)).toBe('written');
    expect(rule?.actions).toEqual([login, forward({ [BASELINE]: 999, [CANDIDATE]: 0 }, false, 2)]);
  });

  it.each(['DescribeRules', 'ModifyRule'])(
    'waits for the next tick, without the second form, when AWS has no time for %s after three times either',
    async (operation) => {
      aws = await onLocalhost({ rules: sticky });
      aws.server.fail(operation, throttled, 6);
      expect(faultOf(await rollBackTo(0)).code).toBe('THROTTLED');
      expect(aws.balancing.split(RULE).weights.get(CANDIDATE)).toBe(500);
    },
  );
});
