import { setTimeout } from 'node:timers/promises';
import { schedulerClient } from '../../lib/aws/clients.ts';
import { RUN_TIME, readEnvironment } from '../../lib/aws/environment.ts';
import { watchdogScheduleOf } from '../../lib/aws/schedules.ts';
import { awsWorld } from '../../lib/aws/world.ts';
import { watchdogHandler } from './watchdog-handler.ts';

/** A slow rollout must not keep the others waiting; one that is lowered without trouble takes a second. */
const TURN_MS = 8_000;
/** As long as one operation may take: making a wake-up takes two, mostly well below a second each. */
const AFTERWARDS_MS = 5_000;

const environment = readEnvironment(process.env);

/** Woken by its own schedule every minute while something is live, whatever becomes of the ticks and their schedules. */
export const handler = watchdogHandler({
  worldOf: (deadline) => awsWorld(environment, deadline, () => {}),
  scheduleOf: (deadline) => watchdogScheduleOf(schedulerClient(), environment, deadline),
  breathe: () => setTimeout(1_000),
  turnMilliseconds: TURN_MS,
  afterwardsMilliseconds: AFTERWARDS_MS,
  milliseconds: 1000 * RUN_TIME.watchdog.workSeconds,
});
