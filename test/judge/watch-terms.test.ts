/** On what terms the watch bets, minute by minute. */
import { describe, expect, it } from 'vitest';
import { betOn, evenWealths, type Terms } from '../../lib/judge/regression.ts';
import type { Row } from '../../lib/judge/row.ts';
import { ENOUGH } from '../../lib/judge/since.ts';
import { tablesOf } from '../../lib/judge/tables.ts';
import type { DayBefore, Stage } from '../../lib/judge/verdict.ts';
import { initialWatch, type WatchState, type WatchTable, watchBusinessRow, watchRow } from '../../lib/judge/watch.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { DAY_BEFORE, times } from './fold.ts';
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
  const plan = planWith({ advance: ['latencyP99 < 200ms'] });
  const slow = watchOf(plan).watched.findIndex(
    ({ metric }) => metric.kind === 'share' && metric.source.slowKey === '200ms',
  );

  it("tell what the baseline's past is, of every metric", () => {
    const rows = times(30, (i) => row(i, counts(1200), counts(10_800, { failures: 108, slow: 216 })));
    const { laid, metrics } = last(statesOf(plan, { ...DAY_BEFORE, failureShare: null }, rows, 'before'));
    expect(laid.traffic.staked).toBe(0);
    const rateOf = (index: number): number => {
      const [requests = 0, events = 0] = metrics[index]?.past ?? [];
      return events / requests;
    };
    expect(rateOf(0)).toBeCloseTo(0.01, 6);
    expect(rateOf(slow)).toBeCloseTo(0.02, 6);
  });

  it('are nothing to business metrics either', () => {
    const terms = { table: watchOf(plan), clumpiness: 3, before: DAY_BEFORE, enough: ENOUGH };
    const sold = businessRow(0, { segments: { k12: { requests: 300, failures: 9 } } }, { segments: {} });
    const { watch } = watchBusinessRow(initialWatch(terms.table, DAY_BEFORE), terms, 0, sold, 'before');
    expect(watch.laid.business.staked).toBe(0);
  });
});

describe('the size of clumps', () => {
  it('is the measured one, which slows down what is won', () => {
    const plan = planWith({});
    const bad = { requests: 1200, events: 60, baselineRequests: 10_800, baselineEvents: 9 };
    const { laid, metrics } = last(
      statesOf(plan, DAY_BEFORE, [row(0, counts(1200, { failures: 60 }), counts(10_800, { failures: 9 }))]),
    );
    const terms = { limit: 0.01, recentBaselineRate: 0, pastBaselineRate: 0, clumpiness: 3 };
    const staked = laid.traffic.staked;
    expect(metrics[0]?.bets[indexOf(plan, 'odds')]).toEqual(betOn('odds', evenWealths('odds', 0), bad, staked, terms));
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

  it('on which nothing was staked is closed by a new weight all the same', () => {
    const states = statesOf(plan, carried, [at(0, 1), at(1, 1), at(2, 10)], 'before');
    expect(last(states).laid.traffic).toMatchObject({ staked: 0, block: [1, 10] });
    expect(last(states).metrics[0]?.block?.slice(0, 3)).toEqual([at(2, 10).minute, 1, 1200]);
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
