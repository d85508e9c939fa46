/** The way back of several rules, its end, and what the end of a rollout says. */
import { describe, expect, it } from 'vitest';
import { decide } from '../../lib/rollout/decide.ts';
import type { RuleReading } from '../../lib/rollout/evidence.ts';
import { isTurningBack } from '../../lib/rollout/rolling-back.ts';
import type { Rollback, RolloutState, Status } from '../../lib/rollout/rollout.ts';
import { MINUTE, NOW, planOf, rollbackOf, seedSource, situationOf, twoRulesPlan, watchTrip } from './fixture.ts';

const [first = '', second = ''] = twoRulesPlan.traffic.rules;
const live = (rule: string, weight: number, resting?: 'candidate' | 'baseline'): RuleReading => ({
  rule,
  kind: 'weighted',
  weight,
  sticky: false,
  resting,
});
const rollback = rollbackOf({ decidedAt: NOW - 10 * MINUTE, reason: { code: 'WATCH_TRIPPED', trip: watchTrip } });
const rolling = (change: Partial<Rollback> = {}): Partial<RolloutState> => ({
  status: 'rollingBack',
  weight: 0,
  rollback: { ...rollback, ...change },
});
const going = (...rules: RuleReading[]) =>
  decide(situationOf(1, { plan: twoRulesPlan, state: rolling(), evidence: { rules } }));

describe('the way back of two rules', () => {
  it('goes on in the one that is still up, and names it', () => {
    expect(going(live(first, 0), live(second, 10))).toEqual({
      decision: 'rollBack',
      reason: { code: 'WEIGHT_UNWRITTEN', rule: second, live: 10, recorded: 0 },
      setWeight: { weight: 0, rules: [second], raise: false, rollback: true },
    });
  });
  it('waits for a person where the one is down and the other is not ours any more', () => {
    expect(going(live(first, 0), { rule: second, kind: 'foreign', found: 'three target groups' })).toEqual({
      decision: 'wait',
      reason: { code: 'RULE_FOREIGN', rule: second, found: 'three target groups' },
    });
  });
});

describe('an A/A rollout on its way home', () => {
  const plan = { ...planOf(seedSource), mode: 'aa' as const };
  const home = { reason: { code: 'AA_OVER', from: 10 } as const, verifiedAt: NOW - 6 * MINUTE };
  it('is finished, and not rolled back, when the candidate is drained', () => {
    const state = rolling({ ...home, quietRows: 2 });
    expect(decide(situationOf(1, { plan, state, live: 0 }))).toEqual({
      decision: 'finish',
      reason: { code: 'FINISHED', weight: 0, resting: 'agrees' },
    });
  });
  it('waits for that as any other', () => {
    expect(decide(situationOf(1, { plan, state: rolling(home), live: 0 }))).toEqual({
      decision: 'wait',
      reason: home.reason,
    });
  });
});

describe('the end', () => {
  const finished = (weight: number, ...rules: RuleReading[]) => {
    const state = { status: 'finished', weight, endedBy: { code: 'FINISHED', weight, resting: 'deploy' } } as const;
    return decide(situationOf(3, { plan: twoRulesPlan, state, evidence: { rules } })).reason;
  };
  it.each([
    ['asks for a deploy until every rule rests on the candidate', 100, ['candidate', undefined], 'deploy'],
    ['asks for it while a rule rests on the baseline', 100, ['candidate', 'baseline'], 'deploy'],
    ['asks for nothing when all do', 100, ['candidate', 'candidate'], 'agrees'],
    ['asks for nothing below weight 100: the traffic rests where it was', 50, [undefined, undefined], 'agrees'],
  ] as const)('%s', (_, weight, [one, other], resting) => {
    const rules = [live(first, weight, one), live(second, weight, other)];
    expect(finished(weight, ...rules)).toEqual({ code: 'FINISHED', weight, resting });
  });
  it.each([
    ['an ended rollout that does not know why', { status: 'closed' }, 'an ended rollout knows why it ended'],
    ['a rollback without a reason', { status: 'rollingBack' }, 'a rollback knows its reason'],
    ['a passed gate that nobody dated', { status: 'passed' }, 'sign-offs are asked when the gate passed'],
  ] as const)('is a bug, said in words: %s', (_, state, words) => {
    expect(() => decide(situationOf(0, { state }))).toThrow(words);
  });
});

it.each<[Status, Status, boolean]>([
  ['baking', 'rollingBack', true],
  ['passed', 'rollingBack', true],
  ['rollingBack', 'rollingBack', false],
  ['rollingBack', 'rolledBack', false],
  ['baking', 'passed', false],
])('from %s to %s a rollback begins: %s', (before, after, begins) => {
  expect(isTurningBack({ status: before }, { status: after })).toBe(begins);
});
