import { describe, expect, it } from 'vitest';
import { apply } from '../../lib/rollout/apply.ts';
import { decide } from '../../lib/rollout/decide.ts';
import { noticesOf } from '../../lib/rollout/notices.ts';
import { countReminders } from '../../lib/rollout/reminders.ts';
import type { RolloutState } from '../../lib/rollout/rollout.ts';
import {
  evidenceOf,
  FOUR_GO,
  guardTrip,
  HOUR,
  holdOf,
  MINUTE,
  NOW,
  operator,
  seedPlan,
  situationOf,
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
