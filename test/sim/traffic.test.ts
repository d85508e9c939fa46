import { describe, expect, it } from 'vitest';
import type { Counts } from '../../lib/judge/row.ts';
import { UNKNOWN_DAY } from '../../lib/judge/verdict.ts';
import { type DrawnMinutes, simulatedDayBefore } from '../../lib/sim/day-before.ts';
import { readFault } from '../../lib/sim/fault-text.ts';
import { isInputProblem } from '../../lib/sim/input-problem.ts';
import { type MinuteTraffic, meanAt, minuteTraffic, type Shares } from '../../lib/sim/traffic.ts';
import { type TrafficModel, trafficModel } from '../../lib/sim/traffic-model.ts';
import { planFixture as plan } from './plan-fixture.ts';

const MINUTE = 60_000;
const DAYS = 3;

const model = (seed: number, ...faults: readonly string[]): TrafficModel => {
  const behaviours = faults.map((text) => {
    const fault = readFault(text);
    if (isInputProblem(fault)) throw new Error(fault.problem);
    return fault;
  });
  return trafficModel(plan, { seed, behaviours });
};

const share = (candidate: number): Shares => ({ candidate, baseline: 1 - candidate });

const minutes = (of: TrafficModel, from: number, count: number, shares: Shares): MinuteTraffic[] =>
  Array.from({ length: count }, (_, index) => minuteTraffic(of, plan.start + (from + index) * MINUTE, shares, shares));

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const side = (rows: readonly MinuteTraffic[], which: 'candidate' | 'baseline'): Counts[] =>
  rows.flatMap((row) => row[which] ?? []);
const rate = (rows: readonly Counts[], key: 'failures' | 'unavailable'): number =>
  sum(rows.map((row) => row[key] ?? 0)) / sum(rows.map(({ requests }) => requests));

