import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { schedulerClient } from '../../lib/aws/clients.ts';
import { Deadline } from '../../lib/aws/outside.ts';
import { type WatchdogSchedule, wakeUpsOf, watchdogScheduleOf } from '../../lib/aws/schedules.ts';
import type { WakeUpPlan, WakeUps } from '../../lib/controller/ports.ts';
import { type KeptSchedule, type SchedulerStandIn, schedulerStandIn } from '../stand-in/scheduler.ts';
import { type StandIn, standIn } from '../stand-in/server.ts';
import { environment } from './environment.ts';
import { awsAt } from './journal-world.ts';

const NOW = Date.parse('2025-10-31T12:00:30Z');
const ROLLOUT = 'analyzer';
const WATCHDOG = 'sluice-watchdog';

const onceAt = (what: string, at: string) => ({ name: `${ROLLOUT}.${what}`, at: Date.parse(at) });
const GATE = onceAt('0-gate-abc', '2025-10-31T14:04:00Z');
const CHECKPOINT = onceAt('0-checkpoint-abd', '2025-10-31T12:19:00Z');
const BAKING: WakeUpPlan = { repeat: 'minute', once: [CHECKPOINT, GATE] };

let scheduler: SchedulerStandIn;
let server: StandIn;
let wakeUps: WakeUps;
let watchdog: WatchdogSchedule;
let now: number;

const open = async (pageSize?: number): Promise<void> => {
  scheduler = schedulerStandIn(environment.SLUICE_SCHEDULE_GROUP, pageSize, () => now);
  server = await standIn({ scheduler: scheduler.service });
  awsAt(server.url);
  const deadline = new Deadline();
  deadline.begin(30_000);
  wakeUps = wakeUpsOf(schedulerClient(), environment, deadline, () => now);
  watchdog = watchdogScheduleOf(schedulerClient(), environment, deadline);
};

beforeEach(() => {
  now = NOW;
  return open();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

const refusal = (code: string, status: number) => ({ status, headers: { 'x-amzn-errortype': code }, body: '{}' });
const throttled = refusal('ThrottlingException', 429);
const missing = refusal('ResourceNotFoundException', 404);

const names = (): readonly string[] => [...scheduler.schedules.keys()].toSorted();
const asked = (...operations: readonly string[]): readonly string[] =>
  server.calls
    .map(({ operation, url }) => `${operation} ${url.pathname.split('/')[2] ?? ''}`.trim())
    .filter((call) => operations.some((operation) => call.startsWith(operation)));
const change = (name: string, to: Partial<KeptSchedule>): void => {
  const schedule = scheduler.schedules.get(name);
  if (schedule === undefined) throw new Error(`there is no schedule ${name}`);
  scheduler.schedules.set(name, { ...schedule, ...to });
};

describe('schedules of ticks that a queue gathers', () => {
  const queue = 'arn:aws:sqs:us-east-1:123456789012:sluice-minutes';
  const gathered = () => {
    const deadline = new Deadline();
    deadline.begin(30_000);
    const together = { ...environment, SLUICE_MINUTE_WAKE_UPS: queue };
    return wakeUpsOf(schedulerClient(), together, deadline, () => now);
  };
  const targets = () => [...scheduler.schedules].map(([name, { Target }]) => [name, Target.Arn]);

  it('go to the queue every minute, and to the tick itself where an instant must not be missed', async () => {
    expect(await gathered().set(ROLLOUT, BAKING)).toBe('set');
    expect(Object.fromEntries(targets())).toMatchObject({
      'analyzer.minute': queue,
      [GATE.name]: environment.SLUICE_TICK_FUNCTION,
      [WATCHDOG]: environment.SLUICE_WATCHDOG_FUNCTION,
    });
  });

  it('that went to the tick are made anew when they are looked at, after a deploy that gathers them', async () => {
    await wakeUps.set(ROLLOUT, BAKING);
    expect(await gathered().ensure(ROLLOUT)).toBe('set');
    expect(Object.fromEntries(targets())).toMatchObject({ 'analyzer.minute': queue });
  });
});

describe('schedules', () => {
  it('wake the tick every minute, with the rollout as input, without late repetitions', async () => {
    expect(await wakeUps.set(ROLLOUT, { repeat: 'minute', once: [] })).toBe('set');
    expect(scheduler.schedules.get('analyzer.minute')).toEqual({
      Name: 'analyzer.minute',
      GroupName: environment.SLUICE_SCHEDULE_GROUP,
      ScheduleExpression: 'rate(1 minute)',
      ScheduleExpressionTimezone: 'UTC',
      FlexibleTimeWindow: { Mode: 'OFF' },
      State: 'ENABLED',
      ActionAfterCompletion: 'NONE',
      Target: {
        Arn: environment.SLUICE_TICK_FUNCTION,
        RoleArn: environment.SLUICE_SCHEDULE_ROLE,
        Input: '{"rollout":"analyzer","schedule":"analyzer.minute"}',
        RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
        DeadLetterConfig: { Arn: environment.SLUICE_SCHEDULE_DEAD_LETTERS },
      },
    });
  });

  it('for single instants are in UTC, delete themselves, and are tried for five minutes', async () => {
    await wakeUps.set(ROLLOUT, BAKING);
    expect(scheduler.schedules.get(GATE.name)).toMatchObject({
      ScheduleExpression: 'at(2025-10-31T14:04:00)',
      ScheduleExpressionTimezone: 'UTC',
      ActionAfterCompletion: 'DELETE',
      Target: {
        Input: `{"rollout":"analyzer","schedule":"${GATE.name}"}`,
        RetryPolicy: { MaximumRetryAttempts: 5, MaximumEventAgeInSeconds: 300 },
      },
    });
  });

  it('of the watchdog wake the watchdog while something is looked at every minute', async () => {
    await wakeUps.set(ROLLOUT, { repeat: 'none', once: [GATE] });
    expect(names()).toEqual([GATE.name]);
    await wakeUps.set(ROLLOUT, BAKING);
    expect(scheduler.schedules.get(WATCHDOG)).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      Target: { Arn: environment.SLUICE_WATCHDOG_FUNCTION, RetryPolicy: { MaximumRetryAttempts: 0 } },
    });
  });

  it('are read on all pages before anything is created', async () => {
    await server.close();
    await open(1);
    await wakeUps.set(ROLLOUT, BAKING);
    server.calls.length = 0;
    await wakeUps.set(ROLLOUT, BAKING);
    expect(asked('Create', 'Delete')).toEqual([]);
    expect(asked('List').length).toBeGreaterThanOrEqual(4);
  });
});

