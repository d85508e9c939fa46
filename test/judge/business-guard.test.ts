/** Guards on revenue, segments and gauges, one row at a time. */
import { describe, expect, it } from 'vitest';
import {
  addSinceRise,
  initialBusinessGuard,
  initialSinceRise,
  type SinceRise,
  weighBusinessGuard,
} from '../../lib/judge/business-guard.ts';
import type { GuardState } from '../../lib/judge/guard.ts';
import { type Products, seeRatio } from '../../lib/judge/ratio.ts';
import type { BusinessRow } from '../../lib/judge/row.ts';
import type { Sums } from '../../lib/judge/share.ts';
import type { Guard } from '../../lib/plan/claim.ts';
import { times } from './fold.ts';
import { businessRow, minuteAt } from './rows.ts';

const SEGMENTS = ['k12', 'university'];
const guardOn = (claim: Guard['claim'], forMinutes: number, proof: Guard['proof'] = 'none'): Guard => ({
  text: 'x',
  metric: 'y',
  claim,
  forMinutes,
  proof,
  inSharedOutage: 'hold',
});
const NONE: SinceRise = initialSinceRise(false, []);
/** What is said of each row, and the state after them. */
const weigh = (
  guard: Guard,
  rows: readonly BusinessRow[],
  since: SinceRise = NONE,
  clumpiness = 3,
  segments: readonly string[] = SEGMENTS,
) => {
  let state: GuardState = initialBusinessGuard(guard, segments.length);
  const trips = rows.map((row) => {
    const weighed = weighBusinessGuard(3, guard, state, row, since, segments, clumpiness);
    state = weighed.state;
    return weighed.trip;
  });
  return { trips, state, at: trips.map((trip) => trip !== undefined), last: trips.at(-1) };
};

describe('a guard on a gauge', () => {
  const gauge = (side: 'below' | 'above', forMinutes = 2) =>
    guardOn({ kind: 'gauge', gauge: 'cpu', side, limit: 80 }, forMinutes);
  const rows = (...values: readonly (number | null)[]) =>
    values.map((cpu, i) => businessRow(i, { gauges: { cpu }, requests: 7 }));

  it('trips beyond its limit on its side, at it not', () => {
    expect(weigh(gauge('above'), rows(80, 81, 82)).at).toEqual([false, false, true]);
    expect(weigh(gauge('below'), rows(80, 79, 78)).at).toEqual([false, false, true]);
    expect(weigh(gauge('above'), rows(81, 80, 81, 81)).at).toEqual([false, false, false, true]);
  });

  it('begins anew after a minute that is not known, and remembers since when', () => {
    const { at, last, state } = weigh(gauge('above'), rows(90, null, 91, 93));
    expect(at).toEqual([false, false, false, true]);
    expect(last).toMatchObject({
      guard: 3,
      measured: 92,
      requests: 7,
      bad: null,
      baselineMeasured: null,
      log10Evidence: null,
    });
    expect(last).toMatchObject({ sinceMinute: minuteAt(2), minute: minuteAt(3) });
    expect(state).toEqual({ since: minuteAt(2), rows: 2, window: [91, 93], evidence: [] });
    expect(weigh(gauge('above'), rows(90, 90, 90, null)).state).toEqual({
      since: null,
      rows: 0,
      window: [0, 0],
      evidence: [],
    });
    expect(weigh(gauge('above', 3), rows(90)).state.since).toBe(minuteAt(0));
    expect(weigh(gauge('below'), rows(null, null)).at).toEqual([false, false]);
    expect(weigh(gauge('above', 1), [businessRow(0, { gauges: { cpu: 90 } })]).last?.requests).toBe(0);
  });
});

