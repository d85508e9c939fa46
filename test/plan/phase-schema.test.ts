/** What a phase may say, and what everything downstream reads of it. */
import { describe, expect, it } from 'vitest';
import { dailyCheckpoints } from '../../lib/plan/phase-schema.ts';
import { withPhases } from './phases-plan.ts';
import { at, planOf } from './seed-plan.ts';
import { toldOf } from './told.ts';

const LEAST = 'name: ramp, weight: 10%, bake: 2h, advance: [noIncidents]';
const phaseOf = (written: string) => planOf(withPhases(written)).phases[0];
const toldOfPhase = (written: string) => toldOf(withPhases(written));

describe('a phase', () => {
  it('has a value for everything that it does not say', () => {
    expect(phaseOf(LEAST)).toEqual({
      name: 'ramp',
      start: at('2025-10-31T12:00Z'),
      weight: 10,
      bakeMinutes: 120,
      checkpointMinutes: [],
      daily: false,
      advance: [{ text: 'noIncidents', metric: 'noIncidents', not: false, claim: { kind: 'noIncidents' } }],
      onFail: 'hold',
      onTrip: 'hold',
      extendUpToMinutes: 240,
      signOff: { roles: [], auto: [] },
      advanceAfterMinutes: 0,
      passInARow: 0,
      warmUpMinutes: 3,
      checklist: [],
    });
  });

  it('is read as it says', () => {
    const whole = [
      'name: all, weight: 100%, bake: 2d, checkpoints: [1h, 1d], advance: [noIncidents], onFail: rollBack',
      'onTrip: rollBack, extendUpTo: 3d, signOff: { roles: [finance], auto: [product] }, advanceAfter: 90m',
      'passInARow: 2, warmUp: 10m, checklist: [a, { item: b }, { item: c, required: true }, { item: d, required: false }]',
    ].join(', ');
    expect(planOf(withPhases(LEAST.replace('10%', '100%'), whole)).phases[1]).toEqual({
      name: 'all',
      weight: 100,
      bakeMinutes: 2880,
      checkpointMinutes: [60, 1440],
      daily: false,
      advance: [expect.objectContaining({ text: 'noIncidents' })],
      onFail: 'rollBack',
      onTrip: 'rollBack',
      extendUpToMinutes: 4320,
      signOff: { roles: ['finance'], auto: ['product'] },
      advanceAfterMinutes: 90,
      passInARow: 2,
      warmUpMinutes: 10,
      checklist: [
        { item: 'a', required: false },
        { item: 'b', required: false },
        { item: 'c', required: true },
        { item: 'd', required: false },
      ],
    });
  });

  it('has no start of its own after the first, unless given', () => {
    const phases = planOf(
      withPhases(
        LEAST,
        'name: b, start: 2025-11-01T08:30Z, weight: 20%, bake: 2h, advance: [noIncidents]',
        'name: c, weight: 30%, bake: 2h, advance: [noIncidents]',
      ),
    ).phases;
    expect(phases[1]?.start).toBe(at('2025-11-01T08:30Z'));
    expect(phases[2]).not.toHaveProperty('start');
  });

  it.each([
    ['5m', 10],
    ['23h59m', 2878],
    ['24h', 1680],
    ['1d1m', 1681],
    ['30d', 43_440],
  ])('of %s may be extended to %d minutes, unless it says otherwise', (bake, minutes) => {
    expect(phaseOf(LEAST.replace('2h', bake))?.extendUpToMinutes).toBe(minutes);
  });

  it('knows that its checkpoints are daily', () => {
    expect(phaseOf(`${LEAST.replace('2h', '2d12h')}, checkpoints: daily`)).toMatchObject({
      checkpointMinutes: [1440, 2880],
      daily: true,
    });
  });
});

