import { describe, expect, it } from 'vitest';
import { begin, proceed } from '../../lib/sim/rehearsal.ts';
import { weightOf } from '../../lib/sim/rules.ts';
import { complete } from '../../lib/sim/run.ts';
import { codes, minutesTo, run, shortSource, story } from './run.ts';

const AT_27_HOURS = 27 * 60;

describe('weights changed by hand', () => {
  it('0: held, not repaired, and the live weight stays 0', async () => {
    const seen: number[] = [];
    await run({
      faults: ['weight 0 by hand from 27:00'],
      afterStep: ({ world, run: { handsDone } }) => {
        if (handsDone > 0) seen.push(...world.data.rules.map(weightOf));
      },
    });
    expect(new Set(seen)).toEqual(new Set([0]));
  });

  it('50: set down by the next tick, and baked again', async () => {
    const ran = await run({ faults: ['weight 50 by hand from 27:00'] });
    expect(minutesTo(ran, 'WEIGHT_ABOVE')).toBeLessThanOrEqual(AT_27_HOURS + 1);
    expect([ran.outcome, ran.violations]).toEqual(['finished', []]);
    expect(story(ran)).toContain('11-01 19:04 ramp wait GATE_PASSED');
  });

  it('50 while held: set down all the same', async () => {
    const ran = await run({ faults: ['cloudwatch throttled from 26:50 to 27:30', 'weight 50 by hand from 27:10'] });
    const [held, corrected, resumed] = ['BLIND', 'WEIGHT_ABOVE', 'RECOVERED'].map(
      (code) => minutesTo(ran, code) ?? Number.NaN,
    );
    expect(held).toBeLessThan(corrected ?? 0);
    expect(corrected).toBeLessThanOrEqual(AT_27_HOURS + 11);
    expect(corrected).toBeLessThan(resumed ?? 0);
    expect(ran.outcome).toBe('finished');
  });

  it('a foreign rule gets no write', async () => {
    const ran = await run({ faults: ['foreign rule from 27:00'] });
    expect(codes(ran).at(-1)).toBe('hold RULE_FOREIGN');
    expect(ran.violations).toEqual([]);
  });

  it("lowered between a tick's record and its converge: held, not raised", async () => {
    const began = await begin({ source: shortSource, seed: 1, faults: [], signOffs: 'given' });
    if ('refused' in began) throw new Error(began.refused.join());
    const { world, run: data } = began;
    const lowerAfterAdvance = {
      ...world,
      journal: {
        ...world.journal,
        append: async (rollout: string, revision: number, body: string) => {
          const appended = await world.journal.append(rollout, revision, body);
          const isRise = body.includes('"decision":{"decision":"advance"') && body.includes('"phase":1');
          if (isRise)
            await world.router.setWeight(began.plan, {
              rule: world.data.rules[0]?.rule ?? '',
              weight: 0,
              from: null,
              rollback: false,
            });
          return appended;
        },
      },
    };
    while (data.decisions.at(-1)?.decision !== 'hold' && (await proceed(began, lowerAfterAdvance)));
    expect(data.decisions.at(-1)?.reason).toMatchObject({ code: 'WEIGHT_LOWERED_OUTSIDE', live: 0, recorded: 10 });
    expect(world.data.rules.map(weightOf)).toEqual([0]);
    expect((await complete(began)).outcome).toBe('held');
  });
});
