import { describe, expect, it } from 'vitest';
import { isWorthRecording } from '../../lib/rollout/forbidden.ts';
import { MINUTE, NOW, stateOf } from './fixture.ts';

describe('a forbidden command is worth recording', () => {
  const known = (...minutesAgo: readonly number[]) =>
    stateOf(1, { forbidden: minutesAgo.map((ago, index) => ({ actor: `somebody ${index}`, at: NOW - ago * MINUTE })) });

  it.each<[string, ReturnType<typeof known>, string, boolean]>([
    ['when nobody tried before', stateOf(1), 'somebody', true],
    ['when others tried before', known(1, 2), 'another', true],
    ['not when the same identity tried within ten minutes', known(9.9), 'somebody 0', false],
    ['again when that was longer ago', known(10), 'somebody 0', true],
    ['not when three identities tried within ten minutes, whoever they are', known(1, 2, 3), 'another', false],
    ['again when one of the three is forgotten', known(10, 2, 3), 'another', true],
    ['not when the rollout has ended', stateOf(1, { status: 'closed' }), 'somebody', false],
  ])('%s', (_, state, actor, expected) => {
    expect(isWorthRecording(state, actor, NOW)).toBe(expected);
  });
});
