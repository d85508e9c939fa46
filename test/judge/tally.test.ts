/** How rows become sums: which columns a phase has, and what each row adds to them. */
import { describe, expect, it } from 'vitest';
import type { BusinessRow } from '../../lib/judge/row.ts';
import { addBusinessRow, addRow, dayTally, emptyTallies, recentTally, withDayEnded } from '../../lib/judge/tallies.ts';
import {
  addBusiness,
  addTraffic,
  emptyTally,
  gaugeSum,
  type Layout,
  layoutOf,
  minutesOf,
  rowsOf,
  segmentSums,
  shareSums,
} from '../../lib/judge/tally.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { times } from './fold.ts';
import { planWith, seedPlan } from './plan.ts';
import { businessRow, counts, row } from './rows.ts';

const layoutIn = (plan: Plan, phase = 0): Layout => layoutOf(plan, plan.phases[phase] ?? plan.phases[0] ?? never());
const never = (): never => {
  throw new Error('a plan has a phase');
};
const candidate = counts(100, { failures: 2, unavailable: 3, slow: 4 });
const baseline = counts(900, { failures: 9, unavailable: 18 });

describe('the columns of a phase', () => {
  it('are two for its rows, three for a share, five for a net one, two for a gauge, and four for a segment', () => {
    const advance = ['errorRate < 1%', 'errorRate < 2%', 'latencyP99 < 200ms', 'cpu < 80%', 'cpu < 90%'];
    const { segments, shares, gauges, ...where } = layoutIn(planWith({ advance }));
    expect(shares.map(({ share, at }) => [share, at])).toEqual([
      ['failures', 2],
      ['slow:200ms', 5],
    ]);
    expect([gauges, segments]).toEqual([['cpu'], ['k12', 'university']]);
    expect(where).toEqual({ gaugesAt: 8, segmentsAt: 10, length: 19, ratio: false, daily: false });
    const net = layoutIn(planWith({ advance: ['availability > 99%', 'errorRate < 1%', 'not revenueDelta < -3%'] }));
    expect(net.shares.map(({ share, at }) => [share, at])).toEqual([
      ['unavailable', 2],
      ['failures', 7],
    ]);
    expect([net.ratio, net.gauges, net.segmentsAt]).toEqual([true, [], 10]);
  });

  it('have no segments without a baseline to compare with, nor where the plan has none', () => {
    const plan = planWith({ phases: ['100%/2h'] });
    const { length, segments, segmentsAt } = layoutIn(plan);
    expect({ length, segments, segmentsAt }).toEqual({ length: 5, segments: [], segmentsAt: 5 });
    const without = layoutIn({ ...planWith({}), metrics: { ...plan.metrics, segments: undefined } } as unknown as Plan);
    expect([without.length, without.segments]).toEqual([5, []]);
  });
});

