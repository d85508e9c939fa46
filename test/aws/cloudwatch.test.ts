import { afterEach, describe, expect, it, vi } from 'vitest';
import type { MinuteReading } from '../../lib/controller/ports.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { metricQueries, QUERIES_AT_MOST } from '../../lib/plan/queries.ts';
import { planWith, seedPlan } from '../judge/plan.ts';
import { type CloudWatchGiven, error, type MetricAsked, type Point } from '../stand-in/cloudwatch.ts';
import { queryError } from '../stand-in/query-protocol.ts';
import {
  faultOf,
  type MetricsOnLocalhost,
  metricsOnLocalhost,
  readingsOf,
  type Surroundings,
} from './metrics-on-localhost.ts';

const MINUTE = 60_000;
const AT = Date.parse('2025-10-31T12:30:00Z');
const { baseline: BASELINE, candidate: CANDIDATE } = seedPlan.traffic;

let aws: MetricsOnLocalhost;
const open = async (given: CloudWatchGiven, plan: Plan = seedPlan, more: Surroundings = {}): Promise<void> => {
  aws = await metricsOnLocalhost(plan, given, more);
};
afterEach(async () => {
  vi.unstubAllEnvs();
  await aws.server.close();
});

/** `RequestCount` of the candidate is found under `candidate RequestCount Sum`, another metric under its own name. */
type Known = Readonly<Record<string, number | readonly Point[]>>;

const sideOf = ({ dimensions }: MetricAsked): string =>
  dimensions.TargetGroup === undefined ? '' : CANDIDATE.endsWith(dimensions.TargetGroup) ? 'candidate ' : 'baseline ';

const nameOf = (asked: MetricAsked): string => {
  const own = Object.values(asked.dimensions).join(' ');
  return sideOf(asked) === '' ? `${asked.metric} ${own}` : `${sideOf(asked)}${asked.metric} ${asked.statistic}`;
};

/** A number stands for the one minute at AT. */
const knowing =
  (known: Known) =>
  (asked: MetricAsked): readonly Point[] => {
    const value = known[nameOf(asked)];
    return value === undefined ? [] : typeof value === 'number' ? [[AT, value]] : value;
  };

const readOne = async (plan: Plan = seedPlan, business = false): Promise<MinuteReading> => {
  const [reading] = readingsOf(await aws.metrics.read(plan, AT, AT + MINUTE, business));
  if (reading === undefined) throw new Error('no reading');
  return reading;
};

const readFault = async (business = false) =>
  faultOf(await aws.metrics.read(seedPlan, AT, AT + MINUTE, business)).toString();

const REQUESTS = { 'candidate RequestCount Sum': 100 };

