import { describe, expect, it } from 'vitest';
import { initialStakes, layStake, type StakePlan, stakePlanOf } from '../../lib/judge/stakes.ts';
import { planWith, seedPlan } from './plan.ts';

/** Lays the stakes of so many minutes in each phase in turn, and tells each. */
const layAll = (stakePlan: StakePlan, weights: readonly number[], minutes: number, baking = true): number[] => {
  const laid: number[] = [];
  let stakes = initialStakes(stakePlan);
  let staked = 0;
  for (const [phase, weight] of weights.entries()) {
    for (let i = 0; i < minutes; i++) {
      const next = layStake(stakePlan, stakes, staked, { phase, weight, baking });
      laid.push(next.stake);
      stakes = next.stakes;
      staked += next.stake;
    }
  }
  return laid;
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe('the stakes of the watch', () => {
  it('lie on the first minute, on later rises that leave a baseline, and evenly on the planned minutes', () => {
    const stakePlan = stakePlanOf(seedPlan, 3120);
    expect(stakePlan.rises).toEqual([1]);
    const laid = layAll(stakePlan, [1, 10, 100], 1000);
    const even = 0.2 / 3120;
    expect(laid[0]).toBeCloseTo(0.6 + even, 12);
    expect(laid[1]).toBeCloseTo(even, 12);
    expect(laid[1000]).toBeCloseTo(0.2 + even, 12);
    expect(laid.slice(2000)).toEqual(laid.slice(2000).map(() => 0));
  });

  it('spread half of what is left over one more such length when the planned minutes are used up', () => {
    const laid = layAll({ onFirst: 0.5, onRises: 0.2, evenly: 0.3, rises: [1], minutes: 10 }, [1], 30);
    expect(sum(laid.slice(0, 10))).toBeCloseTo(0.8, 12);
    // The fifth for the rise to come is kept.
    expect(sum(laid.slice(10))).toBeCloseTo(0, 12);
    const without = layAll({ onFirst: 0.5, onRises: 0.2, evenly: 0.3, rises: [], minutes: 10 }, [1], 30);
    expect(sum(without.slice(10, 20))).toBeCloseTo(0.1, 12);
    expect(sum(without.slice(20, 30))).toBeCloseTo(0.05, 12);
  });

  it('are at most 1 for a plan of 20 phases, however long they last', () => {
    const weights = Array.from({ length: 20 }, (_, i) => 1 + i * 5);
    const plan = planWith({ phases: weights.map((weight) => `${weight}%/1h`) });
    for (const minutes of [1, 60, 500]) {
      const laid = layAll(stakePlanOf(plan, 1200), weights, minutes);
      expect(laid.every((stake) => stake >= 0)).toBe(true);
      expect(sum(laid)).toBeLessThanOrEqual(1 + 1e-9);
    }
    expect(sum(layAll(stakePlanOf(plan, 1200), weights, 60))).toBeCloseTo(1, 9);
  });

  it('are not laid twice on a phase that rises again, nor before the first bake', () => {
    const stakePlan = stakePlanOf(seedPlan, 0);
    let stakes = initialStakes(stakePlan);
    const lay = (phase: number, baking: boolean) => {
      const next = layStake(stakePlan, stakes, 0, { phase, weight: 10, baking });
      stakes = next.stakes;
      return next.stake;
    };
    expect([lay(0, false), lay(0, true), lay(1, false), lay(1, true), lay(0, true), lay(1, true)]).toEqual([
      0, 0.6, 0, 0.2, 0, 0,
    ]);
  });

  it('keep for each rise to come its part, when the planned minutes are used up', () => {
    const stakePlan = { onFirst: 0.5, onRises: 0.2, evenly: 0.1, rises: [1, 2], minutes: 10 };
    const laid = layAll(stakePlan, [1, 5], 20);
    // Of 1 are staked 0.5 and 0.1, and 0.2 are kept: half of what is left goes over ten more minutes.
    expect(sum(laid.slice(10, 20))).toBeCloseTo(0.1, 12);
    // With the second phase 0.1 of it is staked, and 0.1 is kept still.
    expect(laid[20]).toBeCloseTo(0.1 + 0.05 / 10, 12);
  });

  it('are none on minutes without candidate or without baseline, and none evenly where no minute is planned', () => {
    const stakePlan = { onFirst: 0.5, onRises: 0.2, evenly: 0.3, rises: [], minutes: 10 };
    const begun = { phase: 0, evenStake: 0.03, evenMinutesLeft: 10 };
    const at = (weight: number) => layStake(stakePlan, begun, 0.5, { phase: 0, weight, baking: true });
    expect([at(0), at(100)]).toEqual([
      { stake: 0, stakes: begun },
      { stake: 0, stakes: begun },
    ]);
    expect(at(50)).toEqual({ stake: 0.03, stakes: { ...begun, evenMinutesLeft: 9 } });
    const before = initialStakes(stakePlan);
    expect(layStake(stakePlan, before, 0, { phase: 0, weight: 50, baking: false }).stake).toBe(0);
    expect(initialStakes({ ...stakePlan, minutes: 0 })).toEqual({ phase: -1, evenStake: 0, evenMinutesLeft: 0 });
  });

  it('have no rise where the weight stays, nor where it takes all', () => {
    expect(stakePlanOf(planWith({ phases: ['5%/1h', '5%/1h', '10%/1h', '100%/1h'] }), 60).rises).toEqual([2]);
  });

  it('are never more than there is', () => {
    const stakePlan = { onFirst: 0.5, onRises: 0, evenly: 0, rises: [], minutes: 0 };
    const lay = (staked: number) =>
      layStake(stakePlan, initialStakes(stakePlan), staked, { phase: 0, weight: 10, baking: true });
    expect(() => lay(0.6)).toThrow('the watch never stakes more than it has');
    expect(lay(0.5).stake).toBe(0.5);
  });
});
