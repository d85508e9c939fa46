import { RUN_TIME, readEnvironment, ticksTogether } from '../../lib/aws/environment.ts';
import { trailOnDemand } from '../../lib/aws/trail.ts';
import { awsWorld } from '../../lib/aws/world.ts';
import { tickHandler } from './tick-handler.ts';

const environment = readEnvironment(process.env);

/**
 * Woken by EventBridge Scheduler with `{ rollout }`, every minute while the rollout is live; or with the wake-ups of several rollouts, where a
 * queue gathers them. A wake-up that comes too late, twice, or while another is at work does no harm.
 */
export const handler = tickHandler(
  (deadline, onRevised) => ({
    ...awsWorld(environment, deadline, onRevised, ticksTogether(environment) ? 'together' : 'alone'),
    trail: trailOnDemand(environment, process.env),
  }),
  1000 * RUN_TIME.tick.workSeconds,
);
