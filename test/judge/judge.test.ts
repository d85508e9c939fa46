import { describe, expect, it } from 'vitest';
import { assess, beginBake, disarmWatch, weigh } from '../../lib/judge/judge.ts';
import type { DayBefore } from '../../lib/judge/verdict.ts';
import { begin, DAY_BEFORE, firstTrip, fold, times } from './fold.ts';
import { planWith, seedPlan } from './plan.ts';
import { counts, drawFrom, drawRow, minuteAt, row } from './rows.ts';

const plan = planWith({});
const candidate = counts(1200, { failures: 1 });
const baseline = counts(10_800, { failures: 9 });
const healthy = (length: number, from = 0) => times(length, (i) => row(from + i, candidate, baseline));

describe('the state', () => {
  it('keeps of a phase only what its criteria ask for, and below weight 100 its segments', () => {
    const kept = (phase: number) => beginBake(seedPlan, begin(seedPlan), phase, { rise: true, restarts: 0 });
    const [canary, ramp, last] = [kept(0), kept(1), kept(3)].map(({ tallies }) => tallies);
    expect([canary?.bake.length, ramp?.bake.length, last?.bake.length]).toEqual([30, 30, 13]);
    expect([canary?.revenue.length, last?.revenue.length]).toEqual([15, 0]);
    expect([canary?.day.length, last?.day.length]).toEqual([0, 13]);
    expect(kept(3).guards.sinceRise).toEqual({ block: [0, 0, 0, 0, 0], revenue: [], segments: [] });
  });

  it('survives JSON: a judge that was written down and read again says the same', () => {
    const draw = drawFrom(3);
    const rows = times(200, (i) => drawRow(draw, i, 10, { requestsPerMinute: 3000, rate: 0.004, dispersion: 2 }));
    const through = fold(plan, begin(plan), rows).judge;
    let written = begin(plan);
    for (const one of rows) written = JSON.parse(JSON.stringify(fold(plan, written, [one]).judge));
    expect(written).toEqual(through);
  });

  it('never changes the state it was given', () => {
    const judge = fold(plan, begin(plan), healthy(20)).judge;
    const before = JSON.stringify(judge);
    fold(plan, judge, [row(20, counts(1200, { failures: 400 }), baseline), row(21, null, baseline)]);
    expect(JSON.stringify(judge)).toBe(before);
  });

  it('keeps no wealth that is not a number, even under evidence without measure', () => {
    const broken = times(300, (i) => row(i, counts(100_000, { failures: 100_000 }), counts(900_000, { failures: 9 })));
    const { judge } = fold(plan, begin(plan), broken);
    expect(JSON.stringify(judge)).not.toMatch(/null,null|NaN/);
    expect(JSON.parse(JSON.stringify(judge))).toEqual(judge);
  });
});

describe('the size of clumps', () => {
  const asked = (before: DayBefore) => begin(plan, before).clumpiness;
  it('is the one that was measured on the day before, and 3 otherwise, also in older journals', () => {
    expect(asked({ ...DAY_BEFORE, clumpiness: { clumpSize: 7.5, isMeasured: true, blockMinutes: 1 } })).toBe(7.5);
    expect(asked({ ...DAY_BEFORE, clumpiness: { clumpSize: 3, isMeasured: false, blockMinutes: 3 } })).toBe(3);
    expect([asked({ ...DAY_BEFORE, clumpiness: null }), asked(DAY_BEFORE)]).toEqual([3, 3]);
  });

  it('decides how many requests prove a criterion', () => {
    const verdictAt = (clumpSize: number) => {
      const begun = begin(plan, { ...DAY_BEFORE, clumpiness: { clumpSize, isMeasured: true, blockMinutes: 1 } });
      const clean = times(1, () => row(0, counts(800), counts(7200)));
      return assess(plan, fold(plan, begun, clean).judge, 0, 'none')[0]?.verdict;
    };
    expect([1, 2, 3].map(verdictAt)).toEqual(['pass', 'pass', 'insufficient']);
  });
});

