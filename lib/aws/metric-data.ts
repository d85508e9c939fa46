/** GetMetricData: every page, every status looked at. What is not complete is a fault, since a missing failure count would read as zero. */
import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  type MetricDataQuery,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import { Fault, isFault } from '../controller/fault.ts';
import type { Instant } from '../plan/plan.ts';
import type { Query } from './metric-queries.ts';
import { type Deadline, outside } from './outside.ts';

/** Values by the start of their period. */
export type Series = ReadonlyMap<Instant, number>;

export type SeriesOf = (query: Query) => Series;

/** [from, to), whole periods. */
export interface Span {
  readonly from: Instant;
  readonly to: Instant;
  readonly periodSeconds: number;
}

export interface Asking {
  readonly client: CloudWatchClient;
  readonly deadline: Deadline;
  /** Ends everything that belongs to one read, however many pages it has. */
  readonly bound: AbortSignal;
}

/** Values of these metrics, each over the span; who answers may ask for others' in the same call. */
export type ReadSeries = typeof readSeries;

/** How many metrics AWS takes in one call. No plan needs more, but one that was started when the limit did not count functions' own may. */
export const QUERIES_PER_CALL = 500;

/** A page holds 100,800 values: 500 metrics over 15 days have 108 pages. */
const PAGES_AT_MOST = 150;

/**
 * Reads every query over the span: one call, unless AWS pages or there are more than 500 different queries. A minute without a value is
 * absent. Neither order nor repetition matters; of two values of one minute the larger counts, being the newer count. Values outside the
 * span are ignored.
 *
 * @param operation in words, after "cannot"
 */
export const readSeries = async (
  asking: Asking,
  operation: string,
  queries: readonly Query[],
  span: Span,
): Promise<SeriesOf | Fault> => {
  const different = [...new Map(queries.map((query) => [query.key, query])).values()];
  const calls = Array.from({ length: Math.ceil(different.length / QUERIES_PER_CALL) }, (_, index) =>
    readPart(asking, operation, different.slice(index * QUERIES_PER_CALL, (index + 1) * QUERIES_PER_CALL), span),
  );
  const series = new Map<string, Series>();
  for (const part of await Promise.all(calls)) {
    if (isFault(part)) return part;
    for (const [key, values] of part) series.set(key, values);
  }
  return (query) => series.get(query.key) ?? new Map();
};

/** One metric as it comes in. */
interface Incoming {
  readonly query: Query;
  readonly values: Map<Instant, number>;
  /** From the newest page that mentions it. */
  last: MetricDataResult | undefined;
  isWhole: boolean;
}

const readPart = async (
  { client, deadline, bound }: Asking,
  operation: string,
  queries: readonly Query[],
  span: Span,
): Promise<ReadonlyMap<string, Series> | Fault> => {
  const incoming = new Map<string, Incoming>();
  for (const [index, query] of queries.entries())
    incoming.set(`q${index}`, { query, values: new Map(), last: undefined, isWhole: false });
  const input: GetMetricDataCommandInput = {
    MetricDataQueries: [...incoming].map(([id, { query }]) => asMetricDataQuery(id, query, span.periodSeconds)),
    StartTime: new Date(span.from),
    EndTime: new Date(span.to),
  };
  let token: string | undefined;
  for (let page = 0; page < PAGES_AT_MOST; page += 1) {
    const answer = await outside(operation, deadline, ({ abortSignal }) =>
      client.send(new GetMetricDataCommand(token === undefined ? input : { ...input, NextToken: token }), {
        abortSignal: AbortSignal.any([abortSignal, bound]),
      }),
    );
    if (isFault(answer)) return answer;
    const { MetricDataResults = [], Messages = [], NextToken } = answer;
    if (Messages.length > 0) return unreadable(operation, said(Messages), answer);
    for (const result of MetricDataResults) {
      const trouble = take(incoming.get(result.Id ?? ''), result, span, Boolean(NextToken));
      if (trouble !== undefined) return unreadable(operation, trouble, result);
    }
    if (!NextToken) return finished(operation, [...incoming.values()]);
    token = NextToken;
  }
  return unreadable(operation, `CloudWatch has not come to an end after ${PAGES_AT_MOST} pages`, undefined);
};

const asMetricDataQuery = (id: string, query: Query, period: number): MetricDataQuery => ({
  Id: id,
  MetricStat: {
    Metric: {
      Namespace: query.namespace,
      MetricName: query.metric,
      Dimensions: Object.entries(query.dimensions).map(([Name, Value]) => ({ Name, Value })),
    },
    Period: period,
    Stat: query.statistic,
  },
});

/**
 * Keeps the result's values; answers what is wrong with them, in words. PartialData is nothing wrong while pages follow: they bring the
 * rest, and need not mention a metric that has none.
 */
const take = (
  into: Incoming | undefined,
  result: MetricDataResult,
  span: Span,
  isContinued: boolean,
): string | undefined => {
  if (into === undefined) return undefined;
  into.last = result;
  into.isWhole = result.StatusCode === 'Complete' || (result.StatusCode === 'PartialData' && isContinued);
  const { Timestamps = [], Values = [] } = result;
  if (Timestamps.length !== Values.length)
    return `${describe(into.query)} has ${Timestamps.length} timestamps for ${Values.length} values`;
  const period = span.periodSeconds * 1000;
  for (const [index, timestamp] of Timestamps.entries()) {
    const at = span.from + Math.floor((timestamp.getTime() - span.from) / period) * period;
    if (!(at >= span.from && at < span.to)) continue;
    const value = Values[index] ?? Number.NaN;
    if (!Number.isFinite(value) || (into.query.isCount && value < 0))
      return `${describe(into.query)} must be ${into.query.isCount ? 'a count' : 'a number'}, it is ${value} at ${timestamp.toISOString()}`;
    into.values.set(at, Math.max(value, into.values.get(at) ?? Number.NEGATIVE_INFINITY));
  }
  return undefined;
};

/** A page may leave a metric as InternalError and the next one complete it: only the last word counts. */
const finished = (operation: string, incoming: readonly Incoming[]): ReadonlyMap<string, Series> | Fault => {
  for (const { query, last, isWhole } of incoming) {
    if (isWhole) continue;
    const status = last === undefined ? 'no result' : (last.StatusCode ?? 'no status');
    return unreadable(
      operation,
      [`${describe(query)}: ${status}`, said(last?.Messages)].filter(Boolean).join(', '),
      last,
    );
  }
  return new Map(incoming.map(({ query, values }) => [query.key, values]));
};

const unreadable = (operation: string, why: string, cause: unknown): Fault =>
  new Fault('UNREADABLE', `${operation}: ${why}`, cause);

const said = (messages: MetricDataResult['Messages'] = []): string =>
  messages.map(({ Code, Value }) => [Code, Value].filter(Boolean).join(': ')).join('; ');

const describe = ({ namespace, metric, statistic, dimensions }: Query): string =>
  `${metric} ${statistic} in ${namespace} (${Object.entries(dimensions)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')})`;
