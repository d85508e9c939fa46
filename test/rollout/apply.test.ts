/** What each decision leaves behind in the state. */
import { describe, expect, it } from 'vitest';
import type { Assessment } from '../../lib/judge/verdict.ts';
import { apply } from '../../lib/rollout/apply.ts';
import type { Decision } from '../../lib/rollout/entry.ts';
import type { RuleReading } from '../../lib/rollout/evidence.ts';
import type { HoldReason } from '../../lib/rollout/holds.ts';
import type { Reason } from '../../lib/rollout/reason.ts';
import type { Rollback } from '../../lib/rollout/rollout.ts';
import {
  type Change,
  FOUR_GO,
  failedCriterion,
  go,
  guardTrip,
  HOUR,
  holdOf,
  MINUTE,
  NOW,
  operator,
  seedPlan,
  situationOf,
  stateOf,
  theRule,
  twoRulesPlan,
  watchTrip,
} from './fixture.ts';

const after = (phase: number, decision: Decision, change: Change = {}) => apply(situationOf(phase, change), decision);
const wait = (reason: Reason): Decision => ({ decision: 'wait', reason });
const hold = (reason: HoldReason): Decision => ({ decision: 'hold', reason });
const op = { code: 'OPERATOR', actor: operator, why: 'x' } as const;
const blind = { code: 'BLIND', behindMinutes: 9 } as const;
const late = { code: 'START_LATE', start: seedPlan.start, lateByMinutes: 60 } as const;
const failed = { code: 'CRITERION_FAILED', assessment: failedCriterion } as const;
const gate = { passedAt: NOW - HOUR, askedAt: NOW - HOUR, reminders: 0 as const };
const passing: Assessment = { ...failedCriterion, verdict: 'pass' };

describe('wait', () => {
  it('lets those sign who sign by themselves when the gate passes, but for roles that have spoken', () => {
    const no = { ...go('finance'), answer: 'NO-GO' as const };
    const passed = wait({ code: 'GATE_PASSED', assessments: [], autoSignOffs: ['product', 'finance'] });
    const state = after(0, passed, { state: { signOffs: [no, go('engineering')] } });
    expect(state.status).toBe('passed');
    expect(state.gate).toEqual({ passedAt: NOW, askedAt: NOW, reminders: 0 });
    expect(state.signOffs).toEqual([
      no,
      go('engineering'),
      { role: 'product', answer: 'GO', actor: 'auto', at: NOW, why: 'all criteria pass' },
    ]);
  });
  it('asks for no confirmation of a late start any more once it never begins', () => {
    const holds = [holdOf(late), holdOf(op)];
    const awaiting = (its: string) => wait({ code: 'AWAITING_ROLLOUT', rollout: 'other', its });
    expect(after(-1, awaiting('rolledBack'), { state: { holds } }).holds).toEqual([holdOf(op)]);
    expect(after(-1, awaiting('baking'), { state: { holds } }).holds).toEqual(holds);
    expect(after(-1, wait(late), { state: { holds } }).holds).toEqual(holds);
  });
  it('remembers which reminder was given', () => {
    const asked = (reminder: 0 | 1 | 2) =>
      wait({ code: 'AWAITING_SIGN_OFF', missing: ['finance'], expiresAt: NOW + HOUR, reminder });
    const { state: before } = situationOf(1, { state: { status: 'passed', gate } });
    const { plan, evidence } = situationOf(1);
    const next = (reminder: 0 | 1 | 2) => apply({ ...situationOf(1), plan, evidence, state: before }, asked(reminder));
    expect(next(1)).toEqual({ ...before, gate: { ...gate, reminders: 1 } });
    expect(next(0)).toBe(before);
    expect(after(1, asked(1), { state: { gate: null } }).gate).toBeNull();
  });
  it('changes nothing else', () => {
    const situation = situationOf(0, { state: { gate } });
    const baking = { code: 'BAKING', bakedMinutes: 1, ofMinutes: 2, waitingForWeight: false } as const;
    expect(apply(situation, wait(baking))).toBe(situation.state);
  });
});

describe('extend', () => {
  const extend = (...assessments: Assessment[]): Decision => ({
    decision: 'extend',
    reason: { code: 'EXTENDED', toMinutes: 180, upToMinutes: 240, assessments },
  });
  const passesInARow = (phase: number, ...assessments: Assessment[]) => {
    const bake = { ...stateOf(phase).bake, passesInARow: 3 };
    const { bake: next } = after(phase, extend(...assessments), { state: { bake } });
    expect(next.targetMinutes).toBe(180);
    return next.passesInARow;
  };
  it('counts a look at which all criteria passed, and begins anew at any other', () => {
    expect(passesInARow(0, passing, passing)).toBe(4);
    expect(passesInARow(0, passing, { ...passing, verdict: 'insufficient' })).toBe(0);
    expect(passesInARow(0, { ...passing, verdict: 'insufficient' })).toBe(0);
  });
  it('does not count in a phase with daily checkpoints', () => {
    expect(passesInARow(3, passing)).toBe(3);
    expect(passesInARow(3, failedCriterion)).toBe(0);
  });
});

