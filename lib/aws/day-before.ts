import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Fault, isFault } from '../controller/fault.ts';
import { clumpinessOf } from '../judge/clumpiness.ts';
import type { Counts } from '../judge/row.ts';
import { selfTest } from '../judge/self-test.ts';
import { type DayBefore, UNKNOWN_DAY } from '../judge/verdict.ts';
import { DAY_MINUTES, MINUTE_MS } from '../plan/duration.ts';
import type { Instant, Plan } from '../plan/plan.ts';
import { type Asking, readSeries, type Span } from './metric-data.ts';
import { allTraffic, latencyQueries, type Query, trafficQueries } from './metric-queries.ts';
import { countsOf } from './minute-readings.ts';
import { readZones, type ZoneDay } from './zones.ts';

/** Only sums over the day are wanted of these; five minutes keep the clamping of failures to requests honest, and one page enough. */
const PERIOD_SECONDS = 300;

/**
 * CloudWatch calls a percentile p of fewer than 10/(1 − p) values unsure:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/percentiles-with-low-samples.html
 */
const ANSWERS_FOR_P99 = 1000;

/**
 * The baseline over the 24 h before `at`, in whole periods of five minutes. Null where no request was reported. Without the percentiles and the
 * zones the rest still holds, so a fault there leaves them unknown.
 */
export const readDayBefore = async (
  asking: Asking,
  client: ElasticLoadBalancingV2Client,
  plan: Plan,
  isLambda: boolean,
  at: Instant,
): Promise<DayBefore | Fault> => {
  const period = PERIOD_SECONDS * 1000;
  const to = Math.floor(at / period) * period;
  const span: Span = { from: to - DAY_MINUTES * MINUTE_MS, to, periodSeconds: PERIOD_SECONDS };
  const queries = trafficQueries(plan, 'baseline', isLambda);
  const [seriesOf, latency, zoneDay] = await Promise.all([
    readSeries(asking, "read the baseline's day before", allTraffic(queries), span),
    readLatency(asking, plan, span),
    readZones(asking, client, plan, span),
  ]);
  if (isFault(seriesOf)) return seriesOf;
  const counts: Counts[] = [];
  for (let start = span.from; start < span.to; start += period) {
    const here = countsOf(plan, queries, (query) => seriesOf(query).get(start));
    if (here !== null) counts.push(here);
  }
  const isSure = counts.reduce((total, { responses }) => total + responses, 0) >= ANSWERS_FOR_P99;
  return {
    ...ratesOf(counts),
    latency: isSure ? latency : null,
    ...(isFault(zoneDay) ? { clumpiness: null } : measured(zoneDay)),
    ...(isFault(zoneDay) || zoneDay.zones.length === 0 ? {} : { zones: zoneDay.zones }),
  };
};

const measured = (day: ZoneDay): Pick<DayBefore, 'clumpiness' | 'selfTest'> => {
  const clumpiness = clumpinessOf(day.minutes);
  return { clumpiness, selfTest: selfTest(day, clumpiness) };
};

/**
 * In one period that is as long as the day, since percentiles of several cannot be put together. A period may be any multiple of 60 s, for every
 * statistic (`MetricStat` in @aws-sdk/client-cloudwatch), and begins where the span does (https://github.com/boto/boto3/issues/3457).
 */
const readLatency = async (asking: Asking, plan: Plan, { from, to }: Span): Promise<DayBefore['latency']> => {
  const { p90, p99 } = latencyQueries(plan);
  const span: Span = { from, to, periodSeconds: (to - from) / 1000 };
  const seriesOf = await readSeries(asking, "read the baseline's response times of the day before", [p90, p99], span);
  if (isFault(seriesOf)) return null;
  const milliseconds = (query: Query): number | null => {
    const seconds = seriesOf(query).get(from);
    return seconds === undefined ? null : Math.max(1, Math.round(1000 * seconds));
  };
  const [ninety, ninetyNine] = [milliseconds(p90), milliseconds(p99)];
  return ninety === null || ninetyNine === null ? null : { p90: ninety, p99: ninetyNine };
};

const ratesOf = (counts: readonly Counts[]): DayBefore => {
  const sum = (of: (counts: Counts) => number): number => counts.reduce((total, one) => total + of(one), 0);
  const requests = sum((one) => one.requests);
  if (requests === 0) return UNKNOWN_DAY;
  const responses = sum((one) => one.responses);
  const thresholds = Object.keys(counts[0]?.slow ?? {});
  return {
    requestsPerMinute: requests / DAY_MINUTES,
    failureShare: sum(({ failures }) => failures) / requests,
    // Answers that fall into the next period make single periods negative, and the whole day only by chance.
    unavailableShare:
      Math.max(
        0,
        sum(({ unavailable }) => unavailable ?? 0),
      ) / requests,
    slowShares:
      responses === 0
        ? null
        : Object.fromEntries(thresholds.map((key) => [key, sum(({ slow }) => slow[key] ?? 0) / responses])),
  };
};
