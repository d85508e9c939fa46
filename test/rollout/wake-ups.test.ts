import { describe, expect, it, test } from 'vitest';
import { parsePlan } from '../../lib/plan/parse.ts';
import { EARLY_MS, isAsleep, oversleeps, wakeUpKey, wakeUpsOf } from '../../lib/rollout/wake-ups.ts';
import { HOUR, holdOf, MINUTE, NOW, operator, planOf, seedPlan, stateOf } from './fixture.ts';

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

describe('a rollout that is scheduled', () => {
  const { start, rollout } = seedPlan;
  const early = start - EARLY_MS;
  const state = stateOf(-1);

  it('sleeps until a quarter of an hour before its start, and no other does', () => {
    expect(start - early).toBe(15 * MINUTE);
    expect([early - 1, early].map((now) => isAsleep(seedPlan, state, now))).toEqual([true, false]);
    expect(isAsleep(seedPlan, stateOf(0), early - HOUR)).toBe(false);
  });

  it('oversleeps where it then has no minute wake-up', () => {
    expect([early - 1, early].map((now) => oversleeps(seedPlan, state, now))).toEqual([false, true]);
    expect(oversleeps(seedPlan, { ...state, wakeUps: 'none:4:x' }, early)).toBe(true);
    expect(oversleeps(seedPlan, { ...state, wakeUps: 'minute:0:x' }, early)).toBe(false);
    expect(oversleeps(seedPlan, stateOf(0), early)).toBe(false);
  });

  it('is woken three times before its start, a minute apart, and at its start', () => {
    const woken = wakeUpsOf(seedPlan, state, early - 1);
    expect(woken?.repeat).toBe('none');
    expect(woken?.once.map(({ at }) => at)).toEqual([early, early + MINUTE, early + 2 * MINUTE, start]);
    expect(woken?.once.at(-1)?.name).toBe(`${rollout}.start-${(start / MINUTE).toString(36)}`);
    expect(wakeUpsOf(seedPlan, state, early)?.repeat).toBe('minute');
  });
});

describe('wake-ups', () => {
  it('come every minute while something is live, with the instants that the calendar has next', () => {
    const woken = wakeUpsOf(seedPlan, stateOf(0), NOW);
    expect(woken?.repeat).toBe('minute');
    expect(woken?.once.length).toBeGreaterThan(0);
    for (const { name } of woken?.once ?? []) expect(name).toMatch(/\.[01]-(checkpoint|gate|start)-[0-9a-z]+$/);
  });

  it('come every minute without instants while it rolls back, and daily or never after the end', () => {
    const of = (status: 'rollingBack' | 'finished' | 'closed' | 'rolledBack') =>
      wakeUpsOf(seedPlan, stateOf(0, { status }), NOW);
    expect(of('rollingBack')).toEqual({ repeat: 'minute', once: [] });
    expect(of('finished')).toEqual({ repeat: 'daily', once: [] });
    expect([of('closed'), of('rolledBack')]).toEqual([
      { repeat: 'none', once: [] },
      { repeat: 'none', once: [] },
    ]);
  });

  it('stay as they are while something holds, if they come every minute', () => {
    const holds = [holdOf({ code: 'OPERATOR', actor: operator, why: 'x' })];
    expect(wakeUpsOf(seedPlan, stateOf(0, { holds, wakeUps: 'minute:3:x' }), NOW)).toBeUndefined();
    for (const wakeUps of [null, 'none:4:x'])
      expect(wakeUpsOf(seedPlan, stateOf(0, { holds, wakeUps }), NOW)).toEqual({ repeat: 'minute', once: [] });
  });

  it('are known by how often they come, and by their instants', () => {
    const key = (repeat: 'minute' | 'daily', ...minutes: readonly number[]) =>
      wakeUpKey({ repeat, once: minutes.map((minute) => ({ name: 'any', at: NOW + minute * MINUTE })) });
    expect(key('minute', 1, 2)).toMatch(/^minute:2:[0-9a-z]+$/);
    expect(key('minute', 1, 2)).toBe(key('minute', 1, 2));
    expect(new Set([key('minute', 1, 2), key('daily', 1, 2), key('minute', 1), key('minute', 1, 3)]).size).toBe(4);
  });
});