describe('a guard on revenue without proof', () => {
  const guard = (side: 'below' | 'above', limit: number, forMinutes = 2) =>
    guardOn({ kind: 'ratio', side, limit }, forMinutes);
  const sold =
    (revenue: number | null, requests = 100, baselineRevenue = 1800, baselineRequests = 900) =>
    (i: number) =>
      businessRow(i, { revenue, requests }, { revenue: baselineRevenue, requests: baselineRequests });
  const at = (which: Guard, ...rows: readonly ((i: number) => BusinessRow)[]) =>
    weigh(
      which,
      rows.map((row, i) => row(i)),
    );

  it('trips by the sums of its window, once it is full, and not at its limit', () => {
    expect(at(guard('below', -0.25), sold(150), sold(150)).at).toEqual([false, false]);
    const { at: found, last } = at(guard('below', -0.25), sold(150), sold(149), sold(151));
    expect(found).toEqual([false, true, false]);
    expect(last).toBeUndefined();
    expect(at(guard('below', -0.25), sold(100), sold(100)).last).toMatchObject({
      measured: -0.5,
      requests: 200,
      bad: null,
      baselineMeasured: null,
    });
    expect(at(guard('above', 0.25), sold(300), sold(201)).at).toEqual([false, true]);
  });

  it('forgets what was before its window, and says nothing of a run that is over', () => {
    const { at: found, state } = at(guard('below', -0.25), sold(0), sold(0), sold(200), sold(200));
    expect(found).toEqual([false, true, true, false]);
    expect(state.since).toBeNull();
    expect(state.rows).toBe(2);
  });

  it('says nothing where a side has no requests, or the baseline no revenue, or a minute is not known', () => {
    const below = guard('below', -0.25, 1);
    expect(at(below, sold(0, 0), sold(0, 100, 1800, 0), sold(0, 100, 0), sold(null)).at).toEqual([
      false,
      false,
      false,
      false,
    ]);
    const above = guard('above', 0.25, 1);
    expect(at(above, sold(5, 0), sold(5, 100, 1800, 0), sold(5, 100, 0), sold(null)).at).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(at(guard('below', -0.25), sold(null), sold(100)).at).toEqual([false, true]);
    expect(
      weigh(below, [businessRow(0, { revenue: 1, requests: 100 }, { revenue: 1800, requests: 900 }, 100)]).at,
    ).toEqual([false]);
  });
});

describe('a proven guard on revenue', () => {
  const productsOf = (blocks: number, ratio: number): Products => {
    const all = times(blocks, (i) => [100 * ratio * (i % 2 === 0 ? 1.1 : 0.9), 1000, 900, 9000]);
    const products = [
      blocks,
      ...[0, 1, 2, 3].map((column) => all.reduce((sum, block) => sum + (block[column] ?? 0), 0)),
    ];
    for (let i = 0; i < 4; i++)
      for (let j = i; j < 4; j++) products.push(all.reduce((sum, block) => sum + (block[i] ?? 0) * (block[j] ?? 0), 0));
    return products;
  };
  const of = (side: 'below' | 'above', limit: number, revenue: Products) =>
    weigh(guardOn({ kind: 'ratio', side, limit }, 5, 'proven'), [businessRow(0, {})], { ...NONE, revenue }).last;

  it('trips when its bound lies beyond the limit, from 24 blocks on', () => {
    const products = productsOf(24, 0.5);
    const { lower, upper, measured } = seeRatio(products, 0.01);
    if (lower === null || upper === null) throw new Error('24 blocks have bounds');
    expect(of('below', upper + 1e-9, products)).toMatchObject({
      measured,
      requests: products[2],
      bad: null,
      sinceMinute: minuteAt(0),
    });
    expect([of('below', upper, products), of('above', lower, products)]).toEqual([undefined, undefined]);
    expect(of('above', lower - 1e-9, products)).toBeDefined();
    expect(of('below', 0, productsOf(23, 0.5))).toBeUndefined();
    expect(of('below', 0.5, products.with(3, 0))).toBeUndefined();
    expect(of('above', -0.5, products.with(3, 0))).toBeUndefined();
  });
});

