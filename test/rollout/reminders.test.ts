import { describe, expect, it } from 'vitest';
import type { Plan } from '../../lib/plan/plan.ts';
import { apply } from '../../lib/rollout/apply.ts';
import { decide } from '../../lib/rollout/decide.ts';
import { explain } from '../../lib/rollout/explain.ts';
import { noticesOf } from '../../lib/rollout/notices.ts';
import { countReminders, holdsToRemind, isPageDue } from '../../lib/rollout/reminders.ts';
import type { Rollback, RolloutState } from '../../lib/rollout/rollout.ts';
import {
  evidenceOf,
  FOUR_GO,
  guardTrip,
  HOUR,
  holdOf,
  MINUTE,
  NOW,
  operator,
  rollbackOf,
  seedPlan,
  situationOf,
  stateOf,
  watchTrip,
} from './fixture.ts';

/** Hours after the beginning at which people are told again, when somebody looks every minute. */
const remindedAt = (hold: RolloutState['holds'][number], hours: number): readonly number[] => {
  let situation = situationOf(0, { state: { holds: [hold] } });
  const told: number[] = [];
  for (let minute = 0; minute <= hours * 60; minute++) {
    const now = hold.since + minute * MINUTE;
    situation = { ...situation, evidence: evidenceOf(1, { now }) };
    const decision = decide(situation);
    if (noticesOf(situation, decision, decision).length > 0) told.push(minute / 60);
    situation = { ...situation, state: countReminders(situation.state, now) };
  }
  return told;
};

describe('reminders', () => {
  it('of what only an operator ends come after 1 h, 4 h, then daily', () => {
    expect(remindedAt(holdOf({ code: 'OPERATOR', actor: operator, why: 'x' }, NOW), 50)).toEqual([1, 4, 24, 48]);
  });
  it('of a circumstance come after a day, then daily', () => {
    expect(remindedAt(holdOf({ code: 'INCIDENT_OPEN', incidents: ['db'] }, NOW), 50)).toEqual([24, 48]);
  });
  it('of a way back that is not done come every five minutes, without end', () => {
    const begun = situationOf(1, { trip: guardTrip });
    let situation = { ...begun, state: apply(begun, decide(begun)), trips: [] };
    const paged: number[] = [];
    for (let minute = 1; minute <= 16; minute++) {
      situation = { ...situation, evidence: evidenceOf(10, { now: NOW + minute * MINUTE }) };
      const decision = decide(situation);
      if (noticesOf(situation, decision, decision).length > 0) paged.push(minute);
      situation = { ...situation, state: countReminders(apply(situation, decision), NOW + minute * MINUTE) };
    }
    expect(paged).toEqual([5, 10, 15]);
  });
});

describe('waiting for another rollout', () => {
  const waiting = (its: string) => ({
    decision: 'wait' as const,
    reason: { code: 'AWAITING_ROLLOUT' as const, rollout: 'other', its },
  });
  const told = (its: string, before: string) =>
    noticesOf(situationOf(-1, { evidence: { now: seedPlan.start } }), waiting(its), waiting(before));

  it('is told once, whatever phases that one goes through', () => {
    expect(told('passed', 'baking')).toEqual([]);
  });
  it('is told again when that one has ended in another way than it should', () => {
    expect(told('rolledBack', 'baking')).toMatchObject([
      { audience: 'everyone', text: expect.stringContaining('in vain for rollout other to finish; it is rolledBack') },
    ]);
  });
});

describe('nobody is reminded', () => {
  const hold = holdOf({ code: 'OPERATOR', actor: operator, why: 'x' });
  const incident = { ...holdOf({ code: 'INCIDENT_OPEN', incidents: ['db'] }, NOW - 25 * HOUR), cleanRows: 10 };
  const rollback = rollbackOf({ decidedAt: NOW - HOUR, pagedAt: NOW - 5 * MINUTE });
  const toRemind = (...holds: RolloutState['holds']) => holdsToRemind(stateOf(0, { holds }), NOW);

  it('of a hold that was not told yet, or that is over', () => {
    expect(toRemind(hold)).toEqual([hold]);
    expect(toRemind({ ...hold, told: false }, incident, { ...incident, told: false })).toEqual([]);
    expect(toRemind({ ...hold, since: NOW - HOUR + 1 })).toEqual([]);
  });

  it('of a rollback that is done, ended, or told less than five minutes ago', () => {
    const isDue = (status: RolloutState['status'], change: Partial<Rollback> = {}) =>
      isPageDue(stateOf(0, { status, rollback: { ...rollback, ...change } }), NOW);
    expect(isDue('rollingBack')).toBe(true);
    expect(isDue('rollingBack', { pagedAt: NOW - 5 * MINUTE + 1 })).toBe(false);
    expect(isDue('rollingBack', { verifiedAt: NOW })).toBe(false);
    expect(isDue('rolledBack')).toBe(false);
  });

  it('twice: what was told is counted, and nothing else changes', () => {
    const quiet = stateOf(0);
    expect(countReminders(quiet, NOW)).toBe(quiet);
    const held = stateOf(0, { status: 'rollingBack', holds: [hold], rollback: { ...rollback, pagedAt: NOW } });
    expect(countReminders(held, NOW)).toEqual({ ...held, holds: [{ ...hold, reminders: 1 }] });
    const paged = stateOf(0, { status: 'rollingBack', rollback });
    expect(countReminders(paged, NOW)).toEqual({ ...paged, rollback: { ...rollback, pagedAt: NOW } });
  });
});

