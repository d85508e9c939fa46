import { describe, expect, it } from 'vitest';
import { answer } from '../../lib/rollout/answer.ts';
import { apply } from '../../lib/rollout/apply.ts';
import { decide } from '../../lib/rollout/decide.ts';
import type { Entry } from '../../lib/rollout/entry.ts';
import type { RolloutState } from '../../lib/rollout/rollout.ts';
import { isWatched, lowered, lowering, type Sighting, silencesOf } from '../../lib/rollout/watchdog.ts';
import { callsOf } from '../../lib/rollout/watchdog-calls.ts';
import {
  type Change,
  evidenceOf,
  holdOf,
  MINUTE,
  NOW,
  operator,
  seedPlan,
  situationOf,
  stateOf,
  theRule,
  twoRulesPlan,
  watchTrip,
} from './fixture.ts';

const START = seedPlan.start;
const QUARTER = 15 * MINUTE;
const health = (healthy: number) => ({
  candidate: { healthy: 20, registered: 20 },
  baseline: { healthy, registered: 20 },
});
const rollback = {
  decidedAt: NOW - 5 * MINUTE,
  reason: { code: 'WATCH_TRIPPED', trip: watchTrip } as const,
  faultBeganAt: null,
  fromWeight: 50,
  verifiedAt: null,
  lastRequestMinute: null,
  quietRows: 0,
  tailRequests: 0,
  pagedAt: NOW,
};

interface Given {
  readonly name?: string;
  readonly state?: RolloutState;
  /** Minutes since the newest entry. */
  readonly age?: number;
  readonly cause?: Entry['cause'];
  /** Minutes since the journal cannot be read. */
  readonly unread?: number;
}

const sighting = ({
  name = 'one',
  state = stateOf(1),
  age = 0,
  cause = { by: 'schedule' },
  unread,
}: Given): Sighting => ({
  rollout: name,
  known: {
    plan: seedPlan,
    body: '',
    hash: 'hash',
    entry: {
      rollout: name,
      revision: 7,
      previous: '',
      at: new Date(NOW - age * MINUTE).toISOString(),
      cause,
      rows: [],
      businessRows: [],
      decision: { decision: 'wait', reason: { code: 'SCHEDULED', start: START } },
      notices: [],
      state,
    },
  },
  unreadableSince: unread === undefined ? null : NOW - unread * MINUTE,
});

const seen = (...given: readonly Given[]) =>
  silencesOf(given.map(sighting), NOW).all.map(
    ({ sighting: { rollout }, minutes, measure }) => `${rollout} ${minutes} ${measure}`,
  );

