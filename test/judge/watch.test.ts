import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { worstCase } from '../../lib/judge/early.ts';
import { lookEarly } from '../../lib/judge/judge.ts';
import { betOn, evenWealths } from '../../lib/judge/regression.ts';
import type { Row } from '../../lib/judge/row.ts';
import { ENOUGH } from '../../lib/judge/since.ts';
import { tablesOf } from '../../lib/judge/tables.ts';
import type { DayBefore, Stage, Trip, WatchTrip } from '../../lib/judge/verdict.ts';
import { disarmed, initialWatch, rearmed, totalWealth, watchBusinessRow } from '../../lib/judge/watch.ts';
import { nameOf, watchedOf } from '../../lib/judge/watched.ts';
import { begin, DAY_BEFORE, fold, foldBusiness, times } from './fold.ts';
import { planWith, seedPlan } from './plan.ts';
import { businessRow, counts, row } from './rows.ts';

const BEFORE: DayBefore = { ...DAY_BEFORE, latency: { p90: 80, p99: 183 } };

/** The first trip of the watch, and the index of its row. */
const firstTrip = (trips: readonly (readonly Trip[])[]): { readonly at: number; readonly trip: WatchTrip } => {
  const at = trips.findIndex((all) => all.some(({ kind }) => kind === 'watch'));
  const trip = trips[at]?.find((each): each is WatchTrip => each.kind === 'watch');
  if (trip === undefined) throw new Error('the watch did not trip');
  return { at, trip };
};

/** Answers slower than what nine of ten, and 99 of 100, kept on the day before. */
const slow = (requests: number, p90: number, p99: number) => ({
  ...counts(requests),
  slow: { '80ms': p90, '183ms': p99, '200ms': 0, '250ms': 0 },
});
const usual = (index: number) => row(index, slow(1200, 120, 12), slow(10_800, 1080, 108));

const segment = (requests: number, failures: number) => ({ requests, failures });
const sides = (ours: object, theirs: object) => (index: number) => businessRow(index, ours, theirs);
const k12 = (failures: number) =>
  sides(
    { segments: { k12: segment(300, failures), university: segment(300, 0) } },
    { segments: { k12: segment(2700, 9), university: segment(2700, 9) } },
  );
const orders = (ours: number) => sides({ requests: 1200, orders: ours }, { requests: 10_800, orders: 540 });

describe('what the watch bets on', () => {
  it('is at most the whole wealth, whatever the plan has metrics for', () => {
    for (const plan of [
      seedPlan,
      planWith({}),
      planWith({ advance: ['latencyP99 < 200ms', 'availability > 99.9%'] }),
    ]) {
      const weights = watchedOf(plan).flatMap(({ bets }) => bets.map(({ weight }) => weight));
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeLessThanOrEqual(1 + 1e-12);
    }
  });

  it('is failures, the usual latency, what the plan names itself, segments and orders, each once', () => {
    expect(watchedOf(seedPlan).map(({ metric }) => nameOf(metric, BEFORE))).toEqual([
      'failures',
      'slow:183ms',
      'slow:80ms',
      'slow:200ms',
      'unavailable',
      'slow:250ms',
      'segment:k12',
      'segment:university',
      'segment:professional',
      'segment:enterprise',
      'orders',
    ]);
  });
});

describe('a candidate that is slower', () => {
  it.each([
    ['one of 50 where it was one of 100', slow(1200, 120, 24), 'slow:183ms'],
    ['one of six where it was one of ten', slow(1200, 200, 12), 'slow:80ms'],
  ])('than the baseline used to be is seen: %s', (_, ours, metric) => {
    const rows = [...times(60, usual), ...times(120, (i) => row(60 + i, ours, slow(10_800, 1080, 108)))];
    const { trip } = firstTrip(fold(seedPlan, begin(seedPlan, BEFORE), rows).trips);
    expect(trip).toMatchObject({ metric, bet: 'share' });
    expect(trip.sinceMinute >= '2025-10-31T13:00Z').toBe(true);
    expect(trip.atLeastTimes).toBeGreaterThan(1);
  });

  it('in a slow hour of both is not', () => {
    const both = times(240, (i) => row(i, slow(1200, 480, 60), slow(10_800, 4320, 540)));
    expect(fold(seedPlan, begin(seedPlan, BEFORE), both).trips.flat()).toEqual([]);
  });

  it('is not looked for where the day before is not known', () => {
    const rows = times(120, (i) => row(i, slow(1200, 1200, 1200), slow(10_800, 0, 0)));
    expect(fold(planWith({}), begin(planWith({})), rows).trips.flat()).toEqual([]);
  });
});