describe('reading the metrics', () => {
  it('asks for everything in one call: sums and counts of single minutes over the last 15, of both groups', async () => {
    await open({});
    await aws.metrics.read(seedPlan, AT - 2 * MINUTE, AT, false);
    expect(aws.operations()).toEqual(['DescribeTargetGroups', 'GetMetricData']);
    const [asked = []] = aws.requests();
    expect(new Set(asked.map(({ start, end, periodSeconds }) => `${start} ${end} ${periodSeconds}`))).toEqual(
      new Set([`${AT - 15 * MINUTE} ${AT} 60`]),
    );
    const dimensions = { LoadBalancer: 'app/learn/50dc6c495c0c9188', TargetGroup: BASELINE.split(':').at(-1) };
    const ofBaseline = asked.filter(({ dimensions: { TargetGroup } }) => TargetGroup === dimensions.TargetGroup);
    for (const one of ofBaseline) expect(one).toMatchObject({ namespace: 'AWS/ApplicationELB', dimensions });
    expect(ofBaseline.map(({ metric, statistic }) => `${metric} ${statistic}`)).toEqual([
      'RequestCount Sum',
      'HTTPCode_Target_2XX_Count Sum',
      'HTTPCode_Target_3XX_Count Sum',
      'HTTPCode_Target_4XX_Count Sum',
      'HTTPCode_Target_5XX_Count Sum',
      'TargetConnectionErrorCount Sum',
      'TargetResponseTime SampleCount',
      'TargetResponseTime TC(0.2:)',
      'TargetResponseTime TC(0.25:)',
      'HealthyHostCount Minimum',
    ]);
    expect(asked).toHaveLength(2 * ofBaseline.length);
  });

  it('goes further back when the rollout is behind, and never before what CloudWatch keeps by the minute', async () => {
    await open({});
    const hours = readingsOf(await aws.metrics.read(seedPlan, AT - 180 * MINUTE, AT, false));
    const weeks = readingsOf(await aws.metrics.read(seedPlan, AT - 21 * 1440 * MINUTE, AT, false));
    expect([hours.length, weeks.length]).toEqual([180, 21 * 1440]);
    expect(aws.requests().map(([asked]) => AT - (asked?.start ?? 0))).toEqual([
      180 * MINUTE,
      (15 * 1440 - 15) * MINUTE,
    ]);
  });

  it('asks once for the kind of the target groups, and again in a new container only', async () => {
    await open({});
    await readOne();
    await readOne();
    await aws.coldStart().read(seedPlan, AT, AT + MINUTE, false);
    expect(aws.operations().filter((operation) => operation === 'DescribeTargetGroups')).toHaveLength(2);
  });

  it('asks nothing for no minutes', async () => {
    await open({});
    expect(await aws.metrics.read(seedPlan, AT, AT, true)).toEqual([]);
    expect(aws.operations()).toEqual([]);
  });

  it('answers every minute in order, also those without any point, whatever else is among the timestamps', async () => {
    const points: Point[] = [
      [AT + 2 * MINUTE, 30],
      [AT, 10],
      [AT + 90 * MINUTE, Number.NaN],
      [AT - 90 * MINUTE, -1],
      [AT + 500, 10],
      [AT, 9],
    ];
    await open({ points: knowing({ 'candidate RequestCount Sum': points, 'baseline HealthyHostCount Minimum': 3 }) });
    const readings = readingsOf(await aws.metrics.read(seedPlan, AT, AT + 4 * MINUTE, false));
    expect(readings.map(({ minute, candidate, hosts }) => [minute, candidate?.requests ?? null, hosts])).toEqual([
      ['2025-10-31T12:30Z', 10, true],
      ['2025-10-31T12:31Z', null, false],
      ['2025-10-31T12:32Z', 30, false],
      ['2025-10-31T12:33Z', null, false],
    ]);
    expect(readings.map(({ baseline, business }) => [baseline, business])).toEqual(
      readings.map(() => [null, undefined]),
    );
  });

  /** The seed plan with so many judged gauges, and no other metrics of its own. */
  const withGauges = (length: number): Plan => {
    const gauges = Object.fromEntries(
      Array.from({ length }, (_, index) => [
        `gauge${index}`,
        { ...seedPlan.metrics.gauges.cpu, metric: `Gauge${index}` },
      ]),
    ) as Plan['metrics']['gauges'];
    const guards = seedPlan.guards.flatMap((guard) => {
      const { claim } = guard;
      if (claim.kind !== 'gauge') return [guard];
      return Object.keys(gauges).map((gauge) => ({ ...guard, claim: { ...claim, gauge } }));
    });
    return { ...seedPlan, metrics: { gauges }, guards };
  };

  it('makes one call of the largest plan there may be, also where both groups are functions', async () => {
    const largest = withGauges(236);
    const draft = {
      phases: largest.phases.map(({ advance }) => ({ advance })),
      guards: largest.guards,
      metrics: largest.metrics,
    };
    expect(metricQueries(draft)).toBe(QUERIES_AT_MOST);
    await open({ points: knowing(REQUESTS) }, largest, { lambda: [BASELINE, CANDIDATE] });
    await aws.metrics.read(largest, AT, AT + MINUTE, true, false, [21, 46]);
    expect(aws.requests().map((asked) => asked.length)).toEqual([500]);
  });

  it('makes one call of fifty segments on both sides, and leaves them out of one without business metrics', async () => {
    const values = Array.from({ length: 50 }, (_, index) => `segment${index}`);
    const { segments } = seedPlan.metrics;
    const plan: Plan = { ...seedPlan, metrics: { ...seedPlan.metrics, segments: segments && { ...segments, values } } };
    // Orders are zero where missing: one that was never published is looked for once.
    const orders = { 'Orders ultra-fast': 3, 'Orders original': 300 };
    const last = { 'Requests ultra-fast segment49': 40, 'Failures ultra-fast segment49': 2 };
    await open({ points: knowing({ ...orders, ...last }) }, plan);
    const read = (business: boolean) => aws.metrics.read(plan, AT, AT + MINUTE, business, false, [21, 46]);
    const [reading] = readingsOf(await read(true));
    expect(reading?.business?.candidate.segments.segment49).toEqual({ requests: 40, failures: 2 });
    await read(false);
    // Two metrics of each segment, revenue, orders and a gauge of two arms, beside twelve of each target group.
    expect(aws.requests().map((asked) => asked.length)).toEqual([2 * (50 * 2 + 3 + 12), 2 * 12]);
  });

  it('makes two calls of more than 500 metrics', async () => {
    const wide = withGauges(250);
    await open({ points: ({ metric }) => (metric === 'Gauge249' ? [[AT, 7]] : []) }, wide);
    expect((await readOne(wide, true)).business?.candidate.gauges.gauge249).toBe(7);
    const sizes = aws.requests().map((asked) => asked.length);
    expect(sizes.toSorted((a, b) => b - a)).toEqual([500, 20]);
  });
});

