/** The same rules in both worlds: simulated, and behind Elastic Load Balancing on localhost. */
import { vi } from 'vitest';
import type { Router, Targets } from '../../lib/controller/ports.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { pointElsewhere, type RuleData, writeWeight } from '../../lib/sim/rules.ts';
import { makeWorld } from '../../lib/sim/world.ts';
import { BASELINE, CANDIDATE, onLocalhost, plan, STRANGER } from '../aws/load-balancer.ts';

export interface RulesWorld {
  readonly plan: Plan;
  readonly router: Router;
  readonly targets: Targets;
  /** What happens to a rule from outside. */
  setByHand(rule: string, weight: number, sticky?: boolean): void;
  pointElsewhere(rule: string): void;
  remove(rule: string): void;
  rest(rule: string, side: 'baseline' | 'candidate'): void;
  close(): Promise<void>;
}

const simulated = async (): Promise<RulesWorld> => {
  const { data, router, targets } = makeWorld({ plan, seed: 1, behaviours: [] });
  const find = (arn: string): RuleData => {
    const rule = data.rules.find((each) => each.rule === arn);
    if (rule === undefined) throw new Error(`there is no rule ${arn}`);
    return rule;
  };
  return {
    plan,
    router,
    targets,
    setByHand: (rule, weight, sticky = false) => {
      find(rule).sticky = sticky;
      writeWeight(find(rule), weight, data.now);
    },
    pointElsewhere: (rule) => pointElsewhere(find(rule), 'somebody-elses', false, data.now),
    remove: (rule) => pointElsewhere(find(rule), null, true, data.now),
    rest: (rule, side) => {
      find(rule).resting = side;
    },
    close: async () => {},
  };
};

const TAGS = {
  baseline: 'targetgroup/analyzer-original/73e2d6bc24d8a067',
  candidate: 'targetgroup/analyzer-ultra-fast/943f017f100becff',
} as const;

const onAws = async (): Promise<RulesWorld> => {
  const { router, targets, balancing, server } = await onLocalhost();
  for (const { tags } of balancing.rules.values()) tags.set('sluice:resting', TAGS.baseline);
  return {
    plan,
    router,
    targets,
    setByHand: (rule, weight, sticky) =>
      balancing.setSplit(
        rule,
        {
          [BASELINE]: Math.min(999, 1000 - Math.round(10 * weight)),
          [CANDIDATE]: Math.min(999, Math.round(10 * weight)),
        },
        sticky,
      ),
    pointElsewhere: (rule) => balancing.setSplit(rule, { [STRANGER]: 1 }),
    remove: (rule) => void balancing.rules.delete(rule),
    rest: (rule, side) => void balancing.rules.get(rule)?.tags.set('sluice:resting', TAGS[side]),
    close: async () => {
      vi.unstubAllEnvs();
      await server.close();
    },
  };
};

export const worlds: readonly (readonly [string, () => Promise<RulesWorld>])[] = [
  ['in the simulator', simulated],
  ['on Elastic Load Balancing', onAws],
];
