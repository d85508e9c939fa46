import type { EcsService } from '../../lib/aws/preflight-services.ts';
import type { Check } from '../../lib/aws/request.ts';
import { isFault } from '../../lib/controller/fault.ts';
import { counted, fail, lineOf, type Part, pass, problemsOf, unknown, warn } from './preflight-lines.ts';
import type { Look } from './preflight-look.ts';

/** Who else writes the weights, or sends traffic to the groups. */
export const writerChecks = (look: Look): readonly Check[] => [
  lineOf('ECS and CodeDeploy', services(look)),
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
