/** What the regression watch compares, and how its metrics are counted and called. */
import { describe, expect, it } from 'vitest';
import { UNKNOWN_DAY } from '../../lib/judge/verdict.ts';
import {
  failuresAlone,
  minuteInBusiness,
  minuteInTraffic,
  nameOf,
  usualShareOf,
  type WatchedMetric,
  watchedOf,
} from '../../lib/judge/watched.ts';
import { planWith, seedPlan } from './plan.ts';
import { businessRow, counts, row } from './rows.ts';

const day = {
  ...UNKNOWN_DAY,
  failureShare: 0.001,
  unavailableShare: 0.002,
  slowShares: { '200ms': 0.003 },
  latency: { p90: 200, p99: 250 },
};
const shareMetric = (share: 'failures' | 'unavailable' | 'slow:200ms' | 'slow:250ms', net = false): WatchedMetric => ({
  kind: 'share',
  source: { share, slowKey: share.startsWith('slow:') ? share.slice(5) : undefined, net },
});
const FAILURES = shareMetric('failures');
const P90: WatchedMetric = { kind: 'usualLatency', percentile: 'p90' };
const P99: WatchedMetric = { kind: 'usualLatency', percentile: 'p99' };
const K12: WatchedMetric = { kind: 'segment', segment: 'k12' };
const ORDERS: WatchedMetric = { kind: 'orders' };

describe('what is watched', () => {
  it('are failures, both latencies, each share of the plan once, segments and orders', () => {
    const named = watchedOf(seedPlan).map(({ metric, rows }) => [nameOf(metric, UNKNOWN_DAY), rows]);
    expect(named).toEqual([
      ['failures', 'traffic'],
      ['usualLatency', 'traffic'],
      ['usualLatency', 'traffic'],
      ['slow:200ms', 'traffic'],
      ['unavailable', 'traffic'],
      ['slow:250ms', 'traffic'],
      ['segment:k12', 'business'],
      ['segment:university', 'business'],
      ['segment:professional', 'business'],
      ['segment:enterprise', 'business'],
      ['orders', 'business'],
    ]);
  });

  it('is nothing that the plan has no metric for', () => {
    const small = planWith({});
    const named = (plan: typeof small) => watchedOf(plan).map(({ metric }) => nameOf(metric, day));
    expect(named(small)).toEqual(['failures', 'slow:250ms', 'slow:200ms', 'segment:k12', 'segment:university']);
    expect(named({ ...small, metrics: { gauges: {} } })).toEqual(['failures', 'slow:250ms', 'slow:200ms']);
  });

  it('has a wealth of 1 together, whatever the plan has no metric for', () => {
    const small = planWith({});
    for (const watched of [
      watchedOf(seedPlan),
      watchedOf(small),
      watchedOf({ ...small, metrics: { gauges: {} } }),
      failuresAlone,
    ]) {
      const weights = watched.flatMap(({ bets }) => bets.map(({ weight }) => weight));
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
      expect(Math.min(...weights)).toBe(0);
    }
  });

  it('shares the part of the segments, and that of the plan’s own shares, among each of them', () => {
    const watched = watchedOf(seedPlan);
    const weightOf = (metric: string) =>
      watched.find((each) => nameOf(each.metric, UNKNOWN_DAY) === metric)?.bets[0]?.weight ?? Number.NaN;
    expect(weightOf('segment:k12')).toBeCloseTo(weightOf('orders') / 4, 12);
    expect(weightOf('slow:200ms')).toBeCloseTo(weightOf('orders') / 3, 12);
  });

  it('bets on failures in five ways, of which two are held by others', () => {
    const [failures] = failuresAlone;
    expect(failures?.bets.map(({ kind, atMost }) => [kind, atMost])).toEqual([
      ['share', [{ bet: 1, times: 50 }]],
      ['past', []],
      [
        'odds',
        [
          { bet: 0, times: 100 },
          { bet: 1, times: 50 },
        ],
      ],
      ['burst', []],
      ['limit', []],
    ]);
    expect(
      watchedOf(seedPlan)
        .at(-1)
        ?.bets.map(({ kind }) => kind),
    ).toEqual(['fall']);
  });
});

