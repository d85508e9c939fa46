import { standsAgainst } from './circumstances.ts';
import type { Decision } from './entry.ts';
import type { RuleReading } from './evidence.ts';
import { activeHolds, findHold } from './holds.ts';
import type { ReasonOf } from './reason.ts';
import { isEnded, liveWeight, lowestWeight, type Situation } from './situation.ts';

/** What one rule's live weight says about the recorded one. */
export type Drift = 'none' | 'above' | 'unwritten' | 'lowered' | 'foreign' | 'unreadable';

/**
 * The drift table of one rule. `unwritten`: below, never confirmed, and still where it last was: the tick died between record
 * and converge. Any other lower weight is a person's, a stack update's or another tool's.
 */
const driftOf = ({ state }: Pick<Situation, 'state'>, reading: RuleReading, index: number): Drift => {
  if (reading.kind === 'unreadable') return 'unreadable';
  if (reading.kind !== 'weighted') return 'foreign';
  if (reading.weight === state.weight) return 'none';
  if (reading.weight > state.weight) return 'above';
  const rule = state.rules[index];
  return rule !== undefined && !rule.isConfirmed && reading.weight === rule.confirmed ? 'unwritten' : 'lowered';
};

/** Down is free, up needs evidence: an excess is corrected at once, also while held; a lack is only repaired where the record allows it. */
export const drift = (situation: Situation): Decision | undefined => {
  const { state, evidence } = situation;
  // Before the start the rules are not ours to write: preflight says what stands against it.
  if (isEnded(state) || state.status === 'scheduled') return undefined;
  const drifts = evidence.rules.map((reading, index) => ({ reading, drift: driftOf(situation, reading, index) }));
  const of = (kind: Drift) => drifts.filter((each) => each.drift === kind).map(({ reading }) => reading);
  return (
    above(situation, of('above')) ??
    foreign(situation, of('foreign')) ??
    locked(situation) ??
    lowered(situation, of('lowered')) ??
    unwritten(situation, of('unwritten'))
  );
};

const above = (situation: Situation, rules: readonly RuleReading[]): Decision | undefined => {
  const weight = Math.max(situation.state.weight, lowestWeight(situation));
  const high = rules.filter((reading) => (liveWeight(reading) ?? 0) > weight);
  const [first] = high;
  if (first?.kind !== 'weighted') return undefined;
  return {
    decision: 'correct',
    reason: { code: 'WEIGHT_ABOVE', rule: first.rule, live: first.weight, recorded: situation.state.weight },
    setWeight: { weight, rules: high.map(({ rule }) => rule), raise: false, rollback: false },
  };
};

const foreign = ({ state }: Situation, [first]: readonly RuleReading[]): Decision | undefined => {
  if (first === undefined || findHold(state, 'RULE_FOREIGN')) return undefined;
  const found = first.kind === 'foreign' ? first.found : 'no rule';
  return { decision: 'hold', reason: { code: 'RULE_FOREIGN', rule: first.rule, found } };
};

/** AWS would refuse the way back: people are told before it is needed. */
const locked = ({ state, evidence }: Situation): Decision | undefined => {
  const rule = lockedRule(evidence);
  if (rule === undefined || findHold(state, 'RULE_LOCKED')) return undefined;
  return { decision: 'hold', reason: { code: 'RULE_LOCKED', rule } };
};

export const lockedRule = ({ rules }: Situation['evidence']): string | undefined =>
  rules.find((reading) => reading.kind === 'weighted' && reading.cognito === true)?.rule;

const lowered = ({ state }: Situation, [first]: readonly RuleReading[]): Decision | undefined => {
  if (first?.kind !== 'weighted' || isKnownLowered(state)) return undefined;
  return {
    decision: 'hold',
    reason: { code: 'WEIGHT_LOWERED_OUTSIDE', rule: first.rule, live: first.weight, recorded: state.weight },
  };
};

/** Somebody else, or our own watchdog, lowered the weight, and the record says so: an operator's resume sets it again. */
export const isKnownLowered = (state: Situation['state']): boolean =>
  findHold(state, 'WEIGHT_LOWERED_OUTSIDE') !== undefined || findHold(state, 'WATCHDOG') !== undefined;

const unwritten = (situation: Situation, rules: readonly RuleReading[]): Decision | undefined => {
  const { state } = situation;
  const [first] = rules;
  if (first?.kind !== 'weighted' || activeHolds(state).length > 0) return undefined;
  const against = standsAgainst(situation, state.weight);
  if (against !== undefined) return { decision: 'hold', reason: against };
  return {
    decision: 'correct',
    reason: { code: 'WEIGHT_UNWRITTEN', rule: first.rule, live: first.weight, recorded: state.weight },
    setWeight: { weight: state.weight, rules: rules.map(({ rule }) => rule), raise: true, rollback: false },
  };
};

/** The first rule whose live weight is not the recorded one, or cannot be read: nothing rises then. */
export const unsettledRule = (
  situation: Pick<Situation, 'state' | 'evidence'>,
): ReasonOf<'WEIGHT_UNWRITTEN'> | undefined => {
  const { state, evidence } = situation;
  const reading = evidence.rules.find((each, index) => driftOf(situation, each, index) !== 'none');
  return reading && unwrittenReason(state, reading);
};

/** `live` is −1 where it cannot be told. */
export const unwrittenReason = (
  state: Pick<Situation['state'], 'weight'>,
  reading: RuleReading,
): ReasonOf<'WEIGHT_UNWRITTEN'> => ({
  code: 'WEIGHT_UNWRITTEN',
  rule: reading.rule,
  live: liveWeight(reading) ?? -1,
  recorded: state.weight,
  fault: reading.kind === 'unreadable' ? reading.fault.operation : undefined,
});