describe('a segment', () => {
  it('that fails twenty times as much is seen, and named', () => {
    const rows = [...times(30, k12(1)), ...times(60, (i) => k12(20)(30 + i))];
    const { trip, at } = firstTrip(foldBusiness(planWith({}), begin(planWith({})), rows).trips);
    expect(trip.metric).toBe('segment:k12');
    expect(at).toBeLessThan(60);
  });

  it('says nothing while the counts of one side are missing', () => {
    const gone = times(60, (i) =>
      businessRow(i, { segments: { k12: segment(300, 300) } }, { segments: { k12: null } }),
    );
    expect(foldBusiness(planWith({}), begin(planWith({})), gone).trips.flat()).toEqual([]);
  });
});

describe('orders', () => {
  it.each([
    ['half', 30],
    ['all', 0],
  ])('that fall by %s are seen', (_, ours) => {
    const rows = [...times(30, orders(60)), ...times(90, (i) => orders(ours)(30 + i))];
    const { trip } = firstTrip(foldBusiness(seedPlan, begin(seedPlan, BEFORE), rows).trips);
    expect(trip).toMatchObject({ metric: 'orders', bet: 'fall', atLeastTimes: null });
    expect((trip.requests * trip.baselineEvents) / trip.baselineRequests).toBeGreaterThanOrEqual(10);
  });

  it('that rise, or stay, are not', () => {
    for (const ours of [60, 120])
      expect(foldBusiness(seedPlan, begin(seedPlan, BEFORE), times(300, orders(ours))).trips.flat()).toEqual([]);
  });

  it('that are a tenth fewer are no regression, however many there are', () => {
    const many = sides({ requests: 120_000, orders: 5520 }, { requests: 1_080_000, orders: 54_000 });
    expect(foldBusiness(seedPlan, begin(seedPlan, BEFORE), times(600, many)).trips.flat()).toEqual([]);
  });

  it('are not missed before enough of them were due', () => {
    const table = tablesOf(seedPlan).watch;
    if (table === undefined) throw new Error('the seed plan is watched');
    const tripped = (expected: number) => {
      const terms = { table, clumpiness: 3, before: BEFORE, enough: { ...ENOUGH, expected } };
      let watch = initialWatch(table, BEFORE);
      for (let i = 0; i < 40; i++) {
        const weighed = watchBusinessRow(watch, terms, 0, orders(0)(i), 'bake');
        watch = weighed.watch;
        if (weighed.trip !== undefined) return i;
      }
      return -1;
    };
    expect(tripped(0)).toBe(0);
    expect(tripped(600)).toBe(9);
  });

  it('are expected to come in twos', () => {
    const { judge } = foldBusiness(seedPlan, begin(seedPlan, BEFORE), [orders(30)(0)]);
    const staked = judge.watch?.laid.business.staked ?? Number.NaN;
    const minute = { requests: 1200, events: 30, baselineRequests: 10_800, baselineEvents: 540 };
    const terms = { limit: 1, recentBaselineRate: 0, pastBaselineRate: 0, clumpiness: 2 };
    expect(judge.watch?.metrics.at(-1)?.bets[0]).toEqual(betOn('fall', evenWealths('fall', 0), minute, staked, terms));
  });
});

