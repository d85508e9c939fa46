/** The live weights that a tick saw, as far as its entry tells. */
import type { Decision } from '../rollout/entry.ts';
import type { RuleReading } from '../rollout/evidence.ts';
import type { RolloutState } from '../rollout/rollout.ts';
import type { RecordedLook } from './recorded-look.ts';

export const recordedRules = (look: RecordedLook): readonly RuleReading[] => {
  const { plan, before, after, decision, now } = look;
  const { weight } = before;
  const waits = before.status === 'baking' && before.bake.startedAt === null;
  // With the bake's begin all of them were seen there, whatever a hold still says.
  if (waits && after.bake.startedAt === now)
    return plan.traffic.rules.map((rule, index) => {
      return { rule, kind: 'weighted', weight, sticky: after.rules[index]?.sticky ?? false };
    });
  const rules = plan.traffic.rules.map((_, index) => ruleOf(look, index));
  const isThere = rules.every((rule) => rule.kind === 'weighted' && rule.weight === weight);
  const [first, ...others] = rules;
  // Each was seen there before, but never all at once.
  return first !== undefined && waits && isThere && after.bake.startedAt === null && decision.decision !== 'advance'
    ? [unreadable(first.rule), ...others]
    : rules;
};

const ruleOf = (look: RecordedLook, index: number): RuleReading => {
  const { plan, before, after, decision } = look;
  const { reason, setWeight } = decision;
  const rule = plan.traffic.rules[index] ?? '';
  const { confirmed = 0, isConfirmed = false, sticky = false } = after.rules[index] ?? {};
  const resting = reason.code === 'FINISHED' && reason.resting === 'agrees' ? 'candidate' : undefined;
  const at = (weight: number): RuleReading => ({ rule, kind: 'weighted', weight, sticky, resting });
  const said = saidOf(rule, decision);
  if (said !== undefined) return withStickiness(said, sticky);
  if (reason.code === 'RECORDED_LATE') return at(after.weight);
  if (setWeight?.rollback === true && setWeight.rules.includes(rule)) return at(after.rollback?.fromWeight ?? 100);
  if (before.status === 'rollingBack') return at(onTheWayBack(look));
  const held = heldOf(rule, before);
  if (held !== undefined) return withStickiness(held, sticky);
  if (decision.decision === 'advance' || isConfirmed) return at(before.weight);
  // Had the lower weight been seen, it would have been put right, or something held against that.
  return decision.decision === 'hold' ? at(confirmed) : unreadable(rule);
};

const withStickiness = (reading: RuleReading, sticky: boolean): RuleReading =>
  reading.kind === 'weighted' ? { ...reading, sticky } : reading;

/** The weight of a rule that was not written any more. */
const onTheWayBack = ({ before, after, decision: { reason } }: RecordedLook): number => {
  const isHome = after.rollback === null || after.rollback.verifiedAt !== null || reason.code === 'RULE_FOREIGN';
  return isHome ? 0 : Math.max(before.weight, LEAST_WEIGHT);
};

/** Somebody may have raised it again, no higher than the baseline allows. */
const LEAST_WEIGHT = 0.1;

const unreadable = (rule: string): RuleReading => ({
  rule,
  kind: 'unreadable',
  fault: { code: 'UNKNOWN', operation: 'read the rule' },
});

/** What the decision says of this rule. */
const saidOf = (rule: string, { reason, setWeight }: Decision): RuleReading | undefined => {
  switch (reason.code) {
    case 'WEIGHT_ABOVE':
    case 'WEIGHT_UNWRITTEN':
    case 'WEIGHT_LOWERED_OUTSIDE':
      if (rule !== reason.rule && setWeight?.rules.includes(rule) !== true) return undefined;
      return reason.live < 0 ? unreadable(rule) : { rule, kind: 'weighted', weight: reason.live, sticky: false };
    case 'RULE_FOREIGN':
      return rule === reason.rule ? { rule, kind: 'foreign', found: reason.found } : undefined;
    case 'RULE_LOCKED':
      return rule === reason.rule ? locked(rule) : undefined;
    default:
      return undefined;
  }
};

const locked = (rule: string): RuleReading => ({ rule, kind: 'weighted', weight: 0, sticky: false, cognito: true });

/** What a hold says of it: as long as it lasts, the rule may be as it was. */
const heldOf = (rule: string, { holds }: RolloutState): RuleReading | undefined => {
  for (const { reason } of holds) {
    if (reason.code === 'WATCHDOG') return { rule, kind: 'weighted', weight: 0, sticky: false };
    const said = saidOf(rule, { decision: 'hold', reason });
    if (said !== undefined) return said;
  }
  return undefined;
};
