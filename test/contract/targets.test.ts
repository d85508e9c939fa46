import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isFault } from '../../lib/controller/fault.ts';
import { BASELINE, CANDIDATE, RULE, SECOND, THIRD } from '../aws/load-balancer.ts';
import { type RulesWorld, worlds } from './router-worlds.ts';

describe.each(worlds)('targets %s', (_, open) => {
  let world: RulesWorld;
  beforeEach(async () => {
    world = await open();
  });
  afterEach(() => world.close());

  const usersOf = async (group: string): Promise<readonly string[]> => {
    const facts = await world.targets.facts(group);
    if (isFault(facts)) throw new Error(facts.toString());
    return [...facts.usedBy].sort();
  };

  it.each([BASELINE, CANDIDATE])('are counted, healthy and registered', async (group) => {
    const health = await world.targets.health(group);
    if (isFault(health)) throw new Error(health.toString());
    expect(health.registered).toBeGreaterThan(0);
    expect(health.healthy).toBe(health.registered);
    expect(await world.targets.facts(group)).toMatchObject({ ...health, targetStickiness: false });
  });

  it('are a fault of a group that does not exist', async () => {
    expect(await world.targets.health(`${BASELINE}0`)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await world.targets.facts(`${BASELINE}0`)).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('name the rules that forward to their group, also at weight 0', async () => {
    expect(await usersOf(CANDIDATE)).toEqual([RULE, SECOND, THIRD].sort());
    world.setByHand(RULE, 100);
    expect(await usersOf(BASELINE)).toEqual([RULE, SECOND, THIRD].sort());
  });

  it('do not name a rule that forwards elsewhere or is gone', async () => {
    world.pointElsewhere(SECOND);
    world.remove(THIRD);
    expect(await usersOf(BASELINE)).toEqual([RULE]);
  });
});
