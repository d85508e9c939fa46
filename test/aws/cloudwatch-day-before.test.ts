import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Fault, isFault } from '../../lib/controller/fault.ts';
import { type DayBefore, UNKNOWN_DAY } from '../../lib/judge/verdict.ts';
import { planWith, seedPlan } from '../judge/plan.ts';
import { type CloudWatchGiven, error, type MetricAsked, type Point } from '../stand-in/cloudwatch.ts';
import { queryError } from '../stand-in/query-protocol.ts';
import { type MetricsOnLocalhost, metricsOnLocalhost } from './metrics-on-localhost.ts';

const AT = Date.parse('2025-10-31T12:02:30Z');
const TO = Date.parse('2025-10-31T12:00:00Z');
const FROM = TO - 86_400_000;

let aws: MetricsOnLocalhost;
afterEach(async () => {
  vi.unstubAllEnvs();
  await aws.server.close();
});

/** A value for every period, or one for each minute of the day. */
type Reported = number | ((minute: number) => number);

/** What is reported of the baseline's day, by metric, with its statistic unless it is the sum; of zones by `metric zone`. */
const day =
  (known: Readonly<Record<string, Reported>>) =>
  ({ metric, dimensions, statistic, periodSeconds }: MetricAsked): readonly Point[] => {
    const value =
      known[[metric, statistic === 'Sum' ? [] : statistic, dimensions.AvailabilityZone ?? []].flat().join(' ')];
    if (value === undefined) return [];
    const period = periodSeconds * 1000;
    return Array.from({ length: (TO - FROM) / period }, (_, index): Point => {
      const at = FROM + index * period;
      return [at, typeof value === 'number' ? value : value((at - FROM) / 60_000)];
    });
  };

const HEALTHY = {
  RequestCount: 1000,
  HTTPCode_Target_2XX_Count: 900,
  HTTPCode_Target_3XX_Count: 60,
  HTTPCode_Target_4XX_Count: 20,
  HTTPCode_Target_5XX_Count: 10,
  TargetConnectionErrorCount: 4,
};

const known = (outcome: DayBefore | Fault): DayBefore => {
  if (isFault(outcome)) throw new Error(outcome.toString());
  return outcome;
};

const ZONES = ['us-east-1b', 'us-east-1a'] as const;

