import { expect, test } from 'vitest';
import { parsePlan } from '../../lib/plan/parse.ts';
import { wakeUpsOf } from '../../lib/rollout/wake-ups.ts';
import { HOUR, planOf, stateOf } from './fixture.ts';

/** The latest start that a plan may have, with phases as long as they may be. */
const sourceOf = (rollout: string, phases: number): string =>
  JSON.stringify({
    rollout,
    release: 'v1',
    traffic: {
      rules: ['arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/app/x/50dc6c495c0c9188/968/118'],
      baseline: 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/a/73e2d6bc24d8a067',
      candidate: 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/b/943f017f100becff',
    },
    start: '2100-12-31T23:59Z',
    phases: Array.from({ length: phases }, (_, index) => ({
      name: `p${index}`,
      weight: '100%',
      bake: '30d',
      checkpoints: ['1d'],
      advance: ['errorRate < 1%'],
      signOff: { roles: ['engineering'] },
    })),
    guards: ['errorRate > 3% for 2m'],
    leads: { engineering: { principals: ['arn:aws:iam::123456789012:user/*'] } },
    operators: { principals: ['arn:aws:iam::123456789012:user/*'] },
  });

const refusedPaths = (source: string): readonly string[] => {
  const parsed = parsePlan(source);
  return parsed.ok ? [] : parsed.problems.map(({ path }) => path);
};

test('the longest names that a plan can bring about are whole names of EventBridge Scheduler', () => {
  expect(refusedPaths(sourceOf('r'.repeat(41), 20))).toEqual(['rollout']);
  expect(refusedPaths(sourceOf('r'.repeat(40), 21))).toEqual(['phases']);
  const plan = planOf(sourceOf('r'.repeat(40), 20));
  const last = plan.start + 600 * 24 * HOUR;
  const baking = stateOf(19, {}, plan);
  const states = [
    { state: stateOf(-1, {}, plan), now: plan.start - HOUR },
    { state: { ...baking, bake: { ...baking.bake, startedAt: last, minutes: 0 } }, now: last },
    { state: stateOf(19, { gate: { passedAt: last, askedAt: last, reminders: 0 } }, plan), now: last },
    { state: stateOf(18, { gate: { passedAt: last, askedAt: last, reminders: 0 } }, plan), now: last },
  ];
  const names = states.flatMap(({ state, now }) => wakeUpsOf(plan, state, now)?.once.map(({ name }) => name) ?? []);
  const kinds = new Set(names.map((name) => name.replace(/^r{40}\.(?:\d+-)?(.*)-[^-]*$/, '$1')));
  expect([...kinds].sort()).toEqual(['checkpoint', 'expiry', 'gate', 'reminder', 'soon', 'start']);
  for (const name of names) expect(name).toMatch(/^[0-9a-zA-Z._-]{1,64}$/);
});
