/** The gate where its only criterion is that no incident is open, so that the verdict is known. */
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../lib/plan/plan.ts';
import { decide } from '../../lib/rollout/decide.ts';
import { explain } from '../../lib/rollout/explain.ts';
import { type Change, HOUR, MINUTE, NOW, planOf, seedPlan, seedSource, situationOf, stateOf } from './fixture.ts';

const onlyIncidents = (plan: Plan): Plan => ({
  ...plan,
  phases: plan.phases.map((phase) => ({
    ...phase,
    advance: phase.advance.filter(({ claim }) => claim.kind === 'noIncidents'),
  })),
});
const plan = onlyIncidents(seedPlan);
const atGate = (phase: number, upToMinutes: number, change: Change = {}, passesInARow = 0) => {
  const { bake } = stateOf(phase);
  const over = { ...bake, minutes: bake.targetMinutes, upToMinutes, passesInARow };
  return decide(situationOf(phase, { plan, ...change, state: { bake: over, ...change.state } }));
};
const on = { evidence: { alarms: ['alarm'] } } as const;
const unknown = { evidence: { alarms: null } } as const;

describe('the gate', () => {
  it('passes when all criteria do, and says who signs by itself', () => {
    expect(atGate(0, 240)).toMatchObject({
      decision: 'wait',
      reason: {
        code: 'GATE_PASSED',
        assessments: [{ verdict: 'pass' }],
        autoSignOffs: ['engineering', 'operations', 'product', 'finance'],
      },
    });
  });
  it('waits for rows of business metrics from before the last rise, where the plan has any', () => {
    const roseAt = seedPlan.start + 30_000;
    const at = (business: number, of: Plan = plan) =>
      atGate(0, 240, { plan: of, state: { roseAt, next: { row: seedPlan.start + 90 * MINUTE, business } } }).reason
        .code;
    expect([at(seedPlan.start - MINUTE), at(seedPlan.start)]).toEqual(['BAKING', 'GATE_PASSED']);
    const late = { row: NOW, business: seedPlan.start - MINUTE };
    expect(explain(atGate(0, 240, { state: { roseAt, next: late } }).reason)).toBe(
      'Baked 2h of 2h; the gate waits for business metrics from before the rise.',
    );
    expect(at(seedPlan.start - MINUTE, { ...plan, metrics: { gauges: {} } })).toBe('GATE_PASSED');
    expect(
      atGate(0, 240, { state: { roseAt: null, next: { row: NOW, business: seedPlan.start - HOUR } } }).reason.code,
    ).toBe('GATE_PASSED');
  });
  it('holds when one fails', () => {
    expect(atGate(0, 240, on)).toMatchObject({
      decision: 'hold',
      reason: { code: 'CRITERION_FAILED', assessment: { verdict: 'fail' } },
    });
  });
  it('rolls back when one fails where the phase says onFail: rollBack', () => {
    const rollBack = planOf(seedSource.replace('    weight: 1%\n', '    weight: 1%\n    onFail: rollBack\n'));
    expect(atGate(0, 240, { plan: onlyIncidents(rollBack), ...on })).toMatchObject({
      decision: 'rollBack',
      reason: { code: 'CRITERION_FAILED' },
      setWeight: { weight: 0 },
    });
  });
  it('does not pass on what is unknown: it bakes for longer, and holds where it may not', () => {
    expect(atGate(0, 240, unknown)).toMatchObject({
      decision: 'extend',
      reason: { code: 'EXTENDED', upToMinutes: 240, assessments: [{ verdict: 'insufficient' }] },
    });
    expect(atGate(0, 120, unknown)).toMatchObject({
      decision: 'hold',
      reason: { code: 'INSUFFICIENT_DATA', bakedMinutes: 120, passesInARow: undefined },
    });
  });
});

describe('the gate of a phase that must pass seven times in a row', () => {
  const bakeMinutes = plan.phases[3]?.bakeMinutes ?? 0;
  it.each([
    ['passes with the seventh', 6, 'wait', { code: 'GATE_PASSED' }],
    [
      'holds with the sixth, and counts it',
      5,
      'hold',
      { code: 'INSUFFICIENT_DATA', passesInARow: { have: 6, need: 7 } },
    ],
  ])('%s', (_, before, decision, reason) => {
    expect(atGate(3, bakeMinutes, {}, before)).toMatchObject({ decision, reason });
  });
  it('does not count itself when it does not pass', () => {
    expect(atGate(3, bakeMinutes, unknown, 6)).toMatchObject({
      decision: 'hold',
      reason: { code: 'INSUFFICIENT_DATA', passesInARow: { have: 6, need: 7 } },
    });
  });
});

describe('an extension', () => {
  const start = plan.phases[1]?.start ?? 0;
  const at = (now: number) => atGate(0, 240, { evidence: { alarms: null, now } }).decision;
  it('is made until the next phase would start too late', () => {
    const tooLate = start + plan.lateByMinutes * MINUTE;
    expect([at(start), at(tooLate - HOUR), at(tooLate - 1), at(tooLate)]).toEqual([
      'extend',
      'extend',
      'extend',
      'hold',
    ]);
  });
});