describe('failures that carry on from minute to minute', () => {
  const plan = planWith({ phases: ['1%/2h', '10%/2h'] });
  const carried: DayBefore = { ...BEFORE, clumpiness: { clumpSize: 1, isMeasured: true, blockMinutes: 3 } };
  const bad = (weight: number) => (index: number) =>
    row(index, counts(120, { failures: 6 + index }), counts(11_880, { failures: 10 }), weight);
  const shareBet = (rows: readonly Row[]) => {
    const { watch } = fold(plan, begin(plan, carried), rows).judge;
    return { bet: watch?.metrics[0]?.bets[0], staked: watch?.laid.traffic.staked ?? Number.NaN };
  };
  const terms = { limit: 1, recentBaselineRate: 0, pastBaselineRate: 0, clumpiness: 1 };

  it('are bet on as one block, when it is complete', () => {
    expect(shareBet(times(2, bad(1))).bet).toEqual(evenWealths('share', 0));
    const { bet, staked } = shareBet(times(3, bad(1)));
    const together = { requests: 360, events: 21, baselineRequests: 35_640, baselineEvents: 30 };
    expect(bet).toEqual(betOn('share', evenWealths('share', 0), together, staked, terms));
  });

  it('are not put together with those at another weight', () => {
    const two = { requests: 240, events: 13, baselineRequests: 23_760, baselineEvents: 20 };
    const { staked } = shareBet(times(2, bad(1)));
    const rows = [...times(2, bad(1)), bad(10)(2)];
    expect(shareBet(rows).bet).toEqual(betOn('share', evenWealths('share', 0), two, staked, terms));
  });

  it('still are a burst in their first minute', () => {
    const { trip, at } = firstTrip(
      fold(plan, begin(plan, carried), [row(0, counts(120, { failures: 60 }), counts(11_880), 1)]).trips,
    );
    expect(at).toBe(0);
    expect(trip).toMatchObject({ bet: 'burst', events: 60, minutes: 1 });
  });
});

