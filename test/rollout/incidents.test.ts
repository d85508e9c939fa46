/** Which incidents are open, and what the criterion is told of alarms that cannot be read. */
import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../lib/rollout/evidence.ts';
import { incidentState, incidentsForCriteria, openIncidents } from '../../lib/rollout/incidents.ts';
import { evidenceOf, MINUTE, NOW, seedPlan, stateOf } from './fixture.ts';

const plan = { ...seedPlan, incidents: { ...seedPlan.incidents, alarms: ['sev1', 'sev2'] } };
const quietPlan = { ...plan, incidents: { ...plan.incidents, alarms: [] } };
const seen = (alarms: Evidence['alarms']) => evidenceOf(1, { alarms });
const state = stateOf(0);

describe('incidents', () => {
  it('are the alarms that are on, and what people opened', () => {
    expect(openIncidents(plan, stateOf(0, { incidents: ['db'] }), seen(['ok', 'alarm']))).toEqual(['sev2', 'db']);
    expect(openIncidents(plan, state, seen(null))).toEqual([]);
  });

  it.each<[Evidence['alarms'], 'none' | 'open' | 'unclear']>([
    [['ok', 'ok'], 'none'],
    [['ok', 'alarm'], 'open'],
    [['insufficient', 'alarm'], 'open'],
    [['ok', 'insufficient'], 'unclear'],
    [null, 'unclear'],
  ])('with alarms %j are %s', (alarms, expected) => {
    expect(incidentState(plan, state, seen(alarms))).toBe(expected);
  });

  it('of a plan without alarms are what people opened', () => {
    expect(incidentState(quietPlan, state, seen(null))).toBe('none');
    expect(incidentState(quietPlan, stateOf(0, { incidents: ['db'] }), seen(null))).toBe('open');
  });
});

describe('the criterion', () => {
  it('is told what is clear', () => {
    expect(incidentsForCriteria(plan, state, seen(['ok', 'ok']))).toBe('none');
    expect(incidentsForCriteria(plan, state, seen(['ok', 'alarm']))).toBe('open');
  });

  it('bears an alarm without data for ten minutes, and one that cannot be read not at all', () => {
    const since = (minutes: number) => stateOf(0, { alarmsUnclearSince: NOW - minutes * MINUTE });
    const mute = seen(['ok', 'insufficient']);
    expect(incidentsForCriteria(plan, since(9.9), mute)).toBe('none');
    expect(incidentsForCriteria(plan, since(10), mute)).toBe('unknown');
    expect(incidentsForCriteria(plan, state, mute)).toBe('none');
    expect(incidentsForCriteria(plan, state, seen(null))).toBe('unknown');
  });
});
