import { describe, expect, it } from 'vitest';
import {
  initialShareGuard,
  type ShareGuardTable,
  sharedOutage,
  tripOfShareGuard,
  weighShareGuard,
} from '../../lib/judge/guard.ts';
import { acquitGuards, beginBake } from '../../lib/judge/judge.ts';
import { countShare } from '../../lib/judge/share.ts';
import { tablesOf } from '../../lib/judge/tables.ts';
import type { GuardTrip, Trip } from '../../lib/judge/verdict.ts';
import { begin, DAY_BEFORE, firstTrip, fold, foldBusiness, times } from './fold.ts';
import { planWith } from './plan.ts';
import { businessRow, counts, minuteAt, row } from './rows.ts';

const NO_WATCH = { off: 'the guard alone is looked at' };
const guarded = (guard: string | object, more: Parameters<typeof planWith>[0] = {}) =>
  planWith({ guards: [guard], watch: NO_WATCH, ...more });
const bad = (failures: number) => counts(1200, { failures });
const fine = counts(10_800, { failures: 9 });
const small = counts(1080, { failures: 1 });

const guardTrip = (trips: readonly Trip[] = []): GuardTrip => {
  const trip = trips.find(({ kind }) => kind === 'guard');
  if (trip?.kind !== 'guard') throw new Error('no guard tripped');
  return trip;
};