describe('what is missing', () => {
  it('takes missing failures for none beside a RequestCount', async () => {
    await open({
      points: knowing({
        ...REQUESTS,
        'candidate HTTPCode_Target_2XX_Count Sum': 100,
        'candidate TargetResponseTime SampleCount': 100,
      }),
    });
    expect((await readOne()).candidate).toEqual({
      requests: 100,
      failures: 0,
      unavailable: 0,
      responses: 100,
      slow: { '200ms': 0, '250ms': 0 },
    });
  });

  it('knows nothing of a group without RequestCount, whatever else was reported', async () => {
    await open({ points: knowing({ 'candidate HTTPCode_Target_5XX_Count Sum': 5 }) });
    expect(await readOne()).toEqual({ minute: '2025-10-31T12:30Z', candidate: null, baseline: null, hosts: false });
  });

  it('takes requests without any answer for unavailable', async () => {
    await open({ points: knowing(REQUESTS) });
    expect((await readOne()).candidate).toMatchObject({ failures: 0, unavailable: 100, responses: 0 });
  });
});

describe('what a minute counts', () => {
  it('adds connection errors to the 5xx, at most all requests', async () => {
    const failing = { 'candidate HTTPCode_Target_5XX_Count Sum': 40, 'candidate TargetConnectionErrorCount Sum': 7 };
    await open({ points: knowing({ ...REQUESTS, ...failing }) });
    expect((await readOne()).candidate?.failures).toBe(47);
    await aws.server.close();
    await open({ points: knowing({ ...REQUESTS, ...failing, 'candidate TargetConnectionErrorCount Sum': 70 }) });
    expect((await readOne()).candidate?.failures).toBe(100);
  });

  it('may have more answers than requests: some belong to the minute before', async () => {
    await open({
      points: knowing({
        ...REQUESTS,
        'candidate HTTPCode_Target_2XX_Count Sum': 90,
        'candidate HTTPCode_Target_3XX_Count Sum': 6,
        'candidate HTTPCode_Target_4XX_Count Sum': 4,
        'candidate HTTPCode_Target_5XX_Count Sum': 3,
      }),
    });
    expect((await readOne()).candidate).toMatchObject({ unavailable: -3, failures: 3 });
  });

  it('goes by connection errors where the plan says so', async () => {
    const plan = planWith({ availability: 'connectionErrors' });
    await open({ points: knowing({ ...REQUESTS, 'candidate TargetConnectionErrorCount Sum': 2 }) }, plan);
    expect((await readOne(plan)).candidate).toMatchObject({ unavailable: 2, failures: 2 });
  });

  it('keeps interpolated slow answers within the answers', async () => {
    await open({
      points: knowing({
        ...REQUESTS,
        'candidate TargetResponseTime SampleCount': 80,
        'candidate TargetResponseTime TC(0.2:)': 80.4,
        'candidate TargetResponseTime TC(0.25:)': 12.5,
      }),
    });
    expect((await readOne()).candidate).toMatchObject({ responses: 80, slow: { '200ms': 80, '250ms': 12.5 } });
  });

  it("asks for the functions' own failures of Lambda groups only, and counts them", async () => {
    const known = { 'HTTPCode_Target_5XX_Count Sum': 1, 'LambdaUserError Sum': 20, 'LambdaInternalError Sum': 3 };
    const both = Object.entries({ ...known, 'RequestCount Sum': 100 }).flatMap(([name, value]) => [
      [`candidate ${name}`, value],
      [`baseline ${name}`, value],
    ]);
    await open({ points: knowing(Object.fromEntries(both)) }, seedPlan, { lambda: [CANDIDATE] });
    expect(await readOne()).toMatchObject({ candidate: { failures: 24 }, baseline: { failures: 1 } });
    const lambda = aws.requests()[0]?.filter(({ metric }) => metric.startsWith('Lambda'));
    expect(lambda?.map(sideOf)).toEqual(['candidate ', 'candidate ']);
  });
});