describe('missing counts', () => {
  it('a minute without requests on either side is neutral while hosts report', () => {
    const { causes, neutral } = fold(plan, begin(plan), [row(0, null, null), row(1, counts(0), counts(0))]);
    expect(causes.flat()).toEqual([]);
    expect(neutral).toEqual([true, true]);
  });

  it('is BLIND when not even hosts report, at any weight', () => {
    for (const weight of [10, 100]) {
      const { causes, neutral } = fold(plan, begin(plan), [{ ...row(0, null, null, weight), hosts: false }]);
      expect(causes).toEqual([[{ code: 'BLIND' }]]);
      expect(neutral).toEqual([false]);
    }
  });

  it('is NO_DATA once 25 requests were expected of a candidate that reports none, until it reports', () => {
    const silent = times(4, (i) => row(i, null, counts(108)));
    const { causes } = fold(plan, begin(plan), [...silent, ...healthy(1, 4), row(5, null, counts(108))]);
    expect(causes.map((all) => all.map(({ code }) => code))).toEqual([[], [], ['NO_DATA'], ['NO_DATA'], [], []]);
    expect(causes[2]?.[0]).toEqual({ code: 'NO_DATA', minute: minuteAt(2), expectedRequests: 36 });
  });

  it('is not NO_DATA before the bake, nor at weight 100', () => {
    const silent = times(9, (i) => row(i, null, counts(10_800)));
    expect(fold(plan, begin(plan), silent, { stage: 'warmUp' }).causes.flat()).toEqual([]);
    const full = times(9, (i) => row(i, null, counts(100), 100));
    expect(fold(plan, begin(plan), full).causes.flat()).toEqual([]);
  });

  it('never passes and never trips: nothing is said of nothing', () => {
    const { judge, trips } = fold(
      plan,
      begin(plan),
      times(100, (i) => row(i, null, null)),
    );
    expect(trips.flat()).toEqual([]);
    expect(assess(plan, judge, 0, 'none')[0]).toMatchObject({ verdict: 'insufficient', requests: 0, measured: null });
  });
});

describe('the split', () => {
  const codes = (rows: Parameters<typeof fold>[2], options = {}) =>
    fold(plan, begin(plan), rows, options).causes.map((all) => all.map(({ code }) => code).join());

  it('is off when ten rows differ from the weight by 5 standard errors and 25 %, until ten rows are right', () => {
    const uneven = times(10, (i) => row(i, counts(600), counts(11_400)));
    const even = healthy(20, 10);
    const said = codes([...uneven, ...even]);
    expect(said.slice(0, 9)).toEqual(times(9, () => ''));
    expect(said.slice(9, 19)).toEqual(times(10, () => 'SPLIT_OFF'));
    expect(said.slice(19)).toEqual(times(11, () => ''));
  });

  it('tells what was seen', () => {
    const { causes } = fold(
      plan,
      begin(plan),
      times(10, (i) => row(i, counts(600), counts(11_400))),
    );
    expect(causes[9]).toEqual([{ code: 'SPLIT_OFF', weight: 10, seenPercent: 5, requests: 120_000 }]);
  });

  it('is not off by 20 %, however sure that is', () => {
    expect(codes(times(60, (i) => row(i, counts(960), counts(11_040)))).join('')).toBe('');
  });

  it('looks at up to sixty rows where ten are too few to tell', () => {
    const few = (i: number) => row(i, counts(1), counts(29));
    const said = codes(times(70, few));
    expect(said.slice(0, 19).join('')).toBe('');
    expect(said.slice(60)).toEqual(times(10, () => 'SPLIT_OFF'));
  });

  it('says nothing of a few requests, even where 17 came instead of 5', () => {
    const few = planWith({ phases: ['1%/2h'] });
    const rows = times(60, (i) => row(i, counts(i % 60 < 17 ? 1 : 0), counts(8), 1));
    expect(fold(few, begin(few), rows).causes.flat()).toEqual([]);
  });

  it('does not carry rows of the warm-up into the bake', () => {
    const { judge } = fold(
      plan,
      begin(plan),
      times(20, (i) => row(i, counts(600), counts(11_400))),
      { stage: 'warmUp' },
    );
    expect(fold(plan, judge, healthy(15, 20)).causes.flat()).toEqual([]);
  });

  it('says nothing outside the bake, or at weight 100', () => {
    expect(
      codes(
        times(60, (i) => row(i, counts(600), counts(11_400))),
        { stage: 'warmUp' },
      ).join(''),
    ).toBe('');
    expect(codes(times(60, (i) => row(i, counts(600), counts(11_400), 100))).join('')).toBe('');
  });
});

