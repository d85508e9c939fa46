/** ECS services that have to do with a plan's rules or target groups: some of them write the same weights. */
import {
  DescribeServicesCommand,
  type ECSClient,
  paginateListClusters,
  paginateListServices,
  type Service,
} from '@aws-sdk/client-ecs';
import { type Fault, isFault } from '../controller/fault.ts';
import { type Deadline, outside } from './outside.ts';
import type { Traffic } from './rule-reading.ts';

export interface EcsService {
  /** `cluster/service`. */
  readonly name: string;
  /** Who replaces its tasks: `ECS`, `CODE_DEPLOY`, `EXTERNAL`. */
  readonly replacedBy: string;
  /** How ECS itself does it: `ROLLING`, `BLUE_GREEN`, `LINEAR`, `CANARY`. */
  readonly manner: string;
  readonly desired: number;
  /** Rules of the plan that it writes. */
  readonly rules: readonly string[];
  /** Target groups of the plan with which it registers tasks. */
  readonly groups: readonly string[];
}

/** `isComplete`: every service of the account and region was looked at, which `looked` counts. */
export interface EcsServices {
  readonly services: readonly EcsService[];
  readonly looked: number;
  readonly isComplete: boolean;
}

/** A checklist is no inventory: beyond these it says that it did not look everywhere. */
const CLUSTERS_AT_MOST = 50;
const SERVICES_AT_MOST = 400;
/** As many as AWS takes in one call. */
const SERVICES_PER_CALL = 10;
/** Calls at the same time. */
const CALLS_AT_ONCE = 10;

export const readEcsServices = async (
  client: ECSClient,
  deadline: Deadline,
  traffic: Traffic,
): Promise<EcsServices | Fault> => {
  const clusters = await listClusters(client, deadline);
  if (isFault(clusters)) return clusters;
  const batches: Batch[] = [];
  let left = SERVICES_AT_MOST;
  let isComplete = clusters.length <= CLUSTERS_AT_MOST;
  const lists = await inWaves(clusters.slice(0, CLUSTERS_AT_MOST), (cluster) =>
    listServices(client, deadline, cluster),
  );
  if (isFault(lists)) return lists;
  for (const { cluster, services } of lists) {
    const some = services.slice(0, left);
    if (some.length < services.length) isComplete = false;
    left -= some.length;
    for (let from = 0; from < some.length; from += SERVICES_PER_CALL)
      batches.push({ cluster, services: some.slice(from, from + SERVICES_PER_CALL) });
  }
  const described = await inWaves(batches, (batch) => describe(client, deadline, batch));
  if (isFault(described)) return described;
  return {
    services: described.flatMap(({ services }) => services.flatMap((service) => withPlan(service, traffic))),
    looked: SERVICES_AT_MOST - left,
    isComplete: isComplete && described.every((batch) => batch.isComplete),
  };
};

interface Batch {
  readonly cluster: string;
  readonly services: readonly string[];
}

/** In order; the first fault ends it. */
const inWaves = async <T, R extends object>(
  all: readonly T[],
  ask: (one: T) => Promise<R | Fault>,
): Promise<readonly R[] | Fault> => {
  const answers: R[] = [];
  for (let from = 0; from < all.length; from += CALLS_AT_ONCE)
    for (const answer of await Promise.all(all.slice(from, from + CALLS_AT_ONCE).map(ask))) {
      if (isFault(answer)) return answer;
      answers.push(answer);
    }
  return answers;
};

/** One more than are looked at tells that there are more. */
const listClusters = (client: ECSClient, deadline: Deadline): Promise<readonly string[] | Fault> =>
  outside('list the ECS clusters', deadline, async (options) => {
    const clusters: string[] = [];
    for await (const { clusterArns = [] } of paginateListClusters({ client }, { maxResults: 100 }, options)) {
      clusters.push(...clusterArns);
      if (clusters.length > CLUSTERS_AT_MOST) break;
    }
    return clusters;
  });

const listServices = (client: ECSClient, deadline: Deadline, cluster: string): Promise<Batch | Fault> =>
  outside(`list the ECS services of ${cluster}`, deadline, async (options): Promise<Batch> => {
    const services: string[] = [];
    for await (const { serviceArns = [] } of paginateListServices({ client }, { cluster, maxResults: 100 }, options)) {
      services.push(...serviceArns);
      if (services.length > SERVICES_AT_MOST) break;
    }
    return { cluster, services };
  });

/** A service that was deleted meanwhile is a failure `MISSING` and no loss; any other was not looked at. */
const describe = (client: ECSClient, deadline: Deadline, { cluster, services }: Batch) =>
  outside(`read the ECS services of ${cluster}`, deadline, async (options) => {
    const answer = await client.send(new DescribeServicesCommand({ cluster, services: [...services] }), options);
    const failures = (answer.failures ?? []).filter(({ reason }) => reason !== 'MISSING');
    return { services: answer.services ?? [], isComplete: failures.length === 0 };
  });

/** What the service has to do with the plan; nothing, for most. Task sets belong to CodeDeploy and to controllers of others. */
const withPlan = (service: Service, traffic: Traffic): readonly EcsService[] => {
  const { loadBalancers = [], taskSets = [], clusterArn = '', serviceName = '', desiredCount = 0 } = service;
  const balancers = [...loadBalancers, ...taskSets.flatMap((set) => set.loadBalancers ?? [])];
  const written = balancers.flatMap(({ advancedConfiguration: more }) => [
    more?.productionListenerRule,
    more?.testListenerRule,
  ]);
  const registered = balancers.flatMap(({ targetGroupArn, advancedConfiguration: more }) => [
    targetGroupArn,
    more?.alternateTargetGroupArn,
  ]);
  const rules = traffic.rules.filter((rule) => written.includes(rule));
  const groups = [traffic.baseline, traffic.candidate].filter((group) => registered.includes(group));
  if (rules.length + groups.length === 0) return [];
  return [
    {
      name: `${clusterArn.split('/').at(-1) ?? ''}/${serviceName}`,
      replacedBy: service.deploymentController?.type ?? 'ECS',
      manner: service.deploymentConfiguration?.strategy ?? 'ROLLING',
      desired: desiredCount,
      rules,
      groups,
    },
  ];
};
