/**
 * Wake-ups as schedules of EventBridge Scheduler, in the stack's own group: one that repeats, and the instants that must not be missed as a
 * second net. Names are deterministic (`ROLLOUT.what-instant`), so a creation that is tried twice meets its own schedule.
 */
import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  ListSchedulesCommand,
  type SchedulerClient,
  type ScheduleSummary,
} from '@aws-sdk/client-scheduler';
import { Fault, isFault } from '../controller/fault.ts';
import type { WakeUpPlan, WakeUps } from '../controller/ports.ts';
import { assert, unreachable } from '../plan/assert.ts';
import type { Instant } from '../plan/plan.ts';
import type { Environment } from './environment.ts';
import { type Deadline, outside } from './outside.ts';

/** A schedule as it should be. */
interface Wanted {
  readonly name: string;
  readonly expression: string;
  readonly repeats: boolean;
  readonly targetArn: string;
  readonly input: Readonly<Record<string, string>>;
}

export interface WatchdogSchedule {
  /** Makes sure that the watchdog is woken every minute. Idempotent. */
  ensure(): Promise<'set' | Fault>;
  /** Idempotent. */
  remove(): Promise<'removed' | Fault>;
}

/** Without a dot, so that no rollout's prefix takes it in: `NAME.` begins the names of a rollout's schedules. */
const WATCHDOG = 'sluice-watchdog';
const NAME = /^[0-9a-zA-Z._-]{1,64}$/;
/**
 * An instant so near is not made any more, and stays if it is there: the list and the repeating one come first, each of the three may take
 * five seconds, and Scheduler refuses what is over by then. A look within the minute comes anyway, or the second of the early looks before
 * a start.
 */
const SOON_MS = 15_000;
/** Of 100 schedules each: many times what a rollout has. */
const PAGES_AT_MOST = 10;

/** @param now for instants that are over, or nearly: Scheduler would refuse them */
export const wakeUpsOf = (
  client: SchedulerClient,
  environment: Environment,
  deadline: Deadline,
  now: () => Instant = Date.now,
): WakeUps => {
  const schedules = schedulesOf(client, environment, deadline);
  const watchdog = watchdogScheduleOf(client, environment, deadline);
  return {
    set: async (rollout, plan) => {
      const [ofRollout, ofWatchdog] = await Promise.all([
        setAll(schedules, environment, rollout, plan, now()),
        plan.repeat === 'minute' ? watchdog.ensure() : ('set' as const),
      ]);
      return isFault(ofRollout) ? ofRollout : ofWatchdog;
    },
    ensure: async (rollout) => {
      const [ofRollout, ofWatchdog] = await Promise.all([
        schedules.ensure(everyMinute(environment, rollout)),
        watchdog.ensure(),
      ]);
      return isFault(ofRollout) ? ofRollout : ofWatchdog;
    },
    abandon: async (rollout, before) => {
      const there = await schedules.list(`${rollout}.`);
      if (isFault(there)) return there;
      const isOld = ({ CreationDate }: ScheduleSummary): boolean => (CreationDate?.getTime() ?? before) < before;
      if (there.length === 0 || !there.every(isOld)) return 'kept';
      const removed = await setAll(schedules, environment, rollout, { repeat: 'none', once: [] }, now());
      return isFault(removed) ? removed : 'removed';
    },
  };
};

/**
 * The watchdog's own schedule. It exists while something needs it: every `set` with a minute wake-up makes sure of it, also the hourly
 * comparison of each live rollout; the watchdog removes it when all that is left has ended, or sleeps before its start.
 *
 * The two may cross: the watchdog sees no claim; a start claims its rules, sets its wake-ups and finds the watchdog's schedule there; then
 * the watchdog removes it. That lasts until the rollout's next `set`, at the latest the hourly comparison. Since a start claims before it sets
 * wake-ups, a watchdog that looks once more after `remove` sees the claim, and closes the gap at once with `ensure`. Only the claims of a
 * start that failed and is given again are known to it before; then it goes by the first entry. A rollout that wakes before its start is seen
 * by the clock.
 */
