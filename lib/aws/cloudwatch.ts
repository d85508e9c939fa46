/** The Metrics on CloudWatch: one GetMetricData call for a tick. */
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { isFault } from '../controller/fault.ts';
import type { Metrics, MinuteReading } from '../controller/ports.ts';
import { minuteText } from '../judge/row.ts';
import { DAY_MINUTES, MINUTE_MS } from '../plan/duration.ts';
import type { Instant, Plan } from '../plan/plan.ts';
import { fingerprintOf } from '../rollout/settle.ts';
import { readDayBefore } from './day-before.ts';
import { type Asking, type ReadSeries, readSeries, type SeriesOf } from './metric-data.ts';
import {
  allBusiness,
  allTraffic,
  type BusinessQueries,
  type BusinessQuery,
  businessQueries,
  type Query,
  type TrafficQueries,
  trafficQueries,
} from './metric-queries.ts';
import { businessOf, countsOf } from './minute-readings.ts';
import type { Deadline } from './outside.ts';
import { publishedMetrics } from './published-metrics.ts';
import { type Prints, revisedMinutes } from './revised-minutes.ts';
import { kindsRead, type LambdaGroups, type ReadKinds, targetKinds } from './target-kinds.ts';

/** Every read goes back this far: judged minutes are looked at once more, and the price is per metric, not per minute. */
const LOOK_BACK_MS = 15 * MINUTE_MS;

/** CloudWatch keeps single minutes for 15 days and refuses to be asked for older ones; a quarter of an hour for the clocks. */
const KEPT_MS = 15 * DAY_MINUTES * MINUTE_MS - LOOK_BACK_MS;

/** One read with all its calls and pages. */
const READ_MS = 10_000;

/** May ask for what other rollouts need in the same call. */
export interface MetricReads {
  readonly readKinds?: ReadKinds;
  readonly readMinutes?: ReadSeries;
}

/**
 * What the container keeps: which groups are functions, which metrics were ever published, and what was last seen of each minute.
 *
 * @param onRevised told once for a read that finds minutes which changed after they were judged, how many they are. A cold start knows
 * nothing of earlier readings and begins counting anew.
 */
export const metricsOf = (
  cloudWatch: CloudWatchClient,
  loadBalancing: ElasticLoadBalancingV2Client,
  deadline: Deadline,
  onRevised: (minutes: number) => void,
  { readKinds = kindsRead(loadBalancing, deadline), readMinutes = readSeries }: MetricReads = {},
): Metrics => {
  const kindsOf = targetKinds(readKinds);
  const publishedOf = publishedMetrics();
  const askedOf = askedOnce();
  const revised = { traffic: revisedMinutes(), business: revisedMinutes() };
  const ask = (): Asking => ({ client: cloudWatch, deadline, bound: AbortSignal.timeout(READ_MS) });

  return {
    read: async (plan, from, to, business, candidateOnly = false, slowerThan = []) => {
      if (from >= to) return [];
      const kinds = await kindsOf(plan);
      if (isFault(kinds)) return kinds;
      const asking = ask();
      const asked = askedOf(plan, kinds, business, candidateOnly, slowerThan);
      const earliest = Math.max(Math.min(from, to - LOOK_BACK_MS), to - KEPT_MS);
      const span = { from: earliest, to, periodSeconds: MINUTE_MS / 1000 };
      const traffic = [asked.candidate, asked.baseline].flatMap((arm) => (arm === null ? [] : allTraffic(arm)));
      const own = asked.business.flatMap(({ queries }) => allBusiness(queries));
      const seriesOf = await readMinutes(asking, 'read the metrics', [...traffic, ...own], span);
      if (isFault(seriesOf)) return seriesOf;
      // The same minute with other metrics is another reading, not a revised one.
      const of = `${plan.rollout} ${candidateOnly} ${slowerThan}`;
      const minutes = new Set([
        ...revised.traffic(of, from, printsOf(traffic, seriesOf, to)),
        ...(business ? revised.business(of, from, printsOf(own, seriesOf, to)) : []),
      ]);
      if (minutes.size > 0) onRevised(minutes.size);
      const isPublished = await publishedOf(asking, own, seriesOf, to);
      if (isFault(isPublished)) return isPublished;
      return readingsOf(plan, asked, seriesOf, isPublished, from, to);
    },

    dayBefore: async (plan, at) => {
      const kinds = await kindsOf(plan);
      return isFault(kinds) ? kinds : readDayBefore(ask(), loadBalancing, plan, kinds.baseline, at);
    },
  };
};

