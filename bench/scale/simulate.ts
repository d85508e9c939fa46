/**
 * Live rollouts that tick every minute in one region, in virtual time: wake-ups, the function's concurrency, the calls that were counted, AWS's
 * quotas as token buckets, and the SDK's one repetition of what was throttled.
 */
import { type Generator, stream, uniform } from '../../lib/sim/random.ts';
import { Agenda } from './agenda.ts';
import type { Counted } from './counted.ts';
import { QUOTAS, type QuotaName, TokenBucket } from './quotas.ts';

export interface Design {
  readonly name: string;
  /** By the number of wake-ups in one invocation, ascending. */
  readonly counted: readonly Counted[];
  /** As many invocations at once as the function may have. */
  readonly invocations: number;
  /** Absent: every wake-up is an invocation. */
  readonly queue?: { readonly batch: number; readonly waitMs: number };
}

export interface Scenario {
  readonly rollouts: number;
  /** `spread`: each wakes in a second of its own, drawn once, as schedules made at different times do; `atOnce`: all in the same second. */
  readonly wakeUps: 'spread' | 'atOnce';
}

/** Of a minute, on the average. */
export interface Simulated {
  readonly ticks: number;
  /** Ticks that ended within a minute of their wake-up and got an answer to everything they asked. */
  readonly whole: number;
  /** Wake-ups that were a minute old before a function was free. */
  readonly lost: number;
  /** Milliseconds from wake-up to the end of the tick. */
  readonly median: number;
  readonly p99: number;
  readonly throttles: number;
  readonly calls: Readonly<Record<string, number>>;
  readonly metrics: number;
  readonly invocations: number;
  /** Of all invocations together. */
  readonly busySeconds: number;
}

const MINUTE = 60_000;
const WARM_UP_MINUTES = 2;
const MINUTES = 5;
/** A wake-up is not worth more: `maxEventAge` of the function, and how long the queue keeps it. */
const AGE_AT_MOST = MINUTE;
/** SDK: at most so much before the one repetition (`Retry.throttlingDelay` of @smithy/core), drawn evenly from zero on. */
const BACKOFF_MS = 1000;
/** Reads of several ticks wait so long for each other (lib/aws/merged-read.ts). */
const MERGE_MS = 200;
/** What 512 MB of a function have of a processor: 1,769 MB are one. */
export const PROCESSOR = 512 / 1769;

/** Assumed answering times; the quotas matter, not these. */
const ANSWER_MS = { Query: 8, PutItem: 12, DescribeAlarms: 60, GetMetricData: 250, describe: 100 } as const;

const BUCKETS: Readonly<Record<string, QuotaName>> = {
  DescribeRules: 'describes',
  DescribeTargetHealth: 'describes',
  DescribeTargetGroups: 'describes',
  GetMetricData: 'getMetricData',
  DescribeAlarms: 'describeAlarms',
};

/** Every query goes back a quarter of an hour (lib/aws/cloudwatch.ts). */
const MINUTES_READ = 16;

interface WakeUp {
  readonly at: number;
  isWhole: boolean;
}

