/** The way up: what is said while it waits, what is asked once more, and that only a rise is written. */
import { describe, expect, it } from 'vitest';
import type { Row } from '../../lib/judge/row.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { decide } from '../../lib/rollout/decide.ts';
import { observe } from '../../lib/rollout/observe.ts';
import type { RolloutState } from '../../lib/rollout/rollout.ts';
import {
  type Change,
  evidenceOf,
  FOUR_GO,
  go,
  HOUR,
  holdOf,
  MINUTE,
  NOW,
  planOf,
  seedPlan,
  seedSource,
  situationOf,
  stateOf,
  theRule,
  twoRulesPlan,
} from './fixture.ts';

const rampStart = seedPlan.phases[1]?.start ?? 0;
const lateBy = seedPlan.lateByMinutes * MINUTE;
const fresh = (now: number) => ({ row: now - 3 * MINUTE, business: now - 5 * MINUTE });
const passedAt = (at: number) => ({
  status: 'passed' as const,
  gate: { passedAt: at, askedAt: at, reminders: 0 as const },
  signOffs: FOUR_GO,
});
/** The canary has passed, and the ramp is due since `late`. */
const due = (late = 0, change: Change = {}) => {
  const now = rampStart + late;
  const state = { ...passedAt(rampStart - HOUR), next: fresh(now), ...change.state };
  return decide(situationOf(0, { ...change, state, evidence: { now, ...change.evidence } }));
};
/** The first phase at weight 100 has passed; the next stays there. */
const atFull = (change: Change = {}) => {
  const now = NOW + 10 * 24 * HOUR;
  const state = { ...passedAt(now - HOUR), next: fresh(now), ...change.state };
  return decide(situationOf(2, { ...change, state, evidence: { now, ...change.evidence } }));
};
const health = (candidate: number | null) => ({
  health: {
    candidate: candidate === null ? null : { healthy: candidate, registered: 20 },
    baseline: { healthy: 20, registered: 20 },
  },
});

describe('a rise', () => {
  it('is written to every rule', () => {
    const rules = twoRulesPlan.traffic.rules.map(
      (rule) => ({ rule, kind: 'weighted', weight: 1, sticky: false }) as const,
    );
    expect(due(0, { plan: twoRulesPlan, evidence: { rules } })).toEqual({
      decision: 'advance',
      reason: { code: 'STARTED', weight: 10, from: 1 },
      setWeight: { weight: 10, rules: twoRulesPlan.traffic.rules, raise: true, rollback: false },
    });
  });
  it('is none from 100 to 100: nothing is written, and neither capacity nor window is asked', () => {
    const entered = { decision: 'advance', reason: { code: 'STARTED', weight: 100, from: 100 } };
    expect(atFull()).toEqual(entered);
    expect(atFull({ evidence: health(4) })).toEqual(entered);
    expect(atFull({ evidence: health(null) })).toEqual(entered);
    const plan = planOf(`${seedSource}\nwindows: [{ days: [wed], hours: "09:00-09:30" }]\n`);
    expect(atFull({ plan })).toEqual(entered);
  });
});

describe('a late start', () => {
  it.each([
    ['is none half an hour after its instant', HOUR / 2, 'advance'],
    ['is none when lateBy is just over', lateBy, 'advance'],
    ['is one a moment later', lateBy + 1, 'hold'],
  ])('%s', (_, late, decision) => {
    expect(due(late).decision).toBe(decision);
  });
});

describe('the pause before a rise', () => {
  it('runs from the last GO, and may end after the next phase could start', () => {
    const start = seedPlan.phases[2]?.start ?? 0;
    const signed = start - 10 * MINUTE;
    const now = start + 15 * MINUTE;
    const signOffs = FOUR_GO.map(({ role }) => go(role, signed));
    const state = { ...passedAt(start - HOUR), signOffs, next: fresh(now) };
    expect(decide(situationOf(1, { state, evidence: { now } }))).toEqual({
      decision: 'wait',
      reason: { code: 'AWAITING_START', start: signed + 30 * MINUTE, phase: 'rollout' },
    });
  });
});

describe('rows before a rise', () => {
  const row = (minutes: number) => ({ state: { next: { row: rampStart - minutes * MINUTE, business: rampStart } } });
  it('are fresh for five minutes', () => {
    expect(due(0, row(5)).decision).toBe('advance');
    expect(due(0, row(6))).toEqual({
      decision: 'wait',
      reason: { code: 'BLIND', behindMinutes: 6, fault: undefined },
    });
  });
  it('tell what keeps them away', () => {
    expect(due(0, { ...row(6), evidence: { metricsFault: 'read CloudWatch' } }).reason).toEqual({
      code: 'BLIND',
      behindMinutes: 6,
      fault: 'read CloudWatch',
    });
  });
});

