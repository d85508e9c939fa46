import { describe, expect, it } from 'vitest';
import { type BetKind, betOn, evenWealths, wealthOf } from '../../lib/judge/regression.ts';
import type { StakePlan } from '../../lib/judge/stakes.ts';
import { UNKNOWN_DAY } from '../../lib/judge/verdict.ts';
import { initialWatch, totalWealth, watchRow } from '../../lib/judge/watch.ts';
import { watchedOf } from '../../lib/judge/watched.ts';
import golden from './golden.json' with { type: 'json' };
import { planWith } from './plan.ts';
import { counts, row } from './rows.ts';

/** The golden vectors know three bets of given weights, spread their stake differently, and know only the rule of three bad requests. */
const stakePlan: StakePlan = { onFirst: 0.5, onRises: 0.1, evenly: 0.4, rises: [1], minutes: 360 };
const [failures] = watchedOf(planWith({}));
if (failures === undefined) throw new Error('failures are watched');
const bets = [
  { kind: 'share', weight: 0.3, atMost: [] },
  { kind: 'limit', weight: 0.1, atMost: [] },
  { kind: 'burst', weight: 0.1, atMost: [] },
] as const;
const table = {
  falseRollbacks: 0.01,
  stakePlan,
  watched: [{ ...failures, bets }],
  guardLimit: 0.01,
  countsAnswers: true,
};
const terms = {
  table,
  clumpiness: 5,
  before: UNKNOWN_DAY,
  enough: { bad: 3, minutes: 1, inOneMinute: Infinity, expected: Infinity },
};

describe('the regression watch', () => {
  it.each(golden.guard.map((vector, index) => ({ index, vector })))(
    'agrees with golden vector $index, minute by minute, and stops with it',
    ({ vector }) => {
      let watch = initialWatch(table, UNKNOWN_DAY);
      let stop = -1;
      for (let i = 0; i < vector.n.length && stop < 0; i++) {
        const candidate = counts(vector.n[i] ?? 0, { failures: vector.x[i] ?? 0 });
        const baseline = counts(vector.N[i] ?? 0, { failures: vector.X[i] ?? 0 });
        const [phase, weight] = i < 120 ? [0, 1] : [1, 10];
        const weighed = watchRow(watch, terms, phase, row(i, candidate, baseline, weight), 'bake');
        watch = weighed.watch;
        expect(Math.abs(Math.log(totalWealth(table, watch)) - (vector.logWealth[i] ?? Number.NaN))).toBeLessThan(1e-6);
        if (weighed.trip !== undefined) stop = i;
      }
      expect(stop).toBe(vector.stop);
    },
  );
});

