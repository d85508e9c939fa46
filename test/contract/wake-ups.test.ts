/** What every `WakeUps` promises, whichever world it belongs to. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { schedulerClient } from '../../lib/aws/clients.ts';
import { Deadline } from '../../lib/aws/outside.ts';
import { wakeUpsOf as wakeUpsOnAws } from '../../lib/aws/schedules.ts';
import type { WakeUpPlan, WakeUps } from '../../lib/controller/ports.ts';
import { initialWakeUps, wakeUpsOf as simulatedWakeUps } from '../../lib/sim/wake-ups.ts';
import { environment } from '../aws/environment.ts';
import { awsAt } from '../aws/journal-world.ts';
import { schedulerStandIn } from '../stand-in/scheduler.ts';
import { standIn } from '../stand-in/server.ts';

const ROLLOUT = 'analyzer';
const NOW = Date.parse('2025-10-31T12:00:00Z');
const MINUTE = 60_000;

interface WakeUpWorld {
  readonly wakeUps: WakeUps;
  /** Moves the time on. */
  pass(minutes: number): void;
  /** What will wake the rollout: how often, and at which instants, ascending. */
  pending(): { readonly repeat: WakeUpPlan['repeat']; readonly once: readonly number[] };
  close(): Promise<void>;
}

const simulated = async (): Promise<WakeUpWorld> => {
  const data = { ...initialWakeUps(0), now: NOW };
  return {
    wakeUps: simulatedWakeUps(data),
    pass: (minutes) => {
      data.now += minutes * MINUTE;
    },
    pending: () => ({ repeat: data.repeat, once: data.once }),
    close: async () => {},
  };
};

const onAws = async (): Promise<WakeUpWorld> => {
  let now = NOW;
  const { service, schedules } = schedulerStandIn(environment.SLUICE_SCHEDULE_GROUP, 100, () => now);
  const server = await standIn({ scheduler: service });
  awsAt(server.url);
  const deadline = new Deadline();
  deadline.begin(30_000);
  const expressions = () =>
    [...schedules.values()]
      .filter(({ Target }) => Target.Arn === environment.SLUICE_TICK_FUNCTION)
      .map(({ ScheduleExpression }) => ScheduleExpression);
  const repeating: Readonly<Record<string, WakeUpPlan['repeat']>> = {
    'rate(1 minute)': 'minute',
    'rate(1 day)': 'daily',
  };
  return {
    wakeUps: wakeUpsOnAws(schedulerClient(), environment, deadline, () => now),
    pass: (minutes) => {
      now += minutes * MINUTE;
    },
    pending: () => ({
      repeat:
        (expressions()
          .flatMap((expression) => repeating[expression] ?? [])
          .join(' and ') as WakeUpPlan['repeat']) || 'none',
      once: expressions()
        .flatMap((expression) => /^at\((.*)\)$/.exec(expression)?.[1] ?? [])
        .map((at) => Date.parse(`${at}Z`))
        .toSorted((one, other) => one - other),
    }),
    close: async () => {
      vi.unstubAllEnvs();
      await server.close();
    },
  };
};

const at = (minutes: number) => ({ name: `${ROLLOUT}.look-${minutes}`, at: NOW + minutes * MINUTE });
const after = (...minutes: readonly number[]): readonly number[] => minutes.map((each) => NOW + each * MINUTE);

describe.each([
  ['in the simulator', simulated],
  ['on EventBridge Scheduler', onAws],
])('wake-ups %s', (_, open) => {
  let world: WakeUpWorld;
  beforeEach(async () => {
    world = await open();
  });
  afterEach(() => world.close());

  it('become the plan, whatever they were', async () => {
    const plans: readonly WakeUpPlan[] = [
      { repeat: 'none', once: [at(30), at(45)] },
      { repeat: 'minute', once: [at(45), at(60), at(75)] },
      { repeat: 'minute', once: [at(60), at(90)] },
      { repeat: 'minute', once: [] },
      { repeat: 'daily', once: [] },
      { repeat: 'minute', once: [at(10)] },
      { repeat: 'none', once: [] },
    ];
    for (const plan of plans) {
      expect(await world.wakeUps.set(ROLLOUT, plan)).toBe('set');
      expect(world.pending()).toEqual({ repeat: plan.repeat, once: plan.once.map((each) => each.at) });
    }
  });

  it('stay when they are set again', async () => {
    const plan: WakeUpPlan = { repeat: 'minute', once: [at(45), at(60)] };
    for (let times = 0; times < 3; times++) expect(await world.wakeUps.set(ROLLOUT, plan)).toBe('set');
    expect(world.pending()).toEqual({ repeat: 'minute', once: after(45, 60) });
  });

  it('are taken in any order, and those that are over are left out', async () => {
    await world.wakeUps.set(ROLLOUT, { repeat: 'none', once: [at(60), at(-1), at(0), at(45)] });
    expect(world.pending()).toEqual({ repeat: 'none', once: after(45, 60) });
  });

  it.each<WakeUpPlan['repeat']>(['none', 'minute', 'daily'])(
    'come every minute when that is made sure of, whatever was there: %s',
    async (repeat) => {
      await world.wakeUps.set(ROLLOUT, { repeat, once: [at(45)] });
      for (let times = 0; times < 2; times++) expect(await world.wakeUps.ensure(ROLLOUT)).toBe('set');
      expect(world.pending().repeat).toContain('minute');
      expect(world.pending().once).toEqual(after(45));
    },
  );

  it.each<WakeUpPlan>([
    { repeat: 'minute', once: [] },
    { repeat: 'none', once: [at(45), at(60)] },
    { repeat: 'minute', once: [at(45)] },
  ])('are taken away as abandoned once the newest is old enough: %j', async (plan) => {
    await world.wakeUps.set(ROLLOUT, plan);
    expect(await world.wakeUps.abandon(ROLLOUT, NOW)).toBe('kept');
    expect(world.pending()).toEqual({ repeat: plan.repeat, once: plan.once.map((each) => each.at) });
    expect(await world.wakeUps.abandon(ROLLOUT, NOW + 1)).toBe('removed');
    expect(world.pending()).toEqual({ repeat: 'none', once: [] });
    expect(await world.wakeUps.abandon(ROLLOUT, NOW + 1)).toBe('kept');
  });

  it('stay, abandoned or not, while one of them is new', async () => {
    await world.wakeUps.set(ROLLOUT, { repeat: 'minute', once: [] });
    world.pass(11);
    await world.wakeUps.set(ROLLOUT, { repeat: 'minute', once: [at(45)] });
    expect(await world.wakeUps.abandon(ROLLOUT, NOW + MINUTE)).toBe('kept');
    expect(world.pending()).toEqual({ repeat: 'minute', once: after(45) });
  });
});
