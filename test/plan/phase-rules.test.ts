/** What must hold within a phase and between phases. */
import { describe, expect, it } from 'vitest';
import { withoutPhases, withPhases } from './phases-plan.ts';
import { edited } from './seed-plan.ts';
import { toldOf } from './told.ts';

const GOOD = 'advance: [errorRate < 1%]';
/** A phase of that name and weight that bakes for two hours; `more` is what it says besides. */
const phase = (name: string, weight: string, more = GOOD) => `name: ${name}, weight: ${weight}, bake: 2h, ${more}`;
/** One phase at 10 %. */
const alone = (more: string) => withPhases(`name: ramp, weight: 10%, ${more}`);

describe('phases', () => {
  it('may be one alone, at any weight', () => {
    expect(toldOf(withPhases(phase('all', '100%')))).toEqual([]);
    expect(toldOf(withPhases(phase('some', '0.1%')))).toEqual([]);
  });

  it('differ in their names: each that was there before is told', () => {
    expect(toldOf(withPhases(phase('a', '1%'), phase('b', '2%'), phase('a', '3%'), phase('a', '4%')))).toEqual([
      'phases[2].name must differ from the other phases; given: a',
      'phases[3].name must differ from the other phases; given: a',
    ]);
  });

  it.each(['7', '{ name: ramp }'])('are told once where there is no list of them: %s', (written) => {
    expect(toldOf(withoutPhases(written))).toEqual([`phases must be a list of 1 to 20; given: ${written}`]);
  });

  it('that are no mapping do not hide what is wrong with those around', () => {
    const text = withPhases(phase('a', '2%'), 'x', phase('b', '1%', 'advance: [], onTrip: hold'));
    expect(toldOf(text.replace('{ x }', 'x'))).toEqual([
      'phases[1] must be a mapping of keys to values; given: x',
      'phases[2].weight must not be below the 2% of phase a; given: 1%',
      'phases[2].advance must name at least one criterion, unless signOff.roles asks somebody; given: []',
      'phases[2].onTrip must be absent here: only in phases of weight 100 after the first there is a choice, elsewhere a guard rolls back; given: hold',
    ]);
  });
});

describe('weights', () => {
  it('may rise and stay', () => {
    expect(toldOf(withPhases(phase('a', '1%'), phase('b', '1%'), phase('c', '1.1%'), phase('d', '100%')))).toEqual([]);
  });

  it('must not fall, not even by the smallest step: the last phase that was highest is named', () => {
    expect(toldOf(withPhases(phase('a', '10%'), phase('b', '10%'), phase('c', '9.9%'), phase('d', '5%')))).toEqual([
      'phases[2].weight must not be below the 10% of phase b; given: 9.9%',
      'phases[3].weight must not be below the 10% of phase b; given: 5%',
    ]);
  });

  it('are compared with the highest before, not with the one before', () => {
    expect(toldOf(withPhases(phase('a', '20%'), phase('b', '5%'), phase('c', '20%')))).toEqual([
      'phases[1].weight must not be below the 20% of phase a; given: 5%',
    ]);
  });

  it('are compared across one that cannot be read; a phase without a readable name is told by its number', () => {
    expect(toldOf(withPhases(phase('a', '1%'), phase('B', '20%'), phase('c', 'x'), phase('d', '5%')))).toEqual([
      'phases[1].name must be 1 to 40 characters of a-z, 0-9 and -; given: B',
      'phases[2].weight must be a percentage with its sign, 0.1% to 100% in steps of 0.1%; given: x',
      'phases[3].weight must not be below the 20% of phase 2; given: 5%',
    ]);
  });

  it('stay below 100 % in mode aa, which leaves a baseline to compare with', () => {
    const inModeAa = (...phases: readonly string[]) =>
      toldOf(withPhases(...phases).replace('release: v3', 'mode: aa\nrelease: v3'));
    expect(inModeAa(phase('a', '1%'), phase('b', '99.9%'))).toEqual([]);
    expect(inModeAa(phase('a', '1%'), phase('b', '100%'))).toEqual([
      'phases[1].weight must be below 100% in mode aa: at 100 % there is no baseline left to compare with; given: 100%',
    ]);
  });
});

