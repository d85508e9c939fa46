import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type WatchdogParts, watchdogHandler } from '../../lambdas/watchdog/watchdog-handler.ts';
import { schedulerClient } from '../../lib/aws/clients.ts';
import { watchdogScheduleOf } from '../../lib/aws/schedules.ts';
import { awsWorld } from '../../lib/aws/world.ts';
import { command } from '../../lib/controller/command.ts';
import { start } from '../../lib/controller/start.ts';
import { environment } from '../aws/environment.ts';
import { operator, seedSource } from '../rollout/fixture.ts';
import { type LiveAccount, liveAccount, metricsIn, plan } from './live-account.ts';

/** Twice, where it is used: the SDK takes a refusal under the test's clock for a clock that is wrong, and asks again. */
const REFUSED = { status: 403, headers: { 'x-amzn-errortype': 'AccessDeniedException' }, body: '{}' };
const DENIED = { status: 400, body: '{"__type":"AccessDeniedException"}' };

let account: LiveAccount;
let tick: (event: unknown) => Promise<unknown>;
let handler: (event: unknown) => Promise<void>;

/** A rollout in its canary, 3 minutes after its start. */
beforeEach(async () => {
  account = await liveAccount();
  account.cold();
  ({ handler: tick } = await import('../../lambdas/tick/handler.ts'));
  const loaded: { readonly handler: () => Promise<void> } = await import('../../lambdas/watchdog/handler.ts');
  handler = loaded.handler;
  account.pass(15);
  for (let index = 0; index < 3; index++) {
    await tick({ rollout: plan.rollout });
    account.pass(1);
  }
  account.logged();
  account.server.calls.length = 0;
});
afterEach(() => account.close());

/** The watchdog looks once a minute while no tick runs. */
const looks = async (count: number): Promise<void> => {
  for (let index = 0; index < count; index++) {
    account.pass(1);
    await handler({ schedule: 'sluice-watchdog' });
  }
};
const subjects = (): readonly string[] =>
  account.sns.published.map(({ topic, subject }) => `${topic.split(':').at(-1)}: ${subject}`);

