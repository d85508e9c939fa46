/** What the watchdog tells the people on call. */
import { describe, expect, it } from 'vitest';
import type { RolloutState } from '../../lib/rollout/rollout.ts';
import type { Measure, Silence } from '../../lib/rollout/watchdog.ts';
import { callsOf, refusedCall, unrecordedCall } from '../../lib/rollout/watchdog-calls.ts';
import { MINUTE, NOW, seedPlan, stateOf } from './fixture.ts';

const LOOK =
  'Look at the alarms and the log of the tick function, and at its schedules. The watchdog tries to make a minute wake-up again that somebody deleted.';

interface Given {
  readonly rollout?: string;
  readonly state?: RolloutState | null;
  readonly minutes?: number;
  readonly measure?: Measure;
  readonly isUnreadable?: boolean;
}
const silence = ({
  rollout = 'one',
  state = stateOf(1),
  minutes = 12,
  measure = 'lower',
  isUnreadable = false,
}: Given): Silence => ({
  sighting: {
    rollout,
    known:
      state === null
        ? null
        : {
            plan: seedPlan,
            body: '',
            hash: '',
            entry: {
              rollout,
              revision: 7,
              previous: '',
              at: new Date(NOW).toISOString(),
              cause: { by: 'schedule' },
              rows: [],
              businessRows: [],
              decision: { decision: 'wait', reason: { code: 'SCHEDULED', start: NOW } },
              notices: [],
              state,
            },
          },
    unreadableSince: isUnreadable ? NOW : null,
  },
  minutes,
  measure,
});
const calls = (
  given: readonly Given[],
  { sick = false, list = null }: { readonly sick?: boolean; readonly list?: number | null } = {},
) => callsOf({ all: given.map(silence), isControllerSick: sick }, list === null ? null : NOW - list * MINUTE, NOW);
const standing = (given: Given) => calls([given])[0]?.text.split('\n')[1];

describe('a call about one rollout', () => {
  it('says how long nothing came, what is done, and what lowers the weight at once', () => {
    expect(calls([{}])).toEqual([
      {
        about: 'one',
        mark: 2,
        silence: silence({}),
        subject: 'one: no tick for 12m',
        text: [
          'The newest journal entry is 12m old; one comes at least every 3 minutes.',
          'one: baking, recorded weight 10 %. The watchdog lowers what reaches the candidate, as far as the baseline can carry it.',
          `${LOOK} "npx sluice roll-back one --reason WHY" lowers the weight at once.`,
        ].join('\n'),
      },
    ]);
    expect([4, 5, 9, 10].map((minutes) => calls([{ minutes }])[0]?.mark)).toEqual([0, 1, 1, 2]);
    expect(calls([{}, { rollout: 'two' }]).map(({ about }) => about)).toEqual(['one', 'two']);
  });

  it.each<[Given, string]>([
    [
      { measure: 'people', state: stateOf(2) },
      'one: baking, recorded weight 100 %. At weight 100 the watchdog moves nothing, since the baseline may be cold: people decide.',
    ],
    [
      { measure: 'people' },
      'one: baking, recorded weight 10 %. With so many silent at once the watchdog leaves a weight of 25 % and less to people.',
    ],
    [{ measure: 'wait' }, 'one: baking, recorded weight 10 %. After 10 minutes the watchdog lowers the weight.'],
    [{ measure: 'wait', state: stateOf(-1) }, 'one: scheduled, recorded weight 0 %. It has not begun.'],
    [
      { measure: 'wait', state: stateOf(1, { status: 'rollingBack' }) },
      'one: rollingBack, recorded weight 10 %. After 10 minutes the watchdog lowers the weight.',
    ],
  ])('says what the watchdog does: %#', (given, words) => {
    expect(standing(given)).toBe(words);
  });
});

describe('a call about the controller', () => {
  it('is one for all rollouts, with the longest silence', () => {
    expect(calls([{ minutes: 6 }, { rollout: 'two', minutes: 21 }], { sick: true })).toEqual([
      {
        about: 'the controller',
        mark: 4,
        silence: null,
        subject: 'no ticks: 2 rollouts are silent, the controller is sick',
        text: [
          '2 rollouts have had no journal entry for up to 21m: that is the controller, not the releases.',
          'one: baking, recorded weight 10 %. The watchdog lowers what reaches the candidate, as far as the baseline can carry it.',
          'two: baking, recorded weight 10 %. The watchdog lowers what reaches the candidate, as far as the baseline can carry it.',
          LOOK,
        ].join('\n'),
      },
    ]);
    expect(calls([], { sick: true })).toEqual([]);
    expect(calls([{ isUnreadable: true }], { sick: true }).map(({ about }) => about)).toEqual(['the journal']);
  });
});

describe('a call about the journal', () => {
  const NO_TICK = 'No tick can decide anything without the journal, and nothing is moved for the first 30 minutes.';
  const BY_HAND =
    "Look at DynamoDB and at the functions' permissions. Until then weights are lowered by hand only, in the listener rules.";

  it('tells what is known of each rollout that it hides', () => {
    expect(
      calls([
        { isUnreadable: true, measure: 'wait', minutes: 7 },
        { rollout: 'two', state: null, isUnreadable: true, minutes: 16 },
      ]),
    ).toEqual([
      {
        about: 'the journal',
        mark: 3,
        silence: null,
        subject: 'the journal cannot be read for 16m',
        text: [
          NO_TICK,
          'one: baking, recorded weight 10 %. After 30 minutes the watchdog lowers the weight.',
          'two: never read by this watchdog, so it can do nothing.',
          BY_HAND,
        ].join('\n'),
      },
    ]);
  });

  it('comes from five minutes on, also where not even the list of rollouts can be read', () => {
    expect(calls([], { list: 4 })).toEqual([]);
    expect(calls([], { list: 5 })).toMatchObject([
      {
        mark: 1,
        subject: 'the journal cannot be read for 5m',
        text: [
          NO_TICK,
          'Which rollouts are live cannot be listed: one that this watchdog has not met before is not guarded by it.',
          BY_HAND,
        ].join('\n'),
      },
    ]);
    expect(calls([{ isUnreadable: true, minutes: 9 }], { list: 12 })[0]?.subject).toBe(
      'the journal cannot be read for 12m',
    );
    expect(calls([{ isUnreadable: true, minutes: 4 }])).toEqual([]);
  });
});

describe('a weight that was lowered', () => {
  it('and not recorded is told once for each time', () => {
    expect(unrecordedCall(silence({ minutes: 11 }))).toEqual({
      about: 'one: lowered at 11',
      mark: 2,
      silence: silence({ minutes: 11 }),
      subject: 'one: lowered, the journal cannot be written',
      text: "The watchdog lowered the weight after 11m, and could not record it. A tick that comes back takes it for somebody else's doing, and holds.",
    });
  });

  it('not, since the write was refused, is told with what was said to each write', () => {
    expect(refusedCall(silence({ minutes: 11 }), ['THROTTLED', 'DENIED'])).toEqual({
      about: 'one: refused',
      mark: 2,
      silence: silence({ minutes: 11 }),
      subject: 'one: the weight cannot be lowered',
      text: 'The watchdog tries again every minute. Lower it by hand in the listener rules.\nTHROTTLED\nDENIED',
    });
  });
});
