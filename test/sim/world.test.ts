import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isFault } from '../../lib/controller/fault.ts';
import type { MinuteReading } from '../../lib/controller/ports.ts';
import { readFault } from '../../lib/sim/fault-text.ts';
import { changeByHand, handChanges } from '../../lib/sim/hands.ts';
import { isInputProblem } from '../../lib/sim/input-problem.ts';
import { intercept } from '../../lib/sim/intercept.ts';
import { sharesIn, weightOf } from '../../lib/sim/rules.ts';
import { fire, nextWakeUp } from '../../lib/sim/wake-ups.ts';
import { fork, makeWorld, type SimWorld } from '../../lib/sim/world.ts';
import { planFixture as plan, RULES } from './plan-fixture.ts';

const MINUTE = 60_000;
const [RULE, OTHER] = RULES;

const worldWith = (...faults: readonly string[]): SimWorld => {
  const behaviours = faults.map((text) => {
    const fault = readFault(text);
    if (isInputProblem(fault)) throw new Error(fault.problem);
    return fault;
  });
  return makeWorld({ plan, seed: 1, behaviours });
};

/** Sets the clock to so many minutes (and seconds) after the plan's start. */
const goTo = (world: SimWorld, minutes: number, seconds = 5): void => {
  world.data.now = plan.start + minutes * MINUTE + seconds * 1000;
};

const readMinutes = async (
  world: SimWorld,
  from: number,
  to: number,
  business = false,
): Promise<readonly MinuteReading[]> => {
  const readings = await world.metrics.read(plan, plan.start + from * MINUTE, plan.start + to * MINUTE, business);
  if (isFault(readings)) throw new Error(readings.toString());
  return readings;
};

const setAll = async (world: SimWorld, weight: number): Promise<void> => {
  for (const each of world.data.rules)
    await world.router.setWeight(plan, { rule: each.rule, weight, from: weightOf(each), rollback: false });
};

describe('simulated CloudWatch', () => {
  it('shows a minute growing after its end and final a few minutes later', async () => {
    const world = worldWith();
    const seen: number[] = [];
    for (const minutes of [10, 11, 12, 13, 14, 15]) {
      goTo(world, minutes);
      const [reading] = await readMinutes(world, 9, 10);
      seen.push(reading?.baseline?.requests ?? 0);
    }
    expect(seen[0]).toBeGreaterThan(0);
    expect(seen[0]).toBeLessThan(seen[5] ?? 0);
    expect(seen[3]).toBe(seen[5]);
    expect([...seen].sort((one, other) => one - other)).toEqual(seen);
  });

  it('reports every minute asked for, also those that are not over', async () => {
    const world = worldWith();
    goTo(world, 10);
    const readings = await readMinutes(world, 8, 12);
    expect(readings.map(({ minute }) => minute)).toEqual([
      '2025-10-31T12:08Z',
      '2025-10-31T12:09Z',
      '2025-10-31T12:10Z',
      '2025-10-31T12:11Z',
    ]);
    expect(readings[3]).toMatchObject({ candidate: null, baseline: null, hosts: false });
  });

  it('adds business counts only when they are asked for, and lets them settle later', async () => {
    const world = worldWith();
    goTo(world, 10, 0);
    expect((await readMinutes(world, 9, 10))[0]?.business).toBeUndefined();
    const early = (await readMinutes(world, 6, 10, true)).map(({ business }) => business?.baseline.orders ?? 0);
    goTo(world, 20, 0);
    const late = (await readMinutes(world, 6, 10, true)).map(({ business }) => business?.baseline.orders ?? 0);
    expect(early.some((orders, index) => orders < (late[index] ?? 0))).toBe(true);
  });

  it('is silent for a time and shows everything afterwards', async () => {
    const world = worldWith('cloudwatch silent from 00:10 for 20m');
    goTo(world, 25);
    const during = await readMinutes(world, 5, 25);
    expect(during.slice(0, 4).every(({ hosts, baseline }) => hosts && baseline !== null)).toBe(true);
    expect(during.slice(5).every(({ hosts, baseline }) => !hosts && baseline === null)).toBe(true);
    goTo(world, 35);
    expect((await readMinutes(world, 5, 32)).every(({ hosts, baseline }) => hosts && baseline !== null)).toBe(true);
  });

  it('may lose a time for ever, throttle, answer in part, or be late', async () => {
    const lost = worldWith('cloudwatch lost from 00:10 for 5m');
    goTo(lost, 60);
    expect((await readMinutes(lost, 8, 17)).map(({ hosts }) => hosts)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
      false,
      true,
      true,
    ]);
    const throttled = worldWith('cloudwatch throttled from 00:10', 'cloudwatch partial from 00:05 to 00:10');
    goTo(throttled, 6);
    expect(await throttled.metrics.read(plan, plan.start, plan.start + MINUTE, false)).toMatchObject({
      code: 'UNREADABLE',
    });
    goTo(throttled, 12);
    expect(await throttled.metrics.read(plan, plan.start, plan.start + MINUTE, false)).toMatchObject({
      code: 'THROTTLED',
    });
    const late = worldWith('cloudwatch late 6m');
    goTo(late, 12);
    expect((await readMinutes(late, 5, 10)).map(({ hosts }) => hosts)).toEqual([true, false, false, false, false]);
  });

  it('counts the same whoever asks when', async () => {
    const [one, other] = [worldWith(), worldWith()];
    for (let minute = 1; minute <= 200; minute += 1) {
      goTo(one, minute);
      await readMinutes(one, Math.max(0, minute - 5), minute, minute % 3 === 0);
    }
    goTo(one, 300);
    goTo(other, 300);
    expect(await readMinutes(one, 0, 200, true)).toEqual(await readMinutes(other, 0, 200, true));
  });
});