describe('the watch in the judge', () => {
  const failing = (i: number, failures = 48) => row(i, counts(1200, { failures }), baseline);
  const watched = (rows: Parameters<typeof fold>[2], options = {}) => fold(plan, begin(plan), rows, options);

  it('trips on a regression and tells since when, with which numbers', () => {
    const { trips } = watched([...healthy(60), ...times(5, (i) => failing(60 + i))]);
    const first = firstTrip(trips, 'watch');
    expect(first).toBeLessThan(63);
    const trip = trips[first]?.[0];
    if (trip?.kind !== 'watch') throw new Error('the watch did not trip');
    expect(trip).toMatchObject({
      kind: 'watch',
      sinceMinute: minuteAt(60),
      minute: minuteAt(first),
      falseRollbacks: 0.01,
    });
    expect(trip.log10Wealth).toBeGreaterThanOrEqual(2);
    expect(trip.events).toBe(48 * trip.minutes);
    expect(trip.requests).toBe(1200 * trip.minutes);
    expect(trip.baselineEvents).toBe(9 * trip.minutes);
    expect(trip.atLeastTimes).toBeGreaterThan(5);
    expect(trip.atLeastTimes).toBeLessThan(48);
  });

  it('is told with every row on which it stands', () => {
    const { trips } = watched([...healthy(5), ...times(8, (i) => failing(5 + i))]);
    const first = firstTrip(trips, 'watch');
    expect(trips.slice(first).every((all) => all[0]?.kind === 'watch')).toBe(true);
  });

  it('needs bad requests in two minutes, unless one minute has 20', () => {
    const small = planWith({ phases: ['1%/2h'] });
    const start = times(30, (i) => row(i, counts(120), counts(11_880, { failures: 1 }), 1));
    const oneMinute = (failures: number) =>
      firstTrip(
        fold(small, begin(small), [...start, row(30, counts(120, { failures }), counts(11_880), 1)]).trips,
        'watch',
      );
    expect(oneMinute(19)).toBe(-1);
    expect(oneMinute(20)).toBe(30);
    const second = row(31, counts(120, { failures: 1 }), counts(11_880), 1);
    const both = [...start, row(30, counts(120, { failures: 19 }), counts(11_880), 1), second];
    expect(firstTrip(fold(small, begin(small), both).trips, 'watch')).toBe(31);
  });

  it('does not use the warm-up, and uses minutes from before the rise once it has begun', () => {
    const bad = times(30, (i) => failing(i, 200));
    expect(watched(bad, { stage: 'warmUp' }).trips.flat()).toEqual([]);
    const { judge } = watched(healthy(10));
    expect(fold(plan, judge, bad, { stage: 'warmUp' }).judge.watch?.metrics).toEqual(judge.watch?.metrics);
    expect(firstTrip(fold(plan, judge, bad, { stage: 'before' }).trips, 'watch')).toBeGreaterThanOrEqual(0);
  });

  it('reads rows that are excluded from everything else', () => {
    const bad = times(30, (i) => failing(i, 200));
    expect(firstTrip(watched(bad, { excluded: true }).trips, 'watch')).toBeGreaterThanOrEqual(0);
    expect(watched(bad, { excluded: true }).judge.tallies).toEqual(begin(plan).tallies);
  });

  it('holds a shared outage for what it is', () => {
    const outage = times(30, (i) => row(60 + i, counts(1200, { failures: 60 }), counts(10_800, { failures: 540 })));
    expect(watched([...healthy(60), ...outage]).trips.flat()).toEqual([]);
  });

  it('bets only on the limit at weight 100, at twice the day before, and stakes nothing more', () => {
    const full = planWith({ phases: ['10%/1h', '100%/1h'], guards: [{ if: 'errorRate > 1.5% for 60m' }] });
    const { judge } = fold(full, begin(full), healthy(60));
    const rows = (failures: number) => times(60, (i) => row(60 + i, counts(12_000, { failures }), null, 100));
    const { trips, judge: later } = fold(full, judge, rows(10), { phase: 1 });
    expect(trips.flat()).toEqual([]);
    expect(later.watch?.laid.traffic.staked).toBe(judge.watch?.laid.traffic.staked);
    expect(later.watch?.metrics[0]?.bets[0]).toEqual(judge.watch?.metrics[0]?.bets[0]);
    expect(firstTrip(fold(full, judge, rows(1200), { phase: 1 }).trips, 'watch')).toBeGreaterThan(0);
    const usual = { ...DAY_BEFORE, failureShare: 0.06 };
    const tolerant = fold(full, { ...judge, before: usual }, rows(1200), { phase: 1 });
    expect(firstTrip(tolerant.trips, 'watch')).toBe(-1);
  });

  it('says nothing of a minute in which the counts of one side are missing', () => {
    const { judge } = watched(healthy(10));
    const rows = times(20, (i) => row(10 + i, counts(1200, { failures: 300 }), null));
    expect(fold(plan, judge, rows).trips.flat()).toEqual([]);
  });

  it('is silent after an operator disarmed it, and armed again by the next rise, without the winnings', () => {
    const { judge } = watched(times(10, (i) => failing(i)));
    const resumed = fold(
      plan,
      disarmWatch(judge),
      times(5, (i) => failing(10 + i)),
    );
    expect(resumed.trips.flat()).toEqual([]);
    const risen = beginBake(plan, resumed.judge, 0, { rise: true, restarts: 0 });
    expect(fold(plan, risen, healthy(5, 20)).trips.flat()).toEqual([]);
    expect(
      firstTrip(
        fold(
          plan,
          risen,
          times(5, (i) => failing(20 + i)),
        ).trips,
        'watch',
      ),
    ).toBeGreaterThanOrEqual(0);
  });

  it('is armed again by the first row of the bake only, and by none of a block that was begun before', () => {
    const carried = { ...DAY_BEFORE, clumpiness: { clumpSize: 1, isMeasured: true, blockMinutes: 7 } };
    const { judge } = fold(
      plan,
      begin(plan, carried),
      times(10, (i) => failing(i, 200)),
    );
    const waved = fold(
      plan,
      disarmWatch(judge),
      times(6, (i) => failing(10 + i, 200)),
    ).judge;
    const risen = beginBake(plan, waved, 0, { rise: true, restarts: 0 });
    const before = fold(
      plan,
      risen,
      times(3, (i) => failing(16 + i, 200)),
      { stage: 'before' },
    );
    expect(before.trips.flat()).toEqual([]);
    expect(fold(plan, before.judge, healthy(14, 19)).trips.flat()).toEqual([]);
    const bad = times(14, (i) => failing(19 + i, 200));
    expect(firstTrip(fold(plan, before.judge, bad).trips, 'watch')).toBeGreaterThanOrEqual(0);
  });

  it('is off where the plan says so', () => {
    const off = planWith({ watch: { off: 'no baseline to compare with' } });
    expect(begin(off).watch).toBeNull();
    expect(weigh(off, begin(off), 0, failing(0), { stage: 'bake', excluded: false }).trips).toEqual([]);
  });
});
