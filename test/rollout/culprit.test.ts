import { describe, expect, it } from 'vitest';
import { culpritNotices, dueLookUps, followDrifts, lastLook, whoDidIt, windowOf } from '../../lib/rollout/culprit.ts';
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

describe('what people are told', () => {
  const notices = (lookUp: LookUp) => culpritNotices(seedPlan, [lookUp]);

  it('names the culprit to the people on call', () => {
    expect(notices({ drift, changes: [change('pipeline', 50)] })).toEqual([
      {
        audience: 'onCall',
        subject: 'ultra-fast-analyzer: who changed the rule (WEIGHT_ABOVE)',
        text: 'Most likely pipeline changed rule 9683b2d02a6cabee at 2025-10-31 13:29:59 UTC, with Terraform (CloudTrail event pipeline). It is the newest such change that CloudTrail has between 2025-10-31 13:28:30 UTC and 2025-10-31 13:30:30 UTC.',
      },
    ]);
    const gone = { ...drift, isGone: true, live: null, code: 'RULE_FOREIGN' } as const;
    expect(notices({ drift: gone, changes: [change('pipeline', null)] })[0]?.text).toContain('pipeline deleted rule');
  });

  it('says after the last look-up that it stays unknown, why, and how to look oneself', () => {
    const last = { ...drift, lookUps: 2 };
    expect(notices({ drift: last, changes: [] })).toEqual([
      {
        audience: 'onCall',
        subject: 'ultra-fast-analyzer: not known who changed the rule (WEIGHT_ABOVE)',
        text: 'CloudTrail was asked 3 times who changed rule 9683b2d02a6cabee between 2025-10-31 13:28:30 UTC and 2025-10-31 13:30:30 UTC; it has no such change. Who did it: CloudTrail console, Event history, event name ModifyRule; it may lag by a quarter of an hour.',
      },
    ]);
    const refused: LookUp['changes'] = { code: 'REFUSED', operation: 'look up events' };
    expect(notices({ drift: { ...last, isGone: true }, changes: refused })[0]?.text).toMatch(
      /the last time it could not be asked \(REFUSED: cannot look up events\)\. .* event name DeleteRule;/,
    );
  });

  const foreign: Decision = {
    decision: 'hold',
    reason: { code: 'RULE_FOREIGN', rule, what: 'it has no weights' } as never,
  };
  const lowered: Decision = {
    decision: 'hold',
    reason: { code: 'WEIGHT_LOWERED_OUTSIDE', rule, live: 0, recorded: 1 } as never,
  };
  const rules = (kind: 'gone' | 'weighted', of = rule) => evidenceOf(1, { rules: [{ rule: of, kind } as never] });

  it.each([
    ['a weight that is corrected', correct, rules('weighted'), 'event name ModifyRule'],
    ['a weight that was lowered', lowered, rules('weighted'), 'event name ModifyRule'],
    ['a rule that is gone', foreign, rules('gone'), 'event name DeleteRule'],
    ['another rule that is gone', foreign, rules('gone', 'another'), 'event name ModifyRule'],
    ['leave to ask', correct, { ...rules('weighted'), lookUps: [] }, 'a message follows.'],
  ])('with the message of the drift itself: %s', (_, decision, evidence, words) => {
    expect(whoDidIt(decision, evidence)).toContain(words);
  });

  it('is nothing with a decision that answers to no drift', () => {
    expect(whoDidIt(wait, evidenceOf(1))).toBeUndefined();
    expect(whoDidIt({ ...correct, decision: 'wait' } as Decision, evidenceOf(1))).toBeUndefined();
    expect(whoDidIt({ decision: 'hold', reason: { code: 'BLIND', behindMinutes: 9 } }, evidenceOf(1))).toBeUndefined();
  });

  it('is followed for each code by itself', () => {
    const evidence = { ...rules('gone'), lookUps: [] };
    const one = followDrifts(stateOf(0), correct, evidence, NOW - MINUTE);
    expect(one.drifts).toMatchObject([{ code: 'WEIGHT_ABOVE', live: 50, isGone: true, lookUps: 0 }]);
    const two = followDrifts(one, foreign, evidence, NOW - MINUTE);
    expect(two.drifts).toMatchObject([{ code: 'WEIGHT_ABOVE' }, { code: 'RULE_FOREIGN', live: null, isGone: true }]);
    expect(followDrifts(two, foreign, evidence, NOW)).toBe(two);
    expect(followDrifts(one, lowered, { ...rules('gone', 'another'), lookUps: [] }, NOW).drifts?.[1]).toMatchObject({
      code: 'WEIGHT_LOWERED_OUTSIDE',
      live: 0,
      isGone: false,
    });
    const asked = (lookUp: LookUp) => followDrifts(two, wait, { ...evidence, lookUps: [lookUp] }, NOW).drifts;
    const foreignDrift = two.drifts?.[1] as DriftSeen;
    expect(asked({ drift: foreignDrift, changes: [] })).toMatchObject([
      { lookUps: 0 },
      { lookUps: 1, isAnswered: false },
    ]);
    expect(asked({ drift: foreignDrift, changes: [change('x', null)] })).toMatchObject([{ code: 'WEIGHT_ABOVE' }]);
  });
});