describe('a silent rollout', () => {
  it.each<[string, Given, readonly string[]]>([
    ['is none while its newest entry is younger than 5 minutes', { age: 4.98 }, []],
    ['waits for 10 minutes', { age: 9.9 }, ['one 9 wait']],
    ['is lowered from then on', { age: 10 }, ['one 10 lower']],
    ['is left to people at weight 100', { age: 11, state: stateOf(2) }, ['one 11 people']],
    [
      'is lowered while passed',
      { age: 12, state: stateOf(1, { status: 'passed', gate: { passedAt: NOW, askedAt: NOW, reminders: 0 } }) },
      ['one 12 lower'],
    ],
    [
      'is lowered further where it rolls back',
      { age: 10, state: stateOf(2, { status: 'rollingBack', weight: 40, rollback }) },
      ['one 10 lower'],
    ],
    [
      'is none once it has ended',
      { age: 5000, state: stateOf(2, { status: 'finished', endedBy: { code: 'CLOSED', actor: '', why: '' } }) },
      [],
    ],
    [
      'goes on being one after the watchdog wrote',
      { age: 1, cause: { by: 'watchdog', staleMinutes: 11 } },
      ['one 12 lower'],
    ],
    [
      'goes on being one while forbidden commands come: nobody keeps the watchdog asleep with them',
      { age: 1, cause: { by: 'forbidden', command: 'hold', actor: '', refused: '', lifeAt: NOW - 12 * MINUTE } },
      ['one 12 lower'],
    ],
    [
      'is none when a command has just been given',
      { age: 1, cause: { by: 'command', command: 'hold', actor: '', why: '' } },
      [],
    ],
    ['is not lowered for the first 30 minutes of an unreadable journal', { age: 40, unread: 29 }, ['one 29 wait']],
    ['is lowered after them', { age: 40, unread: 30 }, ['one 30 lower']],
    ['is left to people at 100 also then', { unread: 31, state: stateOf(3) }, ['one 31 people']],
  ])('%s', (_, given, expected) => {
    expect(seen(given)).toEqual(expected);
  });

  it('is none while it sleeps before its start, and is called from 15 minutes before on', () => {
    const asleep = sighting({ age: 3000, state: stateOf(-1) });
    const at = (now: number) => silencesOf([asleep], now).all.map(({ minutes, measure }) => `${minutes} ${measure}`);
    expect(at(START - QUARTER - MINUTE)).toEqual([]);
    expect(at(START - QUARTER + 4 * MINUTE)).toEqual([]);
    expect(at(START - QUARTER + 5 * MINUTE)).toEqual(['5 wait']);
    expect(at(START + 60 * MINUTE)).toEqual(['75 wait']);
  });

  it('needs the watchdog from 15 minutes before its start on, also when it waits long past it for others', () => {
    const asleep = sighting({ age: 3000, state: stateOf(-1) });
    const hours = [-24 * 14, -0.26, -0.25, 0, 48];
    expect(hours.map((hour) => isWatched(asleep, START + hour * 60 * MINUTE))).toEqual([
      false,
      false,
      true,
      true,
      true,
    ]);
  });

  it('needs the watchdog while it is live or nothing is known of it, and not once it has ended', () => {
    const ended = sighting({ state: stateOf(2, { status: 'finished' }) });
    const unknown: Sighting = { rollout: 'one', known: null, unreadableSince: NOW };
    expect([sighting({}), sighting({ unread: 3 }), ended, unknown].map((one) => isWatched(one, NOW))).toEqual([
      true,
      true,
      false,
      true,
    ]);
  });

  it('can only be called when it was never read', () => {
    const unknown: Sighting = { rollout: 'one', known: null, unreadableSince: NOW - 40 * MINUTE };
    expect(silencesOf([unknown], NOW).all).toMatchObject([{ minutes: 40, measure: 'people' }]);
  });

  it('of more than three means a sick controller: only weights above 25 are lowered, the highest first', () => {
    const at = (name: string, weight: number): Given => ({ name, age: 12, state: stateOf(1, { weight }) });
    expect(seen(at('a', 10), at('b', 25), at('c', 26))).toEqual(['c 12 lower', 'b 12 lower', 'a 12 lower']);
    expect(seen(at('a', 10), at('b', 25), at('c', 26), at('d', 60))).toEqual([
      'd 12 lower',
      'c 12 lower',
      'b 12 people',
      'a 12 people',
    ]);
    const back: Given = { name: 'e', age: 12, state: stateOf(2, { status: 'rollingBack', weight: 5, rollback }) };
    expect(seen(at('a', 10), at('b', 25), at('c', 26), back)).toContain('e 12 lower');
  });
});

describe('silent rollouts', () => {
  it('of which nothing is known come after those with a weight', () => {
    const unknown: Sighting = { rollout: 'x', known: null, unreadableSince: NOW - 40 * MINUTE };
    const all = silencesOf([unknown, sighting({ age: 12 })], NOW).all;
    expect(all.map(({ sighting: { rollout } }) => rollout)).toEqual(['one', 'x']);
  });

  it('that roll back are waited for as well', () => {
    expect(seen({ age: 7, state: stateOf(2, { status: 'rollingBack', weight: 40, rollback }) })).toEqual([
      'one 7 wait',
    ]);
  });
});

