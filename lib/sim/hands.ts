import type { Instant, Plan } from '../plan/plan.ts';
import type { Behaviour, Writer } from './behaviour.ts';
import { MINUTE } from './clock.ts';
import { type Maker, noteChange, pointElsewhere, type RulesData, writeWeight } from './rules.ts';

/** A change that a person or another tool makes to the listener rules, past Sluice. */
export interface HandChange {
  readonly at: Instant;
  readonly change:
    | { readonly kind: 'weight'; readonly weight: number }
    | { readonly kind: 'foreign' }
    | { readonly kind: 'gone' }
    | { readonly kind: 'back' };
  /** Index of the rule; null: all. */
  readonly rule: number | null;
  readonly maker: Maker;
}

const role = (name: string): string => `arn:aws:sts::123456789012:assumed-role/${name}`;

/** Who else writes weights. The tools are named as lib/aws names them. */
const MAKERS: Readonly<Record<Writer, Maker>> = {
  hand: { by: role('Admin/kim'), tool: 'the AWS console' },
  ecs: { by: role('ecsInfrastructureRole/ECS'), tool: 'an ECS service deployment' },
  codedeploy: { by: role('CodeDeployRole/deploy'), tool: 'CodeDeploy' },
  cloudformation: {
    by: role('cdk-exec-role/AWSCloudFormation'),
    tool: 'CloudFormation (cdk deploy, or another update of a stack)',
  },
  terraform: { by: role('Deployer/pipeline'), tool: 'Terraform' },
  'load-balancer-controller': { by: role('LoadBalancerController/1'), tool: 'the AWS Load Balancer Controller' },
};

/** All changes by hand, ascending. */
export const handChanges = (plan: Plan, behaviours: readonly Behaviour[]): readonly HandChange[] =>
  behaviours
    .flatMap(({ effect, fromMinute, toMinute }): readonly HandChange[] => {
      const at = plan.start + fromMinute * MINUTE;
      if (effect.kind === 'weightByHand')
        return [
          {
            at,
            change: { kind: 'weight', weight: effect.weight },
            rule: effect.rule,
            maker: MAKERS[effect.by ?? 'hand'],
          },
        ];
      if (effect.kind !== 'foreignRule' && effect.kind !== 'goneRule') return [];
      const away: HandChange = {
        at,
        change: { kind: effect.kind === 'goneRule' ? 'gone' : 'foreign' },
        rule: effect.rule,
        maker: MAKERS.hand,
      };
      return toMinute === null
        ? [away]
        : [away, { ...away, at: plan.start + toMinute * MINUTE, change: { kind: 'back' } }];
    })
    .sort((one, other) => one.at - other.at);

const FOREIGN_GROUP = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/somebody-elses/0123456789abcdef';

export const changeByHand = (data: RulesData, { change, rule, maker }: HandChange): void => {
  for (const each of rule === null ? data.rules : data.rules.slice(rule, rule + 1)) {
    if (change.kind === 'weight') writeWeight(each, change.weight, data.now);
    else pointElsewhere(each, change.kind === 'foreign' ? FOREIGN_GROUP : null, change.kind === 'gone', data.now);
    noteChange(data, each, maker);
  }
};