describe('a guard on a share', () => {
  const plan = guarded('errorRate > 1.5% for 2m');

  it('trips when its window breaches, three were bad and the breach is proven, and tells with what numbers', () => {
    const rows = [row(0, bad(1), fine), row(1, bad(60), fine), row(2, bad(60), fine)];
    const { trips } = fold(plan, begin(plan), rows);
    expect(trips.map((all) => all.length)).toEqual([0, 1, 1]);
    expect(trips[2]?.[0]).toMatchObject({
      kind: 'guard',
      guard: 0,
      text: 'errorRate > 1.5% for 2m',
      measured: 0.05,
      bad: 120,
      requests: 2400,
      baselineMeasured: 18 / 21_600,
      minute: minuteAt(2),
      sinceMinute: minuteAt(1),
    });
    expect(guardTrip(trips[2]).log10Evidence).toBeGreaterThan(2);
  });

  it('does not trip on what is not proven, however often the literal rule is broken', () => {
    const rows = times(60, (i) => row(i, counts(120, { failures: i % 2 === 0 ? 2 : 0 }), small));
    expect(firstTrip(fold(plan, begin(plan), rows).trips, 'guard')).toBe(-1);
    const literal = guarded({ if: 'errorRate > 0.8% for 2m', proof: 'none' });
    const bursts = times(60, (i) => row(i, counts(120, { failures: i === 40 ? 3 : 0 }), small));
    expect(firstTrip(fold(literal, begin(literal), bursts).trips, 'guard')).toBe(40);
  });

  it('does not trip on one bad minute of 10 % at 120 requests a minute', () => {
    const rows = times(30, (i) => row(i, counts(120, { failures: i === 20 ? 12 : 0 }), fine, 1));
    expect(firstTrip(fold(plan, begin(plan), rows).trips, 'guard')).toBe(-1);
  });

  it('does not trip on two bad requests, nor before its window is full', () => {
    const literal = guarded({ if: 'errorRate > 1.5% for 3m', proof: 'none' });
    const two = times(20, (i) => row(i, counts(30, { failures: i === 10 ? 2 : 0 }), counts(270)));
    expect(firstTrip(fold(literal, begin(literal), two).trips, 'guard')).toBe(-1);
    const atOnce = times(5, (i) => row(i, counts(30, { failures: 5 }), fine));
    expect(firstTrip(fold(literal, begin(literal), atOnce).trips, 'guard')).toBe(2);
  });

  it('does not trip while the window has recovered, though the breach was proven', () => {
    const rows = times(8, (i) => row(i, bad(i === 1 ? 200 : 0), fine));
    expect(fold(plan, begin(plan), rows).trips.map((all) => all.length)).toEqual([0, 1, 1, 0, 0, 0, 0, 0]);
  });

  it('is a shared outage when the baseline breaches too, and the row says so', () => {
    const failing = counts(10_800, { failures: 540 });
    const rows = times(8, (i) => row(i, bad(60), failing));
    const { causes, trips } = fold(plan, begin(plan), rows);
    expect(causes.map((all) => all.map(({ code }) => code))).toEqual(times(8, () => ['SHARED_OUTAGE']));
    expect(causes[7]?.[0]).toMatchObject({ candidateShare: 0.05, baselineShare: 0.05, limit: 0.015 });
    expect(trips.flat()).toEqual([]);
  });

  it('is no shared outage at weight 100, nor where the plan rolls back all the same', () => {
    const failing = counts(10_800, { failures: 540 });
    const full = guarded('errorRate > 1.5% for 2m', { phases: ['100%/2h'] });
    const alone = fold(
      full,
      begin(full),
      times(8, (i) => row(i, bad(60), failing, 100)),
    );
    expect(alone.causes.flat()).toEqual([]);
    expect(firstTrip(alone.trips, 'guard')).toBe(1);
    const stern = guarded({ if: 'errorRate > 1.5% for 2m', inSharedOutage: 'rollBack' });
    const rolled = fold(
      stern,
      begin(stern),
      times(8, (i) => row(i, bad(60), failing)),
    );
    expect(rolled.causes.flat()).toEqual([]);
    expect(firstTrip(rolled.trips, 'guard')).toBe(1);
  });

  it('is not acquitted at weight 100 by minutes from before the rise', () => {
    const plan = guarded('errorRate > 1.5% for 5m', { phases: ['10%/1h', '100%/1h'] });
    const outage = times(4, (i) => row(i, bad(60), counts(10_800, { failures: 540 })));
    const { judge } = fold(plan, begin(plan), outage, { stage: 'before' });
    const after = fold(plan, judge, [row(4, counts(12_000, { failures: 600 }), null, 100)], { phase: 1 });
    expect(after.causes.flat()).toEqual([]);
    expect(firstTrip(after.trips, 'guard')).toBe(0);
  });

  it('does not trip below its limit, though three were bad and the breach before was proven', () => {
    const rows = [row(0, bad(0), fine), row(1, bad(200), fine), row(2, bad(3), fine), row(3, bad(3), fine)];
    const { judge, trips } = fold(plan, begin(plan), rows);
    expect(Math.max(...(judge.guards.each[0]?.evidence ?? []))).toBeGreaterThan(1000);
    expect(trips.map((all) => all.length)).toEqual([0, 1, 1, 0]);
  });

  it('sees nothing of rows that are excluded, but its window moves', () => {
    const rows = times(5, (i) => row(i, bad(60), fine));
    const left = fold(plan, begin(plan), rows, { excluded: true });
    expect(left.trips.flat()).toEqual([]);
    expect(left.judge.guards.each[0]).toMatchObject({ rows: 2, evidence: times(8, () => 1) });
    const after = fold(plan, left.judge, [row(5, bad(0), fine)]);
    expect(after.trips.flat()).toEqual([]);
  });

  it('is armed in the warm-up and in minutes from before the rise', () => {
    const rows = times(3, (i) => row(i, bad(60), fine));
    for (const stage of ['before', 'warmUp'] as const) {
      expect(firstTrip(fold(plan, begin(plan), rows, { stage }).trips, 'guard')).toBe(1);
    }
  });

  it('starts anew after a rise and after an acquittal, and not with a mere restart of the bake', () => {
    const rows = times(6, (i) => row(i, counts(120, { failures: 6 }), fine));
    const { judge } = fold(plan, begin(plan), rows);
    const evidence = (state: typeof judge) => Math.max(...(state.guards.each[0]?.evidence ?? []));
    expect(evidence(judge)).toBeGreaterThan(1);
    expect(evidence(beginBake(plan, judge, 0, { rise: false, restarts: 1 }))).toBe(evidence(judge));
    for (const anew of [acquitGuards(judge), beginBake(plan, judge, 0, { rise: true, restarts: 0 })]) {
      expect(evidence(anew)).toBe(1);
      expect(anew.guards.each[0]?.window.every((value) => value === 0)).toBe(true);
    }
  });

  it('a minute without counts says nothing', () => {
    const { judge } = fold(plan, begin(plan), [row(0, bad(30), fine)]);
    const { judge: after, trips } = fold(plan, judge, [row(1, null, null), row(2, counts(0), fine)]);
    expect(after.guards.each[0]?.evidence).toEqual(judge.guards.each[0]?.evidence);
    expect(trips.flat()).toEqual([]);
  });
});