describe('simulated listener rules', () => {
  it('give both groups the shares of the live weights, a little after the write', async () => {
    const world = worldWith();
    await setAll(world, 10);
    expect(sharesIn(world.data.rules, plan.start, plan.start + MINUTE).candidate).toBeCloseTo((0.1 * 50) / 60, 6);
    expect(sharesIn(world.data.rules, plan.start + MINUTE, plan.start + 2 * MINUTE)).toEqual({
      candidate: 0.1,
      baseline: 0.9,
    });
  });

  it.each([0, 0.1, 1, 33.3, 99.9, 100])('read %d %% back as it was written', async (weight) => {
    const world = worldWith();
    await setAll(world, weight);
    const readings = await world.router.read(plan, true);
    expect(readings).toMatchObject(
      RULES.map((rule) => ({ rule, kind: 'weighted', weight, sticky: false, resting: 'baseline' })),
    );
  });

  it('refuse a raise from a weight that is no longer live, and lower all the same', async () => {
    const world = worldWith();
    await setAll(world, 10);
    expect(await world.router.setWeight(plan, { rule: RULE, weight: 50, from: 1, rollback: false })).toBe('changed');
    expect(await world.router.setWeight(plan, { rule: RULE, weight: 5, from: null, rollback: false })).toBe('written');
    expect(
      (await world.router.read(plan, false)).map((reading) => reading.kind === 'weighted' && reading.weight),
    ).toEqual([5, 10]);
  });

  it('can be changed by hand, point elsewhere and come back', async () => {
    const world = worldWith(
      'weight 50 by hand on rule 2 at 00:10',
      'foreign rule from 00:20 to 00:30',
      'gone rule 2 at 00:40',
    );
    const states: unknown[] = [];
    for (const hand of handChanges(plan, world.setting.behaviours)) {
      world.data.now = hand.at;
      changeByHand(world.data, hand);
      states.push(
        (await world.router.read(plan, false)).map((reading) =>
          reading.kind === 'weighted' ? reading.weight : reading.kind,
        ),
      );
    }
    expect(states).toEqual([
      [0, 50],
      ['foreign', 50],
      [0, 50],
      [0, 'gone'],
    ]);
    expect(await world.router.setWeight(plan, { rule: OTHER, weight: 0, from: null, rollback: true })).toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('keep sticky clients for a while, and let them go when stickiness is switched off', async () => {
    const world = worldWith('sticky rules');
    await setAll(world, 100);
    const later = plan.start + 60 * MINUTE;
    expect(sharesIn(world.data.rules, later, later + MINUTE).candidate).toBeLessThan(0.95);
    goTo(world, 60);
    for (const rule of RULES) await world.router.setWeight(plan, { rule, weight: 0, from: null, rollback: true });
    expect(sharesIn(world.data.rules, later + MINUTE, later + 2 * MINUTE).candidate).toBe(0);
    expect(await world.router.read(plan, false)).toMatchObject([{ sticky: false }, { sticky: false }]);
  });

  it('may be unreadable, or refuse writes', async () => {
    const world = worldWith(
      'rules unreadable from 00:10 to 00:20',
      'writes refused from 00:20 to 00:30',
      'raises refused from 00:30',
    );
    goTo(world, 15);
    expect(await world.router.read(plan, false)).toMatchObject([{ kind: 'unreadable' }, { kind: 'unreadable' }]);
    goTo(world, 25);
    expect(await world.router.setWeight(plan, { rule: RULE, weight: 0, from: null, rollback: true })).toMatchObject({
      code: 'REFUSED',
    });
    goTo(world, 35);
    expect(await world.router.setWeight(plan, { rule: RULE, weight: 10, from: 0, rollback: false })).toMatchObject({
      code: 'REFUSED',
    });
    expect(await world.router.setWeight(plan, { rule: RULE, weight: 0, from: null, rollback: false })).toBe('written');
  });
});

describe('simulated targets and alarms', () => {
  it('are well unless a fault says otherwise', async () => {
    const world = worldWith(
      'candidate targets 4 of 20 from 00:10',
      'health unreadable from 00:20',
      'incident from 00:10 for 5m',
      'alarms unreadable from 00:20',
    );
    expect(await world.targets.facts('group-old')).toEqual({
      healthy: 20,
      registered: 20,
      targetStickiness: false,
      usedBy: [...RULES],
    });
    expect(await world.targets.health('group-else')).toMatchObject({ code: 'NOT_FOUND' });
    expect(await world.alarms.states(['critical', 'unheard-of'])).toEqual(['ok', 'insufficient']);
    goTo(world, 12);
    expect(await world.targets.health('group-new')).toEqual({ healthy: 4, registered: 20 });
    expect(await world.alarms.states(['critical'])).toEqual(['alarm']);
    goTo(world, 25);
    expect(await world.targets.health('group-new')).toMatchObject({ code: 'THROTTLED' });
    expect(await world.alarms.states(['critical'])).toMatchObject({ code: 'THROTTLED' });
  });

  it('grow again once traffic is shifted to them', async () => {
    const world = worldWith('baseline targets 5 of 20 growing 1/min from 00:10');
    await setAll(world, 100);
    goTo(world, 30);
    expect(await world.targets.health('group-old')).toMatchObject({ healthy: 5 });
    await setAll(world, 80);
    goTo(world, 38);
    expect(await world.targets.health('group-old')).toMatchObject({ healthy: 12 });
    goTo(world, 90);
    expect(await world.targets.health('group-old')).toMatchObject({ healthy: 20 });
  });
});

describe('the journal in memory', () => {
  it('appends only on top of its head and hands every line on once', async () => {
    const lines: string[] = [];
    const world = makeWorld({ plan, seed: 1, behaviours: [] }, (body) => lines.push(body));
    const { journal } = world;
    expect(await journal.head(plan.rollout)).toBeUndefined();
    expect(await journal.append(plan.rollout, 0, '{"a":0}')).toBe('appended');
    expect(await journal.append(plan.rollout, 0, '{"b":0}')).toBe('conflict');
    expect(await journal.append(plan.rollout, 2, '{"b":2}')).toBe('conflict');
    expect(await journal.append(plan.rollout, 1, '{"a":1}')).toBe('appended');
    expect(lines).toEqual(['{"a":0}', '{"a":1}']);
    const hash = createHash('sha256').update('{"a":1}').digest('hex');
    expect(await journal.head(plan.rollout)).toMatchObject({ body: '{"a":1}', hash });
    expect(await journal.plan(plan.rollout)).toBe(plan);
  });

  it('claims all keys or none', async () => {
    const { journal } = worldWith();
    expect(await journal.claim('one', ['rule-1', 'group'])).toBe('claimed');
    expect(await journal.claim('two', ['rule-2', 'group'])).toEqual({ key: 'group', owner: 'one' });
    expect(await journal.claim('one', ['rule-1', 'group'])).toBe('claimed');
    await journal.free('one');
    expect(await journal.claim('two', ['rule-2', 'group'])).toBe('claimed');
  });

  it('may be unwritable', async () => {
    const world = worldWith('journal unwritable from 00:10');
    goTo(world, 12);
    expect(await world.journal.append(plan.rollout, 0, '{}')).toMatchObject({ code: 'UNAVAILABLE' });
  });
});

describe('wake-ups', () => {
  it('fire every minute, a few seconds late, and once at their instants', async () => {
    const world = worldWith();
    const { data } = world;
    data.now = plan.start;
    const at = plan.start + 90_000;
    await world.wakeUps.set(plan.rollout, { repeat: 'minute', once: [{ name: 'a', at }] });
    const fired: number[] = [];
    for (let index = 0; index < 4; index += 1) {
      data.now = nextWakeUp(data);
      fire(data);
      fired.push(data.now - plan.start - data.second * 1000);
    }
    expect(fired).toEqual([0, MINUTE, 90_000, 2 * MINUTE]);
    await world.wakeUps.set(plan.rollout, { repeat: 'daily', once: [] });
    expect(nextWakeUp(data) - data.now).toBeGreaterThan(0);
    expect(nextWakeUp(data) - data.now).toBeLessThanOrEqual(1440 * MINUTE);
    await world.wakeUps.set(plan.rollout, { repeat: 'none', once: [] });
    expect(nextWakeUp(data)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('a fork', () => {
  it('goes on by itself', async () => {
    const world = worldWith();
    await setAll(world, 10);
    await world.journal.append(plan.rollout, 0, '{"a":0}');
    const other = fork(world);
    await setAll(other, 50);
    await other.journal.append(plan.rollout, 1, '{"a":1}');
    goTo(other, 60);
    expect(world.data.now).toBe(plan.start);
    expect((await world.router.read(plan, false))[0]).toMatchObject({ weight: 10 });
    expect(await world.journal.head(plan.rollout)).toMatchObject({ body: '{"a":0}' });
    expect((await other.router.read(plan, false))[0]).toMatchObject({ weight: 50 });
    goTo(world, 60);
    const [here] = await readMinutes(world, 30, 31);
    const [there] = await readMinutes(other, 30, 31);
    expect(there?.candidate?.requests).toBeGreaterThan(3 * (here?.candidate?.requests ?? 0));
  });
});

describe('intercepted ports', () => {
  it('count every call, and fail before or after its effect', async () => {
    const world = worldWith();
    const calls: string[] = [];
    const seen = intercept(world, {
      before: ({ name }) => void calls.push(name),
      after: ({ index }) => {
        if (index === 2) throw new Error('died');
      },
    });
    await seen.router.read(plan, false);
    await expect(seen.router.setWeight(plan, { rule: RULE, weight: 10, from: 0, rollback: false })).rejects.toThrow(
      'died',
    );
    expect(calls).toEqual(['router.read', 'router.setWeight']);
    expect((await world.router.read(plan, false))[0]).toMatchObject({ weight: 10 });
  });
});