describe('a guard on segments without proof', () => {
  const guard = (limit: number, forMinutes = 2, side: 'below' | 'above' = 'above') =>
    guardOn({ kind: 'segmentRatio', side, limit }, forMinutes);
  type Side = readonly [requests: number, failures: number];
  const side = (k12: Side, university: Side) => ({
    segments: {
      k12: { requests: k12[0], failures: k12[1] },
      university: { requests: university[0], failures: university[1] },
    },
  });
  const row = (k12: number, university: number) => (i: number) =>
    businessRow(i, side([100, k12], [100, university]), side([900, 9], [900, 9]));
  const at = (which: Guard, ...rows: readonly ((i: number) => BusinessRow)[]) =>
    weigh(
      which,
      rows.map((each, i) => each(i)),
    );

  it('trips by the sums of its window, with three failures, in the segment that breaches', () => {
    expect(at(guard(2), row(0, 2), row(0, 2)).at).toEqual([false, false]);
    const { at: found, last } = at(guard(2), row(0, 2), row(0, 3));
    expect(found).toEqual([false, true]);
    expect(last).toMatchObject({
      measured: 2.5,
      bad: 5,
      requests: 200,
      baselineMeasured: 0.01,
      segment: 'university',
      ofSegment: { requests: 200, failures: 5, baselineRequests: 1800, baselineFailures: 18, lower: null, upper: null },
    });
    expect(at(guard(2), row(3, 0), row(3, 9)).last?.segment).toBe('k12');
    expect(at(guard(1), row(1, 0), row(1, 0)).at).toEqual([false, false]);
    expect(at(guard(1), row(1, 0), row(2, 0)).at).toEqual([false, true]);
  });

  it('says nothing before its window is full, however many fail', () => {
    expect(at(guard(2), row(9, 9)).at).toEqual([false]);
    expect(at(guard(2), row(9, 9), row(9, 9)).at).toEqual([false, true]);
  });

  it('looks at every segment by itself', () => {
    const segments = ['one', 'two', 'three'];
    const counts = (failures: number) => ({ requests: 100, failures });
    const failing = (bad: string) =>
      businessRow(
        0,
        { segments: Object.fromEntries(segments.map((name) => [name, counts(name === bad ? 9 : 0)])) },
        { segments: Object.fromEntries(segments.map((name) => [name, counts(1)])) },
      );
    expect(segments.map((bad) => weigh(guard(2, 1), [failing(bad)], NONE, 3, segments).last?.segment)).toEqual(
      segments,
    );
  });

  it('takes a baseline without a failure for one with a single one', () => {
    const clean = (i: number) => businessRow(i, side([100, 3], [100, 0]), side([900, 0], [900, 0]));
    expect(at(guard(26.9, 1), clean).last).toMatchObject({ measured: 27, baselineMeasured: 0 });
    expect(at(guard(27.1, 1), clean).last).toBeUndefined();
  });

  it('says nothing of a segment without requests on a side', () => {
    const nobody = (i: number) => businessRow(i, side([0, 0], [100, 9]), side([900, 9], [0, 0]));
    expect(at(guard(2, 1), nobody).at).toEqual([false]);
    const one = (i: number) => businessRow(i, side([0, 0], [100, 9]), side([900, 9], [900, 9]));
    expect(at(guard(2, 1), one).last?.segment).toBe('university');
    const alone = (i: number) => businessRow(i, side([100, 9], [100, 9]), side([0, 0], [0, 0]));
    expect(at(guard(2, 1, 'below'), alone).at).toEqual([false]);
    const absent = (i: number) => businessRow(i, {});
    expect(at(guard(2, 1), absent).at).toEqual([false]);
  });
});

describe('a proven guard on segments', () => {
  const of = (segments: readonly Sums[], limit: number, side: 'below' | 'above' = 'above', clumpiness = 3) =>
    weigh(
      guardOn({ kind: 'segmentRatio', side, limit }, 5, 'proven'),
      [businessRow(0, {})],
      { ...NONE, segments },
      clumpiness,
    ).last;
  const good: Sums = [36_000, 40, 324_000, 360, 60];
  const worse: Sums = [36_000, 400, 324_000, 360, 60];

  it('trips when the ratio of a segment is proven, with its numbers', () => {
    const trip = of([good, worse], 2);
    expect(trip).toMatchObject({
      segment: 'university',
      measured: 10,
      bad: 400,
      requests: 36_000,
      baselineMeasured: 360 / 324_000,
    });
    expect(trip?.ofSegment?.lower).toBeGreaterThan(2);
    expect(of([good, good], 2)).toBeUndefined();
    expect(of([], 2)).toBeUndefined();
  });

  it('below a limit trips by the largest upper bound, were there no failure at all', () => {
    expect(of([good, good], 20, 'below')).toBeDefined();
    expect(of([good, worse], 10, 'below')).toBeUndefined();
    const none: Sums = [36_000, 0, 324_000, 360, 60];
    expect(of([none, none], 20, 'below')).toMatchObject({ bad: 0, measured: 0 });
  });

  it('measures by the bound where the baseline never failed', () => {
    const few = (bad: number): Sums => [3, bad, 1e9, 0, 60];
    expect(of([few(3), good], 2, 'above', 1)?.bad).toBe(3);
    const trip = of([few(3), good], 2, 'above', 1);
    expect(trip?.measured).toBe(trip?.ofSegment?.lower);
  });
});

describe('since the last rise', () => {
  const sold = { revenue: 100, requests: 100, segments: { k12: { requests: 50, failures: 1 } } };

  it('revenue and segments are gathered, where they are asked for and a baseline is there', () => {
    const begun = initialSinceRise(true, ['k12']);
    const after = addSinceRise(begun, ['k12'], businessRow(0, sold, sold));
    expect(after.block.slice(1)).toEqual([100, 100, 100, 100]);
    expect(after.segments).toEqual([[50, 1, 50, 1, 1]]);
    expect(addSinceRise(begun, ['k12'], businessRow(0, sold, sold, 100))).toBe(begun);
    expect(addSinceRise(begun, ['k12'], businessRow(0, { ...sold, segments: {} }, sold)).segments).toBe(begun.segments);
    expect(addSinceRise(NONE, ['k12'], businessRow(0, sold, sold))).toEqual(NONE);
  });
});
