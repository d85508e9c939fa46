/** What must never wait, at its limits: one step more or less and the answer is another. */
import { describe, expect, it } from 'vitest';
import { decide } from '../../lib/rollout/decide.ts';
import type { RuleReading } from '../../lib/rollout/evidence.ts';
import {
  FOUR_GO,
  failedCriterion,
  guardTrip,
  HOUR,
  holdOf,
  MINUTE,
  NOW,
  planOf,
  seedPlan,
  seedSource,
  situationOf,
  twoRulesPlan,
  watchTrip,
} from './fixture.ts';

const said = (situation: Parameters<typeof decide>[0]) => {
  const { decision, reason, setWeight } = decide(situation);
  return setWeight === undefined ? `${decision} ${reason.code}` : `${decision} ${reason.code} → ${setWeight.weight}`;
};
const live = (rule: string, weight: number): RuleReading => ({ rule, kind: 'weighted', weight, sticky: false });
const seen = (isConfirmed: boolean, sticky = false) => ({ confirmed: 1, isConfirmed, sticky });
const [first = '', second = ''] = twoRulesPlan.traffic.rules;

describe('two trips in one tick', () => {
  const sticky = { rules: [seen(true, true)] };
  const both = [watchTrip, guardTrip];
  it('rolls back on the one, though the other only holds', () => {
    expect(said({ ...situationOf(0, { state: sticky }), trips: both })).toBe('rollBack GUARD_TRIPPED → 0');
  });
  it('holds on the one, though the other holds already', () => {
    const known = { ...sticky, holds: [holdOf({ code: 'WATCH_ON_STICKY', trip: watchTrip })] };
    expect(said({ ...situationOf(3, { state: known }), trips: both })).toBe('hold GUARD_UNACQUITTED');
  });
  it('holds once on a guard that nothing can acquit', () => {
    const known = { holds: [holdOf({ code: 'GUARD_UNACQUITTED', trip: guardTrip })] };
    expect(said(situationOf(3, { trip: guardTrip, state: known }))).toBe('wait GUARD_UNACQUITTED');
  });
});

describe('the watch where clients are pinned', () => {
  it('holds as soon as one of the rules is sticky', () => {
    const one = { rules: [seen(true), seen(true, true)] };
    const rules = [live(first, 1), live(second, 1)];
    expect(said(situationOf(0, { plan: twoRulesPlan, trip: watchTrip, state: one, evidence: { rules } }))).toBe(
      'hold WATCH_ON_STICKY',
    );
  });
  it('rolls back where the plan says onSticky: rollBack', () => {
    const plan = planOf(`${seedSource}\nregressionWatch: { onSticky: rollBack }\n`);
    expect(said(situationOf(0, { plan, trip: watchTrip, state: { rules: [seen(true, true)] } }))).toBe(
      'rollBack WATCH_TRIPPED → 0',
    );
  });
});

describe('a criterion in a phase with onFail: rollBack', () => {
  const plan = planOf(seedSource.replace('    weight: 1%\n', '    weight: 1%\n    onFail: rollBack\n'));
  it.each([
    ['rolls back when it is proven to fail', { failed: failedCriterion }, 'rollBack CRITERION_FAILED → 0'],
    ['goes on baking when none is', {}, 'wait BAKING'],
    [
      'is asked once more, and does not roll back, after the gate has passed',
      {
        failed: failedCriterion,
        state: { status: 'passed', gate: { passedAt: NOW, askedAt: NOW, reminders: 0 }, signOffs: FOUR_GO },
      } as const,
      'wait AWAITING_START',
    ],
  ])('%s', (_, change, expected) => {
    expect(said(situationOf(0, { plan, ...change }))).toBe(expected);
  });
});

it('rolls back what is proven bad when holdFor is over, and not a minute before', () => {
  const heldFor = (minutes: number) => ({
    state: { holds: [holdOf({ code: 'NO_GO', role: 'finance', actor: 'a', why: '' }, NOW - minutes * MINUTE)] },
  });
  expect(said(situationOf(0, heldFor(seedPlan.holdForMinutes - 1)))).toBe('wait NO_GO');
  expect(decide(situationOf(0, heldFor(seedPlan.holdForMinutes))).reason).toEqual({
    code: 'HELD_TOO_LONG',
    hold: 'NO_GO',
    heldMinutes: seedPlan.holdForMinutes,
  });
});

