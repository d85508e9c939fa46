/** What a command may say, what its refusal says, and what an answer leaves in the state. */
import { describe, expect, it } from 'vitest';
import { disarmWatch } from '../../lib/judge/judge.ts';
import { answer } from '../../lib/rollout/answer.ts';
import { denied, isOperator } from '../../lib/rollout/authority.ts';
import type { Command } from '../../lib/rollout/command.ts';
import type { RuleReading } from '../../lib/rollout/evidence.ts';
import { explain } from '../../lib/rollout/explain.ts';
import { HOLD_CAUSE } from '../../lib/rollout/holds.ts';
import type { HoldCode } from '../../lib/rollout/reason.ts';
import {
  type Change,
  go,
  HOUR,
  holdOf,
  MINUTE,
  NOW,
  operator,
  planOf,
  principal,
  rollbackOf,
  seedPlan,
  seedSource,
  situationOf,
  stateOf,
  theRule,
  twoRulesPlan,
  watchTrip,
} from './fixture.ts';

const ask = (phase: number, command: Command, change: Change = {}, actor = operator) =>
  answer(situationOf(phase, change), command, actor);
const refusal = (...args: Parameters<typeof ask>): string | undefined => {
  const answered = ask(...args);
  return 'refused' in answered ? answered.refused : undefined;
};
const accepted = (...args: Parameters<typeof ask>) => {
  const answered = ask(...args);
  if ('refused' in answered) throw new Error(answered.refused);
  return answered;
};
const [first = '', second = ''] = twoRulesPlan.traffic.rules;
const live = (rule: string, weight: number): RuleReading => ({ rule, kind: 'weighted', weight, sticky: false });
const unreadable = (rule: string): RuleReading => ({
  rule,
  kind: 'unreadable',
  fault: { code: 'THROTTLED', operation: 'read the rules' },
});
const resume: Command = { kind: 'resume', why: 'looked at it' };
const lowered = { code: 'WEIGHT_LOWERED_OUTSIDE', rule: second, live: 5, recorded: 10 } as const;
const op = { code: 'OPERATOR', actor: operator, why: 'x' } as const;
const finance = principal('FinanceLead');
const sign = (role: string, word: 'GO' | 'NO-GO', why = '', phase = 'ramp'): Command => ({
  kind: 'signOff',
  phase,
  role,
  answer: word,
  why,
});

describe('the words of a command', () => {
  const incident = (name: string): Command => ({ kind: 'openIncident', name, why: 'x' });
  const needsName = 'an incident needs a name of 1 to 100 characters';
  it.each<[string, Command, string | undefined]>([
    ['a reason of blanks is none', { kind: 'hold', why: '  ' }, 'hold needs a reason'],
    ['a reason may have 500 characters', { kind: 'hold', why: 'x'.repeat(500) }, undefined],
    [
      'a reason may not have more',
      { kind: 'hold', why: 'x'.repeat(501) },
      'a reason may have 500 characters, this one has 501',
    ],
    ['an incident has a name', incident(''), needsName],
    ['a name of blanks is none', incident(' '), needsName],
    ['a name may have 100 characters', incident('x'.repeat(100)), undefined],
    ['a name may not have more', incident('x'.repeat(101)), needsName],
  ])('%s', (_, command, refused) => {
    expect(refusal(1, command)).toBe(refused);
  });
  it('are not asked of a GO, and are of a NO-GO', () => {
    expect(refusal(1, sign('finance', 'GO'), {}, finance)).toBeUndefined();
    expect(refusal(1, sign('finance', 'NO-GO'), {}, finance)).toBe('signOff needs a reason');
  });
});

describe('while rolling back', () => {
  const rollback = rollbackOf({ reason: { code: 'WATCH_TRIPPED', trip: watchTrip } });
  it.each<[Command, boolean]>([
    [{ kind: 'close', why: 'x' }, true],
    [{ kind: 'openIncident', name: 'web', why: 'x' }, true],
    [{ kind: 'closeIncident', name: 'db', why: 'x' }, true],
    [{ kind: 'hold', why: 'x' }, false],
    [resume, false],
    [{ kind: 'checkOff', item: 'dashboards live' }, false],
  ])('$kind is answered: %s', (command, isAnswered) => {
    const state = { status: 'rollingBack' as const, weight: 0, rollback, incidents: ['db'] };
    expect(refusal(1, command, { state }) === undefined).toBe(isAnswered);
  });
});

describe('incidents', () => {
  const close = (incidents: string[], name: string) =>
    ask(1, { kind: 'closeIncident', name, why: 'x' }, { state: { incidents } });
  it('are closed one by one', () => {
    expect(close(['db', 'web'], 'db')).toMatchObject({ state: { incidents: ['web'] } });
  });
  it('are named where there is no such', () => {
    expect(close(['db', 'web'], 'x')).toEqual({ refused: 'no incident x was opened here; open: db, web' });
    expect(close([], 'x')).toEqual({ refused: 'no incident x was opened here; open: none' });
  });
});