describe('correct', () => {
  const correct = (code: 'WEIGHT_ABOVE' | 'WEIGHT_UNWRITTEN'): Decision => ({
    decision: 'correct',
    reason: { code, rule: theRule, live: 50, recorded: 1 },
  });
  const judge = { ...stateOf(0).judge, silent: 7 };
  it('bakes again after an excess, and keeps what watch and guards know', () => {
    const state = after(0, correct('WEIGHT_ABOVE'), { state: { judge } });
    expect(state.bake).toMatchObject({ startedAt: null, minutes: 0, restarts: 1 });
    expect(state.judge).toMatchObject({ restarts: 1, silent: 7 });
    expect(state.roseAt).toBe(seedPlan.start);
  });
  it('bakes nothing again before the first phase', () => {
    const { state, ...rest } = situationOf(-1);
    expect(apply({ ...rest, state }, correct('WEIGHT_ABOVE'))).toBe(state);
  });
  it('dates the rise by the write that reached the rule', () => {
    const situation = situationOf(0);
    expect(apply(situation, correct('WEIGHT_UNWRITTEN'))).toEqual({ ...situation.state, roseAt: NOW });
  });
});

describe('advance', () => {
  const started: Decision = { decision: 'advance', reason: { code: 'STARTED', weight: 10, from: 1 } };
  const passed = { status: 'passed' as const, gate, signOffs: FOUR_GO, lateStartConfirmed: true };
  it('enters the next phase: its weight is recorded, nothing of it is confirmed, baked or signed', () => {
    const judge = { ...stateOf(0).judge, silent: 7, restarts: 2 };
    expect(after(0, started, { state: { ...passed, judge } })).toMatchObject({
      status: 'baking',
      phase: 1,
      weight: 10,
      weightBefore: 1,
      roseAt: NOW,
      rules: [{ confirmed: 1, isConfirmed: false, sticky: false }],
      bake: { startedAt: null, minutes: 0, targetMinutes: 240, restarts: 0 },
      gate: null,
      signOffs: [],
      lateStartConfirmed: false,
      judge: { silent: 0, restarts: 0 },
      startedAt: seedPlan.start,
    });
  });
  it('is no rise from 100 to 100: guards and split go on', () => {
    const judge = { ...stateOf(2).judge, silent: 7 };
    const state = after(2, started, { state: { ...passed, judge } });
    expect(state).toMatchObject({ phase: 3, weight: 100, roseAt: seedPlan.start, judge: { silent: 7 } });
  });
  it('begins the rollout: rows are judged from this minute on, against the day before', () => {
    const dayBefore = { requestsPerMinute: 1234, failureShare: 0.001, unavailableShare: 0 };
    const now = seedPlan.start + 20_000;
    const preflight = { problems: [], notes: [], dayBefore };
    const state = after(-1, started, { evidence: { now, preflight } });
    expect(state).toMatchObject({
      rollout: seedPlan.rollout,
      phase: 0,
      weight: 1,
      startedAt: now,
      next: { row: seedPlan.start, business: seedPlan.start },
      judge: { before: dayBefore },
    });
    const unseen = after(-1, started, { evidence: { now } });
    expect(unseen.judge.before).toEqual(stateOf(-1).judge.before);
  });
});

describe('hold', () => {
  it('begins one, told', () => {
    expect(after(0, hold(op)).holds).toEqual([holdOf(op, NOW)]);
  });
  it('tells one that a row began, and leaves the others alone', () => {
    const [untold, other] = [
      { ...holdOf(blind), told: false },
      { ...holdOf(late), told: false },
    ];
    expect(after(0, hold(blind), { state: { holds: [untold, other] } }).holds).toEqual([
      { ...untold, told: true },
      other,
    ]);
    expect(after(0, hold(op), { state: { holds: [other] } }).holds).toEqual([other, holdOf(op, NOW)]);
  });
  it('takes back what leads said before a proven fail, but for a NO-GO', () => {
    const no = { ...go('finance'), answer: 'NO-GO' as const };
    const signOffs = [go('product'), no];
    const said = (reason: HoldReason) => after(1, hold(reason), { state: { signOffs } }).signOffs;
    expect(said(failed)).toEqual([no]);
    expect(said({ code: 'GATE_STALE', assessment: failedCriterion, over: 'bake' })).toEqual([no]);
    expect(said(op)).toEqual(signOffs);
  });
});

describe('resume', () => {
  it('ends the hold that has recovered, and no other', () => {
    const recovered: Decision = { decision: 'resume', reason: { code: 'RECOVERED', hold: 'BLIND', heldMinutes: 3 } };
    expect(after(0, recovered, { state: { holds: [holdOf(blind), holdOf(op)] } }).holds).toEqual([holdOf(op)]);
  });
});

