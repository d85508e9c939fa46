import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { measure } from '../../examples/demo-app/measurements.ts';
import { nothingLive } from '../../examples/demo-app/nothing-live.ts';
import { askCommandFunction } from '../../lib/aws/invoke-command.ts';
import type { RolloutLine } from '../../lib/aws/request.ts';
import type { Status } from '../../lib/rollout/rollout.ts';
import { type Demo, demoOnLocalhost, LOGIN, OIDC_RULE, outputs } from './demo-on-localhost.ts';

const { rule, a, b } = outputs;
let demo: Demo;

beforeEach(async () => {
  demo = await demoOnLocalhost();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await demo.server.close();
});

const splitNow = (): readonly [number | undefined, number | undefined, boolean] => {
  const { weights, sticky } = demo.balancing.split(rule);
  return [weights.get(a), weights.get(b), sticky];
};

describe('the account of measure', () => {
  test('reads the weights, and writes them with stickiness and without', async () => {
    expect(await demo.account.weights()).toEqual({ a: 999, b: 0 });
    await demo.account.setWeights({ a: 0, b: 999, stickySeconds: 3600 });
    expect(await demo.account.weights()).toEqual({ a: 0, b: 999 });
    expect(splitNow()).toEqual([0, 999, true]);
    await demo.account.setWeights({ a: 500, b: 500 });
    expect(splitNow()).toEqual([500, 500, false]);
  });

  test('fails with what a failing requests function said', async () => {
    demo.server.fail('Invoke', { headers: { 'x-amz-function-error': 'Unhandled' }, body: '{"errorMessage":"no URL"}' });
    await expect(demo.account.request({})).rejects.toThrow('The requests function failed: {"errorMessage":"no URL"}');
  });

  test("counts version b's answers by minute", async () => {
    const minute = Date.parse('2026-11-25T09:50Z');
    expect(await demo.account.count('RequestCount', 'Sum', minute, minute + 120_000)).toEqual(
      new Map([
        [minute, 250],
        [minute + 60_000, 250],
      ]),
    );
  });
});

describe('measuring', () => {
  test('tells what it found, and puts back the weights', async () => {
    demo.balancing.setSplit(rule, { [a]: 0, [b]: 999 });
    await measure(demo.means, await demo.account.weights(), OIDC_RULE);
    expect(demo.said.slice(0, -1).map(([what, found]) => `${what.replace(/:.*/, '')}: ${found}`)).toEqual([
      'Health of a group without health checks: unavailable Target.HealthCheckDisabled',
      'ModifyRule propagation: first request on the new version 1.5 s, last on the old 3.0 s',
      'Sticky client at weight 0: stickiness kept: 100 of 100; stickiness off (the form of a rollback): 0 of 100',
      [
        'TC() of TargetResponseTime: TC(0.15:) 300.0 (8.3 %) of 3600; expected if exact 300.0 (8.3 %), if interpolated 225.0 (6.3 %)',
        'TC(0.2:) 300.0 (8.3 %) of 3600; expected if exact 300.0 (8.3 %), if interpolated 150.0 (4.2 %)',
        'TC(0.25:) 300.0 (8.3 %) of 3600; expected if exact 300.0 (8.3 %), if interpolated 75.0 (2.1 %)',
      ].join('\n    '),
      'Settle age: 240 at 13.0 s, 250 at 83.0 s',
    ]);
    expect(splitNow()).toEqual([0, 999, false]);
  });

  test("sends a rule's log-in back as it was read, without its secret, which stays", async () => {
    await measure(demo.means, { a: 999, b: 0 }, OIDC_RULE);
    const [what, found = ''] = demo.said.at(-1) ?? [];
    expect(what).toBe('UseExistingClientSecret: actions before, and after they were sent back');
    const [before, after] = found.split('\n').map((actions) => JSON.parse(actions));
    expect(before).toMatchObject([{ Type: 'authenticate-oidc', AuthenticateOidcConfig: LOGIN }, { Type: 'forward' }]);
    expect(after).toEqual(before);
    expect(demo.balancing.rules.get(OIDC_RULE)?.actions[0]?.AuthenticateOidcConfig?.ClientSecret).toBe('hidden');
  });

  test('measures no log-in where it is given no rule that has one', async () => {
    await measure(demo.means, { a: 999, b: 0 });
    expect(demo.said.at(-1)?.[1]).toMatch(/^not measured: .* --oidc-rule ARN$/);
  });

  test('puts back the weights when a measurement fails', async () => {
    demo.server.fail('Invoke', { headers: { 'x-amz-function-error': 'Unhandled' }, body: '{}' });
    await expect(measure(demo.means, { a: 1, b: 2 })).rejects.toThrow('The requests function failed');
    expect(splitNow()).toEqual([1, 2, false]);
  });
});

