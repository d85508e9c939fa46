/**
 * CloudWatch for the stand-in: GetMetricData and DescribeAlarms in the protocol the SDK's client speaks (AWS JSON 1.0, instants as epoch
 * seconds). What it knows comes from functions, so that it can be fed from a list, from recorded rows or from the simulator
 * (`cloudwatch-from-minutes.ts`).
 */
import type { Answer, Asked, Service } from './server.ts';

/** One metric as it is asked for. Instants are epoch milliseconds; [start, end). */
export interface MetricAsked {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: string;
  readonly periodSeconds: number;
  readonly start: number;
  readonly end: number;
}

export type Point = readonly [at: number, value: number];

export interface Message {
  readonly Code: string;
  readonly Value: string;
}

/** How a metric's result looks; absent: `Complete` without a word. */
export interface Manner {
  readonly status?: string;
  readonly messages?: readonly Message[];
  /** There is no result at all. */
  readonly absent?: boolean;
}

export interface CloudWatchGiven {
  /** Points of one metric in its span; may be in any order, twice, or outside the span. */
  readonly points?: (asked: MetricAsked) => readonly Point[];
  /** Points on each page, over all metrics; without it everything is on one page. Asked anew for every page. */
  readonly pointsPerPage?: () => number;
  readonly manner?: (asked: MetricAsked) => Manner;
  /** Messages of the whole answer. */
  readonly messages?: readonly Message[];
  /** Alarms by name; those that are not there do not exist. */
  readonly alarms?: () => Readonly<Record<string, AlarmGiven>>;
  readonly alarmsPerPage?: number;
}

export interface AlarmGiven {
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  readonly composite?: boolean;
}

export const cloudWatch =
  (given: CloudWatchGiven): Service =>
  (asked) => {
    switch (asked.operation) {
      case 'GetMetricData':
        return getMetricData(given, asked);
      case 'DescribeAlarms':
        return describeAlarms(given, asked);
      default:
        return error('UnknownOperationException', asked.operation);
    }
  };

const json = (document: unknown, status = 200): Answer => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: JSON.stringify(document),
});

/** An error as the service answers it. */
export const error = (code: string, message: string, status = 400): Answer =>
  json({ __type: `com.amazonaws.cloudwatch#${code}`, message }, status);

interface GetMetricDataInput {
  readonly MetricDataQueries: readonly {
    readonly Id: string;
    readonly MetricStat: {
      readonly Metric: {
        readonly Namespace: string;
        readonly MetricName: string;
        readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
      };
      readonly Period: number;
      readonly Stat: string;
    };
  }[];
  readonly StartTime: number;
  readonly EndTime: number;
  readonly NextToken?: string;
}

/** The metrics of a GetMetricData request, by their ids. */
export const metricsAsked = (asked: Asked): readonly (MetricAsked & { readonly id: string })[] => {
  const { MetricDataQueries, StartTime, EndTime } = asked.input as unknown as GetMetricDataInput;
  return MetricDataQueries.map(({ Id, MetricStat: { Metric, Period, Stat } }) => ({
    id: Id,
    namespace: Metric.Namespace,
    metric: Metric.MetricName,
    dimensions: Object.fromEntries((Metric.Dimensions ?? []).map(({ Name, Value }) => [Name, Value])),
    statistic: Stat,
    periodSeconds: Period,
    start: StartTime * 1000,
    end: EndTime * 1000,
  }));
};

const QUERIES_AT_MOST = 500;

/** A page's token is the number of points on the pages before it. */
const getMetricData = (given: CloudWatchGiven, request: Asked): Answer => {
  const metrics = metricsAsked(request);
  const ids = new Set(metrics.map(({ id }) => id));
  if (metrics.length > QUERIES_AT_MOST || ids.size !== metrics.length || [...ids].some((id) => !/^[a-z]\w*$/.test(id)))
    return error('ValidationError', 'at most 500 queries, each with an id of its own');
  const from = Number(request.input.NextToken ?? 0);
  const to = from + (given.pointsPerPage?.() ?? Number.POSITIVE_INFINITY);
  const results: object[] = [];
  let before = 0;
  for (const asked of metrics) {
    const { status, messages, absent = false } = given.manner?.(asked) ?? {};
    const points = given.points?.(asked) ?? [];
    const here = points.slice(Math.max(0, from - before), Math.max(0, to - before));
    const end = before + points.length;
    // A metric without points is told on the first page.
    if (!absent && (here.length > 0 || (points.length === 0 && from === 0))) {
      results.push({
        Id: asked.id,
        Label: asked.metric,
        Timestamps: here.map(([at]) => at / 1000),
        Values: here.map(([, value]) => (Number.isNaN(value) ? 'NaN' : value)),
        StatusCode: status ?? (here.length > 0 && end > to ? 'PartialData' : 'Complete'),
        ...(messages && { Messages: messages }),
      });
    }
    before = end;
  }
  return json({
    MetricDataResults: results,
    Messages: given.messages ?? [],
    ...(to < before ? { NextToken: String(to) } : {}),
  });
};

const describeAlarms = (given: CloudWatchGiven, { input }: Asked): Answer => {
  const { AlarmNames, AlarmTypes, NextToken } = input as {
    readonly AlarmNames: readonly string[];
    readonly AlarmTypes?: readonly string[];
    readonly NextToken?: string;
  };
  if (AlarmNames.length === 0 || AlarmNames.length > 100) return error('ValidationError', 'one to 100 names');
  const types = AlarmTypes ?? ['MetricAlarm'];
  const alarms = given.alarms?.() ?? {};
  // In the service's own order, not in the order asked.
  const found = Object.entries(alarms)
    .filter(([name]) => AlarmNames.includes(name))
    .filter(([, { composite = false }]) => types.includes(composite ? 'CompositeAlarm' : 'MetricAlarm'))
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
  const from = Number(NextToken ?? 0);
  const to = from + (given.alarmsPerPage ?? 50);
  const page = found.slice(from, to);
  const told = (isComposite: boolean): readonly object[] =>
    page
      .filter(([, { composite = false }]) => composite === isComposite)
      .map(([name, { state }]) => ({ AlarmName: name, StateValue: state }));
  return json({
    MetricAlarms: told(false),
    CompositeAlarms: told(true),
    ...(to < found.length ? { NextToken: String(to) } : {}),
  });
};