describe('a resume', () => {
  it('says what goes on without it', () => {
    const [blind, narrow] = [
      { code: 'BLIND', behindMinutes: 9 },
      { code: 'INCIDENT_OPEN', incidents: ['db'] },
    ] as const;
    expect(refusal(1, resume, { state: { holds: [holdOf(blind), holdOf(narrow)] } })).toBe(
      `nothing here ends by a resume: ${explain(blind)} ${explain(narrow)}`,
    );
    expect(refusal(1, resume)).toBe('the rollout is not held');
  });
  it('is refused while a rule is gone', () => {
    const rules: RuleReading[] = [{ rule: theRule, kind: 'gone' }];
    const holds = [holdOf({ code: 'RULE_FOREIGN', rule: theRule, found: 'no rule' })];
    expect(refusal(1, resume, { state: { holds }, evidence: { rules } })).toContain('still does not forward');
  });
  it('writes nothing where nothing was lowered, also where a rule cannot be read', () => {
    for (const rules of [
      [live(first, 10), live(second, 10)],
      [live(first, 10), unreadable(second)],
    ])
      expect(
        accepted(1, resume, { plan: twoRulesPlan, state: { holds: [holdOf(op)] }, evidence: { rules } }).decision,
      ).toEqual({
        decision: 'resume',
        reason: { code: 'COMMANDED', command: 'resume', actor: operator, why: 'looked at it' },
      });
  });
  it('sets again the rule that was lowered, and no other', () => {
    const rules = [live(first, 10), live(second, 5)];
    const change = { plan: twoRulesPlan, state: { holds: [holdOf(lowered)] }, evidence: { rules } };
    const { decision, state } = accepted(1, resume, change);
    expect(decision.setWeight).toEqual({ weight: 10, rules: [second], raise: true, rollback: false });
    expect(state.rules).toEqual([
      { confirmed: 10, isConfirmed: true, sticky: false },
      { confirmed: 5, isConfirmed: false, sticky: false },
    ]);
  });
  it('sets again no rule that cannot be read', () => {
    const rules = [unreadable(first), live(second, 5)];
    const change = { plan: twoRulesPlan, state: { holds: [holdOf(lowered)] }, evidence: { rules } };
    const { decision, state } = accepted(1, resume, change);
    expect(decision.setWeight?.rules).toEqual([second]);
    expect(state.rules[0]).toEqual({ confirmed: 10, isConfirmed: true, sticky: false });
  });
  it.each([
    ['starts over after half an hour at 0', 2, 30 * MINUTE, 0, 0],
    ['goes on after less', 2, 29 * MINUTE, 0, 2],
    ['goes on where the weight never was 0', 2, null, 50, 2],
    ['goes on at 10 %, however long it was 0', 1, HOUR, 0, 1],
  ])('%s', (_, phase, zeroFor, weight, then) => {
    const zeroSince = zeroFor === null ? null : NOW - zeroFor;
    const holds = [holdOf({ ...lowered, rule: theRule })];
    expect(accepted(phase, resume, { live: weight, state: { holds, zeroSince } }).state.phase).toBe(then);
  });
  it('disarms the watch that cannot judge pinned clients, and bakes nothing again', () => {
    const { judge, bake } = stateOf(1);
    const holds = [holdOf({ code: 'WATCH_ON_STICKY', trip: watchTrip })];
    const { state } = accepted(1, resume, { state: { holds } });
    expect(state.judge).toEqual(disarmWatch(judge));
    expect(state.judge).not.toEqual(judge);
    expect(state.bake).toEqual(bake);
  });
});

describe('an advance by command', () => {
  const advance: Command = { kind: 'advance', why: 'we know' };
  it('is not stopped by the holds that ask for just this, and by every other', () => {
    const skipped = (Object.keys(HOLD_CAUSE) as HoldCode[]).filter(
      (code) => refusal(0, advance, { state: { holds: [{ ...holdOf(op), code }] } }) === undefined,
    );
    expect(skipped).toEqual([
      'INSUFFICIENT_DATA',
      'SIGN_OFF_EXPIRED',
      'START_LATE',
      'OPERATOR',
      'CRITERION_FAILED',
      'GATE_STALE',
      'NO_GO',
    ]);
  });
  it('ends those holds, and says who decided', () => {
    const { decision, state } = accepted(0, advance, { state: { holds: [holdOf(op)] } });
    expect(decision.reason).toEqual({ code: 'COMMANDED', command: 'advance', actor: operator, why: 'we know' });
    expect(state.holds).toEqual([]);
  });
  it('asks neither capacity nor window where nothing rises', () => {
    const plan = planOf(`${seedSource}\nwindows: [{ days: [mon], hours: "09:00-09:30" }]\n`);
    const health = { candidate: { healthy: 4, registered: 20 }, baseline: { healthy: 20, registered: 20 } };
    const { decision } = accepted(2, advance, { plan, evidence: { health } });
    expect([decision.decision, decision.setWeight]).toEqual(['advance', undefined]);
  });
});