it.each([
  [1, []],
  [1440, []],
  [1441, [1440]],
  [2880, [1440]],
  [2881, [1440, 2880]],
])('daily checkpoints of %d minutes are every 24 h, without the end', (minutes, checkpoints) => {
  expect(dailyCheckpoints(minutes)).toEqual(checkpoints);
});

describe('the limits of a phase', () => {
  const DURATION = (from: string, to: string) =>
    `must be a duration from ${from} to ${to} in whole minutes, such as 15m, 2h or 12d`;
  const CHECKPOINTS =
    'must be `daily` or a list of at most 100 durations after the start of the bake, such as [15m, 1h]';
  const NAME = 'must be 1 to 40 characters of a-z, 0-9 and -';
  const WEIGHT = 'must be a percentage with its sign, 0.1% to 100% in steps of 0.1%';

  it.each([
    ['name', 'a'.repeat(40), 'a'.repeat(41), NAME],
    ['name', '0-z', 'a_b', NAME],
    ['weight', '0.1%', '0.0%', WEIGHT],
    ['weight', '100.0 %', '100.1%', WEIGHT],
    ['bake', '5m', '4m', DURATION('5m', '30d')],
    ['bake', '30d', '30d1m', DURATION('5m', '30d')],
    ['checkpoints', '[1m]', '[0m]', DURATION('1m', '30d')],
    ['onFail', 'hold', 'rollback', 'must be one of hold, rollBack'],
    ['extendUpTo', '2h', '60d1m', DURATION('5m', '60d')],
    ['extendUpTo', '60d', '4m', DURATION('5m', '60d')],
    ['advanceAfter', '0m', '-1m', DURATION('0m', '30d')],
    ['advanceAfter', '30d', '30d1m', DURATION('0m', '30d')],
    ['passInARow', '0', '-1', 'must be a whole number from 0 to 100'],
    ['passInARow', '0', '101', 'must be a whole number from 0 to 100'],
    ['passInARow', '0', '0.5', 'must be a whole number from 0 to 100'],
    ['warmUp', '0m', '2h1m', DURATION('0m', '2h')],
    ['checkpoints', 'daily', 'weekly', CHECKPOINTS],
    ['advance', '[noIncidents]', 'noIncidents', 'must be a list of at most 30'],
    ['checklist', '[a]', 'a', 'must be a list of at most 50'],
    ['checklist', `[${'a'.repeat(200)}]`, `[${'a'.repeat(201)}]`, 'must be text of 1 to 200 characters'],
    ['checklist', '[a]', '[""]', 'must be text of 1 to 200 characters'],
    ['checklist', '[a]', '[7]', 'must be text of 1 to 200 characters or { item, required }'],
    ['checklist', '[{ item: a }]', '[{ item: a, required: yes }]', 'must be true or false'],
    ['signOff', '{}', 'finance', 'must be a mapping of keys to values'],
  ])('%s may be %s and not %s', (key, allowed, refused, must) => {
    const saying = (value: string) => {
      const keys = {
        name: 'ramp',
        weight: '10%',
        bake: key === 'checkpoints' || key === 'warmUp' ? '3d' : '2h',
        advance: '[errorRate < 1%]',
      };
      return Object.entries({ ...keys, [key]: value })
        .map(([name, written]) => `${name}: ${written}`)
        .join(', ');
    };
    expect(toldOfPhase(saying(allowed))).toEqual([]);
    expect(toldOfPhase(saying(refused))).toEqual([expect.stringContaining(` ${must}; given: `)]);
  });

  it('are 100 checkpoints', () => {
    const until = (last: number) => Array.from({ length: last }, (_, index) => `${index + 1}m`).join(', ');
    expect(toldOfPhase(`${LEAST}, checkpoints: [${until(100)}]`)).toEqual([]);
    expect(toldOfPhase(`${LEAST}, checkpoints: [${until(101)}]`)).toEqual([
      expect.stringContaining('phases[0].checkpoints must be a list of at most 100; given: [1m, 2m'),
    ]);
  });
});