describe('a look at rows that are not settled', () => {
  const plan = planWith({ phases: ['10%/2h'] });
  const quiet = times(30, (i) => row(i, counts(5000, { failures: 5 }), counts(45_000, { failures: 45 })));
  const { judge } = fold(plan, begin(plan, BEFORE), quiet);
  const young = (ours: Parameters<typeof counts>[1], theirs: Parameters<typeof counts>[1], requests = 45_000) => [
    row(30, counts(5000, ours), counts(requests, theirs)),
  ];
  const look = (rows: readonly Row[]) => lookEarly(plan, judge, 0, rows, () => 'bake');

  it('sees what holds at the worst of what may still come, and says on which rows', () => {
    const rows = young({ failures: 250 }, { failures: 45, unavailable: 30 });
    expect(look(rows)).toMatchObject({ metric: 'failures', events: 250, unsettled: rows });
    expect(firstTrip(fold(plan, judge, rows).trips).trip.log10Wealth).toBeGreaterThanOrEqual(
      look(rows)?.log10Wealth ?? Number.NaN,
    );
  });

  it.each([
    ["the baseline's answers are not there yet", young({ failures: 250 }, { failures: 0, unavailable: 45_000 })],
    ['they are not known', young({ failures: 250 }, { failures: 45, unavailable: null })],
    ["much of the baseline's minute is still to come", young({ failures: 250 }, { failures: 45 }, 30_000)],
    ['most of both sides is still to come', [row(30, counts(500, { failures: 60 }), counts(4500, { failures: 5 }))]],
    [
      "the baseline's failures come after its requests and its good answers, of both of which little is missing",
      [row(30, counts(4750, { failures: 237 }), counts(42_750, { failures: 0 }))],
    ],
    ['nothing of a side is there', [row(30, counts(5000, { failures: 250 }), null)]],
    ['both fail', young({ failures: 250 }, { failures: 2250 })],
    ['nothing is wrong', young({ failures: 5 }, { failures: 45 })],
  ])('says nothing where %s', (_, rows) => {
    expect(look(rows)).toBeUndefined();
  });

  it('says nothing of a plan that does not count answers: there a late failure is bounded by nothing', () => {
    const rows = young({ failures: 250 }, { failures: 45 });
    const connections = planWith({ phases: ['10%/2h'], availability: 'connectionErrors' });
    const { judge: begun } = fold(connections, begin(connections, BEFORE), quiet);
    expect(lookEarly(connections, begun, 0, rows, () => 'bake')).toBeUndefined();
    expect(fold(connections, begun, rows).trips.flat()).not.toEqual([]);
  });

  it('counts what was lost elsewhere, and not what was won there: that may be lost by then', () => {
    const [failures, ...others] = judge.watch?.metrics ?? [];
    const withOthers = (won: number) => ({
      ...judge,
      watch: judge.watch && {
        ...judge.watch,
        metrics: [
          ...(failures === undefined ? [] : [failures]),
          ...others.map((metric) => ({
            ...metric,
            bets: metric.bets.map((wealths) => wealths.map(() => won)),
            since: ['2025-10-31T12:00Z', 20, 9000, 900, 90_000, 900, 20, 90] as const,
          })),
        ],
      },
    });
    const few = young({ failures: 8 }, { failures: 45 });
    expect(firstTrip(fold(plan, withOthers(1000e10), few).trips).trip.metric).not.toBe('failures');
    expect(lookEarly(plan, withOthers(1000e10), 0, few, () => 'bake')).toBeUndefined();
    const bad = young({ failures: 250 }, { failures: 45 });
    expect(lookEarly(plan, withOthers(0), 0, bad, () => 'bake')).toMatchObject({ metric: 'failures' });
  });

  it('trips on no rows on which the settled ones would not, were the worst still to come', () => {
    const part = (least: number, most: number) => fc.double({ min: least, max: most, noNaN: true });
    const seen = fc.record({
      ours: part(0.96, 1.02),
      bad: part(0, 0.3),
      theirs: part(0.96, 1.02),
      well: part(0.97, 1),
      failed: fc.integer({ min: 0, max: 100 }),
    });
    type Seen = { ours: number; bad: number; theirs: number; well: number; failed: number };
    const numbers = ({ ours, bad, theirs, well }: Seen) => {
      const [requests, baselineRequests] = [Math.floor(5000 * ours), Math.floor(45_000 * theirs)];
      return {
        requests,
        failures: Math.floor(requests * bad),
        baselineRequests,
        good: Math.floor(baselineRequests * well),
      };
    };
    const youngRow = (of: Seen, at: number) => {
      const { requests, failures, baselineRequests, good } = numbers(of);
      const unavailable = baselineRequests - good - of.failed;
      return row(at, counts(requests, { failures }), counts(baselineRequests, { failures: of.failed, unavailable }));
    };
    /** No more failures of the candidate; of the baseline every request that is not known to be answered well. */
    const worstRow = (of: Seen, at: number) => {
      const { requests, failures, baselineRequests, good } = numbers(of);
      const whole = Math.max(baselineRequests, 45_000);
      const most = Math.max(requests, Math.floor(5000 + 3 * Math.sqrt(5000)));
      return row(at, counts(most, { failures }), counts(whole, { failures: whole - good }));
    };
    let tripped = 0;
    fc.assert(
      fc.property(fc.array(seen, { minLength: 1, maxLength: 3 }), (drawn) => {
        const early = look(drawn.map((of, at) => youngRow(of, 30 + at)));
        if (early === undefined) return;
        tripped += 1;
        const settled = drawn.slice(0, early.unsettled?.length).map((of, at) => worstRow(of, 30 + at));
        expect(fold(plan, judge, settled).trips.flat()).not.toEqual([]);
      }),
      { seed: 1, numRuns: 1000 },
    );
    expect(tripped).toBeGreaterThan(20);
  });

  it('takes requests for coming that the weights tell of', () => {
    // 5,000 of the candidate at 10 % tell of 45,000; nothing is known of what is not there.
    const less = worstCase(row(0, counts(5000, { failures: 250 }), counts(42_000, { failures: 40 })), 45_000);
    expect(less?.baselineEvents).toBeGreaterThan(40 + 1000);
    expect(less?.baselineRequests).toBe(42_000);
    // 45,000 tell of 5,000 of the candidate, and by chance of a few more.
    expect(worstCase(row(0, counts(4000), counts(45_000)), 45_000)?.requests).toBeCloseTo(
      5000 + 3 * Math.sqrt(5000),
      9,
    );
  });

  it('leaves the evidence as it was', () => {
    const before = structuredClone(judge);
    look(young({ failures: 250 }, { failures: 45 }));
    expect(judge).toEqual(before);
  });

  it('goes by the settled minutes before, and says nothing where there are none', () => {
    const rows = young({ failures: 250 }, { failures: 45 });
    expect(lookEarly(plan, begin(plan, BEFORE), 0, rows, () => 'bake')).toBeUndefined();
    // 42,000 are 3,000 too few, although the unsettled minutes before have had even less so far.
    const short = times(4, (i) =>
      row(30 + i, counts(4000, { failures: i < 3 ? 0 : 160 }), counts(i < 3 ? 40_000 : 42_000)),
    );
    expect(look(short)).toBeUndefined();
    const whole = times(4, (i) => row(30 + i, counts(5000, { failures: 160 }), counts(45_000, { failures: 45 })));
    expect(look(whole)).toBeDefined();
  });

  it('goes on to the next row where one is not enough, and stops at one that says nothing', () => {
    const some = row(30, counts(5000, { failures: 30 }), counts(45_000, { failures: 45 }));
    const next = (i: number) => row(i, counts(5000, { failures: 30 }), counts(45_000, { failures: 45 }));
    const rows = [some, ...times(6, (i) => next(31 + i))];
    const found = look(rows)?.unsettled?.length ?? 0;
    expect(found).toBeGreaterThan(1);
    expect(look([...rows.slice(0, 1), row(31, null, null), ...rows.slice(1)])).toBeUndefined();
  });
});

