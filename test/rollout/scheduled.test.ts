/** The state of a rollout that has not begun. */
import { expect, test } from 'vitest';
import { scheduled } from '../../lib/rollout/scheduled.ts';
import { NOW, twoRulesPlan } from './fixture.ts';

test('a rollout that has not begun has no weight, and nothing behind it', () => {
  const { judge, bake, ...state } = scheduled(twoRulesPlan, false, NOW);
  const at0 = { confirmed: 0, isConfirmed: false, sticky: false };
  expect(state).toEqual({
    schema: 1,
    rollout: twoRulesPlan.rollout,
    release: twoRulesPlan.release,
    status: 'scheduled',
    phase: -1,
    weight: 0,
    roseAt: null,
    weightBefore: 0,
    rules: [at0, at0],
    holds: [],
    gate: null,
    signOffs: [],
    ticked: [],
    incidents: [],
    recorded: false,
    healthyAtStart: { baseline: null, candidate: null },
    unhealthySince: null,
    alarmsUnclearSince: null,
    zeroSince: null,
    lateStartConfirmed: false,
    next: { row: NOW, business: NOW },
    unsettled: { rows: [], business: [] },
    leftOut: null,
    rollback: null,
    wakeUps: null,
    startedAt: null,
    endedAt: null,
    endedBy: null,
  });
  expect(bake.startedAt).toBeNull();
  expect(Object.values(bake).filter((value) => value !== 0)).toEqual([null]);
  expect(judge.before.requestsPerMinute).toBeNull();
});
