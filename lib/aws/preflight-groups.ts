import {
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  type ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { Fault, isFault } from '../controller/fault.ts';
import { type Deadline, outside } from './outside.ts';

/** How a target group finds that a target is unhealthy. Null: AWS does not say. */
export interface HealthChecks {
  readonly isOn: boolean;
  readonly intervalSeconds: number | null;
  readonly timeoutSeconds: number | null;
  /** Checks in a row after which a target counts as healthy, and as unhealthy. */
  readonly healthyAfter: number | null;
  readonly unhealthyAfter: number | null;
}

/** How a target group is set up. */
export interface GroupSettings {
  /** Its target is a Lambda function. */
  readonly isLambda: boolean;
  readonly healthChecks: HealthChecks;
  /** Fewer healthy targets in a zone take it out of DNS: `off`, a count, or a percentage; undefined: AWS does not say. */
  readonly dnsFailOver: { readonly count: string | undefined; readonly percentage: string | undefined };
}

const DNS = 'target_group_health.dns_failover.minimum_healthy_targets';

export const readGroupSettings = async (
  client: ElasticLoadBalancingV2Client,
  deadline: Deadline,
  group: string,
): Promise<GroupSettings | Fault> => {
  const operation = `read how ${group} is set up`;
  const [described, attributes] = await Promise.all([
    outside(operation, deadline, (options) =>
      client.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [group] }), options),
    ),
    outside(`read the attributes of ${group}`, deadline, (options) =>
      client.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: group }), options),
    ),
  ]);
  if (isFault(described)) return described;
  if (isFault(attributes)) return attributes;
  const found = described.TargetGroups?.find(({ TargetGroupArn }) => TargetGroupArn === group);
  if (found?.TargetType === undefined || found.HealthCheckEnabled === undefined)
    return new Fault('UNREADABLE', `${operation}: the answer does not say`);
  const written = (key: string) => attributes.Attributes?.find(({ Key }) => Key === key)?.Value;
  return {
    isLambda: found.TargetType === 'lambda',
    healthChecks: {
      isOn: found.HealthCheckEnabled,
      intervalSeconds: found.HealthCheckIntervalSeconds ?? null,
      timeoutSeconds: found.HealthCheckTimeoutSeconds ?? null,
      healthyAfter: found.HealthyThresholdCount ?? null,
      unhealthyAfter: found.UnhealthyThresholdCount ?? null,
    },
    dnsFailOver: { count: written(`${DNS}.count`), percentage: written(`${DNS}.percentage`) },
  };
};