describe('asked once more', () => {
  const unreadable = { code: 'INCIDENT_OPEN', incidents: ['the alarms cannot be read'] };
  it('waits, and does not hold, while the alarms cannot be read', () => {
    expect(due(0, { evidence: { alarms: null } })).toEqual({ decision: 'wait', reason: unreadable });
  });

  const plan: Plan = {
    ...seedPlan,
    phases: seedPlan.phases.map((phase) => ({
      ...phase,
      advance: phase.advance.filter(({ text }) => text.startsWith('errorRate <')),
    })),
  };
  const rows = (minutes: number, shareFailed: number, after = 0): Row[] =>
    Array.from({ length: minutes }, (_, index) => ({
      minute: `${new Date(NOW + (after + index) * MINUTE).toISOString().slice(0, 16)}Z`,
      weight: 1,
      candidate: counts(10_000, shareFailed),
      baseline: counts(990_000, 0.0001),
      hosts: true,
    }));
  const counts = (requests: number, shareFailed: number) => ({
    requests,
    failures: shareFailed * requests,
    unavailable: 0,
    responses: requests,
    slow: { '200ms': 0, '250ms': 0 },
  });
  const judged = (seen: readonly Row[]): Pick<RolloutState, 'judge'> => ({
    judge: observe(plan, stateOf(0, {}, plan), evidenceOf(1, { rows: seen })).state.judge,
  });
  it.each([
    ['advances on a criterion that still passes', rows(200, 0.0001), { decision: 'advance' }],
    [
      'holds on a criterion that fails over the bake',
      rows(200, 0.02),
      { decision: 'hold', reason: { code: 'GATE_STALE', over: 'bake', assessment: { verdict: 'fail' } } },
    ],
    [
      'holds on a criterion that passes over the bake and fails lately',
      [...rows(1000, 0.0001), ...rows(200, 0.02, 1000)],
      { decision: 'hold', reason: { code: 'GATE_STALE', over: 'recent', assessment: { verdict: 'fail' } } },
    ],
  ])('%s', (_, seen, expected) => {
    expect(due(0, { plan, state: judged(seen) })).toMatchObject(expected);
  });
});

describe('required items of the next phase', () => {
  const plan = planOf(
    seedSource.replace(
      '    weight: 10%\n',
      '    weight: 10%\n    checklist: [{ item: cache warmed, required: true }, { item: pager on, required: true }, dashboards read]\n',
    ),
  );
  it('are named until they are ticked in that phase', () => {
    const ticked = (...items: string[]) => due(0, { plan, state: { ticked: items } });
    expect(ticked('ramp/cache warmed', 'canary/pager on')).toEqual({
      decision: 'wait',
      reason: { code: 'AWAITING_CHECKLIST', items: ['pager on'] },
    });
    expect(ticked('ramp/cache warmed', 'ramp/pager on').decision).toBe('advance');
  });
});

describe('a NO-GO', () => {
  it.each([
    ['with what the lead said', 'costs too much', 'costs too much'],
    ['without, where the lead said nothing', undefined, ''],
  ])('is told %s', (_, why, told) => {
    const signOffs = [{ ...go('finance'), answer: 'NO-GO' as const, why }];
    expect(decide(situationOf(1, { state: { ...passedAt(NOW), signOffs } }))).toEqual({
      decision: 'hold',
      reason: { code: 'NO_GO', role: 'finance', actor: go('finance').actor, why: told },
    });
  });
});

describe('a bake', () => {
  it('tells whether it still waits for its weight', () => {
    const { bake } = stateOf(0);
    const reasonOf = (startedAt: number | null) =>
      decide(situationOf(0, { state: { bake: { ...bake, startedAt } } })).reason;
    const reason = { code: 'BAKING', bakedMinutes: 85, ofMinutes: 120 };
    expect(reasonOf(null)).toEqual({ ...reason, waitingForWeight: true });
    expect(reasonOf(NOW - HOUR)).toEqual({ ...reason, waitingForWeight: false });
  });
  it('is not stopped by what the rollout came after: that is asked before the start', () => {
    const after = [{ rollout: 'other', status: 'rolledBack' }];
    expect(decide(situationOf(0, { evidence: { after } })).reason.code).toBe('BAKING');
  });
});

describe('the first phase', () => {
  const dayBefore = { requestsPerMinute: null, failureShare: null, unavailableShare: null };
  const begin = (change: Change['evidence'], state: Change['state'] = {}) =>
    decide(
      situationOf(-1, {
        state,
        evidence: { now: seedPlan.start, preflight: { problems: [], notes: [], dayBefore }, ...change },
      }),
    );
  it('is named while its start has not come', () => {
    expect(begin({ now: seedPlan.start - 1 })).toEqual({
      decision: 'wait',
      reason: { code: 'AWAITING_START', start: seedPlan.start, phase: 'canary' },
    });
  });
  it('begins until startWithin is over, and is asked about after that', () => {
    const within = seedPlan.startWithinMinutes * MINUTE;
    expect(begin({ now: seedPlan.start + within }).decision).toBe('advance');
    expect(begin({ now: seedPlan.start + within + 1 }).decision).toBe('hold');
    expect(begin({ now: seedPlan.start + within + 1 }, { lateStartConfirmed: true }).decision).toBe('advance');
  });
  it('comes after all that the plan names, and tells the first that has not finished', () => {
    const [one, two] = [
      { rollout: 'one', status: 'finished' },
      { rollout: 'two', status: null },
    ];
    expect(begin({ after: [one] }).decision).toBe('advance');
    expect(begin({ after: [one, two] })).toEqual({
      decision: 'wait',
      reason: { code: 'AWAITING_ROLLOUT', rollout: 'two', its: 'not known' },
    });
  });
  it('waits with every problem in words', () => {
    const gone = [{ rule: theRule, kind: 'gone' } as const];
    expect(begin({ preflight: null, rules: gone, ...health(0) })).toEqual({
      decision: 'wait',
      reason: {
        code: 'PREFLIGHT_FAILED',
        problems: [
          'preflight did not answer',
          expect.stringContaining('the live weight cannot be read'),
          expect.stringContaining('healthy'),
        ],
      },
    });
  });
});

it('holds for an operator before anything of the way up is asked', () => {
  const holds = [holdOf({ code: 'OPERATOR', actor: 'a', why: 'b' })];
  expect(due(0, { state: { holds } }).reason.code).toBe('OPERATOR');
});