describe('rollBack', () => {
  const trip = { code: 'WATCH_TRIPPED', trip: watchTrip } as const;
  const rollBack = (reason: Reason, weight?: number): Decision => ({
    decision: 'rollBack',
    reason,
    ...(weight === undefined ? {} : { setWeight: { weight, rules: [theRule], raise: false, rollback: true } }),
  });
  const live = (rule: string, weight: number): RuleReading => ({ rule, kind: 'weighted', weight, sticky: false });
  const [first = '', second = ''] = twoRulesPlan.traffic.rules;
  it('records where it goes, why, and since when the fault was there; every hold is over', () => {
    expect(after(1, rollBack(trip, 0), { state: { holds: [holdOf(op)] } })).toMatchObject({
      status: 'rollingBack',
      weight: 0,
      weightBefore: 10,
      holds: [],
      rollback: {
        decidedAt: NOW,
        reason: trip,
        faultBeganAt: Date.parse(watchTrip.sinceMinute),
        fromWeight: 10,
        verifiedAt: null,
        lastRequestMinute: null,
        quietRows: 0,
        tailRequests: 0,
        pagedAt: NOW,
      },
    });
  });
  it.each<[string, Reason, number | null]>([
    ['of a guard', { code: 'GUARD_TRIPPED', trip: guardTrip }, Date.parse(guardTrip.sinceMinute)],
    ['of a trip recorded late', { code: 'RECORDED_LATE', of: trip }, Date.parse(watchTrip.sinceMinute)],
    ['of a command is unknown', { code: 'COMMANDED', command: 'rollBack', actor: operator, why: '' }, null],
  ])('knows when the fault began: %s', (_, reason, at) => {
    expect(after(1, rollBack(reason, 0)).rollback?.faultBeganAt).toBe(at);
  });
  it('never records more than it was, where nothing could be written', () => {
    const at = (...rules: RuleReading[]) =>
      after(1, rollBack(trip), { plan: twoRulesPlan, evidence: { rules } }).weight;
    expect(at(live(first, 0), live(second, 4))).toBe(4);
    expect(at(live(first, 50), live(second, 4))).toBe(10);
    expect(at(live(first, 4), { rule: second, kind: 'gone' })).toBe(10);
    expect(after(1, rollBack(trip, 62.2)).weight).toBe(10);
  });
  it('keeps the first reason on every further step, and ends for it when the candidate is drained', () => {
    const rollback: Rollback = {
      decidedAt: NOW - 10 * MINUTE,
      reason: trip,
      faultBeganAt: null,
      fromWeight: 10,
      verifiedAt: NOW - 6 * MINUTE,
      lastRequestMinute: null,
      quietRows: 2,
      tailRequests: 0,
      pagedAt: NOW,
    };
    const state = { status: 'rollingBack' as const, weight: 0, rollback };
    const narrow = { code: 'WAY_BACK_NARROW', healthy: 5, needed: 14, sharePercent: 37.8 } as const;
    expect(after(1, rollBack(narrow, 0), { state })).toMatchObject({ status: 'rollingBack', rollback });
    for (const reason of [
      { code: 'DRAINED', afterMinutes: 6 },
      { code: 'STICKY_TAIL', requests: 4, afterMinutes: 30 },
    ] as const)
      expect(after(1, rollBack(reason), { state })).toMatchObject({
        status: 'rolledBack',
        weight: 0,
        endedAt: NOW,
        endedBy: trip,
      });
  });
});

describe('finish and close', () => {
  it('end the rollout with their reason', () => {
    const finished = { code: 'FINISHED', weight: 100, resting: 'deploy' } as const;
    expect(after(3, { decision: 'finish', reason: finished })).toMatchObject({
      rollout: seedPlan.rollout,
      status: 'finished',
      weight: 100,
      endedAt: NOW,
      endedBy: finished,
    });
    const closed = { code: 'CLOSED', actor: operator, why: 'x' } as const;
    expect(after(1, { decision: 'close', reason: closed }, { state: { holds: [holdOf(op)] } })).toMatchObject({
      status: 'closed',
      holds: [],
      endedAt: NOW,
      endedBy: closed,
    });
  });
  it('take the way of a rollback where an A/A rollout is over', () => {
    const over = { code: 'AA_OVER', from: 10 } as const;
    const setWeight = { weight: 0, rules: [theRule], raise: false, rollback: true };
    expect(after(1, { decision: 'finish', reason: over, setWeight })).toMatchObject({
      status: 'rollingBack',
      weight: 0,
      endedAt: null,
      rollback: { reason: over, fromWeight: 10 },
    });
  });
});

it.each<[string, Decision, string]>([
  ['an extension', { decision: 'extend', reason: op }, 'an extension says how far'],
  ['an end of a hold', { decision: 'resume', reason: op }, 'only a circumstance ends by itself'],
  ['a hold', { decision: 'hold', reason: { code: 'FROZEN', until: NOW, why: '' } }, 'FROZEN is a reason that holds'],
])('takes %s for a bug that does not say its own reason', (_, decision, words) => {
  expect(() => after(0, decision)).toThrow(words);
});
