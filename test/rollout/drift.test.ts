/** The drift table of several rules, and what is written to which of them. */
import { describe, expect, it } from 'vitest';
import { decide } from '../../lib/rollout/decide.ts';
import { unsettledRule } from '../../lib/rollout/drift.ts';
import type { RuleReading } from '../../lib/rollout/evidence.ts';
import type { RuleState } from '../../lib/rollout/rollout.ts';
import { holdOf, MINUTE, NOW, situationOf, theRule, twoRulesPlan } from './fixture.ts';

const [first = '', second = ''] = twoRulesPlan.traffic.rules;
const live = (rule: string, weight: number): RuleReading => ({ rule, kind: 'weighted', weight, sticky: false });
const unreadable = (rule: string): RuleReading => ({
  rule,
  kind: 'unreadable',
  fault: { code: 'THROTTLED', operation: 'read the rules' },
});
const unwritten: RuleState = { confirmed: 1, isConfirmed: false, sticky: false };
const health = (baseline: number) => ({
  candidate: { healthy: 20, registered: 20 },
  baseline: { healthy: baseline, registered: 20 },
});

describe('a live weight above the record', () => {
  it('is set down in the rules that have it, and in no other', () => {
    const rules = [live(first, 10), live(second, 50)];
    expect(decide(situationOf(1, { plan: twoRulesPlan, evidence: { rules } }))).toEqual({
      decision: 'correct',
      reason: { code: 'WEIGHT_ABOVE', rule: second, live: 50, recorded: 10 },
      setWeight: { weight: 10, rules: [second], raise: false, rollback: false },
    });
  });
  it('is set down only as far as the baseline can take the traffic, and left alone where it is there', () => {
    const rules = [live(first, 62.2), live(second, 100)];
    const change = { plan: twoRulesPlan, evidence: { rules, health: health(5) } };
    expect(decide(situationOf(1, change))).toEqual({
      decision: 'correct',
      reason: { code: 'WEIGHT_ABOVE', rule: second, live: 100, recorded: 10 },
      setWeight: { weight: 62.2, rules: [second], raise: false, rollback: false },
    });
  });
});

describe('a rule that is not ours any more', () => {
  it.each([
    ['forwards elsewhere', { rule: theRule, kind: 'foreign', found: 'three target groups' }, 'three target groups'],
    ['is gone', { rule: theRule, kind: 'gone' }, 'no rule'],
  ] as const)('holds, and says what was found: it %s', (_, reading, found) => {
    const reason = { code: 'RULE_FOREIGN', rule: theRule, found } as const;
    expect(decide(situationOf(1, { evidence: { rules: [reading] } }))).toEqual({ decision: 'hold', reason });
    const held = { holds: [holdOf(reason)] };
    expect(decide(situationOf(1, { evidence: { rules: [reading] }, state: held })).decision).toBe('wait');
  });
});

describe('a rise whose write died', () => {
  const died = { rules: [unwritten, unwritten] };
  const rules = [live(first, 1), live(second, 1)];
  const change = { plan: twoRulesPlan, state: died };
  it('is finished in every rule that is still where it was', () => {
    expect(decide(situationOf(1, { ...change, evidence: { rules } }))).toEqual({
      decision: 'correct',
      reason: { code: 'WEIGHT_UNWRITTEN', rule: first, live: 1, recorded: 10 },
      setWeight: { weight: 10, rules: [first, second], raise: true, rollback: false },
    });
  });
  it('is not finished into what stands against a rise', () => {
    expect(decide(situationOf(1, { ...change, evidence: { rules, alarms: ['alarm'] } }))).toEqual({
      decision: 'hold',
      reason: { code: 'INCIDENT_OPEN', incidents: ['learn-critical-incident'] },
    });
  });
  it('is not taken for one where the recorded weight was seen since: then somebody lowered it', () => {
    const state = { rules: [{ ...unwritten, isConfirmed: true }] };
    expect(decide(situationOf(1, { live: 1, state })).reason.code).toBe('WEIGHT_LOWERED_OUTSIDE');
  });
});

describe('an unsettled rule', () => {
  it.each([
    ['is one that cannot be read, told with what failed', unreadable(theRule), { live: -1, fault: 'read the rules' }],
    ['is one that forwards elsewhere', { rule: theRule, kind: 'foreign', found: 'x' } as const, { live: -1 }],
    ['is one below the record', live(theRule, 1), { live: 1 }],
    ['is one above the record', live(theRule, 11), { live: 11 }],
  ])('%s', (_, reading, expected) => {
    expect(unsettledRule(situationOf(1, { evidence: { rules: [reading] } }))).toEqual({
      code: 'WEIGHT_UNWRITTEN',
      rule: theRule,
      recorded: 10,
      ...expected,
    });
  });
  it('is none where all are at the record', () => {
    expect(unsettledRule(situationOf(1, { evidence: { rules: [live(theRule, 10)] } }))).toBeUndefined();
  });
});

describe('more settled rows in the same tick', () => {
  it.each([
    ['wait for the newest one, whatever else could be decided', { minutes: 240, targetMinutes: 300 }, 300],
    ['tell the length of a bake that has no gate yet', { minutes: 0, targetMinutes: 0 }, 120],
  ])('%s', (_, bake, ofMinutes) => {
    const { state } = situationOf(0);
    const holds = [holdOf({ code: 'OPERATOR', actor: 'a', why: 'b' }, NOW - MINUTE)];
    const change = { state: { bake: { ...state.bake, ...bake }, holds }, evidence: { more: true } };
    expect(decide(situationOf(0, change))).toEqual({
      decision: 'wait',
      reason: { code: 'BAKING', bakedMinutes: bake.minutes, ofMinutes, waitingForWeight: false },
    });
  });
  it('do not keep a weight above the record up', () => {
    expect(decide(situationOf(0, { live: 50, evidence: { more: true } })).decision).toBe('correct');
  });
});
