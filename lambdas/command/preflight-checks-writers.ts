import type { EcsService } from '../../lib/aws/preflight-services.ts';
import type { Check } from '../../lib/aws/request.ts';
import type { Kept } from '../../lib/aws/rule-keepers.ts';
import { isFault } from '../../lib/controller/fault.ts';
import { unreachable } from '../../lib/plan/assert.ts';
import { counted, fail, lineOf, type Part, pass, problemsOf, unknown, warn } from './preflight-lines.ts';
import type { Look } from './preflight-look.ts';

/** Who else writes the weights, or sends traffic to the groups. */
export const writerChecks = (look: Look): readonly Check[] => [
  lineOf('ECS and CodeDeploy', services(look)),
  lineOf('tools that hold the rules', keepers(look)),
  lineOf('other rules', otherRules(look)),
];

const services = ({ account }: Look): readonly Part[] => {
  const { services: read } = account;
  if (isFault(read)) return [unknown(read)];
  const writers = read.services.flatMap(writes);
  const looked = counted(read.looked, 'ECS service');
  return [
    ...writers,
    ...(read.isComplete
      ? []
      : [
          warn(
            `only ${looked} were looked at: there are more`,
            'see that none of the others names these rules or target groups',
          ),
        ]),
    ...(writers.length === 0 && read.isComplete
      ? [pass(`${looked}: none moves traffic of these rules or target groups`)]
      : []),
  ];
};

/** A service that ECS itself replaces task by task, within one target group, is no rival. */
const writes = ({ name, replacedBy, manner, rules }: EcsService): readonly Part[] => {
  if (rules.length > 0)
    return [fail(`ECS service ${name} writes the weights of ${rules.join(', ')} with every deploy`, OTHERS)];
  if (replacedBy !== 'ECS')
    return [fail(`ECS service ${name} is deployed by ${replacedBy} between these target groups`, OTHERS)];
  if (manner !== 'ROLLING')
    return [fail(`ECS service ${name} is deployed as ${manner} between these target groups`, OTHERS)];
  return [];
};

const OTHERS = 'let one tool move the traffic: deploy that service as ROLLING, one service for each target group';

/** Each rule's stack is meant to hold it, with the resting weights; what writes the weights all the time, or without `ignore_changes`, is not. */
const keepers = ({ plan, account: { tags } }: Look): readonly Part[] => {
  if (isFault(tags)) return [unknown(tags)];
  const parts = plan.traffic.rules.flatMap((rule) => (tags.get(rule)?.keptBy ?? []).map((kept) => keeper(rule, kept)));
  return parts.length > 0
    ? parts
    : [pass('no tag of a rule names CloudFormation, Terraform or the AWS Load Balancer Controller')];
};

const keeper = (rule: string, { by, tag }: Kept): Part => {
  switch (by) {
    case 'CloudFormation':
      return pass(
        `rule ${rule} is in a stack (${tag}): an update that writes it during the rollout takes all traffic back`,
      );
    case 'Terraform':
      return warn(
        `rule ${rule} has a tag of Terraform (${tag}): an apply during the rollout would write its weights again`,
        'lifecycle { ignore_changes = [action] } on the aws_lb_listener_rule, or no apply until the rollout has ended',
      );
    case 'AWS Load Balancer Controller':
      return fail(
        `rule ${rule} belongs to the AWS Load Balancer Controller (${tag}), which undoes every change that others make`,
        'move traffic in the ingress itself, or give the rule to a load balancer that no controller holds',
      );
    default:
      return unreachable(by);
  }
};

const otherRules = (look: Look): readonly Part[] => {
  const faults = [look.candidate, look.baseline].filter(isFault);
  if (faults.length > 0) return faults.map(unknown);
  const problems = problemsOf(
    look,
    'otherRules',
    'name that rule in the plan too, or give it a target group of its own',
  );
  return problems.length > 0 ? problems : [pass('no other rule of the load balancer forwards to these target groups')];
};