describe('business metrics', () => {
  const business: Known = {
    ...REQUESTS,
    'Revenue ultra-fast': -12.5,
    'Orders ultra-fast': 3,
    'Requests ultra-fast k12': 40,
    'Failures ultra-fast k12': 0,
    'Requests ultra-fast university': 20,
    'CPUUtilization analyzer-ultra-fast learn': 61.5,
    'Revenue original': 900,
  };

  it('are asked of both arms only when wanted, with the names of arms and segments in the dimensions', async () => {
    await open({ points: knowing(business) });
    await readOne(seedPlan, false);
    expect((await readOne(seedPlan, true)).business).toMatchObject({
      candidate: {
        requests: 100,
        revenue: -12.5,
        orders: 3,
        segments: { k12: { requests: 40, failures: 0 }, university: null, professional: null, enterprise: null },
        gauges: { cpu: 61.5 },
      },
      baseline: { requests: null, revenue: 900 },
    });
    const [slim = [], full = []] = aws.requests();
    // Revenue, orders, twice four segments and the gauge that is judged, of two arms; not the two that are only shown.
    expect(full.length - slim.length).toBe(2 * (2 + 8 + 1));
    expect(full.map(({ metric }) => metric)).not.toContain('MemoryUtilization');
    expect(full.find(({ metric }) => metric === 'CPUUtilization')).toMatchObject({
      namespace: 'AWS/ECS',
      statistic: 'Average',
      dimensions: { ServiceName: 'analyzer-ultra-fast', ClusterName: 'learn' },
    });
  });

  it('read a missing value as zero where the plan says so and the arm has published one in the window', async () => {
    const { 'Orders ultra-fast': _, ...none } = business;
    await open({ points: knowing({ ...none, 'Orders ultra-fast': [[AT - 5 * MINUTE, 2]] }) });
    expect((await readOne(seedPlan, true)).business?.candidate).toMatchObject({ orders: 0, revenue: -12.5 });
  });

  it('look back 15 days once when the window has nothing, and believe "never" for ten minutes', async () => {
    const { 'Orders ultra-fast': _, ...none } = business;
    const known: Record<string, number | readonly Point[]> = { ...none, 'Orders original': 50 };
    await open({ points: (asked) => knowing(known)(asked) });
    const orders = async (minutes: number) => {
      const at = AT + minutes * MINUTE;
      const [reading] = readingsOf(await aws.metrics.read(seedPlan, at, at + MINUTE, true));
      return reading?.business?.candidate.orders;
    };
    const lookBacks = () => aws.requests().filter(([asked]) => asked?.periodSeconds === 86_400);
    known['candidate RequestCount Sum'] = Array.from({ length: 30 }, (__, index): Point => [AT + index * MINUTE, 100]);
    expect([await orders(0), await orders(5), lookBacks().length]).toEqual([null, null, 1]);
    expect(lookBacks()[0]?.map(({ metric, dimensions }) => [metric, dimensions])).toEqual([
      ['Orders', { Variant: 'ultra-fast' }],
    ]);
    known['Orders ultra-fast'] = [[AT - 10 * 1440 * MINUTE, 1]];
    expect([await orders(8), lookBacks().length]).toEqual([null, 1]);
    expect([await orders(11), await orders(12), await orders(25), lookBacks().length]).toEqual([0, 0, 0, 2]);
  });

  it('invent no zero in a minute in which the arm has no RequestCount', async () => {
    await open({ points: knowing({ 'Orders original': [[AT - MINUTE, 4]], 'baseline HealthyHostCount Minimum': 3 }) });
    expect((await readOne(seedPlan, true)).business?.baseline.orders).toBeNull();
  });

  it('are a fault when it cannot be known whether a missing value is a zero', async () => {
    await open({
      points: knowing(REQUESTS),
      manner: ({ periodSeconds }) => (periodSeconds === 60 ? {} : { status: 'InternalError' }),
    });
    expect(await readFault(true)).toContain('look whether the metrics were ever published: Orders Sum');
  });
});

