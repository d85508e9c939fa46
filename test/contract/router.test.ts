import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Fault, isFault } from '../../lib/controller/fault.ts';
import type { RuleReading } from '../../lib/controller/ports.ts';
import { RULE, SECOND, THIRD } from '../aws/load-balancer.ts';
import { type RulesWorld, worlds } from './router-worlds.ts';

describe.each(worlds)('a router %s', (_, open) => {
  let world: RulesWorld;
  beforeEach(async () => {
    world = await open();
  });
  afterEach(() => world.close());

  const set = (rule: string, weight: number, from: number | null, rollback = false) =>
    world.router.setWeight(world.plan, { rule, weight, from, rollback });
  const read = (tags = false): Promise<readonly RuleReading[]> => world.router.read(world.plan, tags);
  const codeOf = (outcome: string | Fault): string => (isFault(outcome) ? outcome.code : outcome);

  it('reads one rule after the other in the order of the plan', async () => {
    world.setByHand(SECOND, 10, true);
    world.setByHand(THIRD, 100);
    expect(await read()).toEqual([
      { rule: RULE, kind: 'weighted', weight: 0, sticky: false },
      { rule: SECOND, kind: 'weighted', weight: 10, sticky: true },
      { rule: THIRD, kind: 'weighted', weight: 100, sticky: false },
    ]);
  });

  it.each([0, 0.1, 1, 10, 55.5, 99.9, 100])('reads back %s %% as it was written', async (weight) => {
    expect(await set(RULE, weight, 0)).toBe('written');
    expect((await read())[0]).toMatchObject({ weight });
    expect((await read())[1]).toMatchObject({ weight: 0 });
  });

  it('writes a raise only while the live weight is the one it rests on', async () => {
    world.setByHand(RULE, 0.1);
    expect(await set(RULE, 10, 1)).toBe('changed');
    expect((await read())[0]).toMatchObject({ weight: 0.1 });
    expect(await set(RULE, 10, 0.1)).toBe('written');
  });

  it('does not take a weight above the one a raise rests on for its leave', async () => {
    world.setByHand(RULE, 50);
    expect(await set(RULE, 10, 1)).toBe('changed');
    expect((await read())[0]).toMatchObject({ weight: 50 });
  });

  it('raises nothing without a weight that it rests on: what was meant to lower finds it lower already', async () => {
    world.setByHand(RULE, 1);
    expect(await set(RULE, 10, null)).toBe('changed');
    expect((await read())[0]).toMatchObject({ weight: 1 });
  });

  it('lowers from any weight', async () => {
    world.setByHand(RULE, 33.3);
    expect(await set(RULE, 1, null)).toBe('written');
    expect((await read())[0]).toMatchObject({ weight: 1 });
  });

  it('may write the same weight twice', async () => {
    expect(await set(RULE, 10, 0)).toBe('written');
    expect(await set(RULE, 10, 10)).toBe('written');
    expect((await read())[0]).toMatchObject({ weight: 10 });
  });

  it('calls a rule that forwards elsewhere foreign, and refuses to write it', async () => {
    world.pointElsewhere(SECOND);
    expect((await read())[1]).toEqual({
      rule: SECOND,
      kind: 'foreign',
      found: expect.stringContaining('somebody-elses'),
    });
    expect(codeOf(await set(SECOND, 0, null, true))).toBe('REFUSED');
  });

  it('calls a vanished rule gone, sees the others, and cannot write it', async () => {
    world.remove(RULE);
    expect((await read()).map(({ kind }) => kind)).toEqual(['gone', 'weighted', 'weighted']);
    expect(codeOf(await set(RULE, 0, null))).toBe('NOT_FOUND');
  });

  it('turns stickiness off in a rollback, and leaves it otherwise', async () => {
    world.setByHand(RULE, 10, true);
    await set(RULE, 5, null);
    expect((await read())[0]).toMatchObject({ weight: 5, sticky: true });
    await set(RULE, 1, null, true);
    expect((await read())[0]).toMatchObject({ weight: 1, sticky: false });
    await set(RULE, 0, null, true);
    expect((await read())[0]).toMatchObject({ weight: 0, sticky: false });
  });

  it('reads the resting tags when it is asked to', async () => {
    world.rest(THIRD, 'candidate');
    expect((await read(true)).map((each) => each.kind === 'weighted' && each.resting)).toEqual([
      'baseline',
      'baseline',
      'candidate',
    ]);
    expect((await read(false)).every((each) => !('resting' in each))).toBe(true);
  });
});
