/** On what terms the watch bets, minute by minute, and what has to be won before it trips. */
import { describe, expect, it } from 'vitest';
import { lookEarly } from '../../lib/judge/judge.ts';
import { type MetricState, winningsOf } from '../../lib/judge/metric-watch.ts';
import { betOn, evenWealths, type Terms } from '../../lib/judge/regression.ts';
import type { Row } from '../../lib/judge/row.ts';
import { ENOUGH } from '../../lib/judge/since.ts';
import { tablesOf } from '../../lib/judge/tables.ts';
import type { DayBefore, Stage } from '../../lib/judge/verdict.ts';
import { initialWatch, type WatchState, type WatchTable, watchBusinessRow, watchRow } from '../../lib/judge/watch.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { begin, DAY_BEFORE, fold, times } from './fold.ts';
import { planWith } from './plan.ts';
import { businessRow, counts, row } from './rows.ts';

const watchOf = (plan: Plan): WatchTable => {
  const { watch } = tablesOf(plan);
  if (watch === undefined) throw new Error('the plan is watched');
  return watch;
};

/** Folds rows, and keeps the state after each. */
const statesOf = (
  plan: Plan,
  before: DayBefore,
  rows: readonly Row[],
  stage: Stage = 'bake',
): readonly WatchState[] => {
  const terms = { table: watchOf(plan), clumpiness: 3, before, enough: ENOUGH };
  const states = [initialWatch(terms.table, before)];
  for (const each of rows) states.push(watchRow(states.at(-1) as WatchState, terms, 0, each, stage).watch);
  return states;
};
const last = (states: readonly WatchState[]): WatchState => states.at(-1) as WatchState;
const indexOf = (plan: Plan, kind: string): number =>
  watchOf(plan).watched[0]?.bets.findIndex((bet) => bet.kind === kind) ?? -1;

describe('the limit that is bet on', () => {
  /** What the bet comes to, were the terms these in its last minute. */
  const isBetWith = (plan: Plan, before: DayBefore, rows: readonly Row[], terms: Partial<Terms>): void => {
    const states = statesOf(plan, before, rows);
    const [earlier, later] = [states.at(-2) as WatchState, last(states)];
    const at = indexOf(plan, 'limit');
    const newest = rows.at(-1) as Row;
    const [ours, theirs] = [newest.candidate ?? counts(0), newest.baseline ?? counts(0)];
    const minute = {
      requests: ours.requests,
      events: ours.failures,
      baselineRequests: theirs.requests,
      baselineEvents: theirs.failures,
    };
    const stake = later.laid.traffic.staked - earlier.laid.traffic.staked;
    const all = { limit: 0.01, recentBaselineRate: 0, pastBaselineRate: 0, clumpiness: 3, ...terms };
    const wealths = earlier.metrics[0]?.bets[at] ?? [];
    expect(later.metrics[0]?.bets[at]).toEqual(betOn('limit', wealths, minute, stake, all));
  };
  const bad = (index: number, theirs = 0, weight = 10) =>
    row(index, counts(1200, { failures: 60 }), weight === 100 ? null : counts(10_800, { failures: theirs }), weight);
  const usually = (failureShare: number | null): DayBefore => ({ ...DAY_BEFORE, failureShare });

  it.each([
    [null, 0.01],
    [0.003, 0.01],
    [0.004, 0.012],
    [0.01, 0.03],
  ])('is 1 %%, or three times what usually fails: of %s it is %s', (share, limit) => {
    isBetWith(planWith({}), usually(share), [bad(0)], { limit });
  });

  it("is the least of the plan's guards on failures, where it has any", () => {
    const plan = planWith({ guards: ['errorRate > 4% for 2m', 'errorRate > 2% for 9m', 'latencyP99 > 200ms for 2m'] });
    isBetWith(plan, usually(0.01), [bad(0)], { limit: 0.02 });
  });

  it('is twice what usually fails at least, at weight 100', () => {
    const plan = planWith({ phases: ['100%/2h'], guards: ['errorRate > 2% for 9m'] });
    isBetWith(plan, usually(0.009), [bad(0, 0, 100)], { limit: 0.02 });
    isBetWith(plan, usually(0.015), [bad(0, 0, 100)], { limit: 0.03 });
  });

  it('rises with what failed of the baseline in this minute and the four before', () => {
    const earlier = [1000, 200, 300, 400, 500, 600].map((failures, i) => bad(i, failures));
    const rate = (300 + 400 + 500 + 600 + 54) / (5 * 10_800);
    isBetWith(planWith({}), DAY_BEFORE, [...earlier, bad(6, 54)], { recentBaselineRate: rate });
  });

  it('knows nothing of the baseline at weight 100, or where it had no requests', () => {
    const plan = planWith({ phases: ['10%/1h', '100%/2h'] });
    isBetWith(plan, DAY_BEFORE, [bad(0, 5000), bad(1, 0, 100)], { recentBaselineRate: 0 });
    isBetWith(planWith({}), DAY_BEFORE, [row(0, counts(1200, { failures: 60 }), counts(0))], { recentBaselineRate: 0 });
  });
});