export const simulate = (design: Design, { rollouts, wakeUps }: Scenario): Simulated => {
  const generator = stream(1, `${design.name} ${rollouts} ${wakeUps}`);
  const agenda = new Agenda();
  const buckets = new Map<QuotaName, TokenBucket>();
  for (const [name, quota] of Object.entries(QUOTAS)) buckets.set(name as QuotaName, new TokenBucket(quota));
  const seen = { ticks: 0, whole: 0, lost: 0, throttles: 0, metrics: 0, invocations: 0, busyMs: 0 };
  const delays: number[] = [];
  const calls: Record<string, number> = {};
  const isCounted = (at: number): boolean => at >= WARM_UP_MINUTES * MINUTE;

  const take = (at: number, needs: Call['needs']): boolean =>
    needs.every(([name, tokens]) => buckets.get(name)?.take(at, tokens));

  const call = (
    at: number,
    { operation, needs, answerMs }: Call,
    done: (at: number, answered: boolean) => void,
  ): void => {
    const attempt = (now: number, isLast: boolean): void => {
      if (isCounted(now)) calls[operation] = (calls[operation] ?? 0) + 1;
      if (take(now, needs)) {
        agenda.put(now + answerMs * (0.7 + 0.6 * uniform(generator)), (end) => done(end, true));
        return;
      }
      if (isCounted(now)) seen.throttles += 1;
      if (isLast) done(now, false);
      else agenda.put(now + BACKOFF_MS * uniform(generator), (later) => attempt(later, true));
    };
    attempt(at, false);
  };

  /** All at once, then what comes after. */
  const together = (
    at: number,
    asked: readonly Call[],
    failed: (index: number) => void,
    then: (at: number) => void,
  ): void => {
    let open = asked.length;
    for (const [index, each] of asked.entries())
      call(at, each, (end, answered) => {
        if (!answered) failed(index);
        open -= 1;
        if (open === 0) then(end);
      });
  };

  let free = design.invocations;
  const waiting: (readonly WakeUp[])[] = [];
  const begin = (at: number): void => {
    for (let batch = waiting[0]; batch !== undefined && free > 0; batch = waiting[0]) {
      waiting.shift();
      const fresh = batch.filter((wakeUp) => at - wakeUp.at <= AGE_AT_MOST);
      seen.lost += batch.filter((wakeUp) => at - wakeUp.at > AGE_AT_MOST && isCounted(wakeUp.at)).length;
      if (fresh.length === 0) continue;
      free -= 1;
      invoke(at, fresh);
    }
  };

  const invoke = (at: number, batch: readonly WakeUp[]): void => {
    const size = design.counted.find(({ wakeUps: most }) => most >= batch.length) ?? design.counted.at(-1);
    if (size === undefined) throw new Error('calls were counted for some number of wake-ups');
    const share = batch.length / size.wakeUps;
    if (isCounted(at)) {
      seen.invocations += 1;
      seen.metrics += size.metrics * share;
    }
    const [first, between, last] = phasesOf(size, batch.length, generator);
    const failOne = (index: number): void => {
      const wakeUp = batch[index];
      if (wakeUp !== undefined) wakeUp.isWhole = false;
    };
    /** What one call asks for several is missing to all of them. */
    const failAll = (): void => {
      for (const wakeUp of batch) wakeUp.isWhole = false;
    };
    const end = (now: number): void => {
      if (isCounted(at)) seen.busyMs += now - at;
      for (const wakeUp of batch) {
        if (!isCounted(wakeUp.at)) continue;
        delays.push(now - wakeUp.at);
        if (wakeUp.isWhole && now - wakeUp.at <= MINUTE) seen.whole += 1;
      }
      free += 1;
      begin(now);
    };
    const processor = (size.milliseconds / PROCESSOR) * share;
    const merging = design.queue === undefined ? 0 : MERGE_MS;
    agenda.put(at + processor, (now) =>
      together(now, first, failOne, (read) =>
        agenda.put(read + merging, (ready) =>
          together(ready, between, failAll, (gathered) => together(gathered, last, failOne, end)),
        ),
      ),
    );
  };

  const arrive = pollersOf(design, agenda, generator, (at, batch) => {
    waiting.push(batch);
    begin(at);
  });
  for (let index = 0; index < rollouts; index++) {
    const second = wakeUps === 'spread' ? MINUTE * uniform(generator) : 1000 * uniform(generator);
    for (let minute = 0; minute < WARM_UP_MINUTES + MINUTES; minute++)
      agenda.put(minute * MINUTE + second, (at) => {
        if (isCounted(at)) seen.ticks += 1;
        // Scheduler holds back what is above its quota; a minute later the next one is there.
        if (take(at, [['wakeUps', 1]])) arrive(at, { at, isWhole: true });
        else if (isCounted(at)) seen.lost += 1;
      });
  }
  agenda.run();
  delays.sort((one, other) => one - other);
  const quantile = (share: number): number =>
    delays[Math.min(delays.length - 1, Math.floor(share * delays.length))] ?? 0;
  return {
    ticks: seen.ticks / MINUTES,
    whole: seen.whole / seen.ticks,
    lost: seen.lost / seen.ticks,
    median: quantile(0.5),
    p99: quantile(0.99),
    throttles: seen.throttles / MINUTES,
    calls: Object.fromEntries(Object.entries(calls).map(([name, count]) => [name, count / MINUTES])),
    metrics: seen.metrics / MINUTES,
    invocations: seen.invocations / MINUTES,
    busySeconds: seen.busyMs / 1000 / MINUTES,
  };
};