describe('a bet', () => {
  const minute = { requests: 120, events: 6, baselineRequests: 11_880, baselineEvents: 594 };
  const allowing = { limit: 0.01, recentBaselineRate: 0, pastBaselineRate: 0, clumpiness: 5 };
  const none = (kind: BetKind) => evenWealths(kind, 0);
  const limitBet = (baselineEvents: number, recentBaselineRate: number) =>
    betOn('limit', none('limit'), { ...minute, baselineEvents }, 1, { ...allowing, recentBaselineRate });

  it('on the limit allows what the baseline shows, in this minute or over its last five, with 10 % on top', () => {
    const atFivePercent = betOn('limit', none('limit'), { ...minute, baselineEvents: 0 }, 1, {
      ...allowing,
      limit: 0.055,
    });
    for (const bet of [limitBet(594, 0), limitBet(0, 0.05)]) {
      for (const [i, wealth] of bet.entries()) expect(wealth).toBeCloseTo(atFivePercent[i] ?? Number.NaN, 12);
    }
    expect(Math.max(...limitBet(0, 0))).toBeGreaterThan(2 * Math.max(...atFivePercent));
  });

  it('on a burst expects clumps of at least five, and more where more were measured', () => {
    const burst = (clumpiness: number) => {
      const bad = row(0, counts(120, { failures: 12 }), counts(11_880), 1);
      return (
        watchRow(initialWatch(table, UNKNOWN_DAY), { ...terms, clumpiness }, 0, bad, 'bake').watch.metrics[0]
          ?.bets[2] ?? []
      );
    };
    expect(burst(1)).toEqual(burst(5));
    expect(Math.max(...burst(8))).toBeLessThan(Math.max(...burst(5)));
  });

  it('on a fall wins when good events become fewer than the baseline has, and loses when they do not', () => {
    const fall = (events: number) =>
      wealthOf(
        betOn('fall', none('fall'), { requests: 1000, events, baselineRequests: 9000, baselineEvents: 450 }, 1, {
          ...allowing,
          clumpiness: 2,
        }),
        1,
      );
    expect(fall(0)).toBeGreaterThan(20);
    expect(fall(25)).toBeGreaterThan(1);
    expect(fall(50)).toBeLessThan(1);
    expect(fall(60)).toBeLessThan(fall(50));
  });

  it.each(['share', 'odds', 'burst', 'fall'] as const)(
    'on %s never gains in the mean when both sides are equal',
    (kind) => {
      // Each of 60 events falls to the candidate with its part of the requests: the mean over all that may come.
      const [events, part] = [60, 0.1];
      let mean = 0;
      let chance = (1 - part) ** events;
      for (let ours = 0; ours <= events; ours++) {
        const seen = { requests: 1000, events: ours, baselineRequests: 9000, baselineEvents: events - ours };
        mean += chance * wealthOf(betOn(kind, none(kind), seen, 1, { ...allowing, clumpiness: 1 }), 1);
        chance *= ((events - ours) / (ours + 1)) * (part / (1 - part));
      }
      expect(mean).toBeLessThanOrEqual(1);
    },
  );

  it("against the baseline's past never gains in the mean at that rate, whatever the baseline shows in this minute", () => {
    const past = (events: number, baselineEvents: number) =>
      wealthOf(
        betOn('past', none('past'), { requests: 1000, events, baselineRequests: 9000, baselineEvents }, 1, {
          ...allowing,
          pastBaselineRate: 0.002,
        }),
        1,
      );
    // Two failures are usual: a Poisson count of that mean.
    let mean = 0;
    let chance = Math.exp(-2);
    for (let events = 0; events < 60; events++) {
      mean += chance * past(events, 0);
      chance *= 2 / (events + 1);
    }
    expect(mean).toBeLessThanOrEqual(1);
    expect(mean).toBeGreaterThan(0.9);
    expect(past(8, 0)).toBe(past(8, 900));
    expect(past(8, 0)).toBeGreaterThan(1.8);
  });

  it('against a past that is not known says nothing', () => {
    const minute = { requests: 1000, events: 500, baselineRequests: 9000, baselineEvents: 0 };
    expect(wealthOf(betOn('past', none('past'), minute, 1, allowing), 1)).toBeCloseTo(1, 9);
  });

  it('stays a number, whatever comes', () => {
    const absurd = { requests: 1e9, events: 1e9, baselineRequests: 1e9, baselineEvents: 1 };
    expect(betOn('burst', none('burst'), absurd, 0, allowing)).toEqual([0, 0, 0]);
    let wealths = none('burst');
    for (let i = 0; i < 5; i++) wealths = betOn('burst', wealths, absurd, 0.1, allowing);
    expect(Number.isFinite(wealthOf(wealths, 0.5))).toBe(true);
  });

  it('keeps its stake through a minute whose counts are not known', () => {
    expect(wealthOf(betOn('share', none('share'), undefined, 0.5, allowing), 0.5)).toBeCloseTo(1, 9);
  });
});

