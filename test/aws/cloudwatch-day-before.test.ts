import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Fault, isFault } from '../../lib/controller/fault.ts';
import type { DayBefore } from '../../lib/judge/verdict.ts';
import { planWith, seedPlan } from '../judge/plan.ts';
import { error, type MetricAsked, type Point } from '../stand-in/cloudwatch.ts';
import { queryError } from '../stand-in/query-protocol.ts';
import { type MetricsOnLocalhost, metricsOnLocalhost } from './metrics-on-localhost.ts';

const PERIOD = 300_000;
const AT = Date.parse('2025-10-31T12:02:30Z');
const TO = Date.parse('2025-10-31T12:00:00Z');
const FROM = TO - 86_400_000;

let aws: MetricsOnLocalhost;
afterEach(async () => {
  vi.unstubAllEnvs();
  await aws.server.close();
});

const everyPeriod = (value: number): readonly Point[] =>
  Array.from({ length: (TO - FROM) / PERIOD }, (_, index): Point => [FROM + index * PERIOD, value]);

/** What is reported in every period of the baseline's day, by metric; of zones by `metric zone`. */
const day =
  (known: Readonly<Record<string, number>>) =>
  ({ metric, dimensions, statistic }: MetricAsked): readonly Point[] => {
    const zone = dimensions.AvailabilityZone;
    const value = known[zone === undefined ? metric : `${metric} ${zone}`];
    return value === undefined || statistic.startsWith('TC') ? [] : everyPeriod(value);
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

const ZONES = ['us-east-1b', 'us-east-1a'];

describe("the baseline's day before", () => {
  it('is its requests a minute, and the shares that failed and were not answered', async () => {
    aws = await metricsOnLocalhost(seedPlan, { points: day(HEALTHY) });
    expect(known(await aws.metrics.dayBefore(seedPlan, AT))).toEqual({
      requestsPerMinute: 200,
      failureShare: 0.014,
      unavailableShare: 0.01,
    });
    const [asked = []] = aws.requests();
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
      requestsPerMinute: null,
      failureShare: null,
      unavailableShare: null,
    });
  });

  it('has answers and 5xx by zone, ascending, of zones that had any', async () => {
    aws = await metricsOnLocalhost(
      seedPlan,
      {
        points: day({
          ...HEALTHY,
          'HTTPCode_Target_2XX_Count us-east-1a': 500,
          'HTTPCode_Target_4XX_Count us-east-1a': 20,
          'HTTPCode_Target_2XX_Count us-east-1b': 400,
          'HTTPCode_Target_5XX_Count us-east-1b': 10,
        }),
      },
      { zones: [...ZONES, 'us-east-1c'] },
    );
    expect(known(await aws.metrics.dayBefore(seedPlan, AT)).zones).toEqual([
      { zone: 'us-east-1a', requests: 520 * 288, failures: 0 },
      { zone: 'us-east-1b', requests: 410 * 288, failures: 10 * 288 },
    ]);
  });

  it('holds without zones when the load balancer cannot be read, and when their metrics cannot', async () => {
    aws = await metricsOnLocalhost(
      seedPlan,
      {
        points: day({ ...HEALTHY, 'HTTPCode_Target_2XX_Count us-east-1a': 500 }),
        manner: ({ dimensions }) => (dimensions.AvailabilityZone === undefined ? {} : { status: 'Forbidden' }),
      },
      { zones: ZONES },
    );
    expect(known(await aws.metrics.dayBefore(seedPlan, AT))).not.toHaveProperty('zones');
    aws.server.fail('DescribeLoadBalancers', queryError('AccessDenied', 'no'));
    expect(known(await aws.metrics.dayBefore(seedPlan, AT))).toMatchObject({ requestsPerMinute: 200 });
  });

  it('is a fault when it cannot be read', async () => {
    aws = await metricsOnLocalhost(seedPlan, {});
    aws.server.fail('GetMetricData', error('AccessDeniedException', 'no'));
    expect(await aws.metrics.dayBefore(seedPlan, AT)).toMatchObject({
      code: 'REFUSED',
      operation: "read the baseline's day before",
    });
  });
});
