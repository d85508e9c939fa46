import { describe, expect, it } from 'vitest';
import { roundOf, type SignOffRound, type Spoken, signOffTable } from '../../lib/report/sign-off-table.ts';
import { instant } from '../../lib/rollout/explain.ts';
import { HOUR, holdOf, NOW, planOf, principal, seedPlan, seedSource, stateOf } from '../rollout/fixture.ts';

const RAMP = 1;
const ASKED = Date.parse('2025-11-01T18:04Z');
const asked: SignOffRound = { phase: RAMP, words: [], askedAt: ASKED, isExpired: false, isOver: false };
const said = (answer: 'GO' | 'NO-GO', at = NOW, more: Partial<Spoken> = {}): Spoken => ({
  role: 'finance',
  answer,
  actor: principal('FinanceLead'),
  at,
  why: 'read it',
  ...more,
});

const finance = (round: SignOffRound, now = ASKED, plan = seedPlan) =>
  signOffTable(plan, round, now).find(({ role }) => role === 'finance');

describe('a role that has not spoken', () => {
  it('is asked when the gate passes, or signs by itself then', () => {
    expect(finance({ ...asked, askedAt: null })).toMatchObject({
      kind: 'asked',
      answer: 'waiting',
      by: '',
      at: null,
      note: 'asked when the gate passes',
    });
    expect(finance({ ...asked, phase: 0, askedAt: null })).toMatchObject({
      kind: 'auto',
      answer: 'waiting',
      note: 'GO by itself when all criteria pass',
    });
  });

  const [first, second, expiry] = ['2025-11-03 04:00 UTC', '2025-11-03 10:00 UTC', '2025-11-03 16:00 UTC'];
  it.each([
    ['2025-11-03T03:59Z', `asked 2025-11-01 18:04 UTC, reminders ${first} and ${second}, expires ${expiry}`],
    ['2025-11-03T04:00Z', `asked 2025-11-01 18:04 UTC, reminded ${first}, again ${second}, expires ${expiry}`],
    ['2025-11-03T10:00Z', `asked 2025-11-01 18:04 UTC, reminded ${first} and ${second}, expires ${expiry}`],
  ])('is told with the state of its reminders, at %s', (now, note) => {
    expect(finance(asked, Date.parse(now))).toMatchObject({ answer: 'waiting', note });
  });

  it('is told as expired where it is held for that, and as never given where nobody is asked any more', () => {
    expect(finance({ ...asked, isExpired: true })).toMatchObject({
      answer: 'expired',
      note: `asked 2025-11-01 18:04 UTC, reminded twice, expired ${expiry}`,
    });
    expect(finance({ ...asked, isOver: true })).toMatchObject({ answer: 'never', note: '' });
  });
});

describe('a role that has spoken', () => {
  it('is told with its last word, by whom, when and why; what it said before is kept', () => {
    const words = [said('NO-GO', NOW - HOUR), said('GO')];
    expect(finance({ ...asked, words })).toEqual({
      phase: 'ramp',
      role: 'finance',
      kind: 'asked',
      answer: 'GO',
      by: principal('FinanceLead'),
      at: NOW,
      why: 'read it',
      note: '',
      earlier: [words[0]],
    });
  });

  it('is waited for again when a proven fail took its word back', () => {
    expect(finance({ ...asked, askedAt: null, words: [said('GO', NOW, { takenBackAt: NOW + HOUR })] })).toMatchObject({
      answer: 'waiting',
      note: `GO taken back by a proven fail at ${instant(NOW + HOUR)}; asked when the gate passes`,
    });
  });
});

it('has a line for each role in the order of the plan, those who sign by themselves last', () => {
  const plan = planOf(
    seedSource.replace(
      'signOff: { roles: [engineering, operations, product, finance] }',
      'signOff: { roles: [product], auto: [finance, engineering] }',
    ),
  );
  expect(signOffTable(plan, asked, ASKED).map(({ role, kind }) => `${role} ${kind}`)).toEqual([
    'product asked',
    'finance auto',
    'engineering auto',
  ]);
  expect(signOffTable(seedPlan, { ...asked, phase: 2 }, ASKED)).toEqual([]);
});

it('is read from the state alone', () => {
  const gate = { passedAt: ASKED, askedAt: ASKED, reminders: 0 as const };
  const state = stateOf(RAMP, { status: 'passed', gate, signOffs: [said('GO')] });
  expect(roundOf(state)).toEqual({ ...asked, words: [said('GO')] });
  const expired = { code: 'SIGN_OFF_EXPIRED', missing: ['finance'], askedAt: ASKED, expiredAt: ASKED } as const;
  expect(roundOf({ ...state, holds: [holdOf(expired)] })).toMatchObject({ isExpired: true });
  expect(roundOf({ ...state, status: 'rolledBack' })).toMatchObject({ isOver: true });
  expect(roundOf(stateOf(-1))).toBeUndefined();
});