describe('the end of a rollback', () => {
  const rollback = {
    reason: { code: 'GUARD_TRIPPED', trip: guardTrip },
    decidedAt: NOW - 10 * MINUTE,
    faultBeganAt: null,
    fromWeight: 10,
    verifiedAt: NOW - 6 * MINUTE,
    lastRequestMinute: null,
    quietRows: 2,
    tailRequests: 0,
    pagedAt: NOW - 10 * MINUTE,
  } as const;
  const toldAtTheEnd = (plan: Plan, change: Partial<Rollback> = {}) => {
    const situation = situationOf(1, {
      plan,
      state: { status: 'rollingBack', weight: 0, rollback: { ...rollback, ...change } },
      live: 0,
    });
    return noticesOf(situation, decide(situation), { decision: 'wait', reason: rollback.reason });
  };
  const drained = { code: 'DRAINED', afterMinutes: 6 } as const;

  it('is told once to everyone, to the leads and to the people on call, to none in the words of another', () => {
    const told = toldAtTheEnd(seedPlan);
    const inFull = [
      explain(rollback.reason),
      'Not decided on rows, so no fault is dated; decided 2025-10-31 13:20 UTC at 10 %; weight 0 seen on every rule 2025-10-31 13:24 UTC; no request on the candidate since then.',
      'Now: fix the release, and start it under a new name; this one never rises again.',
      `The minutes that proved it, beside the baseline's, and who was told when: sluice report ${seedPlan.rollout}.`,
    ].join('\n');
    expect(told).toEqual([
      { audience: 'everyone', subject: `${seedPlan.rollout}: rolled back`, text: inFull },
      {
        audience: 'leads',
        subject: `${seedPlan.rollout}: rolled back, no sign-off is needed`,
        text: expect.stringContaining('Nobody is asked for a GO any more'),
      },
      {
        audience: 'onCall',
        subject: `${seedPlan.rollout}: the rollback is complete: DRAINED`,
        text: explain(drained),
      },
    ]);
    const sentences = told.flatMap(({ text }) => text.split(/(?<=\.)\s/));
    expect(new Set(sentences).size).toBe(sentences.length);
  });
  it('tells the people on call of clients that are pinned to the candidate', () => {
    const told = toldAtTheEnd(seedPlan, { verifiedAt: NOW - 30 * MINUTE, quietRows: 0, tailRequests: 12 });
    expect(told.map(({ audience, subject }) => [audience, subject])).toContainEqual([
      'onCall',
      `${seedPlan.rollout}: the rollback is complete: STICKY_TAIL`,
    ]);
  });
  it('is not told to leads where the plan has none', () => {
    const told = toldAtTheEnd({ ...seedPlan, leads: {} });
    expect(told.map(({ audience }) => audience)).toEqual(['everyone', 'onCall']);
  });
});

describe('a decision', () => {
  it('to roll back takes rule stickiness away; a correction does not', () => {
    expect(decide(situationOf(1, { trip: watchTrip })).setWeight).toMatchObject({ raise: false, rollback: true });
    expect(decide(situationOf(1, { live: 50 })).setWeight).toMatchObject({ raise: false, rollback: false });
  });
  it('to advance ends what leads said of the phase before', () => {
    const due = seedPlan.phases[1]?.start ?? 0;
    const gate = { passedAt: due - HOUR, askedAt: due - HOUR, reminders: 0 as const };
    const next = { row: due - 3 * MINUTE, business: due - 5 * MINUTE };
    const passed = situationOf(0, {
      state: { status: 'passed', gate, signOffs: FOUR_GO, next },
      evidence: { now: due },
    });
    const state = apply(passed, decide(passed));
    expect([state.phase, state.signOffs, state.gate]).toEqual([1, [], null]);
  });
});