export const watchdogScheduleOf = (
  client: SchedulerClient,
  environment: Environment,
  deadline: Deadline,
): WatchdogSchedule => {
  const schedules = schedulesOf(client, environment, deadline);
  const wanted: Wanted = {
    name: WATCHDOG,
    expression: 'rate(1 minute)',
    repeats: true,
    targetArn: environment.SLUICE_WATCHDOG_FUNCTION,
    input: { schedule: WATCHDOG },
  };
  return {
    ensure: () => schedules.ensure(wanted),
    remove: () => schedules.remove(WATCHDOG),
  };
};

/**
 * The repeating one is created first and deleted last, and only when everything else was done: whatever dies or fails on the way is repaired
 * by the next wake-up. All is attempted, the first fault is told.
 */
const setAll = async (
  schedules: Schedules,
  environment: Environment,
  rollout: string,
  plan: WakeUpPlan,
  now: Instant,
): Promise<'set' | Fault> => {
  const there = await schedules.list(`${rollout}.`);
  if (isFault(there)) return there;
  const repeating = repeatingOf(environment, rollout, plan.repeat);
  const ahead = plan.once.filter(({ at }) => at > now);
  const once = onceOf(
    environment,
    rollout,
    ahead.filter(({ at }) => at >= now + SOON_MS),
  );
  const names = new Set([...repeating, ...ahead].map(({ name }) => name));
  const tooMany = there.flatMap(({ Name: name }) => (name === undefined || names.has(name) ? [] : [name]));
  const isLast = (name: string): boolean => REPEATING.has(name.slice(rollout.length + 1));

  const first = await Promise.all(repeating.map((wanted) => schedules.make(wanted, there)));
  const rest = await Promise.all([
    ...once.map((wanted) => schedules.make(wanted, there)),
    ...tooMany.filter((name) => !isLast(name)).map((name) => schedules.remove(name)),
  ]);
  const fault = [...first, ...rest].find(isFault);
  if (fault !== undefined) return fault;
  const last = await Promise.all(tooMany.filter(isLast).map((name) => schedules.remove(name)));
  return last.find(isFault) ?? 'set';
};

const REPEATING: ReadonlySet<string> = new Set(['minute', 'daily'] satisfies WakeUpPlan['repeat'][]);

const everyMinute = (environment: Environment, rollout: string): Wanted =>
  wakeUpOf(environment.SLUICE_MINUTE_WAKE_UPS, rollout, `${rollout}.minute`, 'rate(1 minute)', true);

const repeatingOf = (environment: Environment, rollout: string, repeat: WakeUpPlan['repeat']): readonly Wanted[] => {
  switch (repeat) {
    case 'minute':
      return [everyMinute(environment, rollout)];
    case 'daily':
      return [wakeUpOf(environment.SLUICE_TICK_FUNCTION, rollout, `${rollout}.daily`, 'rate(1 day)', true)];
    case 'none':
      return [];
    default:
      return unreachable(repeat);
  }
};

const onceOf = (environment: Environment, rollout: string, once: WakeUpPlan['once']): readonly Wanted[] =>
  once.map(({ name, at }) =>
    wakeUpOf(environment.SLUICE_TICK_FUNCTION, rollout, name, `at(${new Date(at).toISOString().slice(0, 19)})`, false),
  );

const wakeUpOf = (targetArn: string, rollout: string, name: string, expression: string, repeats: boolean): Wanted => {
  assert(
    NAME.test(name) && name.startsWith(`${rollout}.`),
    `${name} is a schedule's name that begins with ${rollout}.`,
  );
  return { name, expression, repeats, targetArn, input: { rollout, schedule: name } };
};

interface Schedules {
  /** Those whose names begin so. */
  list(prefix: string): Promise<readonly ScheduleSummary[] | Fault>;
  /** Creates the schedule unless it is among these, enabled and with the right target. */
  make(wanted: Wanted, there: readonly ScheduleSummary[]): Promise<'set' | Fault>;
  /** The same, after a look at what is there. */
  ensure(wanted: Wanted): Promise<'set' | Fault>;
  remove(name: string): Promise<'removed' | Fault>;
}