describe('a watch whose trip an operator waved through', () => {
  const plan = planWith({ phases: ['10%/2h'] });
  const bad = (i: number) => row(i, counts(1200, { failures: 6 }), counts(10_800, { failures: 11 }));
  const { judge, trips } = fold(plan, begin(plan, BEFORE), times(60, bad));
  const table = tablesOf(plan).watch;
  if (judge.watch === null || table === undefined) throw new Error('the plan is watched');
  const waved = disarmed(judge.watch);
  const next = times(60, (i) => bad(60 + i));

  it('is silent, whatever the rows say', () => {
    expect(trips.flat()).toMatchObject([...trips.flat()].map(() => ({ kind: 'watch' })));
    expect(trips.flat().length).toBeGreaterThan(0);
    const folded = fold(plan, { ...judge, watch: waved }, next);
    expect(folded.trips.flat()).toEqual([]);
    expect(folded.judge.watch?.armed).toBe(false);
  });

  it('is armed again by a rise, from the first row of the bake on and without what it had won', () => {
    const again = rearmed(waved);
    const before = fold(plan, { ...judge, watch: again }, next.slice(0, 10), { stage: 'before' });
    expect(before.trips.flat()).toEqual([]);
    expect(before.judge.watch?.armed).toBe('withBake');
    const baking = fold(plan, before.judge, next.slice(10));
    expect(baking.judge.watch?.armed).toBe(true);
    const at = baking.trips.findIndex((all) => all.length > 0);
    expect(at).toBeGreaterThan(0);
    const quiet = row(70, counts(1200, { failures: 1 }), counts(10_800, { failures: 11 }));
    const fresh = fold(plan, before.judge, [quiet]).judge.watch;
    expect(fresh && totalWealth(table, fresh)).toBeLessThanOrEqual(1);
    expect(fresh?.laid.traffic.staked).toBeGreaterThan(waved.laid.traffic.staked);
    expect(fresh?.laid.traffic.block).toEqual([0, 0]);
  });

  it('is let alone by a rise while it is armed', () => {
    expect(judge.watch && rearmed(judge.watch)).toBe(judge.watch);
  });

  it('learns nothing from business metrics of the warm-up', () => {
    const terms = { table, clumpiness: 3, before: BEFORE, enough: ENOUGH };
    const fallen = businessRow(0, { requests: 1200, orders: 0 }, { requests: 10_800, orders: 540 });
    expect(judge.watch && watchBusinessRow(judge.watch, terms, 0, fallen, 'warmUp')).toEqual({ watch: judge.watch });
  });

  it('looks at no unsettled row of the warm-up, and names no row behind the one that trips', () => {
    const settled = fold(
      plan,
      begin(plan, BEFORE),
      times(30, (i) => row(i, counts(5000, { failures: 5 }), counts(45_000, { failures: 45 }))),
    );
    const rows = times(3, (i) => row(30 + i, counts(5000, { failures: 250 }), counts(45_000, { failures: 45 })));
    const look = (stage: Stage) => lookEarly(plan, settled.judge, 0, rows, () => stage);
    expect(look('warmUp')).toBeUndefined();
    expect(look('bake')?.unsettled).toEqual(rows.slice(0, 1));
    expect(lookEarly(plan, settled.judge, 0, [row(30, null, counts(1)), ...rows], () => 'bake')).toBeUndefined();
  });
});

