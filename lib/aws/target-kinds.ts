import {
  DescribeTargetGroupsCommand,
  type ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { Fault, isFault } from '../controller/fault.ts';
import type { Plan } from '../plan/plan.ts';
import { type Deadline, outside } from './outside.ts';

/** Whether each group of the plan has a Lambda function as its target. */
export interface LambdaGroups {
  readonly baseline: boolean;
  readonly candidate: boolean;
}

export type TargetKinds = (plan: Plan) => Promise<LambdaGroups | Fault>;

/**
 * Asks once for each group in the container's life: a group's target type never changes. The alternative, to ask for the functions' own
 * failure metrics of every group, would cost four metrics a minute in every rollout, a dollar in fifteen days.
 */
export const targetKinds = (client: ElasticLoadBalancingV2Client, deadline: Deadline): TargetKinds => {
  const isLambda = new Map<string, boolean>();
  return async ({ traffic }) => {
    const { baseline, candidate } = traffic;
    const unknown = [baseline, candidate].filter((group) => !isLambda.has(group));
    const operation = 'read the target groups';
    if (unknown.length > 0) {
      const answer = await outside(operation, deadline, (options) =>
        client.send(new DescribeTargetGroupsCommand({ TargetGroupArns: unknown }), options),
      );
      if (isFault(answer)) return answer;
      for (const { TargetGroupArn, TargetType } of answer.TargetGroups ?? [])
        if (TargetGroupArn !== undefined && TargetType !== undefined)
          isLambda.set(TargetGroupArn, TargetType === 'lambda');
    }
    const [ofBaseline, ofCandidate] = [isLambda.get(baseline), isLambda.get(candidate)];
    if (ofBaseline === undefined || ofCandidate === undefined)
      return new Fault('UNREADABLE', `${operation}: AWS names no target type for all of ${unknown.join(', ')}`);
    return { baseline: ofBaseline, candidate: ofCandidate };
  };
};