const schedulesOf = (client: SchedulerClient, environment: Environment, deadline: Deadline): Schedules => {
  const GroupName = environment.SLUICE_SCHEDULE_GROUP;
  const create = (wanted: Wanted): Promise<'set' | Fault> =>
    outside(
      `create the schedule ${wanted.name}`,
      deadline,
      async (options) => {
        await client.send(new CreateScheduleCommand(scheduleOf(environment, wanted)), options);
        return 'set' as const;
      },
      (error) => (error.name === 'ConflictException' ? 'set' : undefined),
    );
  const remove = (name: string): Promise<'removed' | Fault> =>
    outside(
      `delete the schedule ${name}`,
      deadline,
      async (options) => {
        await client.send(new DeleteScheduleCommand({ GroupName, Name: name }), options);
        return 'removed' as const;
      },
      (error) => (error.name === 'ResourceNotFoundException' ? 'removed' : undefined),
    );
  const list: Schedules['list'] = (prefix) => listAll(client, GroupName, prefix, deadline);
  /** What somebody disabled or bent is deleted and created anew: functions that may not update schedules need fewer permissions. */
  const make: Schedules['make'] = async (wanted, there) => {
    const present = there.find(({ Name }) => Name === wanted.name);
    if (present === undefined) return create(wanted);
    if (present.State !== 'DISABLED' && present.Target?.Arn === wanted.targetArn) return 'set';
    const removed = await remove(wanted.name);
    return isFault(removed) ? removed : create(wanted);
  };
  return {
    list,
    make,
    ensure: async (wanted) => {
      const there = await list(wanted.name);
      return isFault(there) ? there : make(wanted, there);
    },
    remove,
  };
};

const listAll = async (
  client: SchedulerClient,
  GroupName: string,
  NamePrefix: string,
  deadline: Deadline,
): Promise<readonly ScheduleSummary[] | Fault> => {
  const operation = `list the schedules ${NamePrefix}*`;
  const found: ScheduleSummary[] = [];
  let NextToken: string | undefined;
  for (let page = 0; page < PAGES_AT_MOST; page++) {
    const command = new ListSchedulesCommand({ GroupName, NamePrefix, MaxResults: 100, NextToken });
    const answer = await outside(operation, deadline, (options) => client.send(command, options));
    if (isFault(answer)) return answer;
    found.push(...(answer.Schedules ?? []));
    NextToken = answer.NextToken;
    if (NextToken === undefined) return found;
  }
  return new Fault('UNREADABLE', operation, `more than ${PAGES_AT_MOST} pages of schedules`);
};

/**
 * A repeating one that could not be delivered comes again by itself; a single one is tried for five minutes, then goes to the queue of dead
 * letters and is no use any more. Left alone, Scheduler tries 185 times over 24 hours:
 * https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html
 */
const scheduleOf = (environment: Environment, wanted: Wanted): CreateScheduleCommandInput => ({
  GroupName: environment.SLUICE_SCHEDULE_GROUP,
  Name: wanted.name,
  ScheduleExpression: wanted.expression,
  ScheduleExpressionTimezone: 'UTC',
  FlexibleTimeWindow: { Mode: 'OFF' },
  State: 'ENABLED',
  ActionAfterCompletion: wanted.repeats ? 'NONE' : 'DELETE',
  Target: {
    Arn: wanted.targetArn,
    RoleArn: environment.SLUICE_SCHEDULE_ROLE,
    Input: JSON.stringify(wanted.input),
    RetryPolicy: wanted.repeats
      ? { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 }
      : { MaximumRetryAttempts: 5, MaximumEventAgeInSeconds: 300 },
    DeadLetterConfig: { Arn: environment.SLUICE_SCHEDULE_DEAD_LETTERS },
  },
});
