import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tickHandler } from '../../lambdas/tick/tick-handler.ts';
import { decisionMetric } from '../../lib/aws/environment.ts';
import { awsWorld } from '../../lib/aws/world.ts';
import { environment } from '../aws/environment.ts';
import { type LiveAccount, liveAccount, metricsIn, plan } from './live-account.ts';

const WAKE_UP = { rollout: plan.rollout, schedule: `${plan.rollout}.minute` };

let account: LiveAccount;
let handler: (event: unknown) => Promise<unknown>;

beforeEach(async () => {
  account = await liveAccount();
  account.cold();
  ({ handler } = await import('../../lambdas/tick/handler.ts'));
});
afterEach(() => account.close());

/** Ticks once a minute. */
const ticks = async (count: number): Promise<void> => {
  for (let index = 0; index < count; index++) {
    account.pass(1);
    await handler(WAKE_UP);
  }
};

describe('the tick function', () => {
  it('starts the rollout when its time has come, and raises the weight', async () => {
    await ticks(16);
    expect([(await account.entry()).decision.decision, account.weight()]).toEqual(['wait', 1]);
  });

  it('writes one line for a tick, with what was decided and why', async () => {
    account.pass(15);
    await handler(WAKE_UP);
    const lines = account.logged().filter(({ _aws }) => _aws === undefined);
    expect(lines).toEqual([
      expect.objectContaining({
        level: 'INFO',
        message: 'tick',
        service: 'sluice',
        rollout: plan.rollout,
        status: 'baking',
        phase: 'canary',
        weight: 1,
        decision: 'advance',
        reason: 'STARTED',
        sentence: 'The candidate goes from 0 % to 1 % of the traffic.',
        rows: 0,
        drift: 0,
      }),
    ]);
  });

  it('measures its time under one dimension, and nothing else while all is as it should be', async () => {
    await ticks(14);
    expect(metricsIn(account.logged())).toEqual({ TickDuration: expect.any(Number) });
    await ticks(1);
    expect(metricsIn(account.logged())).toEqual({ TickDuration: expect.any(Number), [decisionMetric('advance')]: 1 });
    await ticks(6);
    expect(metricsIn(account.logged())).toEqual({ TickDuration: expect.any(Number) });
  });

  it('measures how far its rows are behind once they are late', async () => {
    await ticks(22);
    account.logged();
    account.pass(20);
    account.server.fail('GetMetricData', { status: 400, body: '{"__type":"AccessDeniedException"}' }, 2);
    await ticks(1);
    expect(metricsIn(account.logged())).toMatchObject({ RowsBehind: 24 });
  });

  it('judges rows and says how many', async () => {
    await ticks(22);
    expect(account.logged().at(-2)).toMatchObject({ message: 'tick', rows: 1, behindMinutes: 3 });
  });

  it('counts the rules whose weight somebody moved', async () => {
    await ticks(18);
    account.logged();
    await account.world.router.setWeight(plan, {
      rule: plan.traffic.rules[0] ?? '',
      weight: 0,
      from: null,
      rollback: false,
    });
    await ticks(1);
    expect(metricsIn(account.logged())).toMatchObject({ Drift: 1, DecisionHold: 1 });
  });

  it('is not choosy about a wake-up that comes too late: it looks at the world as it is', async () => {
    account.pass(40);
    await handler({ ...WAKE_UP, scheduled: '2025-10-31T11:45:00Z' });
    expect((await account.entry()).decision.decision).toBe('advance');
  });

  it.each([
    ['nothing', undefined],
    ['another type', { rollout: 7 }],
    ['no name', { rollout: 'Not a name' }],
    ['nobody named', {}],
    ['a name that is far too long', { rollout: 'x'.repeat(100_000) }],
  ])('refuses an event with %s, and says what it must be', async (_, event) => {
    const said = await handler(event).then(String, ({ message }: Error) => message);
    expect(said).toMatch(/^Cannot tick: the event must be \{ "rollout": NAME \}, given .{1,100}$/);
    expect(account.server.calls).toEqual([]);
    expect(metricsIn(account.logged())).toEqual({ TickDuration: expect.any(Number) });
  });

  it('fails clearly for a rollout that does not exist', async () => {
    await expect(handler({ rollout: 'nobody' })).rejects.toThrow(
      'Cannot tick rollout nobody: its plan cannot be read (NOT_FOUND)',
    );
  });

  it('takes the wake-ups of a start without a first entry away after ten minutes, and tells the people on call', async () => {
    await account.world.journal.claim('failed', ['rule']);
    await account.world.wakeUps.set('failed', { repeat: 'minute', once: [] });
    for (const [minutes, isThere] of [
      [10, true],
      [1, false],
    ] as const) {
      account.pass(minutes);
      await expect(handler({ rollout: 'failed' })).rejects.toThrow('its plan cannot be read (NOT_FOUND)');
      expect(account.scheduler.schedules.has('failed.minute')).toBe(isThere);
    }
    expect(account.scheduler.schedules.has(WAKE_UP.schedule)).toBe(true);
    expect(account.sns.published.map(({ subject }) => subject)).toEqual([
      'failed: it has no journal, its wake-ups are removed',
    ]);
  });

  it('fails when the journal does not take its entry: a heartbeat that nobody sees must not look like one', async () => {
    await ticks(22);
    account.server.fail('PutItem', { status: 400, body: '{"__type":"AccessDeniedException"}' });
    await expect(ticks(1)).rejects.toThrow(`Cannot record the tick of rollout ${plan.rollout}: REFUSED: cannot append`);
  });

  it('fails, and tells its time all the same, when the journal cannot be read', async () => {
    await ticks(1);
    account.logged();
    account.server.fail('Query', { status: 400, body: '{"__type":"AccessDeniedException"}' });
    await expect(handler(WAKE_UP)).rejects.toThrow('its journal cannot be read (REFUSED)');
    expect(metricsIn(account.logged())).toEqual({ TickDuration: expect.any(Number) });
  });
});