describe('setting wake-ups', () => {
  it('creates the repeating one first', async () => {
    await wakeUps.set(ROLLOUT, BAKING);
    const [first, ...rest] = asked('Create').filter((call) => !call.endsWith(WATCHDOG));
    expect(first).toBe('CreateSchedule analyzer.minute');
    expect(rest.toSorted()).toEqual([`CreateSchedule ${CHECKPOINT.name}`, `CreateSchedule ${GATE.name}`]);
  });

  it('deletes the repeating one last', async () => {
    await wakeUps.set(ROLLOUT, BAKING);
    await wakeUps.set(ROLLOUT, { repeat: 'none', once: [] });
    expect(asked('Delete').at(-1)).toBe('DeleteSchedule analyzer.minute');
    expect(names()).toEqual([WATCHDOG]);
  });

  it('keeps the repeating one when another could not be deleted, so that the next wake-up tries again', async () => {
    await wakeUps.set(ROLLOUT, BAKING);
    server.fail('DeleteSchedule', refusal('AccessDeniedException', 403));
    expect(await wakeUps.set(ROLLOUT, { repeat: 'none', once: [] })).toMatchObject({ code: 'REFUSED' });
    expect(names()).toContain('analyzer.minute');
    expect(await wakeUps.set(ROLLOUT, { repeat: 'none', once: [] })).toBe('set');
    expect(names()).toEqual([WATCHDOG]);
  });

  it('touches no schedule of a rollout whose name begins alike', async () => {
    await wakeUps.set('analyzer-2', { repeat: 'minute', once: [] });
    await wakeUps.set(ROLLOUT, { repeat: 'minute', once: [] });
    await wakeUps.set(ROLLOUT, { repeat: 'none', once: [] });
    expect(names()).toEqual(['analyzer-2.minute', WATCHDOG]);
  });

  it('leaves out instants that are over', async () => {
    const past = onceAt('0-checkpoint-aaa', '2025-10-31T12:00:00Z');
    expect(await wakeUps.set(ROLLOUT, { repeat: 'minute', once: [past, GATE] })).toBe('set');
    expect(names()).toEqual([GATE.name, 'analyzer.minute', WATCHDOG]);
  });

  it('leaves to the minute wake-up an instant that may be over before its schedule is made', async () => {
    now = GATE.at - 14_999;
    expect(await wakeUps.set(ROLLOUT, BAKING)).toBe('set');
    expect(names()).toEqual(['analyzer.minute', WATCHDOG]);
  });

  it('keeps the schedule of such an instant where it is there', async () => {
    await wakeUps.set(ROLLOUT, BAKING);
    now = GATE.at - 1;
    server.calls.length = 0;
    expect(await wakeUps.set(ROLLOUT, BAKING)).toBe('set');
    expect(asked('Create', 'Delete')).toEqual([`DeleteSchedule ${CHECKPOINT.name}`]);
    expect(names()).toContain(GATE.name);
  });

  it('lists and does nothing when all is as it should be', async () => {
    await wakeUps.set(ROLLOUT, BAKING);
    server.calls.length = 0;
    expect(await wakeUps.set(ROLLOUT, BAKING)).toBe('set');
    expect(asked('List', 'Create', 'Delete')).toEqual(['ListSchedules', 'ListSchedules']);
  });

  it('creates anew what somebody disabled or pointed elsewhere, and what somebody deleted', async () => {
    await wakeUps.set(ROLLOUT, BAKING);
    const before = new Map(scheduler.schedules);
    change('analyzer.minute', { State: 'DISABLED' });
    change(WATCHDOG, { State: 'DISABLED' });
    const target = scheduler.schedules.get(GATE.name)?.Target;
    if (target !== undefined) change(GATE.name, { Target: { ...target, Arn: environment.SLUICE_WATCHDOG_FUNCTION } });
    scheduler.schedules.delete(CHECKPOINT.name);
    expect(await wakeUps.set(ROLLOUT, BAKING)).toBe('set');
    expect(Object.fromEntries(scheduler.schedules)).toEqual(Object.fromEntries(before));
    expect(asked('Update')).toEqual([]);
  });

  it('takes a conflict for there already, and a missing one for deleted already', async () => {
    await wakeUps.set(ROLLOUT, BAKING);
    const nothing = { headers: { 'content-type': 'application/json' }, body: '{"Schedules":[]}' };
    server.fail('ListSchedules', nothing, 2);
    expect(await wakeUps.set(ROLLOUT, BAKING)).toBe('set');
    expect(asked('Create').length).toBe(8);
    server.fail('DeleteSchedule', missing);
    expect(await wakeUps.set(ROLLOUT, { repeat: 'minute', once: [GATE] })).toBe('set');
  });

  it('tells the first fault and attempts the rest all the same', async () => {
    await watchdog.ensure();
    server.fail('CreateSchedule', throttled, 2);
    expect(await wakeUps.set(ROLLOUT, BAKING)).toMatchObject({
      code: 'THROTTLED',
      operation: 'create the schedule analyzer.minute',
    });
    expect(names()).toEqual([CHECKPOINT.name, GATE.name, WATCHDOG]);
  });

  it('says that the group is not there', async () => {
    server.fail('ListSchedules', missing, 2);
    expect(await wakeUps.set(ROLLOUT, BAKING)).toMatchObject({
      code: 'NOT_FOUND',
      operation: 'list the schedules analyzer.*',
    });
    expect(names()).toEqual([]);
  });

  it('is unavailable when nobody answers', async () => {
    server.fail('ListSchedules', 'reset', 9);
    expect(await wakeUps.set(ROLLOUT, { repeat: 'none', once: [] })).toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('refuses a name that Scheduler would not take: that is a bug of ours', async () => {
    const long = { name: `${ROLLOUT}.${'x'.repeat(64)}`, at: GATE.at };
    await expect(wakeUps.set(ROLLOUT, { repeat: 'none', once: [long] })).rejects.toThrow('is a schedule');
    const foreign = { name: `another.${GATE.name}`, at: GATE.at };
    await expect(wakeUps.set(ROLLOUT, { repeat: 'none', once: [foreign] })).rejects.toThrow('begins with analyzer.');
  });
});

describe('making sure of the minute wake-up', () => {
  it('creates it and the one of the watchdog, and lists only, where both are there', async () => {
    expect(await wakeUps.ensure(ROLLOUT)).toBe('set');
    expect(names()).toEqual(['analyzer.minute', WATCHDOG]);
    server.calls.length = 0;
    expect(await wakeUps.ensure(ROLLOUT)).toBe('set');
    expect(asked('List', 'Create', 'Delete')).toEqual(['ListSchedules', 'ListSchedules']);
  });

  it('makes it anew where somebody disabled it, and touches no other', async () => {
    await wakeUps.set(ROLLOUT, BAKING);
    change('analyzer.minute', { State: 'DISABLED' });
    change(GATE.name, { State: 'DISABLED' });
    expect(await wakeUps.ensure(ROLLOUT)).toBe('set');
    expect(['analyzer.minute', GATE.name].map((name) => scheduler.schedules.get(name)?.State)).toEqual([
      'ENABLED',
      'DISABLED',
    ]);
  });

  it('tells what Scheduler refuses', async () => {
    server.fail('CreateSchedule', refusal('AccessDeniedException', 403), 2);
    expect(await wakeUps.ensure(ROLLOUT)).toMatchObject({ code: 'REFUSED' });
  });
});

describe('abandoned schedules', () => {
  it('go with the repeating one last, so that a failure on the way is met again', async () => {
    await wakeUps.set(ROLLOUT, BAKING);
    server.calls.length = 0;
    server.fail('DeleteSchedule', refusal('AccessDeniedException', 403));
    expect(await wakeUps.abandon(ROLLOUT, NOW + 1)).toMatchObject({ code: 'REFUSED' });
    expect(names()).toContain('analyzer.minute');
    expect(await wakeUps.abandon(ROLLOUT, NOW + 1)).toBe('removed');
    expect(names()).toEqual([WATCHDOG]);
  });

  it('stay where Scheduler does not say how old they are', async () => {
    await wakeUps.set(ROLLOUT, BAKING);
    const undated = JSON.stringify({ Schedules: [{ Name: 'analyzer.minute', State: 'ENABLED' }] });
    server.fail('ListSchedules', { headers: { 'content-type': 'application/json' }, body: undated });
    expect(await wakeUps.abandon(ROLLOUT, NOW + 1)).toBe('kept');
    expect(names()).toContain('analyzer.minute');
  });

  it('are not those of a rollout whose name begins alike', async () => {
    await wakeUps.set('analyzer-2', { repeat: 'minute', once: [] });
    expect(await wakeUps.abandon(ROLLOUT, NOW + 1)).toBe('kept');
    expect(names()).toEqual(['analyzer-2.minute', WATCHDOG]);
  });

  it('stay where they cannot be listed', async () => {
    await wakeUps.set(ROLLOUT, { repeat: 'minute', once: [] });
    server.fail('ListSchedules', throttled, 2);
    expect(await wakeUps.abandon(ROLLOUT, NOW + 1)).toMatchObject({ code: 'THROTTLED' });
    expect(names()).toEqual(['analyzer.minute', WATCHDOG]);
  });
});

describe("the watchdog's schedule", () => {
  it('is removed once and for all, however often it is asked', async () => {
    await wakeUps.set(ROLLOUT, BAKING);
    expect(await watchdog.remove()).toBe('removed');
    expect(await watchdog.remove()).toBe('removed');
    expect(names()).not.toContain(WATCHDOG);
  });

  it('that is gone while a rollout is live comes back with the hourly comparison', async () => {
    await wakeUps.set(ROLLOUT, BAKING);
    await watchdog.remove();
    await wakeUps.set(ROLLOUT, BAKING);
    expect(names()).toContain(WATCHDOG);
  });

  it('is not mistaken for one of a rollout of that name', async () => {
    await wakeUps.set(WATCHDOG, { repeat: 'none', once: [{ name: `${WATCHDOG}.start-a`, at: GATE.at }] });
    expect(await watchdog.ensure()).toBe('set');
    await wakeUps.set(WATCHDOG, { repeat: 'none', once: [] });
    expect(names()).toEqual([WATCHDOG]);
  });
});