interface Call {
  readonly operation: string;
  readonly needs: readonly (readonly [QuotaName, number])[];
  readonly answerMs: number;
}

/** Heads, then all evidence at once, then entries. Of a mean of 2.3 calls there are two, and now and then three. */
const phasesOf = (size: Counted, wakeUps: number, generator: Generator): readonly [Call[], Call[], Call[]] => {
  const phases: [Call[], Call[], Call[]] = [[], [], []];
  for (const [operation, mean] of Object.entries(size.calls)) {
    const isOwn = operation === 'Query' || operation === 'PutItem';
    const count = isOwn ? wakeUps : Math.floor(mean) + (uniform(generator) < mean % 1 ? 1 : 0);
    const phase = operation === 'Query' ? 0 : operation === 'PutItem' ? 2 : 1;
    for (let index = 0; index < count; index++) phases[phase].push(callOf(operation, size, count));
  }
  return phases;
};

const callOf = (operation: string, size: Counted, count: number): Call => {
  switch (operation) {
    case 'Query':
      return { operation, needs: [['reads', size.read / size.wakeUps]], answerMs: ANSWER_MS.Query };
    case 'PutItem':
      return { operation, needs: [['writes', size.written / size.wakeUps]], answerMs: ANSWER_MS.PutItem };
    case 'GetMetricData': {
      const datapoints = (size.metrics / count) * MINUTES_READ;
      return {
        operation,
        needs: [
          ['getMetricData', 1],
          ['datapoints', datapoints],
        ],
        answerMs: ANSWER_MS.GetMetricData,
      };
    }
    default: {
      const bucket = BUCKETS[operation];
      if (bucket === undefined) throw new Error(`an idle tick does not call ${operation}`);
      return {
        operation,
        needs: [[bucket, 1]],
        answerMs: bucket === 'describes' ? ANSWER_MS.describe : ANSWER_MS.DescribeAlarms,
      };
    }
  }
};

/**
 * Without a queue a wake-up is an invocation. With one each of Lambda's pollers collects what falls to it by chance, until it has a batch or the
 * oldest has waited long enough: as many pollers as invocations, which makes the batches smallest.
 */
const pollersOf = (
  { queue, invocations }: Design,
  agenda: Agenda,
  generator: Generator,
  hand: (at: number, batch: readonly WakeUp[]) => void,
): ((at: number, wakeUp: WakeUp) => void) => {
  if (queue === undefined) return (at, wakeUp) => hand(at, [wakeUp]);
  const pollers: WakeUp[][] = Array.from({ length: invocations }, () => []);
  return (at, wakeUp) => {
    const index = Math.floor(uniform(generator) * invocations);
    const batch = pollers[index] ?? [];
    batch.push(wakeUp);
    const close = (now: number): void => {
      if (pollers[index] !== batch) return;
      pollers[index] = [];
      hand(now, batch);
    };
    if (batch.length === queue.batch) close(at);
    else if (batch.length === 1) agenda.put(at + queue.waitMs, close);
  };
};