describe('the edges of a guard on a share', () => {
  const literal = guarded({ if: 'errorRate > 25% for 1m', proof: 'none' });
  const proven = guarded('errorRate > 25% for 1m');
  const healthy = counts(360, { failures: 0 });
  const tableOf = (plan: typeof proven): ShareGuardTable => {
    const [table] = tablesOf(plan).guards;
    if (table?.kind !== 'share') throw new Error('no guard on a share');
    return table;
  };

  it('are its limit, which is no breach yet, and three bad requests', () => {
    const trips = (failures: number, requests: number) =>
      fold(literal, begin(literal), [row(0, counts(requests, { failures }), healthy)]).trips.flat().length;
    expect([trips(10, 40), trips(11, 40)]).toEqual([0, 1]);
    expect([trips(2, 7), trips(3, 11)]).toEqual([0, 1]);
  });

  it('tells of no evidence where none is asked, and of no share of a baseline without requests', () => {
    const tripOf = (plan: typeof proven, baseline: typeof healthy) =>
      guardTrip(fold(plan, begin(plan), [row(0, counts(400, { failures: 400 }), baseline)]).trips[0]);
    expect(tripOf(literal, counts(0))).toMatchObject({ log10Evidence: null, baselineMeasured: null });
    expect(tripOf(proven, healthy).log10Evidence).toBeGreaterThan(2);
    expect(tripOf(proven, healthy).baselineMeasured).toBe(0);
  });

  it('are three bad requests of the baseline, and its limit, before an outage is shared', () => {
    const causes = (failures: number, requests: number) =>
      fold(literal, begin(literal), [row(0, counts(40, { failures: 20 }), counts(requests, { failures }))]).causes[0];
    const atLimit = row(0, counts(40, { failures: 10 }), counts(40, { failures: 20 }));
    expect(fold(literal, begin(literal), [atLimit]).causes[0]).toEqual([]);
    expect([causes(2, 7), causes(3, 11), causes(10, 40), causes(11, 40)].map((all) => all?.length)).toEqual([
      0, 1, 0, 1,
    ]);
  });

  const breach = { total: 400, bad: 200, isBreached: true, baselineShare: 0, isBaselineBreached: false };
  const full = () => ({ ...initialShareGuard(tableOf(proven).guard), rows: 1 });
  const tripWith = (change: Partial<typeof breach>, evidence = 100, weight = 10) =>
    tripOfShareGuard(0, tableOf(proven).guard, row(0, null, null, weight), full(), { ...breach, ...change }, evidence);

  it('is evidence of 100, and a baseline that breaches as well acquits below weight 100 only', () => {
    expect([tripWith({}, 99.9), tripWith({})?.log10Evidence]).toEqual([undefined, 2]);
    expect(tripWith({ isBaselineBreached: true })).toBeUndefined();
    expect(tripWith({ isBaselineBreached: true }, 100, 100)).toBeDefined();
    expect(sharedOutage(DAY_BEFORE, tableOf(proven), full(), 10)).toBeUndefined();
  });

  it('expects clumps of at least five, and larger ones where they come so', () => {
    const minute = row(0, counts(400, { failures: 150 }), healthy);
    const table = tableOf(proven);
    const evidence = (clumpiness: number) =>
      weighShareGuard(DAY_BEFORE, clumpiness, table, full(), minute, countShare(table.source, minute)).evidence;
    expect(evidence(1)).toBe(evidence(5));
    expect(evidence(5)).toBeGreaterThan(5 * evidence(20));
  });

  const sinceAfter = (plan: typeof proven, failures: readonly number[]) => {
    const rows = failures.map((each, i) => row(i, counts(40, { failures: each }), healthy));
    return fold(plan, begin(plan), rows).judge.guards.each[0]?.since;
  };

  it('begins with the first bad minute, and ends when the evidence is gone', () => {
    expect(sinceAfter(proven, [10])).toBeNull();
    expect(sinceAfter(proven, [0, 12, 10])).toBe(minuteAt(1));
    expect(sinceAfter(proven, [0, 40, 0])).toBe(minuteAt(1));
    expect(sinceAfter(proven, [0, 12, 0])).toBeNull();
  });

  it('without proof it ends when the window has recovered', () => {
    const two = guarded({ if: 'errorRate > 25% for 2m', proof: 'none' });
    expect([sinceAfter(two, [0, 40]), sinceAfter(two, [0, 40, 0]), sinceAfter(two, [0, 40, 0, 0])]).toEqual([
      minuteAt(1),
      minuteAt(1),
      null,
    ]);
  });

  it('says nothing of a good minute after excluded bad ones', () => {
    const two = guarded({ if: 'errorRate > 25% for 2m', proof: 'none' });
    const bads = times(2, (i) => row(i, counts(40, { failures: 40 }), healthy));
    const { judge } = fold(two, begin(two), bads, { excluded: true });
    const after = fold(two, judge, [row(2, counts(40), healthy)]);
    expect(after.trips.flat()).toEqual([]);
    expect(after.judge.guards.each[0]?.since).toBeNull();
  });
});