describe('onTrip', () => {
  const must =
    'must be absent here: only in phases of weight 100 after the first there is a choice, elsewhere a guard rolls back';

  it('is a choice in every phase of weight 100 after the first there', () => {
    const asked = (onTrip: string) => `${GOOD}, onTrip: ${onTrip}`;
    const text = withPhases(
      phase('a', '99.9%'),
      phase('b', '100%'),
      phase('c', '100%', asked('rollBack')),
      phase('d', '100%', asked('hold')),
    );
    expect(toldOf(text)).toEqual([]);
  });

  it('is none below 100 %, in the first phase at 100 %, and where the weight falls again', () => {
    const asking = `${GOOD}, onTrip: rollBack`;
    const weights = ['1%', '99.9%', '100%', '100%', '50%'];
    expect(toldOf(withPhases(...weights.map((weight, index) => phase(`p${index}`, weight, asking))))).toEqual([
      `phases[0].onTrip ${must}; given: rollBack`,
      `phases[1].onTrip ${must}; given: rollBack`,
      `phases[2].onTrip ${must}; given: rollBack`,
      'phases[4].weight must not be below the 100% of phase p3; given: 50%',
      `phases[4].onTrip ${must}; given: rollBack`,
    ]);
  });

  it('is not judged where the weight cannot be read', () => {
    expect(toldOf(withPhases(phase('a', 'all', `${GOOD}, onTrip: hold`)))).toEqual([
      'phases[0].weight must be a percentage with its sign, 0.1% to 100% in steps of 0.1%; given: all',
    ]);
  });
});

describe('the times of a phase', () => {
  it.each([
    ['extendUpTo: 2h', []],
    [
      'extendUpTo: 119m',
      ['extendUpTo must not be shorter than the bake of 2h: it is the bake with all extensions; given: 119m'],
    ],
    ['warmUp: 119m', []],
    ['warmUp: 2h', ['warmUp must be shorter than the bake of 2h; given: 2h']],
    ['checkpoints: [1m, 119m]', []],
    [
      'checkpoints: [1m, 2h]',
      ['checkpoints[1] must lie before the end of the bake at 2h, where the gate is; given: 2h'],
    ],
    ['checkpoints: [3h]', ['checkpoints[0] must lie before the end of the bake at 2h, where the gate is; given: 3h']],
    ['checkpoints: [15m, 16m]', []],
    ['checkpoints: [15m, 15m]', ['checkpoints[1] must be later than the checkpoint before it; given: 15m']],
    ['checkpoints: [15m, 30m, 20m, 29m]', ['checkpoints[2] must be later than the checkpoint before it; given: 20m']],
    ['checkpoints: [1m, 2m], passInARow: 2', []],
    [
      'checkpoints: [1m, 2m], passInARow: 3',
      ['passInARow must not exceed the number of checkpoints, which is 2; given: 3'],
    ],
    ['passInARow: 0', []],
    ['passInARow: 1', ['passInARow must not exceed the number of checkpoints, which is 0; given: 1']],
    ['checkpoints: daily', ['checkpoints must be a list where the bake is not longer than 24h; given: daily']],
  ])('%s in a bake of 2h', (written, problems) => {
    expect(toldOf(alone(`bake: 2h, ${GOOD}, ${written}`))).toEqual(problems.map((problem) => `phases[0].${problem}`));
  });

  it('lets the shortest bake, 5m, have the usual warm-up of 3m, and not one of its own length', () => {
    expect(toldOf(alone(`bake: 5m, ${GOOD}`))).toEqual([]);
    expect(toldOf(alone(`bake: 5m, ${GOOD}, warmUp: 5m`))).toEqual([
      'phases[0].warmUp must be shorter than the bake of 5m; given: 5m',
    ]);
  });

  it('has daily checkpoints in a bake of more than 24h, as many as there are days begun before its end', () => {
    expect(toldOf(alone(`bake: 24h, ${GOOD}, checkpoints: daily`))).toEqual([
      'phases[0].checkpoints must be a list where the bake is not longer than 24h; given: daily',
    ]);
    expect(toldOf(alone(`bake: 1d1m, ${GOOD}, checkpoints: daily, passInARow: 1`))).toEqual([]);
    expect(toldOf(alone(`bake: 2d, ${GOOD}, checkpoints: daily, passInARow: 2`))).toEqual([
      'phases[0].passInARow must not exceed the number of checkpoints, which is 1; given: 2',
    ]);
  });

  it('is not measured by a bake or by checkpoints that cannot be read', () => {
    expect(toldOf(alone(`bake: soon, ${GOOD}, extendUpTo: 5m, warmUp: 2h, checkpoints: daily, passInARow: 9`))).toEqual(
      ['phases[0].bake must be a duration from 5m to 30d in whole minutes, such as 15m, 2h or 12d; given: soon'],
    );
    expect(toldOf(alone(`bake: 2h, ${GOOD}, checkpoints: hourly, passInARow: 9`))).toEqual([
      'phases[0].checkpoints must be `daily` or a list of at most 100 durations after the start of the bake, such as [15m, 1h]; given: hourly',
    ]);
    expect(toldOf(alone(`bake: 2h, ${GOOD}, extendUpTo: 1m, warmUp: 3h, checkpoints: [1m], passInARow: x`))).toEqual([
      'phases[0].extendUpTo must be a duration from 5m to 60d in whole minutes, such as 15m, 2h or 12d; given: 1m',
      'phases[0].warmUp must be a duration from 0m to 2h in whole minutes, such as 15m, 2h or 12d; given: 3h',
      'phases[0].passInARow must be a whole number from 0 to 100; given: x',
    ]);
  });
});

