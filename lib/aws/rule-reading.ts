/** What a listener rule says about the plan's two target groups. Pure. */
import type { Action, TargetGroupTuple } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { RuleReading } from '../controller/ports.ts';
import { parseTargetGroupArn } from '../plan/arn.ts';
import type { Plan } from '../plan/plan.ts';

export type Traffic = Plan['traffic'];

/** A rule that is there and can be read. */
export type Seen = Extract<RuleReading, { readonly kind: 'weighted' | 'foreign' }>;

/**
 * The target groups of a forward. AWS shows a forward to a single group twice, as `TargetGroupArn` and as a `ForwardConfig` of one group;
 * a rule that was written before weights existed may have the first only.
 */
const groupsOf = ({ TargetGroupArn, ForwardConfig }: Action): readonly TargetGroupTuple[] => {
  const groups = ForwardConfig?.TargetGroups ?? [];
  return groups.length === 0 && TargetGroupArn !== undefined ? [{ TargetGroupArn }] : groups;
};

const forwardsOf = (actions: readonly Action[]): readonly Action[] => actions.filter(({ Type }) => Type === 'forward');

/** True also where the group has weight 0. */
export const forwardsTo = (actions: readonly Action[], group: string): boolean =>
  forwardsOf(actions)
    .flatMap(groupsOf)
    .some(({ TargetGroupArn }) => TargetGroupArn === group);

/**
 * A rule is weighted when it forwards to both groups of the plan, or to one of them alone, and says how much each gets. Everything else is
 * foreign, with what was found in words. A share cannot round to 0 or 100 by mistake: with weights of at most 999 the smallest is 0.1 %.
 */
export const readRule = (traffic: Traffic, rule: string, actions: readonly Action[]): Seen => {
  const foreign = (found: string): Seen => ({ rule, kind: 'foreign', found });
  const [forward, another] = forwardsOf(actions);
  if (forward === undefined)
    return foreign(`no forward but ${actions.map(({ Type }) => Type).join(', ') || 'nothing'}`);
  const groups = groupsOf(forward);
  const candidate = weightOf(groups, traffic.candidate);
  const baseline = weightOf(groups, traffic.baseline);
  const isOurs = ({ TargetGroupArn }: TargetGroupTuple) =>
    TargetGroupArn === traffic.candidate || TargetGroupArn === traffic.baseline;
  const sum = candidate + baseline;
  if (another !== undefined || !groups.every(isOurs) || !(sum > 0)) return foreign(inWords(groups));
  return {
    rule,
    kind: 'weighted',
    weight: Math.round((1000 * candidate) / sum) / 10,
    sticky: forward.ForwardConfig?.TargetGroupStickinessConfig?.Enabled === true,
    ...(actions.some(({ Type }) => Type === 'authenticate-cognito') ? { cognito: true } : {}),
  };
};

/** NaN: not known, since one of several groups must say its weight; a single one gets everything. */
const weightOf = (groups: readonly TargetGroupTuple[], group: string): number => {
  const mine = groups.filter(({ TargetGroupArn }) => TargetGroupArn === group);
  const [only] = mine;
  if (mine.length > 1) return Number.NaN;
  if (only === undefined) return 0;
  return only.Weight ?? (groups.length === 1 ? 1 : Number.NaN);
};

const inWords = (groups: readonly TargetGroupTuple[]): string =>
  groups
    .map(({ TargetGroupArn = '', Weight }) => {
      const name = parseTargetGroupArn(TargetGroupArn)?.targetGroup.split('/')[1] ?? TargetGroupArn;
      return Weight === undefined ? name : `${name} with weight ${Weight}`;
    })
    .join(' and ') || 'no target group';
