import { readEnvironment } from '../../lib/aws/environment.ts';
import { awsWorld } from '../../lib/aws/world.ts';
import { tickHandler } from './tick-handler.ts';

/** The function itself ends after 30 s: nothing is asked of AWS after 25, so that a tick ends by itself and says why. */
const WORK_MS = 25_000;

const environment = readEnvironment(process.env);

/**
 * Woken by EventBridge Scheduler with `{ rollout }`, every minute while the rollout is live. A wake-up that comes too late, twice, or while
 * another is at work does no harm.
 */
export const handler = tickHandler((deadline, onRevised) => awsWorld(environment, deadline, onRevised), WORK_MS);
