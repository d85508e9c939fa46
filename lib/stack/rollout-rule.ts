import { Aspects, Stack, Tags } from 'aws-cdk-lib';
import {
  ApplicationListenerRule,
  type ApplicationTargetGroup,
  CfnTargetGroup,
  type IApplicationListener,
  ListenerAction,
  type ListenerCondition,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';

/** The tag without which no rule is touched; `RolloutRule` sets it. */
export const MANAGED_TAG = 'sluice:managed';

/** Tag with the name of the group that serves everybody while no rollout is live. */
const RESTING_TAG = 'sluice:resting';

/** A weight is at most 999 (`TargetGroupTuple.Weight`); alone with a 0 it is everything. */
const EVERYTHING = 999;

export type Side = 'a' | 'b';

export interface RolloutRuleProps {
  readonly listener: IApplicationListener;
  /** The letters are places, not versions: they stay as they are, and the next release goes to the side that does not rest. */
  readonly a: ApplicationTargetGroup;
  readonly b: ApplicationTargetGroup;
  /** Who serves everybody. Changed after a rollout has finished, never during one. */
  readonly resting: Side;
  readonly conditions: readonly ListenerCondition[];
  readonly priority: number;
  /** What comes before the forward, such as a log-in: gets the forward and answers the action that ends in it. Default: nothing. */
  readonly before?: (forward: ListenerAction) => ListenerAction;
}

/**
 * A listener rule whose weights Sluice may move: for the service's own stack. Its template holds the resting weights, so that a stack
 * update that writes them back during a rollout is a rollback, and not a surprise. The rule is not sticky: a sticky cookie beats weights.
 *
 * CloudFormation sets tags of listener rules since July 2026 (https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1526).
 */
export class RolloutRule extends Construct {
  readonly rule: ApplicationListenerRule;

  constructor(scope: Construct, id: string, props: RolloutRuleProps) {
    super(scope, id);
    const { listener, a, b, resting, conditions, priority, before = (forward) => forward } = props;
    const weightOf = (side: Side): number => (side === resting ? EVERYTHING : 0);
    const forward = ListenerAction.weightedForward([
      { targetGroup: a, weight: weightOf('a') },
      { targetGroup: b, weight: weightOf('b') },
    ]);
    this.rule = new ApplicationListenerRule(this, 'Rule', {
      listener,
      priority,
      conditions: [...conditions],
      action: before(forward),
    });
    const [rests, waits] = resting === 'a' ? [a, b] : [b, a];
    Tags.of(this.rule).add(MANAGED_TAG, 'true');
    Tags.of(this.rule).add(RESTING_TAG, rests.targetGroupFullName);
    failOver(rests, '1');
    failOver(waits, 'off');
  }
}

/**
 * Whether a group without a healthy target takes its zone out of DNS, which it does for everything behind the load balancer: a candidate
 * must not (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health.html). Both sides are set, since what
 * a template no longer says stays as it was. Groups of functions do not have it, and what a group is made of may be said after this.
 */
const failOver = (group: ApplicationTargetGroup, healthyTargetsAtLeast: '1' | 'off'): void => {
  Aspects.of(group).add({
    visit: (node) => {
      if (!CfnTargetGroup.isCfnTargetGroup(node) || Stack.of(node).resolve(node.targetType) === 'lambda') return;
      group.setAttribute('target_group_health.dns_failover.minimum_healthy_targets.count', healthyTargetsAtLeast);
    },
  });
};