describe("the baseline's day before", () => {
  it('is its requests a minute, and the shares that failed and were not answered', async () => {
    aws = await metricsOnLocalhost(seedPlan, { points: day(HEALTHY) });
    expect(known(await aws.metrics.dayBefore(seedPlan, AT))).toMatchObject({
      requestsPerMinute: 200,
      failureShare: 0.014,
      unavailableShare: 0.01,
    });
    const asked = aws.requests().find((metrics) => metrics.some(({ metric }) => metric === 'RequestCount')) ?? [];
    expect(asked[0]).toMatchObject({ start: FROM, end: TO, periodSeconds: 300 });
    const group = seedPlan.traffic.baseline.split(':').at(-1);
    expect(new Set(asked.map(({ dimensions }) => dimensions.TargetGroup))).toEqual(new Set([group]));
  });

  it('is read over all pages', async () => {
    aws = await metricsOnLocalhost(seedPlan, { points: day(HEALTHY), pointsPerPage: () => 500 });
    expect(known(await aws.metrics.dayBefore(seedPlan, AT))).toMatchObject({ requestsPerMinute: 200 });
    expect(aws.requests().length).toBeGreaterThan(3);
  });

  it('goes by connection errors where the plan does', async () => {
    const plan = planWith({ availability: 'connectionErrors' });
    aws = await metricsOnLocalhost(plan, { points: day(HEALTHY) });
    expect(known(await aws.metrics.dayBefore(plan, AT)).unavailableShare).toBeCloseTo(0.004, 12);
  });

  it("counts a function's own failures, where the baseline is one", async () => {
    const { baseline, candidate } = seedPlan.traffic;
    const points = day({ ...HEALTHY, LambdaUserError: 6 });
    aws = await metricsOnLocalhost(seedPlan, { points }, { lambda: [baseline] });
    expect(known(await aws.metrics.dayBefore(seedPlan, AT)).failureShare).toBeCloseTo(0.02, 12);
    await aws.server.close();
    aws = await metricsOnLocalhost(seedPlan, { points }, { lambda: [candidate] });
    expect(known(await aws.metrics.dayBefore(seedPlan, AT)).failureShare).toBeCloseTo(0.014, 12);
  });

  it('is unknown without requests', async () => {
    aws = await metricsOnLocalhost(seedPlan, {});
    expect(known(await aws.metrics.dayBefore(seedPlan, AT))).toEqual({
      ...UNKNOWN_DAY,
      clumpiness: { clumpSize: 3, isMeasured: false, blockMinutes: 1 },
    });
  });

  it('has the share of answers slower than each threshold of the plan', async () => {
    const slow = { 'TargetResponseTime TC(0.2:)': 30, 'TargetResponseTime TC(0.25:)': 12.5 };
    aws = await metricsOnLocalhost(seedPlan, {
      points: day({ ...HEALTHY, ...slow, 'TargetResponseTime SampleCount': 500 }),
    });
    const { slowShares } = known(await aws.metrics.dayBefore(seedPlan, AT));
    expect(slowShares).toEqual({ '200ms': 0.06, '250ms': 0.025 });
  });

  it('does not know that share without response times', async () => {
    aws = await metricsOnLocalhost(seedPlan, { points: day(HEALTHY) });
    expect(known(await aws.metrics.dayBefore(seedPlan, AT)).slowShares).toBeNull();
  });

  describe('has response times', () => {
    const times = { 'TargetResponseTime p90': 0.0213, 'TargetResponseTime p99': 0.0468 };
    const latency = async (more: Readonly<Record<string, number>>, given: CloudWatchGiven = {}) => {
      const points = day({ ...HEALTHY, 'TargetResponseTime SampleCount': 1000, ...more });
      aws = await metricsOnLocalhost(seedPlan, { points, ...given });
      return known(await aws.metrics.dayBefore(seedPlan, AT)).latency;
    };

    it('in whole milliseconds, of all 24 hours in one period', async () => {
      expect(await latency(times)).toEqual({ p90: 21, p99: 47 });
      const asked = aws
        .requests()
        .flat()
        .filter(({ statistic }) => statistic.startsWith('p'));
      expect(asked).toMatchObject([
        { statistic: 'p90', start: FROM, end: TO, periodSeconds: 86_400 },
        { statistic: 'p99', start: FROM, end: TO, periodSeconds: 86_400 },
      ]);
    });

    it('of at least one millisecond', async () => {
      expect(await latency({ 'TargetResponseTime p90': 0.0002, 'TargetResponseTime p99': 0.0009 })).toEqual({
        p90: 1,
        p99: 1,
      });
    });

    it('that are not known of fewer than 1,000 answers', async () => {
      const answers = (count: number) => ({ ...times, 'TargetResponseTime SampleCount': count / 288 });
      expect(await latency(answers(990))).toBeNull();
      await aws.server.close();
      expect(await latency(answers(1010))).toEqual({ p90: 21, p99: 47 });
    });

    it('that are not known where one is not reported, or cannot be read', async () => {
      expect(await latency({ 'TargetResponseTime p99': 0.0468 })).toBeNull();
      await aws.server.close();
      const manner: CloudWatchGiven['manner'] = ({ statistic }) => (statistic === 'p90' ? { status: 'Forbidden' } : {});
      expect(await latency(times, { manner })).toBeNull();
    });
  });

  describe('by zone', () => {
    const [b, a] = ZONES;

    it('has requests and failures, ascending, of zones that had any', async () => {
      const points = day({
        ...HEALTHY,
        [`HTTPCode_Target_2XX_Count ${a}`]: 500,
        [`HTTPCode_Target_4XX_Count ${a}`]: 20,
        [`HTTPCode_Target_2XX_Count ${b}`]: 400,
        [`HTTPCode_Target_5XX_Count ${b}`]: 10,
        [`TargetConnectionErrorCount ${b}`]: 2,
      });
      aws = await metricsOnLocalhost(seedPlan, { points }, { zones: [...ZONES, 'us-east-1c'] });
      const { zones, selfTest } = known(await aws.metrics.dayBefore(seedPlan, AT));
      expect(zones).toEqual([
        { zone: a, requests: 520 * 1440, failures: 0 },
        { zone: b, requests: 412 * 1440, failures: 12 * 1440 },
      ]);
      expect(selfTest).toEqual({ zones: 2, stopped: [{ zone: b, minute: expect.stringMatching(/^2.*Z$/) }] });
      const asked = aws.requests().find((metrics) => metrics.some(({ dimensions }) => dimensions.AvailabilityZone));
      expect(new Set(asked?.map(({ periodSeconds }) => periodSeconds))).toEqual(new Set([60]));
      // 100,800 values fit into one answer: enough for fourteen zones.
      expect((asked ?? []).length * 1440).toBe(3 * 7200);
    });

    /** Three failures together in every ten minutes, now in one zone and now in the other. */
    const clumps = day({
      ...HEALTHY,
      [`HTTPCode_Target_2XX_Count ${a}`]: (minute) => (minute % 20 === 4 ? 497 : 500),
      [`HTTPCode_Target_2XX_Count ${b}`]: (minute) => (minute % 20 === 14 ? 499 : 500),
      [`HTTPCode_Target_5XX_Count ${a}`]: (minute) => (minute % 20 === 4 ? 3 : 0),
      [`HTTPCode_Target_5XX_Count ${b}`]: (minute) => (minute % 20 === 14 ? 1 : 0),
      [`TargetConnectionErrorCount ${b}`]: (minute) => (minute % 20 === 14 ? 2 : 0),
    });

    it.each([
      ['', Number.POSITIVE_INFINITY],
      [', over all pages', 997],
    ])('tells how many failures come together%s', async (_, pointsPerPage) => {
      aws = await metricsOnLocalhost(
        seedPlan,
        { points: clumps, pointsPerPage: () => pointsPerPage },
        { zones: ZONES },
      );
      expect(known(await aws.metrics.dayBefore(seedPlan, AT)).clumpiness).toMatchObject({
        clumpSize: expect.closeTo(3, 1),
        isMeasured: true,
        blockMinutes: 1,
      });
    });

    it('holds without it when the load balancer cannot be read, and when its metrics cannot', async () => {
      aws = await metricsOnLocalhost(
        seedPlan,
        {
          points: clumps,
          manner: ({ dimensions }) => (dimensions.AvailabilityZone === undefined ? {} : { status: 'Forbidden' }),
        },
        { zones: ZONES },
      );
      const unmeasured = known(await aws.metrics.dayBefore(seedPlan, AT));
      expect(unmeasured).toMatchObject({ requestsPerMinute: 200, clumpiness: null });
      expect(unmeasured).not.toHaveProperty('zones');
      aws.server.fail('DescribeLoadBalancers', queryError('AccessDenied', 'no'));
      expect(known(await aws.metrics.dayBefore(seedPlan, AT))).toMatchObject({
        requestsPerMinute: 200,
        clumpiness: null,
      });
    });
  });

  it('is a fault when it cannot be read', async () => {
    aws = await metricsOnLocalhost(seedPlan, {});
    aws.server.fail('GetMetricData', error('AccessDeniedException', 'no'), 10);
    expect(await aws.metrics.dayBefore(seedPlan, AT)).toMatchObject({
      code: 'REFUSED',
      operation: "read the baseline's day before",
    });
  });
});