describe('a minute that says nothing', () => {
  const plan = planWith({ phases: ['100%/2h'], advance: ['latencyP99 < 200ms'] });
  const full = (index: number, failures: number) => row(index, counts(12_000, { failures, slow: 40 }), null, 100);

  it('without a stake leaves a metric as it was: at weight 100 only a limit says something', () => {
    const states = statesOf(plan, DAY_BEFORE, [full(0, 5), full(1, 5)]);
    const [earlier, later] = [states[1] as WatchState, last(states)];
    const changed = later.metrics.map((state, i) => state !== earlier.metrics[i]);
    expect(changed).toEqual(watchOf(plan).watched.map(({ bets }) => bets.some(({ kind }) => kind === 'limit')));
  });

  it('is staked on all the same', () => {
    const [begun, after] = statesOf(planWith({}), DAY_BEFORE, [row(0, null, null)]);
    const staked = after?.laid.traffic.staked ?? 0;
    expect(staked).toBeGreaterThan(0.5);
    expect(begun?.metrics[0]?.bets[0]).toEqual(evenWealths('share', 0));
    expect(after?.metrics[0]?.bets[0]).toEqual(evenWealths('share', staked));
  });

  it('is a minute of its block all the same', () => {
    const carried: DayBefore = { ...DAY_BEFORE, clumpiness: { clumpSize: 1, isMeasured: true, blockMinutes: 3 } };
    const rows = [full(0, 500), full(1, 500), full(2, 500), full(3, 500), row(4, null, null, 100)];
    expect(last(statesOf(plan, carried, rows)).metrics[0]?.block?.slice(0, 4)).toEqual([
      rows[3]?.minute,
      2,
      12_000,
      500,
    ]);
  });
});

describe('minutes before anything is staked', () => {
  it("tell what the baseline's past is", () => {
    const rows = times(30, (i) => row(i, counts(1200), counts(10_800, { failures: 108 })));
    const states = statesOf(planWith({}), { ...DAY_BEFORE, failureShare: null }, rows, 'before');
    expect(last(states).laid.traffic.staked).toBe(0);
    const [requests = 0, events = 0] = last(states).metrics[0]?.past ?? [];
    expect(events / requests).toBeCloseTo(0.01, 6);
  });
});