describe('a guard on availability', () => {
  const plan = guarded('availability < 99% for 5m');
  const gone = (requests: number, unavailable: number) => counts(requests, { unavailable });

  it('is net of what the baseline shows in the same minutes', () => {
    const both = times(30, (i) => row(i, gone(1200, 60), gone(10_800, 540)));
    expect(fold(plan, begin(plan), both).trips.flat()).toEqual([]);
    const more = times(30, (i) => row(i, gone(1200, 120), gone(10_800, 540)));
    const usual = { requestsPerMinute: 12_000, failureShare: 0, unavailableShare: 0.05 };
    const { trips } = fold(plan, begin(plan, usual), more);
    expect(firstTrip(trips, 'guard')).toBe(4);
    expect(trips[4]?.[0]).toMatchObject({ measured: expect.closeTo(0.05, 10), bad: expect.closeTo(300, 6) });
  });

  it('is a shared outage when the baseline leaves more unanswered than on the day before', () => {
    const rows = times(10, (i) => row(i, gone(1200, 180), gone(10_800, 540)));
    const { causes, trips } = fold(plan, begin(plan), rows);
    expect(causes.flat().map(({ code }) => code)).toEqual(times(10, () => 'SHARED_OUTAGE'));
    expect(trips.flat()).toEqual([]);
  });

  it('is net of the day before at weight 100, and literal where that is not known', () => {
    const full = guarded('availability < 99% for 5m', { phases: ['100%/2h'] });
    const rows = times(30, (i) => row(i, gone(1200, 60), null, 100));
    const usual = { requestsPerMinute: 1200, failureShare: 0, unavailableShare: 0.045 };
    expect(fold(full, begin(full, usual), rows).trips.flat()).toEqual([]);
    expect(firstTrip(fold(full, begin(full, { ...usual, unavailableShare: null }), rows).trips, 'guard')).toBe(4);
  });

  it('sets an answer in the next minute off against its request', () => {
    const slow = times(60, (i) => row(i, gone(1200, i % 2 === 0 ? 30 : -30), gone(10_800, 0)));
    const { judge, trips } = fold(plan, begin(plan), slow);
    expect(trips.flat()).toEqual([]);
    expect(judge.guards.each[0]?.evidence).toEqual(times(8, () => 1));
  });

  it('is not blinded by one minute that was revised far downwards', () => {
    const { judge } = fold(plan, begin(plan), [row(0, gone(1200, -100_000), gone(10_800, 0))]);
    const { trips } = fold(
      plan,
      judge,
      times(20, (i) => row(1 + i, gone(1200, 600), gone(10_800, 0))),
    );
    expect(firstTrip(trips, 'guard')).toBeGreaterThan(0);
  });

  it('counts connection errors as they are where the plan asks for those', () => {
    const refused = guarded('availability < 99% for 5m', { availability: 'connectionErrors' });
    const both = times(10, (i) => row(i, gone(1200, 60), gone(10_800, 0)));
    expect(firstTrip(fold(refused, begin(refused), both).trips, 'guard')).toBe(4);
  });

  it('says nothing where the metric is not recorded', () => {
    const rows = times(10, (i) => row(i, counts(1200, { unavailable: null }), counts(10_800, { unavailable: null })));
    expect(fold(plan, begin(plan), rows).trips.flat()).toEqual([]);
  });
});

