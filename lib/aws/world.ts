import type { World } from '../controller/ports.ts';
import { alarmsOf } from './alarms.ts';
import { routerOf } from './alb.ts';
import { cloudWatchClient, dynamoDbClient, loadBalancingClient, schedulerClient, snsClient } from './clients.ts';
import { systemClock } from './clock.ts';
import { metricsOf } from './cloudwatch.ts';
import type { Environment } from './environment.ts';
import { journalOf } from './journal.ts';
import type { Deadline } from './outside.ts';
import { wakeUpsOf } from './schedules.ts';
import { targetsOf } from './target-groups.ts';
import { announcementsOf } from './topic.ts';

/**
 * Every port on AWS. Made once in a function's life: connections, the plans of live rollouts and the newest readings are kept from one
 * invocation to the next.
 *
 * @param deadline begun anew at every invocation
 * @param onRevised told how many minutes changed after they were judged, at every read that finds some
 */
export const awsWorld = (environment: Environment, deadline: Deadline, onRevised: (minutes: number) => void): World => {
  const loadBalancing = loadBalancingClient();
  const cloudWatch = cloudWatchClient();
  return {
    clock: systemClock,
    journal: journalOf(dynamoDbClient(), environment, deadline),
    metrics: metricsOf(cloudWatch, loadBalancing, deadline, onRevised),
    router: routerOf(loadBalancing, deadline),
    targets: targetsOf(loadBalancing, deadline),
    alarms: alarmsOf(cloudWatch, deadline),
    wakeUps: wakeUpsOf(schedulerClient(), environment, deadline),
    announcements: announcementsOf(snsClient(), environment, deadline),
  };
};
