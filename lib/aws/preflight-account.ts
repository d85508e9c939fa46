/** What the checklist before a start asks of the account, beside what every start asks: all of it at the same time. */
import { type Fault, isFault } from '../controller/fault.ts';
import type { Plan } from '../plan/plan.ts';
import { loadBalancingClient, snsClient } from './clients.ts';
import type { Environment } from './environment.ts';
import type { Deadline } from './outside.ts';
import { autoScalingClient, ecsClient, serviceScalingClient } from './preflight-clients.ts';
import { type GroupSettings, readGroupSettings } from './preflight-groups.ts';
import { type Invokers, readInvokers } from './preflight-invokers.ts';
import { readScalingGroups, readServiceMinimums, type ScalingGroups } from './preflight-scaling.ts';
import { type EcsServices, readEcsServices } from './preflight-services.ts';
import { readRuleTags, type TagsByRule } from './preflight-tags.ts';
import { readSubscriptions, type Subscriptions } from './preflight-topics.ts';

export interface AccountFacts {
  readonly tags: TagsByRule | Fault;
  readonly candidate: GroupSettings | Fault;
  readonly baseline: GroupSettings | Fault;
  /** EC2 Auto Scaling groups of the baseline. */
  readonly scalingGroups: ScalingGroups | Fault;
  readonly services: EcsServices | Fault;
  /** Of the baseline's ECS services, by name. */
  readonly serviceMinimums: ReadonlyMap<string, number> | Fault;
  readonly topics: {
    readonly onCall: Subscriptions | Fault;
    readonly leads: Subscriptions | Fault;
    readonly everyone: Subscriptions | Fault;
  };
  readonly invokers: Invokers | Fault;
}

export type ReadAccount = (plan: Plan) => Promise<AccountFacts>;

/** @param variables the function's own environment, as Lambda sets it */
export const accountReader = (
  environment: Environment,
  deadline: Deadline,
  variables: Readonly<Record<string, string | undefined>>,
): ReadAccount => {
  const [balancing, scaling, ecs, ecsScaling, sns] = [
    loadBalancingClient(),
    autoScalingClient(),
    ecsClient(),
    serviceScalingClient(),
    snsClient(),
  ];
  const servicesOf = async (traffic: Plan['traffic']) => {
    const services = await readEcsServices(ecs, deadline, traffic);
    if (isFault(services)) return { services, serviceMinimums: services };
    const ofBaseline = services.services.filter(({ groups }) => groups.includes(traffic.baseline));
    const names = ofBaseline.map(({ name }) => name);
    return { services, serviceMinimums: await readServiceMinimums(ecsScaling, deadline, names) };
  };
  const { SLUICE_TOPIC_ON_CALL, SLUICE_TOPIC_LEADS, SLUICE_TOPIC_EVERYONE } = environment;
  return async ({ traffic }) => {
    const [tags, candidate, baseline, scalingGroups, ofEcs, onCall, leads, everyone, invokers] = await Promise.all([
      readRuleTags(balancing, deadline, traffic),
      readGroupSettings(balancing, deadline, traffic.candidate),
      readGroupSettings(balancing, deadline, traffic.baseline),
      readScalingGroups(scaling, deadline, traffic.baseline),
      servicesOf(traffic),
      readSubscriptions(sns, deadline, SLUICE_TOPIC_ON_CALL, 'people on call'),
      readSubscriptions(sns, deadline, SLUICE_TOPIC_LEADS, 'leads'),
      readSubscriptions(sns, deadline, SLUICE_TOPIC_EVERYONE, 'everyone'),
      readInvokers(sns.config, deadline, variables),
    ]);
    return { tags, candidate, baseline, scalingGroups, ...ofEcs, topics: { onCall, leads, everyone }, invokers };
  };
};