describe('guards on business metrics', () => {
  it('a gauge trips when every minute of the window is beyond the limit, and a missing one breaks the run', () => {
    const plan = guarded('cpu > 85% for 3m');
    const values = [90, 91, null, 90, 86, 85, 90, 91, 92, 93];
    const rows = values.map((cpu, i) => businessRow(i, { gauges: { cpu } }));
    const { trips } = foldBusiness(plan, begin(plan), rows);
    expect(trips.map((all) => all.length)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 1]);
    expect(trips[8]?.[0]).toMatchObject({ measured: 91, sinceMinute: minuteAt(6), minute: minuteAt(8) });
  });

  const sales = (revenue: number, requests: number) => ({ revenue, requests });

  it('revenue trips from 24 blocks on, when its bound since the rise lies beyond the limit', () => {
    const plan = guarded('revenueDelta < -5% for 10m');
    const noise = (i: number) => 1 + 0.1 * Math.sin(i * 1.7);
    const rows = times(200, (i) => businessRow(i, sales(600 * noise(i), 1200), sales(9000 * noise(i + 3), 10_800)));
    const { trips } = foldBusiness(plan, begin(plan), rows);
    expect(firstTrip(trips, 'guard')).toBe(119);
    expect(guardTrip(trips[119]).measured).toBeCloseTo(-0.4, 1);
    const equal = times(200, (i) => businessRow(i, sales(1000 * noise(i), 1200), sales(9000 * noise(i + 3), 10_800)));
    expect(foldBusiness(plan, begin(plan), equal).trips.flat()).toEqual([]);
  });

  it('revenue without proof trips on its window', () => {
    const plan = guarded({ if: 'revenueDelta < -5% for 10m', proof: 'none' });
    const rows = times(30, (i) => businessRow(i, sales(i < 15 ? 1000 : 600, 1200), sales(9000, 10_800)));
    expect(firstTrip(foldBusiness(plan, begin(plan), rows).trips, 'guard')).toBe(16);
  });

  const segments = (requests: number, failures: number, elsewhere: number) => ({
    requests: 2 * requests,
    segments: { k12: { requests, failures }, university: { requests, failures: elsewhere } },
  });

  it('a segment trips when its ratio is proven, and is named', () => {
    const plan = guarded('segmentErrorRatio > 2 for 5m');
    const rows = times(120, (i) => businessRow(i, segments(600, i % 2, 6), segments(5400, 5, 6)));
    const { trips } = foldBusiness(plan, begin(plan), rows);
    const first = firstTrip(trips, 'guard');
    expect(first).toBeGreaterThan(2);
    expect(first).toBeLessThan(60);
    const [trip] = trips[first] ?? [];
    expect(trip).toMatchObject({ segment: 'university' });
    const { ofSegment } = trip?.kind === 'guard' ? trip : {};
    const [ours, theirs] = [600 * (first + 1), 5400 * (first + 1)];
    expect(ofSegment).toMatchObject({ requests: ours, failures: ours / 100, baselineRequests: theirs });
    expect(ofSegment?.baselineFailures).toBe(theirs / 900);
    expect(ofSegment?.lower).toBeGreaterThan(2);
    const same = times(120, (i) => businessRow(i, segments(600, i % 2, i % 2), segments(5400, 5, 5)));
    expect(foldBusiness(plan, begin(plan), same).trips.flat()).toEqual([]);
  });

  it('a segment without proof trips on its window, with three failures', () => {
    const plan = guarded({ if: 'segmentErrorRatio > 2 for 5m', proof: 'none' });
    const rows = times(20, (i) => businessRow(i, segments(600, 0, i === 12 ? 20 : 1), segments(5400, 5, 6)));
    expect(firstTrip(foldBusiness(plan, begin(plan), rows).trips, 'guard')).toBe(12);
    const two = times(20, (i) => businessRow(i, segments(60, 0, i === 12 ? 2 : 0), segments(5400, 5, 6)));
    expect(foldBusiness(plan, begin(plan), two).trips.flat()).toEqual([]);
  });

  it('are not armed at weight 100, apart from gauges', () => {
    const plan = planWith({
      guards: ['revenueDelta < -5% for 10m', { if: 'segmentErrorRatio > 2 for 5m', proof: 'none' }, 'cpu > 85% for 3m'],
      watch: NO_WATCH,
    });
    const worse = { ...sales(10, 1200), ...segments(600, 300, 300), gauges: { cpu: 99 } };
    const rows = times(150, (i) => businessRow(i, worse, { ...sales(9000, 10_800), ...segments(5400, 0, 0) }, 100));
    const tripped = foldBusiness(plan, begin(plan), rows).trips.flat();
    expect(new Set(tripped.map((trip) => guardTrip([trip]).guard))).toEqual(new Set([2]));
  });

  it('see nothing of excluded rows', () => {
    const plan = guarded('cpu > 85% for 3m');
    const rows = times(9, (i) => businessRow(i, { gauges: { cpu: 99 } }));
    expect(foldBusiness(plan, begin(plan), rows, { excluded: true }).trips.flat()).toEqual([]);
  });
});