interface Asked {
  readonly candidate: TrafficQueries;
  /** Null: only the candidate is asked for. */
  readonly baseline: TrafficQueries | null;
  /** Both arms, or none when business metrics are not asked for. */
  readonly business: readonly { readonly arm: 'candidate' | 'baseline'; readonly queries: BusinessQueries }[];
}

/** The queries of a plan never change, and of some plans there are hundreds: they are made once for each kind of read. */
const askedOnce = (): typeof queriesFor => {
  const made = new WeakMap<Plan, Map<string, Asked>>();
  return (plan, kinds, business, candidateOnly, slowerThan) => {
    const ofPlan = made.get(plan) ?? new Map<string, Asked>();
    made.set(plan, ofPlan);
    const key = `${business} ${candidateOnly} ${slowerThan}`;
    const asked = ofPlan.get(key) ?? queriesFor(plan, kinds, business, candidateOnly, slowerThan);
    ofPlan.set(key, asked);
    return asked;
  };
};

const queriesFor = (
  plan: Plan,
  kinds: LambdaGroups,
  business: boolean,
  candidateOnly: boolean,
  slowerThan: readonly number[],
): Asked => ({
  candidate: trafficQueries(plan, 'candidate', kinds.candidate, slowerThan),
  baseline: candidateOnly ? null : trafficQueries(plan, 'baseline', kinds.baseline, slowerThan),
  business: business
    ? (['candidate', 'baseline'] as const).map((arm) => ({
        arm,
        queries: businessQueries(plan, arm, candidateOnly ? 'alone' : 'compared'),
      }))
    : [],
});

/** Of the values as they came, before anything is made of what is missing: a metric that is published for the first time revises nothing. */
const printsOf = (queries: readonly Query[], seriesOf: SeriesOf, to: Instant): Prints => {
  const series = queries.map(seriesOf);
  const prints = new Map<Instant, number>();
  for (let minute = to - LOOK_BACK_MS; minute < to; minute += MINUTE_MS)
    prints.set(minute, fingerprintOf(series.map((values) => values.get(minute) ?? null)));
  return prints;
};

const readingsOf = (
  plan: Plan,
  asked: Asked,
  seriesOf: SeriesOf,
  isPublished: (query: BusinessQuery) => boolean,
  from: Instant,
  to: Instant,
): readonly MinuteReading[] => {
  const readings: MinuteReading[] = [];
  for (let minute = from; minute < to; minute += MINUTE_MS) {
    const reported = (query: Query): number | undefined => seriesOf(query).get(minute);
    const candidate = countsOf(plan, asked.candidate, reported);
    const baseline = asked.baseline && countsOf(plan, asked.baseline, reported);
    const hosts = [asked.candidate, asked.baseline].some((arm) => arm !== null && reported(arm.hosts) !== undefined);
    const [ofCandidate, ofBaseline] = asked.business.map(({ arm, queries }) => {
      const counts = arm === 'candidate' ? candidate : baseline;
      return businessOf(counts?.requests ?? null, queries, reported, isPublished);
    });
    const business =
      ofCandidate === undefined || ofBaseline === undefined
        ? undefined
        : { candidate: ofCandidate, baseline: ofBaseline };
    readings.push({ minute: minuteText(minute), candidate, baseline, hosts, ...(business && { business }) });
  }
  return readings;
};
