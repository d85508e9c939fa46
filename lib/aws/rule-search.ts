/** Finds listener rules by their ARNs. */
import {
  type ElasticLoadBalancingV2Client,
  paginateDescribeRules,
  type Rule,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { Fault, isFault } from '../controller/fault.ts';
import type { Read } from './merged-read.ts';
import { type Deadline, outside } from './outside.ts';

export type Found = Rule | 'gone' | Fault;

/** By ARN. */
export type ReadRules = Read<string, Rule>;

export const rulesRead =
  (client: ElasticLoadBalancingV2Client, deadline: Deadline): ReadRules =>
  (arns) =>
    outside('read the listener rules', deadline, async (options) => {
      const rules = new Map<string, Rule>();
      for await (const { Rules = [] } of paginateDescribeRules({ client }, { RuleArns: [...arns] }, options))
        for (const rule of Rules) if (rule.RuleArn !== undefined) rules.set(rule.RuleArn, rule);
      return rules;
    });

/**
 * All rules in one call, in order. AWS fails the whole call when one rule does not exist, and its error names none: then each rule is asked
 * for by itself, so that one that vanished does not hide the others.
 *
 * @param read may ask for rules of others in the same call
 * @param alone asks for these rules only
 */
export const findRules = async (
  read: ReadRules,
  alone: ReadRules,
  arns: readonly string[],
): Promise<readonly Found[]> => {
  if (arns.length === 1) return Promise.all(arns.map((arn) => findRule(read, arn)));
  const together = await read(arns);
  if (isFault(together) && together.code !== 'NOT_FOUND') return arns.map(() => together);
  const known: ReadonlyMap<string, Rule> = isFault(together) ? new Map() : together;
  return Promise.all(arns.map((arn) => known.get(arn) ?? findRule(alone, arn)));
};

/** Only AWS's own word that there is no such rule (or listener, or load balancer) makes it gone; an answer that is silent about it does not. */
export const findRule = async (read: ReadRules, arn: string): Promise<Found> => {
  const found = await read([arn]);
  if (isFault(found)) return found.code === 'NOT_FOUND' ? 'gone' : found;
  return found.get(arn) ?? new Fault('UNREADABLE', `read the rule ${arn}, which the answer does not name`);
};
