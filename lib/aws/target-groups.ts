/** The Targets on Elastic Load Balancing. */
import {
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  type ElasticLoadBalancingV2Client,
  paginateDescribeListeners,
  paginateDescribeRules,
  type TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { Fault, isFault } from '../controller/fault.ts';
import type { GroupHealth, Targets } from '../controller/ports.ts';
import { type Deadline, outside } from './outside.ts';
import { forwardsTo } from './rule-reading.ts';

export const targetsOf = (client: ElasticLoadBalancingV2Client, deadline: Deadline): Targets => ({
  health: async (group) => {
    const targets = await readTargets(client, deadline, group);
    if (isFault(targets)) return targets;
    const unknown = targets.filter((target) => standingOf(target) === 'unknown').length;
    const isUnwatched = targets.length > 0 && targets.every((target) => reasonOf(target) === 'Target.NotInUse');
    if (unknown === 0 && !isUnwatched) return count(targets);
    return new Fault(
      'UNREADABLE',
      `read the health of ${group}: AWS knows none for ${unknown || 'all'} of its targets`,
    );
  },

  facts: async (group) => {
    const [targets, targetStickiness, usedBy] = await Promise.all([
      readTargets(client, deadline, group),
      readStickiness(client, deadline, group),
      readUsers(client, deadline, group),
    ]);
    if (isFault(targets)) return targets;
    if (isFault(targetStickiness)) return targetStickiness;
    return isFault(usedBy) ? usedBy : { ...count(targets), targetStickiness, usedBy };
  },
});

type Standing = 'healthy' | 'unhealthy' | 'leaving' | 'unknown';

const reasonOf = ({ TargetHealth }: TargetHealthDescription) => TargetHealth?.Reason;

/**
 * Without health checks, as is the default for Lambda functions, a registered target counts as healthy. One that is draining has been
 * deregistered and gets no new requests, so it counts as neither. `unavailable` for an internal error of AWS is not known: a rollback must
 * not stop for it.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html
 */
const standingOf = ({ TargetHealth }: TargetHealthDescription): Standing => {
  switch (TargetHealth?.State) {
    case 'healthy':
      return 'healthy';
    case 'unavailable':
      return TargetHealth.Reason === 'Target.HealthCheckDisabled' ? 'healthy' : 'unknown';
    case 'initial':
    case 'unhealthy':
    case 'unused':
      return 'unhealthy';
    case 'draining':
    case 'unhealthy.draining':
      return 'leaving';
    default:
      return 'unknown';
  }
};

const count = (targets: readonly TargetHealthDescription[]): GroupHealth => {
  const standings = targets.map(standingOf);
  return {
    healthy: standings.filter((standing) => standing === 'healthy').length,
    registered: standings.filter((standing) => standing !== 'leaving').length,
  };
};

const readTargets = async (client: ElasticLoadBalancingV2Client, deadline: Deadline, group: string) => {
  const operation = `read the health of ${group}`;
  const told = await outside(operation, deadline, (options) =>
    client.send(new DescribeTargetHealthCommand({ TargetGroupArn: group }), options),
  );
  // An empty group has an empty list; an answer without one says nothing.
  return isFault(told) ? told : (told.TargetHealthDescriptions ?? new Fault('UNREADABLE', operation));
};

const readStickiness = async (client: ElasticLoadBalancingV2Client, deadline: Deadline, group: string) => {
  const told = await outside(`read the attributes of ${group}`, deadline, (options) =>
    client.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: group }), options),
  );
  if (isFault(told)) return told;
  return (told.Attributes ?? []).some(({ Key, Value }) => Key === 'stickiness.enabled' && Value === 'true');
};

/** A target group belongs to one load balancer; its default rules are named too, each by its ARN. */
const readUsers = (client: ElasticLoadBalancingV2Client, deadline: Deadline, group: string) =>
  outside(`read which rules use ${group}`, deadline, async (options): Promise<readonly string[]> => {
    const { TargetGroups = [] } = await client.send(
      new DescribeTargetGroupsCommand({ TargetGroupArns: [group] }),
      options,
    );
    const users: string[] = [];
    for (const LoadBalancerArn of TargetGroups.flatMap(({ LoadBalancerArns = [] }) => LoadBalancerArns))
      for await (const { Listeners = [] } of paginateDescribeListeners({ client }, { LoadBalancerArn }, options))
        for (const { ListenerArn } of Listeners)
          for await (const { Rules = [] } of paginateDescribeRules({ client }, { ListenerArn }, options))
            for (const { RuleArn, Actions = [] } of Rules)
              if (RuleArn !== undefined && forwardsTo(Actions, group)) users.push(RuleArn);
    return users;
  });
