import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Fault, isFault } from '../controller/fault.ts';
import type { Counts } from '../judge/row.ts';
import { type DayBefore, UNKNOWN_DAY } from '../judge/verdict.ts';
import { DAY_MINUTES, MINUTE_MS } from '../plan/duration.ts';
import type { Instant, Plan } from '../plan/plan.ts';
import { type Asking, readSeries, type Span } from './metric-data.ts';
import { allTraffic, trafficQueries } from './metric-queries.ts';
import { countsOf } from './minute-readings.ts';
import { readZones } from './zones.ts';

/** Only sums over the day are wanted; five minutes keep the clamping of failures to requests honest, and one page enough. */
const PERIOD_SECONDS = 300;

/**
 * The baseline's rates over the 24 h before `at`, in whole periods of five minutes. Null where no request was reported. The zones are for
 * people only: without them the rest still holds, so a fault there leaves them out.
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
  const [seriesOf, zones] = await Promise.all([
    readSeries(asking, "read the baseline's day before", allTraffic(queries), span),
    readZones(asking, client, plan, span),
  ]);
  if (isFault(seriesOf)) return seriesOf;
  const counts: Counts[] = [];
  for (let start = span.from; start < span.to; start += period) {
    const here = countsOf(plan, queries, (query) => seriesOf(query).get(start));
    if (here !== null) counts.push(here);
  }
  return { ...ratesOf(counts), ...(isFault(zones) || zones.length === 0 ? {} : { zones }) };
};

const ratesOf = (counts: readonly Counts[]): DayBefore => {
  const sum = (of: (counts: Counts) => number): number => counts.reduce((total, one) => total + of(one), 0);
  const requests = sum((one) => one.requests);
  if (requests === 0) return UNKNOWN_DAY;
  return {
    requestsPerMinute: requests / DAY_MINUTES,
    failureShare: sum(({ failures }) => failures) / requests,
    // Answers that fall into the next period make single periods negative, and the whole day only by chance.
    unavailableShare:
      Math.max(
        0,
        sum(({ unavailable }) => unavailable ?? 0),
      ) / requests,
  };
};
