import { describe, expect, it } from 'vitest';
import type { Entry } from '../../lib/rollout/entry.ts';
import { forbiddenEntry, isWorthRecording } from '../../lib/rollout/forbidden.ts';
import { MINUTE, NOW, seedPlan, stateOf } from './fixture.ts';

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

describe('the entry of a forbidden command', () => {
  const state = stateOf(0, { forbidden: [1, 12].map((ago) => ({ actor: `somebody ${ago}`, at: NOW - ago * MINUTE })) });
  const reason = { code: 'AWAITING_START', start: NOW, phase: 'canary' } as const;
  const before: Entry = {
    rollout: seedPlan.rollout,
    revision: 7,
    previous: 'e6',
    at: new Date(NOW - MINUTE).toISOString(),
    cause: { by: 'schedule' },
    rows: [],
    businessRows: [],
    decision: { decision: 'wait', reason },
    notices: [],
    state,
  };
  const entry = () =>
    forbiddenEntry(before, 'e7', { command: 'close', actor: 'somebody', refused: 'no operator' }, NOW);

  it('repeats the reason that stands, without rows, and remembers who asked lately', () => {
    expect(entry()).toMatchObject({
      rollout: seedPlan.rollout,
      revision: 8,
      previous: 'e7',
      at: new Date(NOW).toISOString(),
      cause: { by: 'forbidden', command: 'close', actor: 'somebody', refused: 'no operator', lifeAt: NOW - MINUTE },
      rows: [],
      businessRows: [],
      decision: { decision: 'wait', reason },
    });
    expect(entry().state).toEqual({
      ...state,
      forbidden: [
        { actor: 'somebody 1', at: NOW - MINUTE },
        { actor: 'somebody', at: NOW },
      ],
    });
    const { forbidden: _, ...never } = state;
    expect(
      forbiddenEntry({ ...before, state: never }, 'e7', { command: 'close', actor: 'x', refused: 'y' }, NOW).state
        .forbidden,
    ).toHaveLength(1);
  });

  it('tells the people on call who asked what, and that nothing was done', () => {
    expect(entry().notices).toEqual([
      {
        audience: 'onCall',
        subject: `${seedPlan.rollout}: a forbidden close was refused`,
        text: [
          'somebody gave the command close and may not: no operator. Nothing was done.',
          'More of these within 10 minutes may be left out: the alarm requests-refused counts all.',
        ].join('\n'),
      },
    ]);
  });
});
