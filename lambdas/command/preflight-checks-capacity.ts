import type { Scaling } from '../../lib/aws/preflight-scaling.ts';
import type { Check } from '../../lib/aws/request.ts';
import { type Fault, isFault } from '../../lib/controller/fault.ts';
import { targetsFor } from '../../lib/rollout/situation.ts';
import { fail, lineOf, type Part, pass, problemsOf, unknown, warn } from './preflight-lines.ts';
import type { Look } from './preflight-look.ts';

/** Never into the void: enough targets for every phase, and for the way back. */
export const capacityChecks = (look: Look): readonly Check[] => [
  lineOf('capacity', capacity(look)),
  lineOf('autoscaling of the baseline', autoscaling(look)),
];

/** Baseline's healthy targets that count as the whole fleet: the plan's word, or what a start would measure now. */
const fleetOf = ({ plan, baseline }: Look): number | Fault =>
  plan.healthyTargets.baseline ?? (isFault(baseline) ? baseline : baseline.healthy);

const capacity = (look: Look): readonly Part[] => {
  const { candidate, baseline } = look;
  const groups = [
    { name: 'baseline', facts: baseline },
    { name: 'candidate', facts: candidate },
  ];
  return [
    ...problemsOf(look, 'targets', 'bring up healthy targets, or see why the group cannot be read'),
    ...groups.flatMap(({ name, facts }) => {
      if (isFault(facts) || facts.healthy === 0) return [];
      const found = `${name} ${facts.healthy} of ${facts.registered} healthy`;
      return [facts.healthy === facts.registered ? pass(found) : warn(found, WHOLE)];
    }),
    ...needs(look),
  ];
};

const WHOLE = "bring up the unhealthy targets: the baseline's healthy ones at the start count as the whole fleet";

const needs = ({ plan, candidate, ...look }: Look): readonly Part[] => {
  const fleet = fleetOf({ plan, candidate, ...look });
  if (isFault(fleet) || isFault(candidate)) return [];
  return plan.phases.map(({ name, weight }, index) => {
    const needed = targetsFor(fleet, weight);
    const found = `${name} at ${weight} % needs ${needed}`;
    if (candidate.healthy >= needed) return pass(found);
    const lacks = `${found}, the candidate has ${candidate.healthy}`;
    return index === 0
      ? fail(lacks, 'scale the candidate up before the start')
      : warn(lacks, 'scale the candidate up before that phase, or it will be held (CANDIDATE_TOO_SMALL)');
  });
};

/** The way back needs as many baseline targets as carry everything. */
const autoscaling = (look: Look): readonly Part[] => {
  const { account } = look;
  if (!isFault(account.baseline) && account.baseline.isLambda)
    return [pass('the target is a function: there is nothing to shrink')];
  const fleet = fleetOf(look);
  if (isFault(fleet)) return [unknown(fleet)];
  const { scalingGroups, services, serviceMinimums } = account;
  const faults = [...new Set([scalingGroups, services, serviceMinimums].filter(isFault))];
  if (isFault(scalingGroups) || isFault(services) || isFault(serviceMinimums)) return faults.map(unknown);
  const ofServices = services.services
    .filter(({ groups }) => groups.includes(look.plan.traffic.baseline))
    .map(({ name, desired }): Scaling => ({ name, desired, minimum: serviceMinimums.get(name) ?? desired }));
  const isComplete = scalingGroups.isComplete && services.isComplete;
  return [
    ...shrinking([...scalingGroups.groups, ...ofServices], targetsFor(fleet, 100), fleet),
    ...(isComplete
      ? []
      : [warn('not all Auto Scaling groups and ECS services were looked at', 'look at the others yourself')]),
  ];
};

const shrinking = (all: readonly Scaling[], needed: number, fleet: number): readonly Part[] => {
  const wayBack = `the way back needs ${needed} of ${fleet}`;
  if (all.length === 0)
    return [
      warn(
        `neither an Auto Scaling group nor an ECS service registers the baseline's targets; ${wayBack}`,
        `see that whatever registers them keeps at least ${needed} until the rollout has ended`,
      ),
    ];
  const least = all.reduce((sum, { minimum }) => sum + minimum, 0);
  const found = `${all.map(({ name, minimum, desired }) => `${name} may shrink from ${desired} to ${minimum}`).join(', ')}; ${wayBack}`;
  if (least >= needed) return [pass(found)];
  return [
    warn(
      found,
      `raise the minimum to ${needed}${all.length > 1 ? ' in all' : ''} until the rollout has ended, or suspend scaling in`,
    ),
  ];
};