describe('simulated traffic', () => {
  const healthy = minutes(model(1), 0, DAYS * 1440, share(0.1));
  const [candidate, baseline] = [side(healthy, 'candidate'), side(healthy, 'baseline')];

  it('has 12,000 requests a minute on a mean of whole days, with a daily cycle', () => {
    const total = sum([...candidate, ...baseline].map(({ requests }) => requests)) / (DAYS * 1440);
    expect(Math.abs(total / 12_000 - 1)).toBeLessThan(0.01);
    expect(meanAt(model(1), Date.parse('2025-10-31T19:00Z'))).toBeCloseTo(12_000 * 1.35, 3);
    expect(meanAt(model(1), Date.parse('2025-11-01T07:00Z'))).toBeCloseTo(12_000 * 0.65, 3);
  });

  it('is split by the weight', () => {
    const requests = sum(candidate.map((row) => row.requests));
    const all = requests + sum(baseline.map((row) => row.requests));
    expect(Math.abs(requests / all - 0.1)).toBeLessThan(5 * Math.sqrt((0.1 * 0.9) / all));
  });

  it('fails in 0.08 % with variance/mean 2 on both sides', () => {
    for (const rows of [candidate, baseline]) {
      const expected = rows.map(({ requests }) => requests * 0.000805);
      const dispersion =
        sum(rows.map(({ failures }, index) => (failures - (expected[index] ?? 0)) ** 2)) / sum(expected);
      expect(Math.abs(rate(rows, 'failures') / 0.000805 - 1)).toBeLessThan(0.05);
      expect(Math.abs(dispersion - 2)).toBeLessThan(0.2);
    }
  });

  it('leaves 0.001 % unanswered, and late answers cancel out', () => {
    expect(Math.abs(rate(baseline, 'unavailable') / 0.00001 - 1)).toBeLessThan(0.2);
    expect(baseline.some(({ unavailable }) => (unavailable ?? 0) < 0)).toBe(true);
    for (const { requests, unavailable, responses } of baseline) expect(responses + (unavailable ?? 0)).toBe(requests);
  });

  it('has the response times of a log-normal with p99 46 ms', () => {
    const answers = sum(baseline.map(({ responses }) => responses));
    const slow = (key: string): number => sum(baseline.map((row) => row.slow[key] ?? 0)) / answers;
    expect(slow('20ms') / 0.11149).toBeCloseTo(1, 1);
    expect(slow('10ms') / 0.38332).toBeCloseTo(1, 1);
    expect(slow('200ms')).toBeGreaterThan(0.000005);
    expect(slow('200ms')).toBeLessThan(0.000015);
    for (const { slow: counts } of baseline) expect((counts['10ms'] ?? 0) >= (counts['20ms'] ?? 0)).toBe(true);
  });

  it('orders in 2 % of the requests for 40 each', () => {
    const orders = sum(healthy.map(({ business }) => business.baseline.orders ?? 0));
    const revenue = sum(healthy.map(({ business }) => business.baseline.revenue ?? 0));
    expect(Math.abs(orders / sum(baseline.map(({ requests }) => requests)) / 0.02 - 1)).toBeLessThan(0.01);
    expect(Math.abs(revenue / orders / 40 - 1)).toBeLessThan(0.01);
  });

  it('has segments of 40, 30, 20 and 10 % whose failures are those of the side', () => {
    const first = sum(healthy.map(({ business }) => business.baseline.segments.k12?.requests ?? 0));
    expect(first / sum(baseline.map(({ responses }) => responses))).toBeCloseTo(0.4, 2);
    for (const { business, baseline: counts } of healthy.slice(0, 500)) {
      const failed = sum(Object.values(business.baseline.segments).map((segment) => segment?.failures ?? 0));
      expect((counts?.failures ?? 0) - failed).toBeLessThanOrEqual(3);
      expect((counts?.failures ?? 0) - failed).toBeGreaterThanOrEqual(0);
    }
  });

  it('keeps the gauges well below their limit', () => {
    expect(Math.max(...healthy.map(({ business }) => business.baseline.gauges.cpu ?? 0))).toBeLessThan(75);
  });

  it('is a function of seed, minute and shares alone', () => {
    const again = model(1);
    const late = minuteTraffic(again, plan.start + 500 * MINUTE, share(0.1), share(0.1));
    expect(late).toEqual(healthy[500]);
    expect(minuteTraffic(model(2), plan.start, share(0.1), share(0.1))).not.toEqual(healthy[0]);
  });

  it('reports nothing for a side without requests', () => {
    const [row] = minutes(model(1), 0, 1, share(0));
    expect(row?.candidate).toBeNull();
    expect(row?.business.candidate.requests).toBeNull();
    expect(row?.business.candidate.gauges.cpu).toBeGreaterThan(0);
  });

  it('knows the day before the start, and it is as the days that follow', () => {
    const day = simulatedDayBefore(model(1), plan.start);
    const whole = side(minutes(model(1), 0, 1440, share(0)), 'baseline');
    expect((day.requestsPerMinute ?? 0) / 12_000).toBeCloseTo(1, 2);
    expect((day.failureShare ?? 0) / rate(whole, 'failures')).toBeCloseTo(1, 1);
    const answers = sum(whole.map(({ responses }) => responses));
    for (const key of ['10ms', '20ms']) {
      const slow = sum(whole.map((row) => row.slow[key] ?? 0)) / answers;
      expect((day.slowShares?.[key] ?? 0) / slow).toBeCloseTo(1, 2);
    }
    expect(Object.keys(day.slowShares ?? {})).toEqual(model(1).planThresholds);
  });

  it('had the clumps of failures and the response times of the model on the day before', () => {
    const days = [1, 2, 3, 4].map((seed) => simulatedDayBefore(model(seed), plan.start));
    for (const { clumpiness, latency } of days) {
      expect(clumpiness).toMatchObject({ isMeasured: true, blockMinutes: 1 });
      expect(Math.abs((clumpiness?.clumpSize ?? 0) - 2)).toBeLessThan(0.2);
      // 90 % of a log-normal with median 8 ms and p99 46 ms.
      expect(latency).toEqual({ p90: 21, p99: 46 });
    }
  });

  it('asks for a later day with the minutes it has drawn, comes to the same, and keeps one day of them', () => {
    const later = plan.start + 90 * 60_000;
    const drawn: DrawnMinutes = new Map();
    simulatedDayBefore(model(1), plan.start, drawn);
    expect(simulatedDayBefore(model(1), later, drawn)).toEqual(simulatedDayBefore(model(1), later));
    expect(drawn.size).toBe(1440);
  });

  it('knows nothing of a day before without requests', () => {
    const none = trafficModel(plan, { seed: 1, behaviours: [], requestsPerMinute: 0 });
    expect(simulatedDayBefore(none, plan.start)).toEqual({ ...UNKNOWN_DAY, requestsPerMinute: 0 });
  });
});

