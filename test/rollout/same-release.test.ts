import { describe, expect, it } from 'vitest';
import { decide } from '../../lib/rollout/decide.ts';
import { explain } from '../../lib/rollout/explain.ts';
import { isGoingHome, isMeasurementFault, markedIn } from '../../lib/rollout/same-release.ts';
import type { Situation } from '../../lib/rollout/situation.ts';
import { failedCriterion, guardTrip, seedPlan, situationOf, watchTrip } from './fixture.ts';

const aa = { ...seedPlan, mode: 'aa' as const };
const said = (situation: Situation): string => explain(decide(situation).reason);
const openIncident = { ...failedCriterion, text: 'noIncidents', claim: { kind: 'noIncidents' } as const };

describe('mode aa', () => {
  it.each([
    ['the watch trips', { trip: watchTrip }],
    ['a guard trips', { trip: guardTrip }],
    ['a criterion is proven to fail', { failed: failedCriterion }],
    ['a rollback is recorded late', { trip: guardTrip, live: 0 }],
  ])('calls it a fault of the measurement when %s, and decides as for a release', (_, change) => {
    const [inAA, ofRelease] = [situationOf(0, { ...change, plan: aa }), situationOf(0, change)];
    expect(said(inAA)).toContain('this is a fault of the measurement and not of a release');
    expect(said(ofRelease)).not.toContain('measurement');
    const [one, other] = [decide(inAA), decide(ofRelease)];
    expect([one.decision, one.reason.code, one.setWeight]).toEqual([
      other.decision,
      other.reason.code,
      other.setWeight,
    ]);
  });

  it('does not blame the measurement for an open incident, nor for targets that are gone', () => {
    const gone = { candidate: { healthy: 0, registered: 0 }, baseline: { healthy: 20, registered: 20 } };
    for (const change of [{ failed: openIncident }, { evidence: { health: gone } }])
      expect(said(situationOf(0, { ...change, plan: aa }))).not.toContain('measurement');
  });
});

describe('a fault of the measurement', () => {
  const assessment = failedCriterion;
  const decided = (reason: object) => markedIn(aa, { decision: 'hold', reason } as never).reason;

  it.each([
    ['GUARD_TRIPPED', { trip: guardTrip }],
    ['GUARD_UNACQUITTED', { trip: guardTrip }],
    ['WATCH_TRIPPED', { trip: watchTrip }],
    ['WATCH_ON_STICKY', { trip: watchTrip }],
    ['CRITERION_FAILED', { assessment }],
    ['GATE_STALE', { assessment }],
  ])('is what the rows proved: %s', (code, more) => {
    expect(isMeasurementFault(decided({ code, ...more }))).toBe(true);
    expect(isMeasurementFault(decided({ code: 'RECORDED_LATE', of: { code, ...more } }))).toBe(true);
    expect(isMeasurementFault({ code, ...more } as never)).toBe(false);
  });

  it.each([
    ['CRITERION_FAILED', { assessment: openIncident }],
    ['BLIND', { behindMinutes: 9 }],
    ['COMMANDED', { command: 'rollBack', actor: 'x', why: 'y' }],
  ])('is nothing else: %s', (code, more) => {
    expect(isMeasurementFault(decided({ code, ...more }))).toBe(false);
    expect(isMeasurementFault(decided({ code: 'RECORDED_LATE', of: { code, ...more } }))).toBe(false);
  });
});

it('an A/A rollout goes home once its last gate has passed, and only while it does', () => {
  const rollback = { reason: { code: 'AA_OVER', from: 1 } } as never;
  expect(isGoingHome({ status: 'rollingBack', rollback })).toBe(true);
  expect(isGoingHome({ status: 'finished', rollback })).toBe(false);
  expect(isGoingHome({ status: 'rollingBack', rollback: null })).toBe(false);
  expect(isGoingHome({ status: 'rollingBack', rollback: { reason: { code: 'GUARD_TRIPPED' } } as never })).toBe(false);
});
