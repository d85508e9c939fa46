import { describe, expect, it } from 'vitest';
import { actionIdOf, type Button, buttonValue, readButton } from '../../lib/slack/button.ts';
import { questionOf } from '../../lib/slack/question.ts';
import { holdOf, NOW, stateOf } from '../rollout/fixture.ts';

describe('the question of a button', () => {
  const state = stateOf(1);
  const blind = holdOf({ code: 'BLIND', behindMinutes: 9 });

  it('stays while only minutes pass', () => {
    const later = { ...state, next: { row: NOW, business: NOW }, holds: [{ ...blind, cleanRows: 10 }] };
    expect(questionOf(later)).toBe(questionOf(state));
  });

  it.each([
    ['the phase', stateOf(2)],
    ['the status', { ...state, status: 'rollingBack' as const }],
    ['the weight', { ...state, weight: 5 }],
    ['the bake, which began anew', { ...state, bake: { ...state.bake, restarts: 1 } }],
    ['the gate, which passed', { ...state, gate: { passedAt: NOW, askedAt: NOW, reminders: 0 as const } }],
    ['what holds', { ...state, holds: [blind] }],
  ])('is another one when it is about another: %s', (_, other) => {
    expect(questionOf(other)).not.toBe(questionOf(state));
  });
});

describe('a button', () => {
  const button: Button = { ask: 'noGo', installation: '0123456789ab', rollout: 'ultra-fast-analyzer', revision: 17 };

  it('says what it was made with', () => {
    expect(readButton(buttonValue(button))).toEqual(button);
    expect(actionIdOf('noGo')).toBe('sluice-noGo');
  });

  it.each([
    ['no JSON', 'go'],
    ['another ask', JSON.stringify({ ...button, ask: 'close' })],
    ['a revision that is none', JSON.stringify({ ...button, revision: -1 })],
    ['a name that is none', JSON.stringify({ ...button, rollout: 'rule#arn' })],
    ['one key too many', JSON.stringify({ ...button, actor: 'slack:U0SRE' })],
  ])('is none of ours with %s', (_, value) => {
    expect(readButton(value)).toBeUndefined();
  });
});