describe('a rollback that an earlier tick wrote and could not record', () => {
  const confirmed = [seen(true), seen(true)];
  const two = (a: RuleReading, b: RuleReading, rules = confirmed) =>
    situationOf(0, { plan: twoRulesPlan, trip: watchTrip, state: { rules }, evidence: { rules: [a, b] } });
  it.each([
    ['is believed when every rule was there and is down', two(live(first, 0), live(second, 0)), 'RECORDED_LATE'],
    ['not when one rule is still up', two(live(first, 0), live(second, 1)), 'WATCH_TRIPPED → 0'],
    [
      'not when one rule cannot be read',
      two(live(first, 0), {
        rule: second,
        kind: 'unreadable',
        fault: { code: 'THROTTLED', operation: 'read the rules' },
      }),
      'WATCH_TRIPPED → 0',
    ],
    [
      'not when one rule was never seen at the recorded weight',
      two(live(first, 0), live(second, 0), [seen(true), seen(false)]),
      'WATCH_TRIPPED',
    ],
    ['not when no rule was read at all', situationOf(0, { trip: watchTrip, evidence: { rules: [] } }), 'WATCH_TRIPPED'],
  ])('%s', (_, situation, expected) => {
    expect(said(situation)).toBe(`rollBack ${expected}`);
  });
});

describe('a dead candidate', () => {
  const health = (healthy: number, registered = 20) => ({
    health: { candidate: { healthy, registered }, baseline: { healthy: 20, registered: 20 } },
  });
  const since = (ms: number) => ({ unhealthySince: NOW - ms });
  it.each([
    ['is believed after 50 seconds', 0, 50_000, 'rollBack CANDIDATE_UNHEALTHY → 0'],
    ['is not believed before', 0, 49_999, 'wait BAKING'],
    ['is not dead with one healthy target', 1, HOUR, 'wait BAKING'],
  ])('%s', (_, healthy, ms, expected) => {
    expect(said(situationOf(0, { evidence: health(healthy), state: since(ms) }))).toBe(expected);
  });
  it('is told with the minutes since then', () => {
    expect(decide(situationOf(0, { evidence: health(0), state: since(2.4 * MINUTE) })).reason).toEqual({
      code: 'CANDIDATE_UNHEALTHY',
      registered: 20,
      sinceMinutes: 2,
    });
  });
});

describe('an outage of both groups after a rise', () => {
  const reason = {
    code: 'SHARED_OUTAGE',
    guard: 'errorRate > 1.5% for 2m',
    candidateShare: 0.05,
    baselineShare: 0.05,
    limit: 0.015,
  } as const;
  const outage = (afterRise: number, causeRows = 15) => ({
    holds: [{ ...holdOf(reason, seedPlan.start + afterRise), causeRows }],
  });
  it.each([
    ['rolls back when it begins a minute before: rows are minutes', outage(-MINUTE), 'rollBack OUTAGE_AFTER_RISE → 0'],
    ['is not blamed on the rise when it begins earlier', outage(-MINUTE - 1), 'wait SHARED_OUTAGE'],
    ['rolls back when it begins ten minutes after', outage(10 * MINUTE), 'rollBack OUTAGE_AFTER_RISE → 0'],
    ['is not blamed on the rise when it begins later', outage(11 * MINUTE), 'wait SHARED_OUTAGE'],
    ['is only held for 14 rows', outage(3 * MINUTE, 14), 'wait SHARED_OUTAGE'],
    ['is only held where nothing ever rose', { ...outage(3 * MINUTE), roseAt: null }, 'wait SHARED_OUTAGE'],
  ])('%s', (_, state, expected) => {
    expect(said(situationOf(0, { state }))).toBe(expected);
  });
  it('is told with its length, and how soon it came', () => {
    expect(decide(situationOf(0, { state: outage(3 * MINUTE) })).reason).toEqual({
      code: 'OUTAGE_AFTER_RISE',
      outageMinutes: 15,
      minutesAfterRise: 3,
    });
  });
});