describe('ticks of several rollouts in one invocation', () => {
  const message = (messageId: string, body: unknown) => ({ messageId, body: JSON.stringify(body) });
  const failures = (...ids: readonly string[]) => ({
    batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
  });

  it('are made each for itself: one that fails harms no other, and is told by its message', async () => {
    account.pass(15);
    const records = [message('a', { rollout: 'nobody' }), message('b', WAKE_UP), message('c', { rollout: 7 })];
    expect(await handler({ Records: records })).toEqual(failures('a', 'c'));
    expect((await account.entry()).decision.decision).toBe('advance');
    const lines = account.logged();
    expect(lines.filter(({ level }) => level === 'ERROR')).toMatchObject([
      {
        message: 'a tick failed',
        wakeUp: expect.stringContaining('nobody'),
        error: { message: expect.stringContaining('Cannot tick rollout nobody') },
      },
      { message: 'a tick failed', error: { message: expect.stringContaining('the event must be') } },
    ]);
    expect(metricsIn(lines)).toMatchObject({ TicksFailed: 2, [decisionMetric('advance')]: 1 });
  });

  it('are one for a rollout that is named twice', async () => {
    await ticks(18);
    account.server.calls.length = 0;
    expect(await handler({ Records: [message('a', WAKE_UP), message('b', WAKE_UP)] })).toEqual(failures());
    expect(account.server.calls.filter(({ operation }) => operation === 'DescribeRules')).toHaveLength(1);
  });

  it('all fail, and the invocation does not, when the journal cannot be read', async () => {
    await ticks(1);
    account.server.fail('Query', { status: 400, body: '{"__type":"AccessDeniedException"}' });
    expect(await handler({ Records: [message('a', WAKE_UP)] })).toEqual(failures('a'));
  });

  it('take health from CloudWatch while they only wait, and ask for it before a rise', async () => {
    const together = tickHandler(
      (deadline, onRevised) => awsWorld(environment, deadline, onRevised, 'together'),
      25_000,
    );
    const healthAsked = () =>
      account.server.calls.filter(({ operation }) => operation === 'DescribeTargetHealth').length;
    account.pass(15);
    await together({ Records: [message('a', WAKE_UP)] });
    expect([account.weight(), healthAsked() > 0]).toEqual([1, true]);
    account.pass(5);
    await together({ Records: [message('a', WAKE_UP)] });
    account.server.calls.length = 0;
    account.pass(1);
    await together({ Records: [message('a', WAKE_UP)] });
    expect(healthAsked()).toBe(0);
    expect(account.server.calls.map(({ operation }) => operation).toSorted()).toEqual([
      'DescribeAlarms',
      'DescribeRules',
      'GetMetricData',
      'PutItem',
      'Query',
    ]);
  });
});

describe('a tick with a deadline', () => {
  /** Without the deadline each call alone would take its five seconds; a loaded machine takes its time for the rest. */
  const SOON = 4_500;
  const ALL = ['DescribeRules', 'DescribeTags', 'DescribeTargetHealth', 'DescribeTargetGroups', 'GetMetricData'];
  const hang = (...operations: readonly string[]): void => {
    for (const operation of operations) account.server.fail(operation, 'hang', 1000);
  };
  const within = (milliseconds: number) =>
    tickHandler((deadline, onRevised) => awsWorld(environment, deadline, onRevised), milliseconds);
  const timed = async (work: Promise<unknown>): Promise<number> => {
    const began = performance.now();
    await work;
    return performance.now() - began;
  };

  it('fails soon when nothing at all answers', async () => {
    hang('Query', 'PutItem', 'DescribeAlarms', 'ListSchedules', 'CreateSchedule', 'Publish', ...ALL);
    const failed = expect(within(200)(WAKE_UP)).rejects.toThrow('its plan cannot be read (UNAVAILABLE)');
    expect(await timed(failed)).toBeLessThan(SOON);
  });

  it('ends soon when only the journal answers, and fails where no time is left to record', async () => {
    await ticks(18);
    hang('DescribeAlarms', 'ListSchedules', 'CreateSchedule', ...ALL);
    const failed = expect(within(300)(WAKE_UP)).rejects.toThrow('Cannot record the tick');
    expect(await timed(failed)).toBeLessThan(SOON);
    expect(account.weight()).toBe(1);
  });
});