describe('a read that is not whole', () => {
  const FIVES = 'HTTPCode_Target_5XX_Count';
  const fives = (manner: ReturnType<NonNullable<CloudWatchGiven['manner']>>): CloudWatchGiven => ({
    points: knowing(REQUESTS),
    manner: ({ metric }) => (metric === FIVES ? manner : {}),
  });

  it.each(['PartialData', 'InternalError', 'Forbidden'])(
    'is a fault when a metric is %s, and names it',
    async (status) => {
      await open(fives({ status, messages: [{ Code: 'Sorry', Value: 'not today' }] }));
      const fault = faultOf(await aws.metrics.read(seedPlan, AT, AT + MINUTE, false));
      expect(fault.code).toBe('UNREADABLE');
      expect(fault.operation).toBe(
        `read the metrics: ${FIVES} Sum in AWS/ApplicationELB (LoadBalancer app/learn/50dc6c495c0c9188, ` +
          `TargetGroup ${CANDIDATE.split(':').at(-1)}): ${status}, Sorry: not today`,
      );
      expect(fault.cause).toMatchObject({ StatusCode: status });
    },
  );

  it('is a fault when a metric has no result: its failures are not none', async () => {
    await open(fives({ absent: true }));
    expect(await readFault()).toContain(`${FIVES} Sum in AWS/ApplicationELB`);
    expect(await readFault()).toContain('no result');
  });

  it('is a fault when CloudWatch has something to say about the whole', async () => {
    await open({ messages: [{ Code: 'MaxMetricsExceeded', Value: 'Maximum number of allowed metrics exceeded' }] });
    expect(await readFault()).toBe(
      'UNREADABLE: cannot read the metrics: MaxMetricsExceeded: Maximum number of allowed metrics exceeded',
    );
  });

  it.each([Number.NaN, -1])('is a fault when a count is %s', async (value) => {
    await open({ points: knowing({ 'candidate RequestCount Sum': value }) });
    expect(await readFault()).toContain(`must be a count, it is ${value} at 2025-10-31T12:30:00.000Z`);
  });

  it('is a fault when a gauge is no number', async () => {
    await open({ points: knowing({ 'CPUUtilization analyzer-ultra-fast learn': Number.NaN }) });
    expect(await readFault(true)).toContain('must be a number, it is NaN');
  });

  it('is a fault when CloudWatch throttles, and when the target groups cannot be read', async () => {
    await open({});
    aws.server.fail('DescribeTargetGroups', queryError('Throttling', 'Rate exceeded'), 2);
    expect(await readFault()).toBe('THROTTLED: cannot read the target groups');
    aws.server.fail('GetMetricData', error('ThrottlingException', 'Rate exceeded'), 2);
    expect(await readFault()).toBe('THROTTLED: cannot read the metrics');
    expect(await readOne()).toMatchObject({ candidate: null });
  });

  it('ends when CloudWatch never comes to an end', async () => {
    await open({ points: ({ metric }) => (metric === 'RequestCount' ? [[AT, 1]] : []), pointsPerPage: () => 0 });
    expect(await readFault()).toContain('has not come to an end after 150 pages');
  });
});

describe('minutes that change after they were judged', () => {
  const requests = (values: readonly number[]): Known => ({
    'baseline RequestCount Sum': values.map((value, index): Point => [AT + index * MINUTE, value]),
  });

  it('are counted once for each change, and told once for a read', async () => {
    let known = requests([10, 20, 30]);
    await open({ points: (asked) => knowing(known)(asked) });
    const read = (judged: number) =>
      aws.metrics.read(seedPlan, AT + judged * MINUTE, AT + 3 * MINUTE, false).then(readingsOf);
    await read(0);
    known = requests([10, 21, 31]);
    await read(0);
    expect(aws.revised).toEqual([]);
    known = requests([11, 22, 33]);
    await read(2);
    await read(2);
    expect(aws.revised).toEqual([2]);
  });

  it('are not known after a cold start, which begins anew', async () => {
    let known = requests([10]);
    await open({ points: (asked) => knowing(known)(asked) });
    await aws.metrics.read(seedPlan, AT, AT + MINUTE, false);
    known = requests([11]);
    await aws.coldStart().read(seedPlan, AT + MINUTE, AT + 2 * MINUTE, false);
    expect(aws.revised).toEqual([]);
  });

  it('are also those of business metrics, but a first publication revises no minute before it', async () => {
    let known: Known = { 'baseline RequestCount Sum': [0, 1, 2].map((index): Point => [AT + index * MINUTE, 100]) };
    await open({ points: (asked) => knowing(known)(asked) });
    const read = async () => {
      const readings = readingsOf(await aws.metrics.read(seedPlan, AT + MINUTE, AT + 3 * MINUTE, true));
      return readings.map(({ business }) => business?.baseline.orders);
    };
    expect(await read()).toEqual([null, null]);
    known = { ...known, 'Orders original': [[AT + 2 * MINUTE, 1]] };
    expect([await read(), aws.revised]).toEqual([[0, 1], []]);
    known = { ...known, 'Revenue original': 5 };
    await read();
    expect(aws.revised).toEqual([1]);
  });
});
