import { describe, expect, it } from 'vitest';
import { answer } from '../../lib/rollout/answer.ts';
import type { Command } from '../../lib/rollout/command.ts';
import type { RolloutState } from '../../lib/rollout/rollout.ts';
import {
  type Change,
  FOUR_GO,
  failedCriterion,
  go,
  guardTrip,
  holdOf,
  MINUTE,
  NOW,
  operator,
  planOf,
  principal,
  seedSource,
  situationOf,
  theRule,
  watchTrip,
} from './fixture.ts';

const ask = (phase: number, command: Command, change: Change = {}, actor = operator) =>
  answer(situationOf(phase, change), command, actor);
const refusal = (...args: Parameters<typeof ask>): string => {
  const answered = ask(...args);
  return 'refused' in answered ? answered.refused : `accepted: ${answered.decision.decision}`;
};
const accepted = (...args: Parameters<typeof ask>) => {
  const answered = ask(...args);
  if ('refused' in answered) throw new Error(answered.refused);
  return answered;
};
const said = (...args: Parameters<typeof ask>): string => {
  const { decision, reason, setWeight } = accepted(...args).decision;
  return `${decision} ${reason.code}${setWeight === undefined ? '' : ` → ${setWeight.weight}`}`;
};
const held = (hold: RolloutState['holds'][number], more: Partial<RolloutState> = {}): Change => ({
  state: { holds: [hold], ...more },
});
const resume: Command = { kind: 'resume', why: 'looked at it' };
const advanceIt: Command = { kind: 'advance', why: 'we know' };
const lowered = { code: 'WEIGHT_LOWERED_OUTSIDE', rule: theRule, live: 0, recorded: 10 } as const;

describe('hold and resume', () => {
  it('holds for an operator with the reason given, and only once', () => {
    expect(said(0, { kind: 'hold', why: 'x' })).toBe('hold OPERATOR');
    expect(refusal(0, { kind: 'hold', why: 'x' }, held(holdOf({ code: 'OPERATOR', actor: 'a', why: 'b' })))).toContain(
      'already held',
    );
  });
  it('ends what an operator may end, and says what does not end by a resume', () => {
    expect(accepted(0, resume, held(holdOf({ code: 'OPERATOR', actor: 'a', why: 'b' }))).state.holds).toEqual([]);
    expect(refusal(0, resume)).toBe('the rollout is not held');
    expect(refusal(0, resume, held(holdOf({ code: 'INCIDENT_OPEN', incidents: ['db'] })))).toContain(
      'Open incident: db',
    );
  });
  it('sets the recorded weight again after somebody lowered it, and bakes anew', () => {
    const { decision, state } = accepted(1, resume, { ...held(holdOf(lowered)), live: 0 });
    expect(decision.setWeight).toEqual({ weight: 10, rules: [theRule], raise: true, rollback: false });
    expect([state.status, state.bake.minutes, state.bake.restarts, state.bake.startedAt]).toEqual([
      'baking',
      0,
      1,
      null,
    ]);
  });
  it('goes back to the first phase when the weight was 0 for half an hour and more than 10 % is recorded', () => {
    const cold = held(holdOf({ ...lowered, recorded: 100 }), { zeroSince: NOW - 30 * MINUTE });
    const { decision, state } = accepted(2, resume, { ...cold, live: 0 });
    expect([decision.setWeight?.weight, state.phase, state.weight]).toEqual([1, 0, 1]);
  });
  it('does not raise again without capacity, nor while a rule is foreign or locked', () => {
    const few = { candidate: { healthy: 1, registered: 20 }, baseline: { healthy: 20, registered: 20 } };
    expect(refusal(1, resume, { ...held(holdOf(lowered)), live: 0, evidence: { health: few } })).toContain('needs 2');
    const foreign = { rules: [{ rule: theRule, kind: 'foreign', found: 'x' } as const] };
    expect(
      refusal(1, resume, { ...held(holdOf({ code: 'RULE_FOREIGN', rule: theRule, found: 'x' })), evidence: foreign }),
    ).toContain('still does not forward');
    const locked = { rules: [{ rule: theRule, kind: 'weighted', weight: 10, sticky: false, cognito: true } as const] };
    expect(refusal(1, resume, { ...held(holdOf({ code: 'RULE_LOCKED', rule: theRule })), evidence: locked })).toContain(
      'still has authenticate-cognito',
    );
  });
  it('gives each hold its own way on', () => {
    const after = (phase: number, hold: Parameters<typeof holdOf>[0], more: Partial<RolloutState> = {}) =>
      accepted(phase, resume, held(holdOf(hold), more)).state;
    expect(after(0, { code: 'INSUFFICIENT_DATA', assessments: [], bakedMinutes: 240 }).bake.upToMinutes).toBe(360);
    const gate = { passedAt: NOW - 1000 * MINUTE, askedAt: NOW - 1000 * MINUTE, reminders: 2 as const };
    expect(
      after(0, { code: 'SIGN_OFF_EXPIRED', missing: [], askedAt: 0, expiredAt: 0 }, { status: 'passed', gate }).gate,
    ).toEqual({ ...gate, askedAt: NOW, reminders: 0 });
    expect(after(0, { code: 'START_LATE', start: 0, lateByMinutes: 1 }).lateStartConfirmed).toBe(true);
    expect(after(0, { code: 'CRITERION_FAILED', assessment: failedCriterion }).bake.restarts).toBe(1);
    expect(
      after(0, { code: 'GATE_STALE', assessment: failedCriterion, over: 'bake' }, { status: 'passed', gate }).status,
    ).toBe('baking');
    expect(after(3, { code: 'GUARD_UNACQUITTED', trip: guardTrip }).bake.restarts).toBe(1);
    expect(after(0, { code: 'WATCH_ON_STICKY', trip: watchTrip }).holds).toEqual([]);
    const refused = {
      signOffs: [...FOUR_GO.slice(1), { role: 'engineering', answer: 'NO-GO' as const, actor: 'x', at: NOW }],
    };
    expect(after(0, { code: 'NO_GO', role: 'engineering', actor: 'x', why: '' }, refused).signOffs).toHaveLength(3);
  });
});

