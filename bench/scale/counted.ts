/** What an idle tick really asks of AWS: the production handlers against the stand-ins, counted on the wire. */
import type { Asked } from '../../test/stand-in/server.ts';
import { scaleAccount } from './account.ts';

/** As many wake-ups as the queue hands over at once (lib/stack/minute-queue.ts). */
const ROLLOUTS = 20;
/** Wake-ups in one invocation that are counted; what lies between is taken for the next larger. */
const SIZES = [1, 2, 3, 5, 8, 10, 12, 15, 20] as const;
/** Until all are in their canary and both reads of every minute have settled. */
const WARM_UP_MINUTES = 20;
/** All of it lies within the canary, so that every tick only waits. */
const MINUTES = 12;
const MINUTES_PER_SIZE = 2;

/** Means over invocations in which every tick waits; those that compare their schedules, as ticks do once an hour, are left out. */
export interface Counted {
  readonly wakeUps: number;
  /** Calls by operation, by their API's own names. */
  readonly calls: Readonly<Record<string, number>>;
  /** Asked of GetMetricData. */
  readonly metrics: number;
  /** Request units of DynamoDB. */
  readonly written: number;
  readonly read: number;
  /** Of the log. */
  readonly logBytes: number;
  /** Processor's time of this machine, the stand-ins' and the SDK's included. */
  readonly milliseconds: number;
}

export interface AllCounted {
  readonly alone: Counted;
  /** By the number of wake-ups in one invocation, ascending. */
  readonly together: readonly Counted[];
  /** The same while CloudWatch does not say how many targets are healthy. */
  readonly withoutHealth: readonly Counted[];
  /** Processor's time of the watchdog's look at one rollout: its first, which reads the plan too, and every further one. */
  readonly watchdog: { readonly first: number; readonly further: number };
}

export const countCalls = async (): Promise<AllCounted> => {
  const account = await scaleAccount(ROLLOUTS);
  const { server, rollouts } = account;
  const batches = (size: number): readonly (readonly string[])[] =>
    Array.from({ length: Math.ceil(ROLLOUTS / size) }, (_, index) => rollouts.slice(index * size, (index + 1) * size));

  const count = async (reads: 'alone' | 'together', size: number, minutes: number): Promise<Counted> => {
    const samples: Counted[] = [];
    for (let minute = 0; minute < minutes; minute++) {
      account.passMinute();
      for (const batch of batches(size)) {
        server.calls.length = 0;
        const from = process.cpuUsage();
        const logBytes = await quietly(() => account.tick(reads, batch));
        const { user, system } = process.cpuUsage(from);
        const compares = server.calls.some(({ operation }) => operation === 'ListSchedules');
        if (batch.length === size && !compares)
          samples.push({ ...tally(server.calls), wakeUps: size, logBytes, milliseconds: (user + system) / 1000 });
      }
    }
    return mean(samples);
  };

  for (let minute = 0; minute < WARM_UP_MINUTES; minute++) {
    account.passMinute();
    await quietly(() => account.tick('together', rollouts));
  }
  const countSizes = async (minutesOfLargest: number): Promise<readonly Counted[]> => {
    const counted: Counted[] = [];
    for (const size of SIZES)
      counted.push(await count('together', size, size === ROLLOUTS ? minutesOfLargest : MINUTES_PER_SIZE));
    return counted;
  };
  const together = await countSizes(MINUTES);
  const alone = await count('alone', 1, MINUTES);
  const watchdog = await timeWatchdog(account.watchdog);
  account.hideHealth();
  const withoutHealth = await countSizes(MINUTES_PER_SIZE);
  await account.close();
  return { alone, together, withoutHealth, watchdog };
};

const timeWatchdog = async (look: () => Promise<void>): Promise<AllCounted['watchdog']> => {
  const timed = async (): Promise<number> => {
    const from = process.cpuUsage();
    await quietly(look);
    const { user, system } = process.cpuUsage(from);
    return (user + system) / 1000 / ROLLOUTS;
  };
  return { first: await timed(), further: await timed() };
};

const tally = (asked: readonly Asked[]): Pick<Counted, 'calls' | 'metrics' | 'written' | 'read'> => {
  const calls: Record<string, number> = {};
  let [metrics, written, read] = [0, 0, 0];
  for (const { operation, input, body } of asked) {
    calls[operation] = (calls[operation] ?? 0) + 1;
    if (Array.isArray(input.MetricDataQueries)) metrics += input.MetricDataQueries.length;
    // The head that is read is an entry like the one that is written.
    if (operation === 'PutItem') {
      const bytes = Buffer.byteLength(body);
      written += Math.ceil(bytes / 1024);
      read += Math.ceil(bytes / 4096);
    }
  }
  return { calls, metrics, written, read };
};

const mean = (samples: readonly Counted[]): Counted => {
  const average = (of: (sample: Counted) => number): number =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const operations = new Set(samples.flatMap(({ calls }) => Object.keys(calls)));
  return {
    wakeUps: average(({ wakeUps }) => wakeUps),
    calls: Object.fromEntries([...operations].map((name) => [name, average(({ calls }) => calls[name] ?? 0)])),
    metrics: average(({ metrics }) => metrics),
    written: average(({ written }) => written),
    read: average(({ read }) => read),
    logBytes: average(({ logBytes }) => logBytes),
    milliseconds: average(({ milliseconds }) => milliseconds),
  };
};

/** Bytes that the functions wrote meanwhile. */
const quietly = async (work: () => Promise<unknown>): Promise<number> => {
  const { write } = process.stdout;
  let bytes = 0;
  process.stdout.write = (text: string | Uint8Array): boolean => {
    bytes += Buffer.byteLength(text);
    return true;
  };
  try {
    await work();
    return bytes;
  } finally {
    process.stdout.write = write;
  }
};