describe('the watchdog function', () => {
  it('reads the list and the heads, and nothing else, while all is well', async () => {
    await looks(1);
    expect(new Set(account.server.calls.map(({ operation }) => operation))).toEqual(new Set(['Query']));
    expect(metricsIn(account.logged())).toEqual({ LiveRollouts: 1 });
  });

  it('calls the people on call, lowers the weight, and marks it in the journal', async () => {
    expect(account.weight()).toBe(1);
    await looks(8);
    expect(account.weight()).toBe(0);
    expect(await account.entry()).toMatchObject({
      cause: { by: 'watchdog', staleMinutes: 10 },
      decision: { decision: 'hold', reason: { code: 'WATCHDOG' } },
      state: { weight: 1, holds: [{ code: 'WATCHDOG' }] },
    });
    expect(subjects()).toEqual([5, 10].map((minutes) => `sluice-on-call: ${plan.rollout}: no tick for ${minutes}m`));
    const logged = account.logged();
    expect(metricsIn(logged)).toEqual({ LiveRollouts: 1, StaleMinutes: 10 });
    expect(logged.findLast(({ message }) => message === 'watchdog')).toMatchObject({
      lowered: [plan.rollout],
      silent: [{ rollout: plan.rollout, minutes: 10, measure: 'lower' }],
    });
  });

  it('leaves a rollout that the next tick holds, until an operator resumes', async () => {
    await looks(9);
    for (let index = 0; index < 4; index++) {
      account.pass(1);
      await tick({ rollout: plan.rollout });
    }
    const { decision, state } = await account.entry();
    expect([decision.reason.code, state.holds.map(({ code }) => code), account.weight()]).toEqual([
      'WATCHDOG',
      ['WATCHDOG'],
      0,
    ]);
    expect(
      await command(account.world, plan.rollout, { kind: 'resume', why: 'ticks are back' }, operator),
    ).toMatchObject({
      ok: true,
    });
    expect(account.weight()).toBe(1);
  });

  it('removes its own schedule when nothing is live any more, and only then', async () => {
    expect([...account.scheduler.schedules.keys()]).toContain('sluice-watchdog');
    await looks(1);
    expect([...account.scheduler.schedules.keys()]).toContain('sluice-watchdog');
    await command(account.world, plan.rollout, { kind: 'close', why: 'by hand' }, operator);
    await looks(1);
    expect([...account.scheduler.schedules.keys()]).not.toContain('sluice-watchdog');
    expect(metricsIn(account.logged())).toEqual({ LiveRollouts: 0 });
  });

  /** The real one, while whose schedule is removed something else happens. */
  const crossing = (meanwhile: () => Promise<unknown>) =>
    watchdogHandler({
      worldOf: (deadline) => awsWorld(environment, deadline, () => {}),
      scheduleOf: (deadline) => {
        const schedule = watchdogScheduleOf(schedulerClient(), environment, deadline);
        const remove = async () => {
          await meanwhile();
          return schedule.remove();
        };
        return { ...schedule, remove };
      },
      breathe: async () => {},
      turnMilliseconds: 8_000,
      afterwardsMilliseconds: 5_000,
      milliseconds: 20_000,
    });
  const isAwake = (): boolean => account.scheduler.schedules.has('sluice-watchdog');

  it('stays awake for a rollout that is started while it removes its schedule', async () => {
    await command(account.world, plan.rollout, { kind: 'close', why: 'by hand' }, operator);
    account.pass(1);
    await crossing(() => account.world.journal.claim('next', plan.traffic.rules))();
    expect(isAwake()).toBe(true);
  });

  /** The seed plan a week later, on the rule that it left. */
  const nextWeek = seedSource
    .replace(`rollout: ${plan.rollout}`, 'rollout: next-week')
    .replace(/^start: 2025-10-31/m, 'start: 2025-11-07')
    .replace('start: 2025-11-01', 'start: 2025-11-08')
    .replace('start: 2025-11-02', 'start: 2025-11-09')
    .replaceAll('2025-11-03', '2025-11-10');

  it('sleeps while all that is left sleeps before its start, and is woken by its first early look', async () => {
    await command(account.world, plan.rollout, { kind: 'close', why: 'by hand' }, operator);
    const started = await start(account.world, nextWeek, operator, { recorded: false });
    expect(started).toMatchObject({ ok: true });
    account.logged();
    await looks(1);
    expect([isAwake(), metricsIn(account.logged())]).toEqual([false, { LiveRollouts: 0 }]);
    const wakes = Date.parse('2025-11-07T11:45:00Z');
    account.pass((wakes - Date.now()) / 60_000);
    await tick({ rollout: 'next-week' });
    expect(isAwake()).toBe(true);
    account.logged();
    await looks(1);
    expect([isAwake(), metricsIn(account.logged())]).toEqual([true, { LiveRollouts: 1 }]);
  });

  it('stays awake for a rollout whose sleep ends while it removes its schedule', async () => {
    await command(account.world, plan.rollout, { kind: 'close', why: 'by hand' }, operator);
    expect(await start(account.world, nextWeek, operator, { recorded: false })).toMatchObject({ ok: true });
    account.pass((Date.parse('2025-11-07T11:44:59Z') - Date.now()) / 60_000);
    await crossing(async () => account.pass(1 / 30))();
    expect(isAwake()).toBe(true);
  });

  it('sleeps ten minutes after a start that failed, although its claims are still there', async () => {
    await command(account.world, plan.rollout, { kind: 'close', why: 'by hand' }, operator);
    await account.world.journal.claim('failed', plan.traffic.rules);
    await looks(11);
    expect(isAwake()).toBe(true);
    await looks(1);
    expect(isAwake()).toBe(false);
  });

  it('stays awake for a start that failed before, and is given again while it removes its schedule', async () => {
    await command(account.world, plan.rollout, { kind: 'close', why: 'by hand' }, operator);
    await account.world.journal.claim('failed', plan.traffic.rules);
    const source = seedSource.replace(`rollout: ${plan.rollout}`, 'rollout: failed');
    const handled = crossing(async () =>
      expect(await start(account.world, source, operator, { recorded: false })).toMatchObject({ ok: true }),
    );
    for (let minute = 0; minute < 12; minute++) {
      account.pass(1);
      await handled();
    }
    expect(isAwake()).toBe(true);
  });

  it('fails when nobody could be called, and calls again', async () => {
    await looks(2);
    account.server.fail('Publish', REFUSED, 2);
    await expect(looks(1)).rejects.toThrow('cannot publish to the topic of people on call');
    await looks(1);
    expect(subjects()).toEqual([`sluice-on-call: ${plan.rollout}: no tick for 6m`]);
  });

  it('fails when its schedule cannot be removed', async () => {
    await command(account.world, plan.rollout, { kind: 'close', why: 'by hand' }, operator);
    account.server.fail('DeleteSchedule', REFUSED, 2);
    await expect(looks(1)).rejects.toThrow('cannot delete the schedule sluice-watchdog');
  });

  it('calls people when the journal cannot be read, and moves nothing', async () => {
    await looks(1);
    account.server.fail('Query', DENIED, 1000);
    await looks(7);
    expect([subjects(), account.weight()]).toEqual([['sluice-on-call: the journal cannot be read for 5m'], 1]);
    expect(metricsIn(account.logged())).toEqual({ LiveRollouts: 1, StaleMinutes: 6 });
  });

  it('makes the minute wake-up again that somebody deleted', async () => {
    account.scheduler.schedules.delete(`${plan.rollout}.minute`);
    await looks(1);
    expect([...account.scheduler.schedules.keys()]).not.toContain(`${plan.rollout}.minute`);
    await looks(2);
    expect([...account.scheduler.schedules.keys()]).toContain(`${plan.rollout}.minute`);
    expect(subjects()).toEqual([`sluice-on-call: ${plan.rollout}: no tick for 5m`]);
  });

  it('says in its log what keeps it from that, and goes on', async () => {
    account.server.fail('ListSchedules', REFUSED, 1000);
    await looks(8);
    expect(account.weight()).toBe(0);
    expect(account.logged().find(({ message }) => message === 'could not make a minute wake-up')).toMatchObject({
      level: 'ERROR',
      fault: expect.stringContaining('REFUSED'),
    });
  });

  /** The real one, with less time. */
  const watchdogWith = (
    times: Pick<WatchdogParts, 'turnMilliseconds' | 'afterwardsMilliseconds' | 'milliseconds'>,
  ): (() => Promise<void>) =>
    watchdogHandler({
      worldOf: (deadline) => awsWorld(environment, deadline, () => {}),
      scheduleOf: (deadline) => watchdogScheduleOf(schedulerClient(), environment, deadline),
      breathe: async () => {},
      ...times,
    });

  it('gives up a rollout whose rule does not answer after its turn, and tells people', async () => {
    await looks(6);
    account.pass(2);
    account.server.fail('ModifyRule', 'hang', 1000);
    const brief = watchdogWith({
      turnMilliseconds: 1_000,
      afterwardsMilliseconds: 5_000,
      milliseconds: 20_000,
    });
    account.server.calls.length = 0;
    await brief();
    // A request that hangs is given up after two seconds and asked again: the turn is over before.
    expect(account.server.calls.filter(({ operation }) => operation === 'ModifyRule')).toHaveLength(1);
    expect(subjects().at(-1)).toBe(`sluice-on-call: ${plan.rollout}: the weight cannot be lowered`);
  });

  it('makes the minute wake-up although lowering would take all the time there is', async () => {
    await looks(6);
    account.pass(2);
    account.scheduler.schedules.delete(`${plan.rollout}.minute`);
    account.server.fail('DescribeRules', 'hang', 1000);
    const scarce = watchdogWith({
      turnMilliseconds: 8_000,
      afterwardsMilliseconds: 1_500,
      milliseconds: 2_500,
    });
    await scarce();
    expect(account.scheduler.schedules.has(`${plan.rollout}.minute`)).toBe(true);
  });

  it('ends soon when nothing answers', async () => {
    const operations = [
      'Query',
      'PutItem',
      'DescribeRules',
      'ModifyRule',
      'DescribeTargetHealth',
      'Publish',
      'DeleteSchedule',
    ];
    for (const operation of operations) account.server.fail(operation, 'hang', 1000);
    const hurried = watchdogWith({
      turnMilliseconds: 8_000,
      afterwardsMilliseconds: 50,
      milliseconds: 200,
    });
    const began = performance.now();
    await hurried();
    account.pass(6);
    await expect(hurried()).rejects.toThrow('UNAVAILABLE: cannot publish');
    // Without the deadline each call alone would take its five seconds.
    expect(performance.now() - began).toBeLessThan(4_500);
  });
});