describe('the arithmetic of a bet', () => {
  const GRAINS = 1e10;
  const terms = { limit: 0.01, recentBaselineRate: 0, pastBaselineRate: 0.001, clumpiness: 2 };
  const minute = { requests: 1000, events: 4, baselineRequests: 9000, baselineEvents: 6 };
  const even = { requests: 0, events: 0, baselineRequests: 0, baselineEvents: 0 };
  /** Of a wealth of 1 in each part, with nothing staked on it. */
  const factors = (kind: BetKind, seen: typeof minute, change: Partial<typeof terms> = {}) =>
    betOn(
      kind,
      evenWealths(kind, 0).map(() => GRAINS),
      seen,
      0,
      { ...terms, ...change },
    ).map((wealth) => wealth / GRAINS);
  const near = (actual: readonly number[], expected: readonly number[]) => {
    expect(actual).toHaveLength(expected.length);
    for (const [i, value] of expected.entries()) expect(actual[i]).toBeCloseTo(value, 8);
  };
  const onFractions = (fractions: readonly number[], ratio: number) => fractions.map((part) => 1 + part * (ratio - 1));
  const FRACTIONS = [0.01, 0.03, 0.1, 0.3, 0.6, 0.9];

  it('on the share multiplies by its part against the part that is allowed', () => {
    near(factors('share', minute), onFractions(FRACTIONS, 4 / 10 / (1100 / 10_100)));
  });

  it('on the past multiplies by the rate against the past rate, and on the limit by the rate against the limit', () => {
    near(factors('past', minute), onFractions([0.03, 0.1, 0.3, 0.9], 0.004 / 0.0011));
    near(factors('limit', minute), onFractions(FRACTIONS, 0.004 / 0.01));
    near(factors('limit', { ...minute, baselineEvents: 180 }), onFractions(FRACTIONS, 0.004 / 0.022));
    near(factors('limit', minute, { recentBaselineRate: 0.03 }), onFractions(FRACTIONS, 0.004 / 0.033));
    near(factors('limit', { ...minute, baselineRequests: 0 }), onFractions(FRACTIONS, 0.004 / 0.01));
  });

  const odds = (
    times: number,
    tolerated: number,
    clumps: number,
    { requests, events, baselineRequests, baselineEvents } = minute,
  ) =>
    (times ** events *
      ((tolerated * requests + baselineRequests) / (tolerated * times * requests + baselineRequests)) **
        (events + baselineEvents)) **
    (1 / clumps);

  it('on odds multiplies by the likelihood of odds so many times the tolerated, slowed down by clumps', () => {
    near(
      factors('odds', minute),
      [1.55, 4].map((times) => odds(times, 1.1, 2)),
    );
    near(
      factors('burst', minute),
      [10, 30, 100].map((times) => odds(times, 1.1, 5)),
    );
    near(
      factors('burst', minute, { clumpiness: 8 }),
      [10, 30, 100].map((times) => odds(times, 1.1, 8)),
    );
    near(
      factors('fall', minute),
      [0.9, 0.75, 0.5, 0.25, 0.05].map((times) => odds(times, 1 / 1.1, 2)),
    );
  });

  it.each<[BetKind, typeof minute, Partial<typeof terms>]>([
    ['share', { ...minute, events: 0, baselineEvents: 0 }, {}],
    ['share', { ...minute, requests: 0, events: 0 }, {}],
    ['share', { ...minute, baselineRequests: 0 }, {}],
    ['past', { ...minute, requests: 0, events: 0 }, {}],
    ['past', { ...minute, baselineRequests: 0 }, {}],
    ['past', minute, { pastBaselineRate: 0 }],
    ['limit', { ...minute, requests: 0, events: 0 }, {}],
    ['odds', { ...minute, events: 0, baselineEvents: 0 }, {}],
    ['odds', { ...minute, requests: 0, events: 0 }, {}],
    ['odds', { ...minute, baselineRequests: 0 }, {}],
    ['burst', even, {}],
    ['fall', even, {}],
  ])('on %s leaves a wealth as it is where nothing can be compared: %j', (kind, seen, change) => {
    const wealths = evenWealths(kind, 0).map((_, i) => 12_345 + i);
    expect(betOn(kind, wealths, seen, 0, { ...terms, ...change })).toEqual(wealths);
  });

  it('spreads a stake evenly over its parts, in whole grains', () => {
    expect(evenWealths('odds', 0.5)).toEqual([0.25 * GRAINS, 0.25 * GRAINS]);
    expect(evenWealths('share', 1)).toEqual(FRACTIONS.map(() => 1_666_666_666));
    expect(betOn('odds', [5, 6], undefined, 0.5, terms)).toEqual([0.25 * GRAINS + 5, 0.25 * GRAINS + 6]);
    expect(betOn('share', [0, 0, 0, 0, 0, 7], minute, 0, terms).at(-1)).toBe(
      Math.floor(7 * (1 + 0.9 * (0.4 / (1100 / 10_100) - 1))),
    );
    expect(wealthOf([0.25 * GRAINS, 0.5 * GRAINS], 0.5)).toBeCloseTo(1.25, 12);
  });

  it('stays below 10^200 grains, which is a number that can be added to', () => {
    const absurd = { requests: 1, events: 1e6, baselineRequests: 1e9, baselineEvents: 0 };
    expect(betOn('burst', [1e199, 1e199, 0], absurd, 0, terms)).toEqual([1e200, 1e200, 0]);
  });
});
