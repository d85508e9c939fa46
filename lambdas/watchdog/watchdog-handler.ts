import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { METRICS, serviceName } from '../../lib/aws/environment.ts';
import { Deadline } from '../../lib/aws/outside.ts';
import type { WatchdogSchedule } from '../../lib/aws/schedules.ts';
import { type Fault, isFault } from '../../lib/controller/fault.ts';
import type { World } from '../../lib/controller/ports.ts';
import { type Looked, type Memory, nothingRemembered, watchdog } from '../../lib/controller/watchdog.ts';
import { look } from '../../lib/controller/watchdog-look.ts';
import type { Turns } from '../../lib/controller/watchdog-lower.ts';
import { isWatched } from '../../lib/rollout/watchdog.ts';

export interface WatchdogParts {
  readonly worldOf: (deadline: Deadline) => World;
  readonly scheduleOf: (deadline: Deadline) => WatchdogSchedule;
  /** Waits a second between two rollouts that are lowered. */
  readonly breathe: () => Promise<void>;
  /** What lowering one rollout may take. */
  readonly turnMilliseconds: number;
  /** What lowering leaves of the whole time: to tell people what became of it, and to make minute wake-ups. */
  readonly afterwardsMilliseconds: number;
  /** After which nothing more is asked of AWS. */
  readonly milliseconds: number;
}

/**
 * Remembers from one look to the next as long as the container lives. When nothing needs it any more it removes its own schedule; the next
 * rollout that is started, or wakes before its start, makes it anew. Fails when a call to people did not go out: then the function's own alarm
 * must ring.
 */
export const watchdogHandler = ({
  worldOf,
  scheduleOf,
  breathe,
  turnMilliseconds,
  afterwardsMilliseconds,
  milliseconds,
}: WatchdogParts): (() => Promise<void>) => {
  const logger = new Logger({ serviceName: serviceName(process.env) });
  const metrics = new Metrics({ namespace: METRICS.namespace, serviceName: serviceName(process.env) });
  const deadline = new Deadline();
  const world = worldOf(deadline);
  const schedule = scheduleOf(deadline);
  const turns: Turns = { breathe, within: (turn) => deadline.within(turnMilliseconds, turn, afterwardsMilliseconds) };
  let memory: Memory = nothingRemembered;
  return async () => {
    deadline.begin(milliseconds);
    const looked = await watchdog(world, memory, turns);
    memory = looked.memory;
    logger.info('watchdog', lineOf(looked));
    for (const fault of looked.unwoken) logger.error('could not make a minute wake-up', { fault: `${fault}` });
    metrics.addMetric(METRICS.liveRollouts, MetricUnit.Count, looked.live);
    if (looked.staleMinutes > 0) metrics.addMetric(METRICS.staleMinutes, MetricUnit.Count, looked.staleMinutes);
    metrics.publishStoredMetrics();
    const slept = looked.isIdle ? await sleep(world, schedule, looked.memory) : 'asleep';
    const failed = [...looked.unsent, slept].find(isFault);
    if (failed !== undefined) throw failure(failed);
  };
};

/**
 * A rollout may be started at this very moment, or wake before its start, and find the schedule there. It claims its rules first, so a second
 * look sees it, or its first entry where an earlier start of its name had failed. One that sleeps wakes by the clock, before it makes sure of
 * the schedule.
 */
const sleep = async (world: World, schedule: WatchdogSchedule, memory: Memory): Promise<'asleep' | 'set' | Fault> => {
  const removed = await schedule.remove();
  if (isFault(removed)) return removed;
  const now = world.clock.now();
  const { sightings, listUnreadableSince, beginnings } = await look(world, memory, now);
  const isStillIdle =
    listUnreadableSince === null &&
    !sightings.some((sighting) => isWatched(sighting, now)) &&
    [...beginnings.keys()].every((rollout) => memory.beginnings.has(rollout));
  return isStillIdle ? 'asleep' : schedule.ensure();
};

const failure = (fault: Fault): Error =>
  new Error(`The watchdog could not do its work: ${fault}`, { cause: fault.cause });

const lineOf = ({ live, staleMinutes, isIdle, silences, lowered }: Looked) => ({
  live,
  staleMinutes,
  isIdle,
  lowered,
  silent: silences.map(({ sighting, minutes, measure }) => ({ rollout: sighting.rollout, minutes, measure })),
});