describe('a block of minutes', () => {
  const plan = planWith({ phases: ['1%/2h', '10%/2h'] });
  const carried: DayBefore = { ...DAY_BEFORE, clumpiness: { clumpSize: 1, isMeasured: true, blockMinutes: 3 } };
  const at = (index: number, weight: number) => row(index, counts(120 * weight), counts(120 * (100 - weight)), weight);
  const terms = { table: watchOf(plan), clumpiness: 1, before: carried, enough: ENOUGH };

  it('is complete after three minutes of the new weight, once it has changed', () => {
    const rows = [at(0, 1), at(1, 1), at(2, 10), at(3, 10), at(4, 10)];
    const blocks = statesOf(plan, carried, rows).map(({ laid }) => laid.traffic.block);
    expect(blocks).toEqual([
      [0, 0],
      [1, 1],
      [2, 1],
      [1, 10],
      [2, 10],
      [0, 0],
    ]);
  });

  it("of business metrics goes on, whatever the weight of traffic's rows", () => {
    const orders = businessRow(
      0,
      { segments: { k12: { requests: 10, failures: 1 } } },
      { segments: { k12: { requests: 990, failures: 1 } } },
      1,
    );
    const begun = watchBusinessRow(last(statesOf(plan, carried, [at(0, 1), at(1, 1)])), terms, 0, orders, 'bake').watch;
    const after = watchRow(begun, terms, 1, at(2, 10), 'bake').watch;
    const ofBusiness = ({ metrics }: WatchState) =>
      metrics.filter((_, i) => terms.table.watched[i]?.rows === 'business');
    expect(ofBusiness(begun).some(({ block }) => block !== null)).toBe(true);
    for (const [i, state] of ofBusiness(after).entries()) expect(state).toBe(ofBusiness(begun)[i]);
    expect(after.laid.business).toBe(begun.laid.business);
  });
});

