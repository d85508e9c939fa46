/** When a decision is the same as the one before, so that only time has passed. */
import { expect, it } from 'vitest';
import { isSameDecision } from '../../lib/rollout/entry.ts';
import type { Reason } from '../../lib/rollout/reason.ts';
import { failedCriterion, NOW, operator, theRule } from './fixture.ts';

const isSame = (one: Reason, other: Reason) =>
  isSameDecision({ decision: 'wait', reason: one }, { decision: 'wait', reason: other });
const why = 'x';
const bad = [failedCriterion];

it.each<[Reason, Reason]>([
  [
    { code: 'CHECKPOINT', checkpoint: '15m', assessments: [] },
    { code: 'CHECKPOINT', checkpoint: '30m', assessments: [] },
  ],
  [
    { code: 'EXTENDED', toMinutes: 135, upToMinutes: 240, assessments: [] },
    { code: 'EXTENDED', toMinutes: 150, upToMinutes: 240, assessments: [] },
  ],
  [
    { code: 'AWAITING_SIGN_OFF', missing: ['a', 'b'], expiresAt: NOW, reminder: 0 },
    { code: 'AWAITING_SIGN_OFF', missing: ['b'], expiresAt: NOW, reminder: 0 },
  ],
  [
    { code: 'AWAITING_SIGN_OFF', missing: ['a'], expiresAt: NOW, reminder: 0 },
    { code: 'AWAITING_SIGN_OFF', missing: ['a'], expiresAt: NOW, reminder: 1 },
  ],
  [
    { code: 'AWAITING_START', start: NOW, phase: 'ramp' },
    { code: 'AWAITING_START', start: NOW + 1, phase: 'ramp' },
  ],
  [
    { code: 'AWAITING_START', start: NOW, phase: 'ramp' },
    { code: 'AWAITING_START', start: NOW, phase: 'full' },
  ],
  [
    { code: 'AWAITING_ROLLOUT', rollout: 'one', its: 'baking' },
    { code: 'AWAITING_ROLLOUT', rollout: 'two', its: 'baking' },
  ],
  [
    { code: 'AWAITING_ROLLOUT', rollout: 'one', its: 'baking' },
    { code: 'AWAITING_ROLLOUT', rollout: 'one', its: 'rolledBack' },
  ],
  [
    { code: 'AWAITING_CHECKLIST', items: ['a', 'b'] },
    { code: 'AWAITING_CHECKLIST', items: ['a'] },
  ],
  [
    { code: 'FINISHED', weight: 100, resting: 'deploy' },
    { code: 'FINISHED', weight: 100, resting: 'agrees' },
  ],
  [
    { code: 'PREFLIGHT_FAILED', problems: ['a'] },
    { code: 'PREFLIGHT_FAILED', problems: ['a', 'b'] },
  ],
  [
    { code: 'STARTED', weight: 10, from: 1 },
    { code: 'STARTED', weight: 50, from: 1 },
  ],
  [
    { code: 'STARTED', weight: 10, from: 1 },
    { code: 'STARTED', weight: 10, from: 0 },
  ],
  [
    { code: 'COMMANDED', command: 'hold', actor: operator, why },
    { code: 'COMMANDED', command: 'close', actor: operator, why },
  ],
  [
    { code: 'COMMANDED', command: 'hold', actor: operator, why },
    { code: 'COMMANDED', command: 'hold', actor: 'another', why },
  ],
  [
    { code: 'COMMANDED', command: 'hold', actor: operator, why },
    { code: 'COMMANDED', command: 'hold', actor: operator, why: 'y' },
  ],
  [
    { code: 'RECOVERED', hold: 'BLIND', heldMinutes: 1 },
    { code: 'RECOVERED', hold: 'NO_DATA', heldMinutes: 1 },
  ],
  [
    { code: 'NO_GO', role: 'a', actor: operator, why },
    { code: 'NO_GO', role: 'b', actor: operator, why },
  ],
  [
    { code: 'WEIGHT_ABOVE', rule: theRule, live: 50, recorded: 10 },
    { code: 'WEIGHT_ABOVE', rule: theRule, live: 60, recorded: 10 },
  ],
  [
    { code: 'WEIGHT_UNWRITTEN', rule: theRule, live: 50, recorded: 10 },
    { code: 'WEIGHT_UNWRITTEN', rule: 'other', live: 50, recorded: 10 },
  ],
  [
    { code: 'BLIND', behindMinutes: 9 },
    { code: 'SPLIT_OFF', weight: 10, seenPercent: 30, requests: 9 },
  ],
])('%j is another decision than %j, and the same as itself', (one, other) => {
  expect([isSame(one, other), isSame(one, { ...one }), isSame(other, { ...other })]).toEqual([false, true, true]);
  expect(isSameDecision({ decision: 'wait', reason: one }, { decision: 'hold', reason: one })).toBe(false);
});

it.each<[Reason, Reason]>([
  [
    { code: 'BLIND', behindMinutes: 9 },
    { code: 'BLIND', behindMinutes: 10 },
  ],
  [
    { code: 'BAKING', bakedMinutes: 1, ofMinutes: 120, waitingForWeight: false },
    { code: 'BAKING', bakedMinutes: 2, ofMinutes: 120, waitingForWeight: false },
  ],
  [
    { code: 'AWAITING_ROLLOUT', rollout: 'one', its: 'baking' },
    { code: 'AWAITING_ROLLOUT', rollout: 'one', its: 'passed' },
  ],
  [
    { code: 'CHECKPOINT', checkpoint: '15m', assessments: [] },
    { code: 'CHECKPOINT', checkpoint: '15m', assessments: bad },
  ],
])('%j is the same decision as %j: only time has passed', (one, other) => {
  expect(isSame(one, other)).toBe(true);
});