describe('a row of traffic', () => {
  const layout = layoutIn(planWith({ advance: ['errorRate < 1%', 'availability > 99%', 'latencyP99 < 200ms'] }));
  const after = (...rows: Parameters<typeof addTraffic>[2][]) =>
    rows.reduce((tally, each) => addTraffic(layout, tally, each), emptyTally(layout));
  const sumsOf = (share: string, tally: readonly number[]) => {
    const column = layout.shares.find((each) => each.share === share);
    return column && shareSums(tally, column);
  };

  it('adds its requests, its bad ones and a minute to each share, and the baseline to a net one', () => {
    const tally = after(row(0, candidate, baseline), row(1, candidate, baseline));
    expect([rowsOf(tally), minutesOf(tally)]).toEqual([2, 2]);
    expect(sumsOf('failures', tally)).toEqual([200, 4, 0, 0, 2]);
    expect(sumsOf('unavailable', tally)).toEqual([200, 6, 1800, 36, 2]);
    expect(sumsOf('slow:200ms', tally)).toEqual([200, 8, 0, 0, 2]);
  });

  it('counts as a row with requests on one side, and as a minute with the candidate’s only', () => {
    const of = (...sides: [typeof candidate | null, typeof candidate | null]) => {
      const tally = after(row(0, ...sides));
      return [rowsOf(tally), minutesOf(tally)];
    };
    const none = counts(0);
    expect([of(candidate, none), of(candidate, null), of(none, baseline), of(null, baseline)]).toEqual([
      [1, 1],
      [1, 1],
      [1, 0],
      [1, 0],
    ]);
    expect([of(none, none), of(null, null)]).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  it('counts the minutes in which a metric was not there, and asks it only of minutes with requests', () => {
    const unknown = counts(100, { unavailable: null });
    const tally = after(row(0, unknown, baseline), row(1, counts(0), baseline), row(2, candidate, null));
    expect(sumsOf('unavailable', tally)?.[4]).toBe(0);
    expect(sumsOf('failures', tally)?.[4]).toBe(1);
  });

  it('leaves what it was added to as it was', () => {
    const before = after(row(0, candidate, baseline));
    const kept = [...before];
    addTraffic(layout, before, row(1, candidate, baseline));
    expect(before).toEqual(kept);
  });
});

describe('a row of business metrics', () => {
  const gauged = layoutIn(planWith({ advance: ['cpu < 80%'] }));
  const both = (value: number, sides: Partial<BusinessRow['candidate']> = {}) => ({
    gauges: { cpu: value },
    segments: { k12: { requests: 10, failures: 1 }, university: { requests: 20, failures: 2 } },
    ...sides,
  });

  it('adds to its gauges and to each segment of both sides', () => {
    const one = addBusiness(gauged, emptyTally(gauged), businessRow(0, both(50), both(10)));
    const two = addBusiness(gauged, one, businessRow(1, both(70), both(10)));
    expect([gaugeSum(gauged, two, 'cpu'), gaugeSum(gauged, two, 'memory')]).toEqual([
      [2, 120],
      [0, 0],
    ]);
    expect(segmentSums(gauged, two)).toEqual({
      minutes: 2,
      sums: [
        [20, 2, 20, 2, 2],
        [40, 4, 40, 4, 2],
      ],
    });
    expect(one).toEqual(addBusiness(gauged, emptyTally(gauged), businessRow(0, both(50), both(10))));
  });

  it('keeps two gauges apart', () => {
    const plan = planWith({ advance: ['cpu < 80%'] });
    const layout: Layout = { ...layoutIn(plan), gauges: ['cpu', 'memory'], segmentsAt: 9, length: 18 };
    const seen = { gauges: { cpu: 50, memory: 700 } };
    const tally = addBusiness(layout, emptyTally(layout), businessRow(0, seen, {}));
    expect([gaugeSum(layout, tally, 'cpu'), gaugeSum(layout, tally, 'memory')]).toEqual([
      [1, 50],
      [1, 700],
    ]);
  });

  it('adds no minute to segments that were on neither side, nor at weight 100', () => {
    const none = businessRow(0, both(50, { segments: {} }), both(10, { segments: {} }));
    expect(segmentSums(gauged, addBusiness(gauged, emptyTally(gauged), none)).minutes).toBe(0);
    const alone = businessRow(0, both(50), both(10), 100);
    expect(segmentSums(gauged, addBusiness(gauged, emptyTally(gauged), alone)).minutes).toBe(0);
  });

  it('leaves segments alone where the phase looks at gauges only, and does nothing where it looks at neither', () => {
    const full = layoutIn(planWith({ phases: ['100%/2h'], advance: ['cpu < 80%'] }));
    const below = businessRow(0, both(50), both(10), 10);
    expect(addBusiness(full, emptyTally(full), below)).toEqual([0, 0, 1, 50]);
    const neither = layoutIn(planWith({ phases: ['100%/2h'] }));
    const before = emptyTally(neither);
    expect(addBusiness(neither, before, below)).toBe(before);
  });
});

describe('the tallies of a bake', () => {
  const plan = planWith({ phases: ['10%/20m'], advance: ['errorRate < 1%', 'not revenueDelta < -3%'] });
  const layout = layoutIn(plan);
  const baked = (minutes: number) =>
    times(minutes, (i) => row(i, candidate, baseline)).reduce(
      (tallies, each) => addRow(layout, tallies, 20, each),
      emptyTallies(layout),
    );

  it('tell of the last bake-length, at most half of one more', () => {
    const recent = (minutes: number) => rowsOf(recentTally(baked(minutes)));
    expect([recent(10), recent(20), recent(29), recent(30), recent(31), recent(45)]).toEqual([10, 20, 29, 30, 21, 25]);
  });

  it('tell of a day since its beginning, in phases that have days', () => {
    const daily = layoutIn(seedPlan, 3);
    const one = addRow(daily, emptyTallies(daily), 17_280, row(0, candidate, null, 100));
    const ended = withDayEnded(one);
    const two = addRow(daily, ended, 17_280, row(1, candidate, null, 100));
    expect([one, ended, two].map((tallies) => rowsOf(dayTally(tallies)))).toEqual([1, 0, 1]);
    const without = baked(5);
    expect(withDayEnded(without)).toBe(without);
  });

  it('gather revenue below weight 100 only, and where a criterion asks for it', () => {
    const earned = (weight: number, within = layout) =>
      addBusinessRow(
        within,
        emptyTallies(within),
        businessRow(0, { requests: 100, revenue: 50 }, { requests: 900, revenue: 450 }, weight),
      );
    expect(earned(10).block).not.toEqual(emptyTallies(layout).block);
    expect(earned(100).block).toEqual(emptyTallies(layout).block);
    const other = layoutIn(planWith({ phases: ['10%/20m'] }));
    expect(earned(10, other).block).toEqual(emptyTallies(other).block);
  });
});
