import { describe, expect, it } from 'vitest';
import { bestBet, betOn, NO_BETS, totalWealth, withoutWinnings } from '../../lib/judge/regression.ts';
import type { StakePlan } from '../../lib/judge/stakes.ts';
import { initialWatch, watchRow } from '../../lib/judge/watch.ts';
import golden from './golden.json' with { type: 'json' };
import { counts, row } from './rows.ts';

/** The golden vectors spread their stake differently, and know only the rule of three bad requests. */
const stakePlan: StakePlan = { onFirst: 0.5, onRises: 0.1, evenly: 0.4, rises: [1], minutes: 360 };
const terms = {
  table: { falseRollbacks: 0.01, stakePlan, guardLimit: 0.01 },
  clumpiness: 5,
  before: { requestsPerMinute: null, failureShare: null, unavailableShare: null },
  enough: { bad: 3, minutes: 1, inOneMinute: Infinity },
};

describe('the regression watch', () => {
  it.each(golden.guard.map((vector, index) => ({ index, vector })))(
    'agrees with golden vector $index, minute by minute, and stops with it',
    ({ vector }) => {
      let watch = initialWatch(stakePlan);
      let stop = -1;
      for (let i = 0; i < vector.n.length && stop < 0; i++) {
        const candidate = counts(vector.n[i] ?? 0, { failures: vector.x[i] ?? 0 });
        const baseline = counts(vector.N[i] ?? 0, { failures: vector.X[i] ?? 0 });
        const [phase, weight] = i < 120 ? [0, 1] : [1, 10];
        const weighed = watchRow(watch, terms, phase, row(i, candidate, baseline, weight), 'bake');
        watch = weighed.watch;
        expect(Math.abs(Math.log(totalWealth(watch.bets)) - (vector.logWealth[i] ?? Number.NaN))).toBeLessThan(1e-6);
        if (weighed.trip !== undefined) stop = i;
      }
      expect(stop).toBe(vector.stop);
    },
  );
});

describe('the bets', () => {
  const minute = { requests: 120, failures: 6, baselineRequests: 11_880, baselineFailures: 594 };
  const allowing = { limit: 0.01, recentBaselineRate: 0, clumpiness: 5 };
  const limitBet = (failures: number, recentBaselineRate: number) =>
    betOn(NO_BETS, { ...minute, baselineFailures: failures }, 1, { ...allowing, recentBaselineRate }).failureLimit;

  it('allow what the baseline shows, in this minute or over its last five, with 10 % on top', () => {
    const atFivePercent = betOn(NO_BETS, { ...minute, baselineFailures: 0 }, 1, {
      ...allowing,
      limit: 0.055,
    }).failureLimit;
    for (const bet of [limitBet(594, 0), limitBet(0, 0.05)]) {
      for (const [i, wealth] of bet.entries()) expect(wealth).toBeCloseTo(atFivePercent[i] ?? Number.NaN, 12);
    }
    expect(Math.max(...limitBet(0, 0))).toBeGreaterThan(2 * Math.max(...atFivePercent));
  });

  it('expect clumps of at least five in a burst, and more where more were measured', () => {
    const burst = (clumpiness: number) => {
      const bad = row(0, counts(120, { failures: 12 }), counts(11_880), 1);
      return watchRow(initialWatch(stakePlan), { ...terms, clumpiness }, 0, bad, 'bake').watch.bets.failureBurst;
    };
    expect(burst(1)).toEqual(burst(5));
    expect(Math.max(...burst(8))).toBeLessThan(Math.max(...burst(5)));
  });

  it('stay numbers, whatever comes', () => {
    const absurd = { requests: 1e9, failures: 1e9, baselineRequests: 1e9, baselineFailures: 1 };
    expect(betOn(NO_BETS, absurd, 0, allowing).failureBurst).toEqual([0, 0, 0]);
    let bets = NO_BETS;
    for (let i = 0; i < 5; i++) bets = betOn(bets, absurd, 0.1, allowing);
    expect(Number.isFinite(totalWealth(bets))).toBe(true);
  });

  it('name the one that has won most, and start again at 1 without their winnings', () => {
    let bets = NO_BETS;
    for (let i = 0; i < 20; i++) bets = betOn(bets, { ...minute, baselineFailures: 9 }, i === 0 ? 1 : 0, allowing);
    expect(totalWealth(bets)).toBeGreaterThan(100);
    expect(bestBet(bets)).toBe('failureShare');
    expect(totalWealth(withoutWinnings(bets))).toBeCloseTo(1, 12);
  });
});
