/** What must be won before the watch trips, and on which rows it looks early. */
import { describe, expect, it } from 'vitest';
import { lookEarly } from '../../lib/judge/judge.ts';
import { type MetricState, winningsOf } from '../../lib/judge/metric-watch.ts';
import type { Row } from '../../lib/judge/row.ts';
import { tablesOf } from '../../lib/judge/tables.ts';
import type { Stage } from '../../lib/judge/verdict.ts';
import type { WatchState } from '../../lib/judge/watch.ts';
import { begin, fold, times } from './fold.ts';
import { planWith } from './plan.ts';
import { counts, row } from './rows.ts';

/** Of failures, by how much the burst bet must have grown for the next row to trip; the others stand where they are put. */
describe('what must be won before it trips', () => {
  const plan = planWith({ advance: ['errorRate < 1%', 'latencyP99 < 200ms'] });
  const { watched = [] } = tablesOf(plan).watch ?? {};
  const quiet = times(30, (i) => row(i, counts(5000, { failures: 5 }), counts(45_000, { failures: 45 })));
  const { judge } = fold(plan, begin(plan), quiet);
  const seen = ['2025-10-31T12:00Z', 20, 9000, 900, 90_000, 900, 20, 90] as const;
  const next = row(30, counts(5000, { failures: 6 }), counts(45_000, { failures: 45 }));
  const won = (watch: WatchState, index: number): number => {
    const [metric, state] = [watched[index], watch.metrics[index]];
    return metric === undefined || state === undefined ? 0 : winningsOf(metric, state.bets, watch.laid[metric.rows]);
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
    return watched.reduce((sum, _, index) => sum + (index === 0 ? 0 : won(watch, index)), 0);
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
      return watch === null ? 0 : watched.reduce((sum, _, i) => sum + (i === 0 ? 0 : Math.min(0, won(watch, i))), 0);
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
    const slow = watched.findIndex(({ metric }) => metric.kind === 'share' && metric.source.slowKey === '200ms');
    const many = (index: number, factor: number, failures: number) =>
      times(watched.length, (i) => (i === index ? factor : i === 0 ? failures : 1));
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
