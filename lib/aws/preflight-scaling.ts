/** Who may take targets away from a target group while a rollout is live: EC2 Auto Scaling, and the scaling of ECS services. */
import {
  type ApplicationAutoScalingClient,
  paginateDescribeScalableTargets,
} from '@aws-sdk/client-application-auto-scaling';
import {
  type AutoScalingClient,
  type AutoScalingGroup,
  DescribeAutoScalingGroupsCommand,
} from '@aws-sdk/client-auto-scaling';
import type { Fault } from '../controller/fault.ts';
import { type Deadline, outside } from './outside.ts';

/** To how few targets something may shrink, and how many it has. */
export interface Scaling {
  readonly name: string;
  readonly minimum: number;
  readonly desired: number;
}

/** `isComplete`: there were not more than are looked at. */
export interface ScalingGroups {
  readonly groups: readonly Scaling[];
  readonly isComplete: boolean;
}

/** As many as AWS shows on one page. */
const GROUPS_PER_PAGE = 100;
const PAGES_AT_MOST = 5;

/**
 * The EC2 Auto Scaling groups that register their instances with this target group. AWS filters them by tags only, so all are looked at, up
 * to 500. One whose process Terminate is suspended keeps what it has.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html
 */
export const readScalingGroups = (
  client: AutoScalingClient,
  deadline: Deadline,
  targetGroup: string,
): Promise<ScalingGroups | Fault> =>
  outside('read the EC2 Auto Scaling groups', deadline, async (options): Promise<ScalingGroups> => {
    const groups: Scaling[] = [];
    let token: string | undefined;
    for (let page = 0; page < PAGES_AT_MOST; page += 1) {
      const { AutoScalingGroups = [], NextToken } = await client.send(
        new DescribeAutoScalingGroupsCommand({ MaxRecords: GROUPS_PER_PAGE, NextToken: token }),
        options,
      );
      groups.push(...AutoScalingGroups.filter((group) => registersWith(group, targetGroup)).map(scalingOf));
      if (!NextToken) return { groups, isComplete: true };
      token = NextToken;
    }
    return { groups, isComplete: false };
  });

/** A group that was attached in the newer way shows the target group among its traffic sources only. */
const registersWith = ({ TargetGroupARNs = [], TrafficSources = [] }: AutoScalingGroup, targetGroup: string): boolean =>
  TargetGroupARNs.includes(targetGroup) || TrafficSources.some(({ Identifier }) => Identifier === targetGroup);

const scalingOf = ({
  AutoScalingGroupName = '',
  MinSize = 0,
  DesiredCapacity = 0,
  SuspendedProcesses = [],
}: AutoScalingGroup): Scaling => {
  const keeps = SuspendedProcesses.some(({ ProcessName }) => ProcessName === 'Terminate');
  return { name: AutoScalingGroupName, minimum: keeps ? DesiredCapacity : MinSize, desired: DesiredCapacity };
};

/** As many as AWS takes in one call. */
const SERVICES_AT_ONCE = 50;

/**
 * To how few tasks these ECS services may be scaled in, by their names `cluster/service`. A service that nothing scales has no entry; one
 * whose scaling is suspended, by policies and by schedules, has none either.
 */
export const readServiceMinimums = (
  client: ApplicationAutoScalingClient,
  deadline: Deadline,
  services: readonly string[],
): Promise<ReadonlyMap<string, number> | Fault> =>
  outside('read the scaling of the ECS services', deadline, async (options) => {
    const minimums = new Map<string, number>();
    for (let from = 0; from < services.length; from += SERVICES_AT_ONCE) {
      const asked = services.slice(from, from + SERVICES_AT_ONCE).map((name) => `service/${name}`);
      const input = {
        ServiceNamespace: 'ecs',
        ScalableDimension: 'ecs:service:DesiredCount',
        ResourceIds: asked,
      } as const;
      for await (const { ScalableTargets = [] } of paginateDescribeScalableTargets({ client }, { ...input }, options))
        for (const { ResourceId = '', MinCapacity = 0, SuspendedState } of ScalableTargets) {
          const keeps = SuspendedState?.DynamicScalingInSuspended && SuspendedState.ScheduledScalingSuspended;
          if (keeps !== true) minimums.set(ResourceId.replace(/^service\//, ''), MinCapacity);
        }
    }
    return minimums;
  });