describe('lowering', () => {
  const lower = (change: Change, isUnmarked = false) => {
    const { decision, reason, setWeight } = lowering(situationOf(1, change), 11, isUnmarked) ?? {};
    return decision === undefined ? 'nothing' : `${decision} ${reason?.code} → ${setWeight?.weight}`;
  };
  it('holds WATCHDOG and takes everything away, stickiness off', () => {
    expect(lowering(situationOf(1), 11, false)).toEqual({
      decision: 'hold',
      reason: { code: 'WATCHDOG', staleMinutes: 11 },
      setWeight: { weight: 0, rules: [theRule], raise: false, rollback: true },
    });
  });
  it('goes only as far as the baseline can carry it, and on as the baseline grows', () => {
    const atHalf = { state: { weight: 50 } };
    expect(lower({ ...atHalf, evidence: { health: health(8) } })).toBe('hold WATCHDOG → 39.4');
    expect(lower({ ...atHalf, live: 39.4, evidence: { health: health(8) } })).toBe('nothing');
    expect(lower({ ...atHalf, live: 39.4, evidence: { health: health(10) } })).toBe('hold WATCHDOG → 24.3');
    expect(lower({ ...atHalf, evidence: { health: health(0) } })).toBe('nothing');
  });
  it('lowers where the health cannot be read: only a known lack counts', () => {
    expect(lower({ evidence: { health: { candidate: null, baseline: null } } })).toBe('hold WATCHDOG → 0');
  });
  it('does nothing where nothing reaches the candidate, nor where weight 100 is live', () => {
    expect(lower({ live: 0 })).toBe('nothing');
    expect(lower({ live: 100 })).toBe('nothing');
  });
  it('does nothing where one of two rules is at weight 100', () => {
    const [first = '', second = ''] = twoRulesPlan.traffic.rules;
    const weighted = (rule: string, weight: number) => ({ rule, kind: 'weighted', weight, sticky: false }) as const;
    expect(lower({ plan: twoRulesPlan, evidence: { rules: [weighted(first, 10), weighted(second, 100)] } })).toBe(
      'nothing',
    );
    expect(lower({ plan: twoRulesPlan, evidence: { rules: [weighted(first, 10), weighted(second, 0)] } })).toBe(
      'hold WATCHDOG → 0',
    );
  });
  it('marks afterwards what it could not record', () => {
    expect(lower({ live: 0 }, true)).toBe('hold WATCHDOG → undefined');
    const marked = { state: { holds: [holdOf({ code: 'WATCHDOG', staleMinutes: 11 })] }, live: 0 };
    expect(lower(marked, true)).toBe('nothing');
  });
  it('tries a rule that cannot be read, but never with more than is recorded', () => {
    const fault = { code: 'THROTTLED', operation: 'read' };
    const unreadable = { rules: [{ rule: theRule, kind: 'unreadable', fault } as const] };
    expect(lower({ evidence: unreadable })).toBe('hold WATCHDOG → 0');
    expect(lower({ evidence: { ...unreadable, health: health(8) } })).toBe('nothing');
  });
  it('goes on with a rollback under its own reason, also from 100', () => {
    const back = { state: { status: 'rollingBack', weight: 100, rollback } as const, live: 100 };
    expect(lower(back)).toBe('rollBack WATCH_TRIPPED → 0');
    expect(lower({ ...back, live: 0 })).toBe('nothing');
  });
});

