import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { hashOf } from '../../lib/controller/record.ts';
import { parseRuleArn } from '../../lib/plan/arn.ts';
import { assert } from '../../lib/plan/assert.ts';
import { parsePlan } from '../../lib/plan/parse.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { isOperator } from '../../lib/rollout/authority.ts';

const schema = z.array(z.strictObject({ file: z.string(), source: z.string(), hash: z.string() })).readonly();

/** A plan that was reviewed and deployed with the stack. `hash`: SHA-256 (hex) of its text. */
export type DeployedPlan = Readonly<z.output<typeof schema>[number]>;

/** The file that the stack puts beside the handler. */
const FILE = 'plans.json';

/** @param folder of the bundle. Without the file there are no plans. */
export const readPlans = (folder: string): readonly DeployedPlan[] => {
  const path = join(folder, FILE);
  if (!existsSync(path)) return [];
  const plans = schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  for (const { file, source, hash } of plans) assert(hash === hashOf(source), `${file} is known by its own hash`);
  return plans;
};

/**
 * A plan that its author wrote and nobody deployed gives its author no authority: this asks the deployed ones.
 * @param of only those that move rules of the same load balancer as this plan
 */
export const isOperatorOfAny = (plans: readonly DeployedPlan[], principal: string, of?: Plan): boolean =>
  plans.some(({ source }) => {
    const parsed = parsePlan(source);
    if (!parsed.ok || !isOperator(parsed.plan, principal)) return false;
    return of === undefined || loadBalancerOf(of) === loadBalancerOf(parsed.plan);
  });

/** The rules of a plan belong to one. */
const loadBalancerOf = ({ traffic }: Plan): string => {
  const rule = parseRuleArn(traffic.rules[0] ?? '');
  return rule === undefined ? '' : [rule.partition, rule.region, rule.account, rule.loadBalancer].join(':');
};
