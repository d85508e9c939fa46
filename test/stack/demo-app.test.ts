import { beforeAll, expect, test } from 'vitest';
import { demoPlan } from '../../examples/demo-app/demo-plan.ts';
import { DemoStack, demoProps } from '../../examples/demo-app/demo-stack.ts';
import { comparison, FAST } from '../../examples/demo-app/trimmed-count.ts';
import { parsePlan } from '../../lib/plan/parse.ts';
import { describeProblem } from '../../lib/plan/problem.ts';
import { cdkApp, resourceOf, resourcesOf, templateOf } from './synthesized.ts';

let template: ReturnType<typeof templateOf>;

beforeAll(() => {
  template = templateOf(new DemoStack(cdkApp(), 'sluice-demo', { failurePercent: 5, delayMilliseconds: 300 }));
});

test("the demo's stack synthesizes, with what is wrong with version b in its function", () => {
  const environments = resourcesOf(template, 'AWS::Lambda::Function').map(
    ({ Properties }) => Properties.Environment?.Variables,
  );
  expect(environments).toContainEqual({ VERSION: 'a' });
  expect(environments).toContainEqual({ VERSION: 'b', FAILURE_PERCENT: '5', DELAY_MS: '300' });
});

test('version b is 40 ms slower and fails no more, unless the command line says otherwise', () => {
  const given = (context: Readonly<Record<string, unknown>>) => demoProps((key) => context[key]);
  expect(given({})).toEqual({ failurePercent: 0, delayMilliseconds: 40 });
  expect(given({ failures: '20', delay: '0' })).toEqual({ failurePercent: 20, delayMilliseconds: 0 });
  expect(() => given({ delay: 'slow' })).toThrow('-c delay must be a number of at least 0, not slow');
});

test("the demo's rule rests on version a, and Sluice may move it", () => {
  const { Actions, Tags } = resourceOf(template, 'AWS::ElasticLoadBalancingV2::ListenerRule').Properties;
  expect(Actions[0].ForwardConfig.TargetGroups.map(({ Weight }: { Weight: number }) => Weight)).toEqual([999, 0]);
  expect(Tags).toContainEqual({ Key: 'sluice:managed', Value: 'true' });
});

test("what measure and the plan need to know are the stack's outputs", () => {
  expect(Object.keys(template.toJSON().Outputs)).toEqual(['RuleArn', 'GroupA', 'GroupB', 'RequestsFunction']);
});

test("the demo's plan is valid, begins in half an hour, and goes from version a to version b", () => {
  const at = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012';
  const rule = `${at}:listener-rule/app/sluice-LoadB-1/50dc6c495c0c9188/9683b2d02a6cabee/1183b2d02a6cabee`;
  const [a, b] = [`${at}:targetgroup/a/73e2d6bc24d8a067`, `${at}:targetgroup/b/943f017f100becff`];
  const parsed = parsePlan(demoPlan({ rule, a, b }, Date.parse('2026-11-25T10:02Z')));
  if (!parsed.ok) throw new Error(parsed.problems.map(describeProblem).join('\n'));
  expect(parsed.plan).toMatchObject({
    rollout: 'demo-11-25-10-35',
    start: Date.parse('2026-11-25T10:35Z'),
    traffic: { rules: [rule], baseline: a, candidate: b },
  });
});

test("version b is quick enough for the demo's plan and for what measure counts", () => {
  const { delayMilliseconds } = demoProps(() => undefined);
  expect(delayMilliseconds).toBeLessThan(FAST);
  const plan = demoPlan({ rule: ':::::', a: '', b: '' }, 0);
  const limits = [...plan.matchAll(/latencyP90 < (\d+)ms/g)].map(([, limit]) => Number(limit));
  expect(limits).toHaveLength(2);
  for (const limit of limits) expect(limit).toBeGreaterThan(5 * delayMilliseconds);
});

test('measure says beside the count of TC() what it would be if exact, and if interpolated', () => {
  const counted = [
    { threshold: 0.15, above: 300 },
    { threshold: 0.2, above: 151.5 },
    { threshold: 0.25, above: 75 },
  ];
  expect(comparison(counted, 300, 1200)).toEqual([
    'TC(0.15:) 300.0 (25.0 %) of 1200; expected if exact 300.0 (25.0 %), if interpolated 225.0 (18.8 %)',
    'TC(0.2:) 151.5 (12.6 %) of 1200; expected if exact 300.0 (25.0 %), if interpolated 150.0 (12.5 %)',
    'TC(0.25:) 75.0 (6.3 %) of 1200; expected if exact 300.0 (25.0 %), if interpolated 75.0 (6.3 %)',
  ]);
});
