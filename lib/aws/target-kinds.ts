import {
  DescribeTargetGroupsCommand,
  type ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { Fault, isFault } from '../controller/fault.ts';
import type { Plan } from '../plan/plan.ts';
import type { Read } from './merged-read.ts';
import { type Deadline, outside } from './outside.ts';

/** Whether each group of the plan has a Lambda function as its target. */
export interface LambdaGroups {
  readonly baseline: boolean;
  readonly candidate: boolean;
}

export type TargetKinds = (plan: Plan) => Promise<LambdaGroups | Fault>;

/** By the target group's ARN: its target is a Lambda function. */
export type ReadKinds = Read<string, boolean>;

const OPERATION = 'read the target groups';

export const kindsRead =
  (client: ElasticLoadBalancingV2Client, deadline: Deadline): ReadKinds =>
  (groups) =>
    outside(OPERATION, deadline, async (options) => {
      const { TargetGroups = [] } = await client.send(
        new DescribeTargetGroupsCommand({ TargetGroupArns: [...groups] }),
        options,
      );
      return new Map(
        TargetGroups.flatMap(({ TargetGroupArn, TargetType }) =>
          TargetGroupArn === undefined || TargetType === undefined ? [] : [[TargetGroupArn, TargetType === 'lambda']],
        ),
      );
    });

/**
 * Asks once for each group in the container's life: a group's target type never changes. The alternative, to ask for the functions' own
 * failure metrics of every group, would cost four metrics a minute in every rollout, a dollar in fifteen days.
 */
export const targetKinds = (read: ReadKinds): TargetKinds => {
  const isLambda = new Map<string, boolean>();
  return async ({ traffic }) => {
    const { baseline, candidate } = traffic;
    const unknown = [baseline, candidate].filter((group) => !isLambda.has(group));
    if (unknown.length > 0) {
      const answer = await read(unknown);
      if (isFault(answer)) return answer;
      for (const [group, kind] of answer) isLambda.set(group, kind);
    }
    const [ofBaseline, ofCandidate] = [isLambda.get(baseline), isLambda.get(candidate)];
    if (ofBaseline === undefined || ofCandidate === undefined)
      return new Fault('UNREADABLE', `${OPERATION}: AWS names no target type for all of ${unknown.join(', ')}`);
    return { baseline: ofBaseline, candidate: ofCandidate };
  };
};