/** Of failures, by how much the burst bet must have grown for the next row to trip; the others stand where they are put. */
describe('what must be won before it trips', () => {
  const plan = planWith({ advance: ['errorRate < 1%', 'latencyP99 < 200ms'] });
  const table = watchOf(plan);
  const quiet = times(30, (i) => row(i, counts(5000, { failures: 5 }), counts(45_000, { failures: 45 })));
  const { judge } = fold(plan, begin(plan), quiet);
  const seen = ['2025-10-31T12:00Z', 20, 9000, 900, 90_000, 900, 20, 90] as const;
  const next = row(30, counts(5000, { failures: 6 }), counts(45_000, { failures: 45 }));
  const won = (watch: WatchState, index: number): number => {
    const [watched, state] = [table.watched[index], watch.metrics[index]];
    return watched === undefined || state === undefined ? 0 : winningsOf(watched, state.bets, watch.laid[watched.rows]);
  };
  /** Every bet of the metrics at `index` as if so many times as much were in play. */
  const withTimes = (factor: (index: number) => number, since: (index: number) => MetricState['since']) => {
    if (judge.watch === null) throw new Error('the plan is watched');
    const metrics = judge.watch.metrics.map((state, index) => ({
      ...state,
      since: since(index),
      bets: state.bets.map((wealths) => wealths.map((wealth) => Math.floor(wealth * factor(index)))),
    }));
    return { ...judge, watch: { ...judge.watch, metrics } };
  };
  const leastOf = (trips: (factor: number) => number | undefined): number => {
    let [low, high] = [1, 1e6];
    for (let i = 0; i < 80; i++) {
      const middle = Math.sqrt(low * high);
      if (trips(middle) === undefined) low = middle;
      else high = middle;
    }
    return trips(high) ?? Number.NaN;
  };
  const early = (others: number, since: (index: number) => MetricState['since'] = () => seen) =>
    leastOf((factor) => {
      const trip = lookEarly(
        plan,
        withTimes((i) => (i === 0 ? factor : others), since),
        0,
        [next],
        () => 'bake',
      );
      return trip === undefined ? undefined : 10 ** trip.log10Wealth;
    });
  const elsewhere = (others: number): number => {
    const { watch } = withTimes(
      () => others,
      () => seen,
    );
    return table.watched.reduce((sum, _, index) => sum + (index === 0 ? 0 : won(watch, index)), 0);
  };

  it('on unsettled failures alone is the line, and what was lost elsewhere', () => {
    const lost = elsewhere(0);
    expect(lost).toBeLessThan(-0.05);
    expect(early(0)).toBeCloseTo(100 - lost, 4);
    expect(early(0.5)).toBeCloseTo(100 - elsewhere(0.5), 4);
  });

  it('on unsettled failures alone is no less for what was won elsewhere', () => {
    expect(elsewhere(40)).toBeGreaterThan(1);
    expect(early(40)).toBeCloseTo(100, 4);
  });

  it('on settled rows is the line, with what was lost on metrics that have seen too little, and without what was won on them', () => {
    const settled = (others: number) =>
      leastOf((factor) => {
        const from = withTimes(
          (i) => (i === 0 ? factor : others),
          (i) => (i === 0 ? seen : null),
        );
        const { judge: after, trips } = fold(plan, from, [next]);
        return trips.flat().length === 0 || after.watch === null ? undefined : 1 + won(after.watch, 0);
      });
    const lost = (others: number) => {
      const from = withTimes(
        (i) => (i === 0 ? 1 : others),
        () => null,
      );
      const { watch } = fold(plan, from, [next]).judge;
      return watch === null
        ? 0
        : table.watched.reduce((sum, _, i) => sum + (i === 0 ? 0 : Math.min(0, won(watch, i))), 0);
    };
    expect(lost(0)).toBeLessThan(-0.05);
    expect(settled(0)).toBeCloseTo(100 - lost(0), 4);
    expect(settled(3)).toBeCloseTo(100 - lost(3), 4);
  });

  it('is told of the metric that has won most of those that have seen enough', () => {
    const tripped = (factors: readonly number[], since: (index: number) => MetricState['since'] = () => seen) => {
      const { trips } = fold(
        plan,
        withTimes((i) => factors[i] ?? 1, since),
        [next],
      );
      return trips.flat().map((trip) => (trip.kind === 'watch' ? trip.metric : trip.kind));
    };
    const slow = table.watched.findIndex(({ metric }) => metric.kind === 'share' && metric.source.slowKey === '200ms');
    const many = (index: number, factor: number, failures: number) =>
      times(table.watched.length, (i) => (i === index ? factor : i === 0 ? failures : 1));
    expect(tripped(many(slow, 1e6, 1e3))).toEqual(['slow:200ms']);
    expect(tripped(many(slow, 1e3, 1e6))).toEqual(['failures']);
    expect(tripped(many(slow, 1e9, 1e6), (i) => (i === slow ? null : seen))).toEqual(['failures']);
  });
});

describe('a look at unsettled rows', () => {
  const plan = planWith({ phases: ['10%/2h'] });
  const bad = (index: number) => row(index, counts(5000, { failures: 250 }), counts(45_000, { failures: 45 }));
  const usualOf = (rows: readonly Row[], young: readonly Row[], stage: Stage) =>
    lookEarly(plan, fold(plan, begin(plan), rows, { stage: 'before' }).judge, 0, young, () => stage);
  const quiet = (length: number) => times(length, (i) => row(i, counts(5000), counts(45_000, { failures: 45 })));

  it('goes by the minutes that had requests, however few those are', () => {
    const short = row(9, counts(4000, { failures: 160 }), counts(40_000, { failures: 45 }));
    expect(usualOf(quiet(2), [bad(9)], 'bake')).toBeDefined();
    expect(usualOf(quiet(2), [short], 'bake')).toBeUndefined();
    expect(
      usualOf([...quiet(2), row(2, counts(0), counts(0)), row(3, counts(0), counts(0))], [short], 'bake'),
    ).toBeUndefined();
  });

  it('stakes as the settled rows will: before the bake nothing, in its first minute most', () => {
    expect(usualOf(quiet(9), [bad(9), bad(10), bad(11)], 'before')).toBeUndefined();
    expect(usualOf(quiet(9), [bad(9)], 'bake')).toBeDefined();
  });
});
