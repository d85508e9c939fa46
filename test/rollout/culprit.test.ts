import { describe, expect, it } from 'vitest';
import { culpritNotices, dueLookUps, followDrifts, lastLook, windowOf } from '../../lib/rollout/culprit.ts';
import type { Decision } from '../../lib/rollout/entry.ts';
import type { LookUp, RuleChange } from '../../lib/rollout/evidence.ts';
import type { DriftSeen } from '../../lib/rollout/rollout.ts';
import { evidenceOf, MINUTE, NOW, seedPlan, stateOf } from './fixture.ts';

const [rule = ''] = seedPlan.traffic.rules;

const drift: DriftSeen = {
  code: 'WEIGHT_ABOVE',
  rule,
  live: 50,
  isGone: false,
  since: NOW - MINUTE,
  seenAt: NOW,
  lookUps: 0,
  isAnswered: false,
};

const change = (id: string, weight: number | null): RuleChange => ({
  id,
  at: NOW - 1000,
  by: id,
  tool: 'Terraform',
  weight,
});
const told = (lookUp: LookUp): readonly string[] => culpritNotices(seedPlan, [lookUp]).map(({ text }) => text);
const correct: Decision = { decision: 'correct', reason: { code: 'WEIGHT_ABOVE', rule, live: 50, recorded: 1 } };
const wait: Decision = {
  decision: 'wait',
  reason: { code: 'BAKING', bakedMinutes: 1, ofMinutes: 2, waitingForWeight: false },
};

describe('the culprit', () => {
  it('is the newest that left what was seen, not one that left what is recorded, as Sluice does itself', () => {
    const changes = [change('sluice', 1), change('pipeline', 50), change('older', 50)];
    expect(told({ drift, changes })).toEqual([expect.stringContaining('Most likely pipeline changed')]);
  });

  it('may be one of whom CloudTrail does not say what weight it left', () => {
    expect(told({ drift, changes: [change('sluice', 1), change('hidden', null)] })).toEqual([
      expect.stringContaining('Most likely hidden changed'),
    ]);
  });

  it('of a foreign rule is one that left no weight', () => {
    const foreign: DriftSeen = { ...drift, code: 'RULE_FOREIGN', live: null };
    expect(told({ drift: foreign, changes: [change('sluice', 1), change('ecs', null)] })).toEqual([
      expect.stringContaining('Most likely ecs changed'),
    ]);
  });

  it('is nobody yet where CloudTrail has only what Sluice did', () => {
    expect(told({ drift, changes: [change('sluice', 1)] })).toEqual([]);
    expect(told({ drift: { ...drift, lookUps: 2 }, changes: [change('sluice', 1)] })).toEqual([
      expect.stringContaining('it has no such change'),
    ]);
  });
});

describe('a drift that is asked about', () => {
  it.each([
    [0, 2, false],
    [0, 3, true],
    [1, 7, false],
    [1, 8, true],
    [2, 15, false],
    [2, 16, true],
    [3, 60, false],
  ])('is due, %s times asked, after %s minutes: %s', (lookUps, minutes, isDue) => {
    const state = { drifts: [{ ...drift, lookUps }] };
    expect(dueLookUps(state, NOW + minutes * MINUTE)).toHaveLength(isDue ? 1 : 0);
  });

  it('is not due when it is answered', () => {
    expect(dueLookUps({ drifts: [{ ...drift, isAnswered: true }] }, NOW + 60 * MINUTE)).toEqual([]);
  });

  it('begins with the decision that answers to it, and ends when it is answered and over', () => {
    const begun = followDrifts(stateOf(0), correct, evidenceOf(50, { lookUps: [] }), NOW - MINUTE);
    expect(begun.drifts).toEqual([drift]);
    const lookUps = [{ drift, changes: [change('pipeline', 50)] }];
    const answered = followDrifts(begun, correct, evidenceOf(50, { lookUps }), NOW);
    expect(answered.drifts).toMatchObject([{ lookUps: 1, isAnswered: true }]);
    expect(followDrifts(answered, correct, evidenceOf(50, { lookUps: [] }), NOW)).toBe(answered);
    expect(followDrifts(answered, wait, evidenceOf(1, { lookUps: [] }), NOW).drifts).toBeUndefined();
  });

  it('goes on to be asked about when it is corrected before CloudTrail knows', () => {
    const state = stateOf(0, { drifts: [drift] });
    expect(followDrifts(state, wait, evidenceOf(1, { lookUps: [] }), NOW)).toBe(state);
  });

  it('is not kept without leave to ask', () => {
    const state = stateOf(0);
    expect(followDrifts(state, correct, evidenceOf(50), NOW - MINUTE)).toBe(state);
  });

  it('was made since the last tick that looked; commands and the watchdog do not look', () => {
    const at = new Date(NOW).toISOString();
    expect(lastLook({ at, cause: { by: 'schedule' } })).toBe(NOW);
    expect(lastLook({ at, cause: { by: 'watchdog', staleMinutes: 10 } })).toBe(NOW - 10 * MINUTE);
    expect(windowOf(drift)).toEqual({ from: NOW - 90_000, to: NOW + 30_000 });
  });
});