describe('a sign-off', () => {
  it('is refused with the roles that the phase asks', () => {
    const plan = planOf(
      seedSource.replace(
        'leads:\n',
        'leads:\n  legal: { slack: [U0LAW], principals: ["arn:aws:sts::123456789012:assumed-role/LegalLead/*"] }\n',
      ),
    );
    const legal = (phase: number, name: string) =>
      refusal(phase, sign('legal', 'GO', '', name), { plan }, principal('LegalLead'));
    expect(legal(1, 'ramp')).toBe(
      'phase ramp asks no sign-off from legal; it asks: engineering, operations, product, finance',
    );
    expect(legal(2, 'rollout')).toBe('phase rollout asks no sign-off from legal; it asks: nobody');
  });
  it('is noted, and the rest is for the next tick', () => {
    expect(accepted(1, sign('finance', 'GO', 'numbers'), {}, finance).decision).toEqual({
      decision: 'wait',
      reason: { code: 'COMMANDED', command: 'sign-off finance GO', actor: finance, why: 'numbers' },
    });
  });
  it('does not count before the bake has begun', () => {
    const bake = { ...stateOf(1).bake, startedAt: null };
    expect(refusal(1, sign('finance', 'GO'), { state: { bake } }, finance)).toContain('from the beginning of a bake');
  });
  it.each([
    ['as it was said', 'costs', 'costs'],
    ['without words where there were none', undefined, ''],
  ])('leaves the NO-GO of another role, %s', (_, why, told) => {
    const signOffs = [{ ...go('product', NOW - HOUR), answer: 'NO-GO' as const, why }];
    const no = { code: 'NO_GO', role: 'product', actor: principal('product') } as const;
    const state = { signOffs, holds: [holdOf({ ...no, why: 'first' }, NOW - HOUR)] };
    expect(accepted(1, sign('finance', 'GO'), { state }, finance).state.holds).toEqual([
      holdOf({ ...no, why: told }, NOW - HOUR),
    ]);
  });
});

describe('a checklist', () => {
  const plan = planOf(
    seedSource.replace('    weight: 10%\n', '    weight: 10%\n    checklist: [on-call briefed, dashboards live]\n'),
  );
  const tick = (...ticked: string[]) =>
    ask(0, { kind: 'checkOff', item: 'on-call briefed' }, { plan, state: { ticked } });
  it('is ticked in the next phase first, then in the present one, and then no more', () => {
    expect(tick()).toMatchObject({
      decision: { reason: { command: 'check-off', why: 'on-call briefed' } },
      state: { ticked: ['ramp/on-call briefed'] },
    });
    expect(tick('ramp/on-call briefed')).toMatchObject({
      state: { ticked: ['ramp/on-call briefed', 'canary/on-call briefed'] },
    });
    expect(tick('ramp/on-call briefed', 'canary/on-call briefed')).toEqual({
      refused: '"on-call briefed" is ticked already',
    });
  });
  it('names its items where there is no such', () => {
    const refused = (items: string[]) => {
      const phases = seedPlan.phases.map((phase, index) => ({
        ...phase,
        checklist: index === 0 ? items.map((item) => ({ item, required: false })) : [],
      }));
      return refusal(0, { kind: 'checkOff', item: 'x' }, { plan: { ...seedPlan, phases } });
    };
    expect(refused(['a', 'b'])).toBe('no checklist has the item "x"; items: a; b');
    expect(refused([])).toBe('no checklist has the item "x"; items: none');
  });
});

describe('several identities of the same people', () => {
  const plan = planOf(
    seedSource.replace(
      'operators: { slack: [U0SRE], principals: [',
      'operators: { slack: [U0SRE, U1SRE], principals: ["arn:aws:sts::123456789012:assumed-role/Duty/*", ',
    ),
  );
  it.each([operator, principal('Duty'), 'slack:U0SRE', 'slack:U1SRE'])('know %s', (identity) => {
    expect(isOperator(plan, identity)).toBe(true);
  });
  it('say for whom a command is', () => {
    const nobody = principal('Intern');
    expect(denied(plan, nobody, { kind: 'hold', why: 'x' })).toBe(
      `hold is for operators and leads of this plan; ${nobody} is none`,
    );
    expect(denied(plan, nobody, resume)).toBe(`resume is for operators of this plan; ${nobody} is none`);
  });
});