describe('advance by command', () => {
  it('skips the bake, the gate and the sign-offs', () => {
    expect(said(0, advanceIt)).toBe('advance COMMANDED → 10');
    expect(said(0, advanceIt, held(holdOf({ code: 'INSUFFICIENT_DATA', assessments: [], bakedMinutes: 1 })))).toBe(
      'advance COMMANDED → 10',
    );
  });
  it.each<[string, number, Change, string]>([
    ['an open incident', 0, { evidence: { alarms: ['alarm'] } }, 'Open incident'],
    ['drift', 0, { live: 50 }, 'live is 50 %'],
    [
      'a rule that cannot be read',
      0,
      { evidence: { rules: [{ rule: theRule, kind: 'unreadable', fault: { code: 'THROTTLED', operation: 'x' } }] } },
      'cannot be read',
    ],
    [
      'a missing capacity',
      1,
      {
        evidence: { health: { candidate: { healthy: 4, registered: 20 }, baseline: { healthy: 20, registered: 20 } } },
      },
      'needs 14',
    ],
    ['a hold of circumstance', 0, held(holdOf({ code: 'BLIND', behindMinutes: 9 })), 'BLIND'],
    [
      'a guard that nobody acquitted',
      2,
      held(holdOf({ code: 'GUARD_UNACQUITTED', trip: guardTrip })),
      'GUARD_UNACQUITTED',
    ],
    [
      'a freeze',
      0,
      {
        plan: planOf(
          `${seedSource}\nfreezes: [{ from: 2025-10-31T00:00:00Z, to: 2025-11-03T00:00:00Z, reason: audit }]\n`,
        ),
      },
      'Frozen',
    ],
    ['the last phase', 3, {}, 'last phase'],
    ['a scheduled rollout', -1, {}, 'starts by itself'],
  ])('is refused over %s', (_, phase, change, piece) => {
    expect(refusal(phase, advanceIt, change)).toContain(piece);
  });
});

