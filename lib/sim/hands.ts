import type { Instant, Plan } from '../plan/plan.ts';
import type { Behaviour } from './behaviour.ts';
import { MINUTE } from './clock.ts';
import { pointElsewhere, type RulesData, writeWeight } from './rules.ts';

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
}

/** All changes by hand, ascending. */
export const handChanges = (plan: Plan, behaviours: readonly Behaviour[]): readonly HandChange[] =>
  behaviours
    .flatMap(({ effect, fromMinute, toMinute }): readonly HandChange[] => {
      const at = plan.start + fromMinute * MINUTE;
      if (effect.kind === 'weightByHand')
        return [{ at, change: { kind: 'weight', weight: effect.weight }, rule: effect.rule }];
      if (effect.kind !== 'foreignRule' && effect.kind !== 'goneRule') return [];
      const away: HandChange = {
        at,
        change: { kind: effect.kind === 'goneRule' ? 'gone' : 'foreign' },
        rule: effect.rule,
      };
      return toMinute === null
        ? [away]
        : [away, { at: plan.start + toMinute * MINUTE, change: { kind: 'back' }, rule: effect.rule }];
    })
    .sort((one, other) => one.at - other.at);

const FOREIGN_GROUP = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/somebody-elses/0123456789abcdef';

export const changeByHand = (data: RulesData, { change, rule }: HandChange): void => {
  for (const each of rule === null ? data.rules : data.rules.slice(rule, rule + 1)) {
    if (change.kind === 'weight') writeWeight(each, change.weight, data.now);
    else pointElsewhere(each, change.kind === 'foreign' ? FOREIGN_GROUP : null, change.kind === 'gone', data.now);
  }
};