const line = (rollout: string, status: Status): RolloutLine => ({
  rollout,
  release: 'v1',
  status,
  phase: '',
  weight: 100,
  at: '2026-11-25T10:00:00.000Z',
  holds: [],
});

/** What measure does before it moves anything, with the command function's answer to `list`. */
const askFirst = async (weights = { a: 999, b: 0 }): Promise<string> =>
  nothingLive(await askCommandFunction({ functionName: 'sluice-command' }, { ask: 'list' }), weights, 'sluice-command');

const lists = (...rollouts: readonly RolloutLine[]): void => {
  demo.command = { body: JSON.stringify({ ok: true, as: 'arn:aws:iam::123456789012:user/jane', rollouts }) };
};

describe('before anything is moved', () => {
  test('all rollouts must have ended', async () => {
    lists(line('first', 'finished'), line('second', 'rolledBack'), line('third', 'closed'));
    expect(await askFirst()).toBe('sluice-command lists 3, and all have ended');
    lists();
    expect(await askFirst()).toBe('sluice-command lists 0, and all have ended');
  });

  test.each(['scheduled', 'baking', 'passed', 'rollingBack'] as const)(
    'a rollout that is %s is not disturbed, also where one version has everything',
    async (status) => {
      lists(line('first', 'finished'), line('demo', status));
      const refusal = `Cannot measure: every rollout must have ended, but demo is ${status}. To end one: npx sluice close ROLLOUT`;
      for (const weights of [
        { a: 999, b: 0 },
        { a: 0, b: 999 },
      ])
        await expect(askFirst(weights)).rejects.toThrow(refusal);
    },
  );

  test('one version must have everything, whatever is listed', async () => {
    lists();
    await expect(askFirst({ a: 900, b: 100 })).rejects.toThrow(
      'Cannot measure: one version must have all traffic, but a has weight 900 and b has 100',
    );
  });

  test('an account without the command function has no rollouts', async () => {
    expect(await askFirst()).toBe('there is no function sluice-command here, and SLUICE_FUNCTION names no other');
  });

  test.each([
    ['refuses', { body: '{"ok":false,"refused":"nobody is proven","problems":[]}' }, /refuses: nobody is proven/],
    [
      'may not be invoked',
      { status: 403, headers: { 'x-amzn-errortype': 'AccessDeniedException' }, body: '{"Message":"not authorized"}' },
      /REFUSED: .* It was said: AccessDeniedException: not authorized/,
    ],
    [
      'is there, but not the key of its environment',
      { status: 502, headers: { 'x-amzn-errortype': 'KMSNotFoundException' }, body: '{"Message":"no key"}' },
      /NOT_FOUND: .* It was said: KMSNotFoundException/,
    ],
    ['fails', { headers: { 'x-amz-function-error': 'Unhandled' }, body: '{"errorMessage":"broken"}' }, /UNAVAILABLE: /],
  ])('nothing is taken for known where the function %s', async (_, answer, said) => {
    demo.command = answer;
    await expect(askFirst()).rejects.toThrow(
      'Cannot measure: it must be known that every rollout has ended, and it is not',
    );
    await expect(askFirst()).rejects.toThrow(said);
  });
});
