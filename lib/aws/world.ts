import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { World } from '../controller/ports.ts';
import { ALARMS_AT_MOST, alarmsOf, alarmsRead } from './alarms.ts';
import { routerOf } from './alb.ts';
import { cloudWatchClient, dynamoDbClient, loadBalancingClient, schedulerClient, snsClient } from './clients.ts';
import { systemClock } from './clock.ts';
import { metricsOf } from './cloudwatch.ts';
import type { Environment } from './environment.ts';
import { journalOf } from './journal.ts';
import { latelyHealthyOf } from './lately-healthy.ts';
import { mergedRead } from './merged-read.ts';
import { mergedSeries } from './merged-series.ts';
import { readSeries } from './metric-data.ts';
import type { Deadline } from './outside.ts';
import { rulesRead } from './rule-search.ts';
import { wakeUpsOf } from './schedules.ts';
import { targetsOf } from './target-groups.ts';
import { kindsRead } from './target-kinds.ts';
import { announcementsOf } from './topic.ts';

/**
 * Every port on AWS. Made once in a function's life: connections, the plans of live rollouts and the newest readings are kept from one
 * invocation to the next.
 *
 * @param deadline begun anew at every invocation
 * @param onRevised told how many minutes changed after they were judged, at every read that finds some
 * @param reads `together`: what several ticks ask within a moment is one call, and a tick that only waits takes health from CloudWatch
 */
export const awsWorld = (
  environment: Environment,
  deadline: Deadline,
  onRevised: (minutes: number) => void,
  reads: 'alone' | 'together' = 'alone',
): World => {
  const loadBalancing = loadBalancingClient();
  const cloudWatch = cloudWatchClient();
  const { rules, alarms, kinds, minutes, lately } =
    reads === 'alone'
      ? readsAlone(loadBalancing, cloudWatch, deadline)
      : readsTogether(loadBalancing, cloudWatch, deadline);
  return {
    clock: systemClock,
    journal: journalOf(dynamoDbClient(), environment, deadline),
    metrics: metricsOf(cloudWatch, loadBalancing, deadline, onRevised, { readKinds: kinds, readMinutes: minutes }),
    router: routerOf(loadBalancing, deadline, rules),
    targets: { ...targetsOf(loadBalancing, deadline), ...lately },
    alarms: alarmsOf(alarms),
    wakeUps: wakeUpsOf(schedulerClient(), environment, deadline),
    announcements: announcementsOf(snsClient(), environment, deadline),
  };
};

const readsAlone = (loadBalancing: ElasticLoadBalancingV2Client, cloudWatch: CloudWatchClient, deadline: Deadline) => ({
  rules: rulesRead(loadBalancing, deadline),
  alarms: alarmsRead(cloudWatch, deadline),
  kinds: kindsRead(loadBalancing, deadline),
  minutes: readSeries,
  lately: {},
});

/**
 * AWS does not say how many rules or target groups one call of Elastic Load Balancing may name. 20 is the least that it allows for anything
 * else, and what one plan may have.
 */
const ARNS_AT_MOST = 20;

const readsTogether = (
  loadBalancing: ElasticLoadBalancingV2Client,
  cloudWatch: CloudWatchClient,
  deadline: Deadline,
) => {
  const { rules, alarms, kinds } = readsAlone(loadBalancing, cloudWatch, deadline);
  const keyOf = (name: string): string => name;
  const minutes = mergedSeries();
  return {
    rules: mergedRead(rules, { keyOf, most: ARNS_AT_MOST }),
    alarms: mergedRead(alarms, { keyOf, most: ALARMS_AT_MOST }),
    kinds: mergedRead(kinds, { keyOf, most: ARNS_AT_MOST }),
    minutes,
    lately: { lately: latelyHealthyOf(cloudWatch, deadline, minutes) },
  };
};