describe('the criteria of a phase', () => {
  const must = 'must name at least one criterion, unless signOff.roles asks somebody';

  it.each([['advance: []'], ['checkpoints: []'], ['advance: [], signOff: { auto: [engineering] }']])(
    'are at least one where nobody is asked: %s',
    (written) => {
      expect(toldOf(alone(`bake: 2h, ${written}`))).toEqual([`phases[0].advance ${must}; given: []`]);
    },
  );

  it.each([
    'advance: [noIncidents]',
    'advance: [], signOff: { roles: [engineering] }',
    'advance: [noIncidents], signOff: { roles: [engineering] }',
  ])('are enough, or somebody who is asked: %s', (written) => {
    expect(toldOf(alone(`bake: 2h, ${written}`))).toEqual([]);
  });

  it('are not said to be none where they, or who is asked, cannot be read', () => {
    expect(toldOf(alone('bake: 2h, advance: none'))).toEqual([
      'phases[0].advance must be a list of at most 30; given: none',
    ]);
    expect(toldOf(alone('bake: 2h, advance: [], signOff: { roles: engineering }'))).toEqual([
      'phases[0].signOff.roles must be a list of at most 20; given: engineering',
    ]);
    expect(toldOf(alone('bake: 2h, advance: [], signOff: engineering'))).toEqual([
      'phases[0].signOff must be a mapping of keys to values; given: engineering',
    ]);
  });

  it('differ as they are read, blanks apart, within a phase; another phase may have the same', () => {
    const twice = 'advance: [errorRate < 1%, noIncidents, errorRate  <  1%, errorRate < 2%]';
    expect(toldOf(withPhases(phase('a', '1%', twice), phase('b', '2%')))).toEqual([
      'phases[0].advance[2] must differ from the other criteria; given: errorRate < 1%',
    ]);
  });

  it('do not compare with the baseline at weight 100, where it has no traffic', () => {
    const advance = 'advance: [noIncidents, not revenueDelta < -3%, segmentSpread < 5%, nonsense 1, cpu < 85%]';
    const must = 'must not compare with the baseline, which has no traffic at weight 100, and';
    expect(toldOf(withPhases(phase('a', '99.9%', advance), phase('b', '100%', advance)))).toEqual([
      expect.stringMatching(/^phases\[0\]\.advance\[3\] must be an expression/),
      `phases[1].advance[1] ${must} revenueDelta does; given: not revenueDelta < -3%`,
      `phases[1].advance[2] ${must} segmentSpread does; given: segmentSpread < 5%`,
      expect.stringMatching(/^phases\[1\]\.advance\[3\] must be an expression/),
    ]);
  });
});

describe('the checklist of a phase', () => {
  it('has each item once, in whichever form it is written', () => {
    const checklist = 'checklist: [tag exists, { item: tag exists, required: true }, leads told, tag exists]';
    expect(toldOf(withPhases(phase('a', '1%', `${GOOD}, ${checklist}`)))).toEqual([
      'phases[0].checklist[1] must differ from the other items; given: { item: tag exists, required: true }',
      'phases[0].checklist[3] must differ from the other items; given: tag exists',
    ]);
  });

  it('is not asked for items that cannot be read', () => {
    expect(toldOf(edited(['[release tag exists,', '[7, 7,']))).toEqual([
      'phases[0].checklist[0] must be text of 1 to 200 characters or { item, required }; given: 7',
      'phases[0].checklist[1] must be text of 1 to 200 characters or { item, required }; given: 7',
    ]);
    expect(toldOf(withPhases(phase('a', '1%', `${GOOD}, checklist: none`)))).toEqual([
      'phases[0].checklist must be a list of at most 50; given: none',
    ]);
  });
});
