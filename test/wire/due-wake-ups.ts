/** EventBridge Scheduler on the test's time: moto keeps the schedules and never fires; here those that are due are found. */
import {
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { REGION } from './bundles.ts';

export interface Schedule {
  readonly name: string;
  readonly targetArn: string;
  readonly input: string;
  readonly next: number;
}

export interface Due {
  readonly at: number;
  /** All that are due at that instant, by name. */
  readonly schedules: readonly Schedule[];
}

export interface DueWakeUps {
  /** The next that are due, if nobody changes the schedules before; undefined: there is no schedule. Asked after every change. */
  next(): Promise<Due | undefined>;
  /** One that was for once is deleted where it says so. */
  fired(schedule: Schedule): Promise<void>;
  names(): Promise<readonly string[]>;
  /** Deletes what an earlier test left. */
  clear(): Promise<void>;
}

interface Kept extends Schedule {
  next: number;
  /** Null: it fires once. */
  readonly everyMs: number | null;
  readonly isDeleted: boolean;
}

export const dueWakeUps = (url: string, group: string, now: () => number): DueWakeUps => {
  const credentials = { accessKeyId: 'owner', secretAccessKey: 'owner' };
  const client = new SchedulerClient({ endpoint: url, region: REGION, credentials });
  /** By name and creation: one that was deleted and made anew is another. */
  const known = new Map<string, Kept>();

  const read = async (name: string): Promise<Kept> => {
    const schedule = await client.send(new GetScheduleCommand({ GroupName: group, Name: name }));
    const { ScheduleExpression = '', Target, ActionAfterCompletion } = schedule;
    const everyMs = periodOf(ScheduleExpression);
    return {
      name,
      targetArn: Target?.Arn ?? '',
      input: Target?.Input ?? '',
      everyMs,
      // A rate counts from the schedule's creation, which was just now.
      next: everyMs === null ? instantOf(ScheduleExpression) : now() + everyMs,
      isDeleted: ActionAfterCompletion === 'DELETE',
    };
  };

  const list = async (): Promise<ReadonlyMap<string, string>> => {
    const { Schedules = [] } = await client.send(new ListSchedulesCommand({ GroupName: group, MaxResults: 100 }));
    return new Map(Schedules.map(({ Name = '', CreationDate }) => [`${Name} ${CreationDate?.getTime()}`, Name]));
  };

  const remove = async (name: string): Promise<void> => {
    await client.send(new DeleteScheduleCommand({ GroupName: group, Name: name }));
  };

  return {
    next: async () => {
      const there = await list();
      for (const key of known.keys()) if (!there.has(key)) known.delete(key);
      for (const [key, name] of there) if (!known.has(key)) known.set(key, await read(name));
      const schedules = [...known.values()];
      const at = Math.min(...schedules.map(({ next }) => next));
      const due = schedules.filter(({ next }) => next === at).sort((one, other) => (one.name < other.name ? -1 : 1));
      return due.length === 0 ? undefined : { at, schedules: due };
    },
    fired: async (schedule) => {
      const kept = [...known.values()].find((each) => each === schedule);
      if (kept === undefined) return;
      if (kept.everyMs !== null) kept.next += kept.everyMs;
      else if (kept.isDeleted) await remove(kept.name);
      else throw new Error(`the schedule ${kept.name} is for one time, and would stay for ever`);
    },
    names: async () => [...(await list()).values()].sort(),
    clear: async () => {
      for (const name of (await list()).values()) await remove(name);
    },
  };
};

const PERIODS: Readonly<Record<string, number>> = { 'rate(1 minute)': 60_000, 'rate(1 day)': 86_400_000 };

const periodOf = (expression: string): number | null => PERIODS[expression] ?? null;

/** `at(2025-10-31T11:45:00)`, in UTC. */
const instantOf = (expression: string): number => {
  const at = Date.parse(`${/^at\((.*)\)$/.exec(expression)?.[1]}Z`);
  if (Number.isNaN(at)) throw new Error(`this test cannot read the schedule ${expression}`);
  return at;
};