describe('of a metric', () => {
  it.each<[WatchedMetric, number | undefined, string]>([
    [FAILURES, 0.001, 'failures'],
    [shareMetric('unavailable'), 0.002, 'unavailable'],
    [shareMetric('slow:200ms'), 0.003, 'slow:200ms'],
    [shareMetric('slow:250ms'), undefined, 'slow:250ms'],
    [P90, 0.1, 'slow:200ms'],
    [P99, 0.01, 'slow:250ms'],
    [K12, undefined, 'segment:k12'],
    [ORDERS, undefined, 'orders'],
  ])('%j the usual share and the name are known', (metric, usual, name) => {
    expect([usualShareOf(metric, day), nameOf(metric, day)]).toEqual([usual, name]);
  });

  it('the usual share of a day that nobody measured is not known', () => {
    for (const metric of [FAILURES, shareMetric('unavailable'), shareMetric('slow:200ms')])
      expect(usualShareOf(metric, UNKNOWN_DAY)).toBeUndefined();
  });
});

describe('a minute', () => {
  const traffic = row(0, counts(100, { failures: 3, slow: 4 }), counts(900, { failures: 5, slow: 6 }));
  const minute = { requests: 100, baselineRequests: 900 };

  it('of traffic has the requests and events of both sides', () => {
    expect(minuteInTraffic(FAILURES, traffic, day, undefined)).toEqual({ ...minute, events: 3, baselineEvents: 5 });
    expect(minuteInTraffic(P90, traffic, day, undefined)).toEqual({ ...minute, events: 4, baselineEvents: 6 });
    expect(minuteInTraffic(shareMetric('unavailable', true), traffic, day, [100, 1, 900, 2, 1])).toEqual({
      ...minute,
      events: 1,
      baselineEvents: 2,
    });
  });

  it('of traffic says nothing where a side that should have counts has none, or the usual latency is not known', () => {
    const alone = counts(100);
    expect([
      minuteInTraffic(FAILURES, row(0, null, alone), day, undefined),
      minuteInTraffic(FAILURES, row(0, alone, null), day, undefined),
      minuteInTraffic(shareMetric('unavailable', true), traffic, day, undefined),
      minuteInTraffic(P90, traffic, UNKNOWN_DAY, undefined),
      minuteInTraffic(K12, traffic, day, undefined),
      minuteInTraffic(ORDERS, traffic, day, undefined),
    ]).toEqual(Array.from({ length: 6 }, () => undefined));
    expect(minuteInTraffic(FAILURES, row(0, alone, null, 100), day, undefined)).toMatchObject({ baselineRequests: 0 });
  });

  it('of business metrics has segments, no more failures than requests, and orders', () => {
    const sides = (requests: number, failures: number, orders: number) => ({
      requests: 10 * requests,
      orders,
      segments: { k12: { requests, failures } },
    });
    const known = businessRow(0, sides(10, 11, 3), sides(90, 91, 7));
    expect(minuteInBusiness(K12, known)).toEqual({
      requests: 10,
      events: 10,
      baselineRequests: 90,
      baselineEvents: 90,
    });
    expect(minuteInBusiness(ORDERS, known)).toEqual({
      requests: 100,
      events: 3,
      baselineRequests: 900,
      baselineEvents: 7,
    });
    expect(minuteInBusiness(FAILURES, known)).toBeUndefined();
    expect(minuteInBusiness(K12, businessRow(0, sides(10, 1, 3)))).toBeUndefined();
    expect(minuteInBusiness(K12, businessRow(0, {}, sides(90, 1, 7)))).toBeUndefined();
    for (const lacking of ['requests', 'orders']) {
      const without = (side: object) => ({ ...side, [lacking]: null });
      expect(minuteInBusiness(ORDERS, businessRow(0, without(sides(10, 1, 3)), sides(90, 1, 7)))).toBeUndefined();
      expect(minuteInBusiness(ORDERS, businessRow(0, sides(10, 1, 3), without(sides(90, 1, 7))))).toBeUndefined();
    }
  });
});