describe('all of them together', () => {
  it('are one budget: what is won on a metric that has seen too little does not roll back', () => {
    const plan = planWith({ phases: ['1%/2h'] });
    const table = tablesOf(plan).watch;
    // One minute with 19 failures is worth more than the line, and too little to act on.
    const rows = [
      ...times(30, (i) => row(i, counts(120), counts(11_880, { failures: 1 }), 1)),
      row(30, counts(120, { failures: 19 }), counts(11_880), 1),
    ];
    const { judge, trips } = fold(plan, begin(plan), rows);
    expect(table && judge.watch && totalWealth(table, judge.watch)).toBeGreaterThan(100);
    expect(trips.flat()).toEqual([]);
    // A segment that has seen enough does not carry it over the line.
    const small = times(3, (i) => k12(2)(31 + i));
    expect(foldBusiness(plan, judge, small).trips.flat()).toEqual([]);
  });

  it('are worth what they were while the rows say nothing, of traffic or of business metrics', () => {
    const table = tablesOf(seedPlan).watch;
    const quiet = times(200, (i) => row(i, counts(0), counts(0)));
    const { judge } = fold(seedPlan, begin(seedPlan, BEFORE), quiet);
    const later = foldBusiness(seedPlan, judge, times(200, sides({}, {}))).judge;
    expect(table && later.watch && totalWealth(table, later.watch)).toBeCloseTo(1, 6);
  });

  it('see rows of business metrics that are left out of everything else', () => {
    const rows = times(90, orders(0));
    firstTrip(foldBusiness(seedPlan, begin(seedPlan, BEFORE), rows, { excluded: true }).trips);
  });

  it('stake on business metrics by their own minutes', () => {
    const { judge } = foldBusiness(seedPlan, begin(seedPlan, BEFORE), times(10, orders(60)));
    expect(judge.watch?.laid.business.staked).toBeGreaterThan(0.5);
    expect(judge.watch?.laid.traffic.staked).toBe(0);
  });

  it('never stake more than there is, over 20 phases, extensions and holds', () => {
    const phases = Array.from({ length: 20 }, (_, i) => `${i + 1}%/1h`);
    const plan = planWith({ phases });
    let judge = begin(plan);
    for (const phase of phases.keys())
      for (const stage of ['warmUp', 'bake', 'before'] as const)
        ({ judge } = fold(
          plan,
          judge,
          times(90, (i) => row(i, counts(1200), counts(10_800), phase + 1)),
          { phase, stage },
        ));
    expect(judge.watch?.laid.traffic.staked).toBeLessThanOrEqual(1 + 1e-9);
    expect(judge.watch?.laid.traffic.staked).toBeGreaterThan(0.9);
  });
});