describe('behaviours', () => {
  const measured = (
    text: string,
    from: number,
    count: number,
    which: 'candidate' | 'baseline' = 'candidate',
    at = 0.5,
  ): Counts[] => side(minutes(model(3, text), from, count, share(at)), which);

  it('multiply the failures of the candidate from their minute on', () => {
    expect(rate(measured('failures x50 from 00:37', 0, 37), 'failures')).toBeLessThan(0.0012);
    expect(rate(measured('failures x50 from 00:37', 37, 60), 'failures')).toBeCloseTo(0.04, 2);
    expect(rate(measured('failures x50 from 00:37', 37, 60, 'baseline'), 'failures')).toBeLessThan(0.0012);
  });

  it('can set a share for both sides, for a time', () => {
    expect(rate(measured('both fail 5% from 00:10 for 8m', 10, 8, 'baseline'), 'failures')).toBeCloseTo(0.05, 2);
    expect(rate(measured('both fail 5% from 00:10 for 8m', 18, 60, 'baseline'), 'failures')).toBeLessThan(0.0015);
  });

  it('slow the answers down to a given p99', () => {
    const rows = measured('p99 300ms', 0, 200);
    const beyond250 = sum(rows.map((row) => row.slow['250ms'] ?? 0)) / sum(rows.map(({ responses }) => responses));
    expect(beyond250).toBeGreaterThan(0.015);
    expect(beyond250).toBeLessThan(0.022);
  });

  it('leave requests hanging', () => {
    expect(rate(measured('hanging 50%', 0, 30), 'unavailable')).toBeCloseTo(0.5, 2);
  });

  it('leak slowly', () => {
    const rows = measured('leak x50 over 2h', 0, 240);
    expect(rate(rows.slice(50, 70), 'failures')).toBeCloseTo(0.02, 2);
    expect(rate(rows.slice(130), 'failures')).toBeCloseTo(0.04, 2);
  });

  it('flap between bad and well', () => {
    const rows = measured('flapping 10% every 3m', 0, 60);
    expect(
      rate(
        rows.filter((_, index) => index % 6 < 3),
        'failures',
      ),
    ).toBeCloseTo(0.1, 1);
    expect(
      rate(
        rows.filter((_, index) => index % 6 >= 3),
        'failures',
      ),
    ).toBeLessThan(0.002);
  });

  it('take revenue and orders away', () => {
    const revenue = (text: string): number => {
      const rows = minutes(model(4, text), 0, 300, share(0.5));
      return (
        sum(rows.map(({ business }) => business.candidate.revenue ?? 0)) /
        sum(rows.map(({ business }) => business.baseline.revenue ?? 0))
      );
    };
    expect(revenue('revenue -40%')).toBeCloseTo(0.6, 1);
    expect(revenue('orders -100%')).toBe(0);
  });

  it('hit one segment only', () => {
    const rows = minutes(model(5, 'segment university failures x10'), 0, 300, share(0.5));
    const failed = (name: string): number =>
      sum(rows.map(({ business }) => business.candidate.segments[name]?.failures ?? 0));
    expect(failed('university') / failed('k12')).toBeGreaterThan(5);
  });

  it('bring retry storms of three minutes to both sides', () => {
    const rows = minutes(model(6, 'retry storm x20 every 30m'), 0, 1440, share(0.5));
    const stormy = rows.map((row) => (row.baseline?.failures ?? 0) > 30);
    const count = stormy.filter(Boolean).length;
    expect(count).toBeGreaterThan(70);
    expect(count).toBeLessThan(220);
  });
});