describe('the state after the watchdog lowered', () => {
  const after = (change: Change = {}): RolloutState => {
    const situation = situationOf(1, change);
    const decision = lowering(situation, 11, false);
    if (decision === undefined) throw new Error('nothing to lower');
    return lowered(situation, decision);
  };
  it('is held, keeps the recorded weight, and knows since when the candidate grows cold', () => {
    const { holds, weight, zeroSince, status } = after();
    expect([holds.map(({ code }) => code), weight, zeroSince, status]).toEqual([['WATCHDOG'], 10, NOW, 'baking']);
    expect(after({ state: { weight: 50 }, evidence: { health: health(8) } }).zeroSince).toBeNull();
  });
  it('is no colder for what is only marked afterwards', () => {
    const situation = situationOf(1, { live: 0 });
    const decision = lowering(situation, 11, true);
    expect(decision && lowered(situation, decision).zeroSince).toBeNull();
  });
  it('lets no tick raise, and adds no second hold for the weight that it knows of', () => {
    const held = { holds: after().holds };
    const tick = (change: Change) => {
      const { decision, reason, setWeight } = decide(situationOf(1, change));
      return [decision, reason.code, setWeight];
    };
    expect(tick({ state: held, live: 0 })).toEqual(['wait', 'WATCHDOG', undefined]);
    const unconfirmed = { ...held, rules: [{ confirmed: 0, isConfirmed: false, sticky: false }] };
    expect(tick({ state: unconfirmed, live: 0 })).toEqual(['wait', 'WATCHDOG', undefined]);
  });
  it('does not say of a later rollback that the weight was lowered before it could be recorded', () => {
    const situation = situationOf(1, { state: { holds: after().holds }, live: 0, trip: watchTrip });
    expect(decide(situation).reason.code).toBe('WATCH_TRIPPED');
  });
  it('is ended by a resume, which sets the weight again and bakes anew', () => {
    const resumed = answer(
      situationOf(1, { state: after(), live: 0 }),
      { kind: 'resume', why: 'ticks are back' },
      operator,
    );
    expect(resumed).toMatchObject({
      decision: { decision: 'resume', setWeight: { weight: 10, rules: [theRule], raise: true } },
      state: { holds: [], status: 'baking', bake: { minutes: 0 } },
    });
  });
  it('goes back to the first phase by a resume after half an hour at 0', () => {
    const situation = situationOf(1, { state: { weight: 50 } });
    const state = apply(situation, { decision: 'hold', reason: { code: 'WATCHDOG', staleMinutes: 11 } });
    const later = { ...situation, state: { ...state, zeroSince: NOW - 31 * MINUTE }, evidence: evidenceOf(0) };
    expect(answer(later, { kind: 'resume', why: 'x' }, operator)).toMatchObject({
      decision: { setWeight: { weight: 1 } },
    });
  });
});

describe('calls', () => {
  const calls = (given: readonly Given[], listUnread: number | null = null) =>
    callsOf(silencesOf(given.map(sighting), NOW), listUnread === null ? null : NOW - listUnread * MINUTE, NOW);
  it('say which rollout, how long, what the watchdog does, and what to do', () => {
    const [call, ...others] = calls([{ age: 7 }]);
    expect([call?.about, call?.mark, call?.subject, others]).toEqual(['one', 1, 'one: no tick for 7m', []]);
    expect(call?.text).toContain('The newest journal entry is 7m old');
    expect(call?.text).toContain('one: baking, recorded weight 10 %. After 10 minutes the watchdog lowers the weight.');
    expect(call?.text).toContain('npx sluice roll-back one --reason WHY');
  });
  it.each<[string, Given, string]>([
    ['lowers', { age: 11 }, 'as far as the baseline can carry it'],
    ['leaves weight 100 to people', { age: 11, state: stateOf(2) }, 'the baseline may be cold'],
    ['has nothing to lower yet', { age: 3000, state: stateOf(-1) }, 'It has not begun'],
  ])('say that it %s', (_, given, piece) => {
    expect(calls([given])[0]?.text).toContain(piece);
  });
  it('are one for all when the controller is sick', () => {
    const many = ['a', 'b', 'c', 'd'].map((name): Given => ({ name, age: 6 }));
    const [call, ...others] = calls(many);
    expect([others, call?.subject]).toEqual([[], 'no ticks: 4 rollouts are silent, the controller is sick']);
    for (const { name } of many) expect(call?.text).toContain(`${name}: baking`);
    expect(call?.text).toContain('25 % and less to people');
  });
  it('are one for a journal that cannot be read, with what is known from before', () => {
    const [call, ...others] = calls([{ unread: 12 }], 12);
    expect([others, call?.mark, call?.subject]).toEqual([[], 2, 'the journal cannot be read for 12m']);
    expect(call?.text).toContain('one: baking, recorded weight 10 %. After 30 minutes the watchdog lowers');
    expect(calls([], 5)[0]?.text).toContain('has not met before');
    expect(calls([], 4)).toEqual([]);
  });
});