describe('roll back and close', () => {
  it("rolls back with nobody's leave but an operator's or a lead's", () => {
    expect(said(1, { kind: 'rollBack', why: 'x' })).toBe('rollBack COMMANDED → 0');
    expect(said(1, { kind: 'rollBack', why: 'x' }, {}, principal('FinanceLead'))).toBe('rollBack COMMANDED → 0');
    expect(refusal(1, { kind: 'rollBack', why: 'x' }, {}, principal('Intern'))).toContain('is none');
  });
  it('has nothing to roll back before the start', () => {
    expect(refusal(-1, { kind: 'rollBack', why: 'x' })).toContain('close ends a scheduled rollout');
  });
  it('closes without touching a weight', () => {
    const { decision, state } = accepted(1, { kind: 'close', why: 'by hand' });
    expect([decision.decision, decision.setWeight, state.status, state.weight]).toEqual([
      'close',
      undefined,
      'closed',
      10,
    ]);
  });
  it('answers nothing but close and incidents while rolling back, and nothing at all when ended', () => {
    expect(refusal(1, advanceIt, { state: { status: 'rollingBack' } })).toContain('never goes up again');
    expect(refusal(1, advanceIt, { state: { status: 'rolledBack' } })).toContain('a new attempt needs a new name');
  });
});

describe('sign-offs', () => {
  const sign = (role: string, word: 'GO' | 'NO-GO', phase = 'ramp'): Command => ({
    kind: 'signOff',
    phase,
    role,
    answer: word,
    why: 'numbers',
  });
  const finance = principal('FinanceLead');
  it('takes a GO early, from the bake on', () => {
    expect(accepted(1, sign('finance', 'GO'), {}, finance).state.signOffs).toMatchObject([
      { role: 'finance', answer: 'GO', actor: finance },
    ]);
    expect(refusal(-1, sign('finance', 'GO'), {}, finance)).toContain('from the beginning of a bake');
  });
  it('holds on a NO-GO at once, and a later GO of that role frees', () => {
    const refused = accepted(1, sign('finance', 'NO-GO'), {}, finance);
    expect(refused.decision.reason.code).toBe('NO_GO');
    const again = accepted(1, sign('finance', 'GO'), { state: refused.state }, finance);
    expect([again.state.holds, again.state.signOffs.length]).toEqual([[], 1]);
  });
  it('does not free a NO-GO of another role', () => {
    const refused = accepted(1, sign('finance', 'NO-GO'), {}, finance).state;
    const other = accepted(1, sign('product', 'GO'), { state: refused }, principal('ProductLead'));
    expect(other.state.holds.map(({ code }) => code)).toEqual(['NO_GO']);
  });
  it('refuses a GO of one identity for two roles, and roles that are not asked', () => {
    const plan = planOf(seedSource.replace('assumed-role/ProductLead/*', 'assumed-role/FinanceLead/*'));
    const state = { signOffs: [{ ...go('finance'), actor: finance }] };
    expect(refusal(1, sign('product', 'GO'), { plan, state }, finance)).toContain('cannot sign for two roles');
    expect(refusal(2, sign('finance', 'GO', 'rollout'), {}, finance)).toContain('asks no sign-off from finance');
    expect(refusal(1, sign('finance', 'GO', 'canary'), {}, finance)).toContain('the present phase is ramp');
  });
});

describe('checklist and incidents', () => {
  it('ticks an item once, and names the items when there is no such', () => {
    const ticked = accepted(0, { kind: 'checkOff', item: 'dashboards live' }, { state: { ticked: [] } }).state.ticked;
    expect(ticked).toEqual(['canary/dashboards live']);
    expect(refusal(0, { kind: 'checkOff', item: 'nope' })).toContain('rollback rehearsed');
  });
  it('opens and closes incidents by name', () => {
    const open = accepted(0, { kind: 'openIncident', name: 'db', why: 'slow' }, {}, principal('ProductLead')).state;
    expect(open.incidents).toEqual(['db']);
    expect(accepted(0, { kind: 'closeIncident', name: 'db', why: 'fixed' }, { state: open }).state.incidents).toEqual(
      [],
    );
    expect(refusal(0, { kind: 'closeIncident', name: 'web', why: 'x' }, { state: open })).toContain('open: db');
  });
});
