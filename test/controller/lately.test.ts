import { describe, expect, it } from 'vitest';
import { tick } from '../../lib/controller/tick.ts';
import { weightOf } from '../../lib/sim/rules.ts';
import { at, entryOf, type Given, withPorts } from './world.ts';

const NAME = 'ultra-fast-analyzer';
const MINUTE = 60_000;
const OLD = 3 * MINUTE;
/** In the middle of the canary's bake. */
const BAKING = '2025-10-31T13:00';
/** The canary has passed, been signed off, and its successor may begin at 14:00. */
const RISES = '2025-11-01T14:00';

/**
 * A world in which health of the last minutes is known, at first as full as at the start; null is silence. `asked`: groups whose health was
 * asked as it is now.
 */
const withLately = async (until: string, given: Given = {}) => {
  const rehearsal = await at(until, given);
  const { world, plan } = rehearsal;
  const asked: string[] = [];
  const seen: Record<'candidate' | 'baseline', number | null> = { candidate: 20, baseline: 20 };
  const rested = withPorts(world, {
    targets: {
      health: async (group) => {
        asked.push(group === plan.traffic.candidate ? 'candidate' : 'baseline');
        return world.targets.health(group);
      },
      lately: async (_, arm) => {
        const healthy = seen[arm];
        return healthy === null ? undefined : { healthy, registered: healthy };
      },
    },
  });
  const ticks = async (count: number): Promise<void> => {
    for (let index = 0; index < count; index++) {
      await tick(rested, NAME);
      world.data.now += MINUTE;
    }
  };
  return { rehearsal, asked, seen, ticks, weight: () => world.data.rules.map(weightOf)[0] };
};

describe('with health of the last minutes', () => {
  it('a tick that waits asks for no health', async () => {
    const { ticks, asked, rehearsal } = await withLately(BAKING);
    await ticks(20);
    expect([entryOf(rehearsal).decision.decision, asked]).toEqual(['wait', []]);
  });

  it('a tick that raises the weight has asked for health as it is now', async () => {
    const { ticks, asked, weight } = await withLately(RISES);
    await ticks(1);
    expect([weight(), asked.toSorted()]).toEqual([10, ['baseline', 'candidate']]);
  });

  it('nothing rises where health was enough lately and is not now', async () => {
    const { ticks, weight, rehearsal } = await withLately(RISES, {
      faults: ['candidate targets 1 of 20 from 1d 02:00'],
    });
    await ticks(1);
    expect(weight()).toBe(1);
    expect(entryOf(rehearsal).decision).toMatchObject({ decision: 'hold', reason: { code: 'CANDIDATE_TOO_SMALL' } });
  });

  it('nothing is held where health was too little lately and is enough now', async () => {
    const { ticks, seen, weight } = await withLately(RISES);
    seen.candidate = 1;
    await ticks(1);
    expect(weight()).toBe(10);
  });

  it('a way back that is narrow holds, and is asked for as it is now until it ends', async () => {
    const faults = ['baseline targets 4 of 20 from 01:01 to 01:08'];
    const { ticks, seen, asked, rehearsal } = await withLately('2025-10-31T13:01', { faults });
    seen.baseline = 4;
    await ticks(1);
    expect(entryOf(rehearsal).decision).toMatchObject({ decision: 'hold', reason: { code: 'WAY_BACK_NARROW' } });
    asked.length = 0;
    await ticks(3);
    expect(asked).toHaveLength(6);
  });

  it('a candidate of which none was healthy is asked for, and rolled back within two minutes when it is dead', async () => {
    const { ticks, seen, weight } = await withLately(BAKING, { faults: ['candidate targets 0 of 20 from 01:00'] });
    seen.candidate = 0;
    await ticks(2);
    expect(weight()).toBe(0);
  });

  it('a candidate that died is believed as long as the minutes that still show it healthy, and no longer', async () => {
    const { ticks, seen, weight } = await withLately(BAKING, { faults: ['candidate targets 0 of 20 from 01:00'] });
    await ticks(OLD / MINUTE);
    expect(weight()).toBe(1);
    seen.candidate = 0;
    await ticks(2);
    expect(weight()).toBe(0);
  });

  it('a tick that waits in silence asks for health in one minute of five, and does nothing else for it', async () => {
    const { ticks, seen, asked, rehearsal } = await withLately(BAKING);
    seen.candidate = null;
    seen.baseline = null;
    await ticks(20);
    expect(asked).toHaveLength(8);
    expect(entryOf(rehearsal).decision.decision).toBe('wait');
    expect(entryOf(rehearsal).state.holds).toEqual([]);
  });

  it('a candidate that died in silence is rolled back within six minutes', async () => {
    const { ticks, seen, weight } = await withLately(BAKING, { faults: ['candidate targets 0 of 20 from 01:00'] });
    seen.candidate = null;
    await ticks(6);
    expect(weight()).toBe(0);
  });

  it('a tick that raises the weight asks for health in silence too', async () => {
    const { ticks, seen, weight } = await withLately(RISES);
    seen.candidate = null;
    seen.baseline = null;
    await ticks(1);
    expect(weight()).toBe(10);
  });

  it('a rollback asks for health as it is now with every tick', async () => {
    const { ticks, asked, rehearsal } = await withLately('2025-10-31T12:41', {
      faults: ['failures x50 from 00:37'],
    });
    await ticks(1);
    expect([entryOf(rehearsal).decision.decision, asked.length]).toEqual(['rollBack', 2]);
    await ticks(1);
    expect(asked).toHaveLength(4);
  });

  it('decides minute by minute what it decides without, over the whole canary', async () => {
    const decisions = async (isLately: boolean): Promise<readonly string[]> => {
      const { rehearsal, asked, ticks } = await withLately('2025-10-31T12:01');
      const said: string[] = [];
      for (let minute = 0; minute < 135; minute++) {
        if (isLately) await ticks(1);
        else {
          await tick(rehearsal.world, NAME);
          rehearsal.world.data.now += MINUTE;
        }
        const { decision, notices } = entryOf(rehearsal);
        said.push(JSON.stringify([decision, notices]));
      }
      // Asked: the start, and where something else than waiting was decided.
      if (isLately) expect(asked.length).toBeLessThan(20);
      return said;
    };
    expect(await decisions(true)).toEqual(await decisions(false));
  });
});
