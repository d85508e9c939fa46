import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { hashOf } from '../../lib/controller/record.ts';
import { parseRuleArn } from '../../lib/plan/arn.ts';
import { assert } from '../../lib/plan/assert.ts';
import { parsePlanOnDemand } from '../../lib/plan/parse-on-demand.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { isOperator } from '../../lib/rollout/authority.ts';

const schema = v.array(v.strictObject({ file: v.string(), source: v.string(), hash: v.string() }));

/** A plan that was reviewed and deployed with the stack. `hash`: SHA-256 (hex) of its text. */
export type DeployedPlan = Readonly<v.InferOutput<typeof schema>[number]>;

/** The file that the stack puts beside the handler. */
const FILE = 'plans.json';

/** @param folder of the bundle. Without the file there are no plans. */
export const readPlans = (folder: string): readonly DeployedPlan[] => {
  const path = join(folder, FILE);
  if (!existsSync(path)) return [];
  const plans = v.parse(schema, JSON.parse(readFileSync(path, 'utf8')));
  for (const { file, source, hash } of plans) assert(hash === hashOf(source), `${file} is known by its own hash`);
  return plans;
};

/**
 * A plan that its author wrote and nobody deployed gives its author no authority: this asks the deployed ones.
 * @param of only those that move rules of the same load balancer as this plan
 */
export const isOperatorOfAny = async (
  plans: readonly DeployedPlan[],
  principal: string,
  of?: Plan,
): Promise<boolean> => {
  for (const { source } of plans) {
    const parsed = await parsePlanOnDemand(source);
    if (!parsed.ok || !isOperator(parsed.plan, principal)) continue;
    if (of === undefined || loadBalancerOf(of) === loadBalancerOf(parsed.plan)) return true;
  }
  return false;
};

/** The rules of a plan belong to one. */
const loadBalancerOf = ({ traffic }: Plan): string => {
  const rule = parseRuleArn(traffic.rules[0] ?? '');
  return rule === undefined ? '' : [rule.partition, rule.region, rule.account, rule.loadBalancer].join(':');
};
