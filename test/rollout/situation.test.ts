/** The arithmetic of principle 3 at its limits, and what stands against a rise. */
import { describe, expect, it } from 'vitest';
import { standsAgainst, tickCauses } from '../../lib/rollout/circumstances.ts';
import type { Evidence } from '../../lib/rollout/evidence.ts';
import {
  isFirstPhaseAt100,
  lacksCapacity,
  liveWeight,
  lowestWeight,
  phaseOf,
  targetsFor,
} from '../../lib/rollout/situation.ts';
import { type Change, HOUR, holdOf, NOW, planOf, seedPlan, seedSource, situationOf, theRule } from './fixture.ts';

const group = (healthy: number | null) => (healthy === null ? null : { healthy, registered: 100 });
const health = (candidate: number | null, baseline: number | null): Pick<Evidence, 'health'> => ({
  health: { candidate: group(candidate), baseline: group(baseline) },
});
const fleet = (baseline: number | null) => ({ healthyAtStart: { baseline, candidate: 20 } });

describe('the lowest weight of a way back', () => {
  it.each([
    ['33 of a fleet of 100 take exactly half of the traffic', 33, 100, 50],
    ['66 of 100 take everything', 66, 100, 0],
    ['65 of 100 take nearly everything; what is left is rounded up', 65, 100, 1.6],
    ['none take nothing', 0, 100, 100],
    ['none take nothing, also where the fleet was never counted', 0, null, 100],
    ['some of a fleet that was never counted are no known lack', 5, null, 0],
    ['an unreadable health is no known lack', null, 100, 0],
  ])('%s', (_, healthy, counted, weight) => {
    expect(lowestWeight(situationOf(1, { evidence: health(20, healthy), state: fleet(counted) }))).toBe(weight);
  });
});

describe('the capacity for a rise', () => {
  it('is the whole targets that carry the weight, none too many', () => {
    expect([0.1, 1, 10, 50, 100].map((weight) => targetsFor(100, weight))).toEqual([1, 1, 7, 33, 66]);
  });
  it.each([
    ['as many healthy targets as are needed are enough', 2, 20, false],
    ['one less is not', 1, 20, true],
    ['an unreadable health is not', null, 20, true],
    ['a fleet that was never counted is not', 20, null, true],
  ])('%s', (_, healthy, counted, lacks) => {
    expect(lacksCapacity(situationOf(0, { evidence: health(healthy, 20), state: fleet(counted) }), 10)).toBe(lacks);
  });
});

describe('the first phase at weight 100', () => {
  it('is one of several', () => {
    expect(seedPlan.phases.map((_, phase) => isFirstPhaseAt100(seedPlan, phase))).toEqual([false, false, true, false]);
  });
  it('may be the first of the plan', () => {
    const plan = { ...seedPlan, phases: seedPlan.phases.slice(2) };
    expect(plan.phases.map((_, phase) => isFirstPhaseAt100(plan, phase))).toEqual([true, false]);
  });
});

it('does not know the weight of a rule that is not weighted', () => {
  expect(liveWeight({ rule: theRule, kind: 'foreign', found: 'x' })).toBeNull();
  expect(liveWeight({ rule: theRule, kind: 'gone' })).toBeNull();
});

it('takes a phase that the plan does not have for a bug', () => {
  expect(() => phaseOf(seedPlan, { phase: 9 })).toThrow('the present phase is one of the plan');
});

describe('what stands against a rise', () => {
  const against = (weight: number, change: Change) => standsAgainst(situationOf(1, change), weight);
  const opened = { state: { incidents: ['db'] } };
  it.each([
    ['an incident that people opened', 100, opened, { code: 'INCIDENT_OPEN', incidents: ['db'] }],
    [
      'an alarm that is on, before it',
      100,
      { ...opened, evidence: { alarms: ['alarm'] } },
      { code: 'INCIDENT_OPEN', incidents: ['learn-critical-incident', 'db'] },
    ],
    [
      'alarms that cannot be read',
      100,
      { evidence: { alarms: null } },
      { code: 'INCIDENT_OPEN', incidents: ['the alarms cannot be read'] },
    ],
    [
      'a baseline that could not take everything back',
      100,
      { evidence: health(20, 5) },
      { code: 'WAY_BACK_NARROW', healthy: 5, needed: 14, sharePercent: 37.8 },
    ],
    [
      'a baseline without healthy targets, whose fleet was never counted',
      100,
      { evidence: health(20, 0), state: fleet(null) },
      { code: 'WAY_BACK_NARROW', healthy: 0, needed: 0, sharePercent: 0 },
    ],
    [
      'a candidate too small for the weight',
      100,
      { evidence: health(13, 20) },
      { code: 'CANDIDATE_TOO_SMALL', healthy: 13, needed: 14, nextWeight: 100 },
    ],
    [
      'a fleet that was never counted',
      100,
      { state: fleet(null) },
      { code: 'CANDIDATE_TOO_SMALL', healthy: 20, needed: null, nextWeight: 100 },
    ],
    ['nothing where all is well', 100, {}, undefined],
    ['no capacity where nothing is to rise', 0, { evidence: health(null, 20) }, undefined],
  ] as const)('%s', (_, weight, change, expected) => {
    expect(against(weight, change as Change)).toEqual(expected);
  });
});

describe('what a tick sees beside the rows', () => {
  const causes = (change: Change) => {
    const { plan, state, evidence } = situationOf(1, change);
    return tickCauses(plan, state, evidence);
  };
  const small = { code: 'CANDIDATE_TOO_SMALL', healthy: 4, needed: 14, nextWeight: 100 } as const;
  const heldSmall = { state: { holds: [holdOf({ code: 'OPERATOR', actor: 'a', why: 'b' }), holdOf(small)] } };
  it.each([
    ['nothing where all is well', {}, []],
    ['an open incident', { evidence: { alarms: ['alarm'] } }, [{ code: 'INCIDENT_OPEN' }]],
    ['a narrow way back', { evidence: health(20, 5) }, [{ code: 'WAY_BACK_NARROW', healthy: 5 }]],
    [
      'a candidate that is still too small for the weight it was held for',
      { ...heldSmall, evidence: health(13, 20) },
      [{ ...small, healthy: 13 }],
    ],
    ['not one that has grown', { ...heldSmall, evidence: health(14, 20) }, []],
    ['not one that was never held for it', { evidence: health(4, 20) }, []],
  ] as const)('%s', (_, change, expected) => {
    expect(causes(change as Change)).toMatchObject(expected);
    expect(causes(change as Change)).toHaveLength(expected.length);
  });
});

describe('the alarms that name an incident', () => {
  const unclear = (since: number | null, change: Change = {}) =>
    standsAgainst(
      situationOf(1, { evidence: { alarms: ['insufficient'] }, state: { alarmsUnclearSince: since }, ...change }),
      0,
    );
  it('may be without data for less than ten minutes', () => {
    expect(unclear(null)).toBeUndefined();
    expect(unclear(NOW - HOUR / 6 + 1)).toBeUndefined();
    expect(unclear(NOW - HOUR / 6)).toEqual({ code: 'INCIDENT_OPEN', incidents: ['the alarms cannot be read'] });
  });
  it('are not missed where the plan names none', () => {
    const plan = planOf(seedSource.replace('incidents: { alarms: [learn-critical-incident] }\n', ''));
    expect(standsAgainst(situationOf(1, { plan, evidence: { alarms: null } }), 0)).toBeUndefined();
  });
});
