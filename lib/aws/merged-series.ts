/** GetMetricData for several ticks: minutes are asked for over the widest of their spans, since the price is per metric, not per minute. */
import { isFault } from '../controller/fault.ts';
import { MINUTE_MS } from '../plan/duration.ts';
import { mergedRead } from './merged-read.ts';
import { type Asking, QUERIES_PER_CALL, type ReadSeries, readSeries, type Series, type Span } from './metric-data.ts';
import type { Query } from './metric-queries.ts';

/** A tick that is further behind asks alone: its span would make every answer of the call longer. */
const SPAN_AT_MOST_MS = 30 * MINUTE_MS;

interface Wanted {
  readonly query: Query;
  readonly span: Span;
  readonly asking: Asking;
}

const OPERATION = 'read the metrics';

/** Whoever asks for minutes within a moment of the first shares its call. A metric that two ask for is asked for once. */
export const mergedSeries = (): ReadSeries => {
  const read = mergedRead<Wanted, Series>(readTogether, { keyOf: ({ query }) => query.key, most: QUERIES_PER_CALL });
  return async (asking, operation, queries, span) => {
    if (span.periodSeconds * 1000 !== MINUTE_MS || span.to - span.from > SPAN_AT_MOST_MS)
      return readSeries(asking, operation, queries, span);
    const series = await read(queries.map((query) => ({ query, span, asking })));
    return isFault(series) ? series : ({ key }) => series.get(key) ?? new Map();
  };
};

const readTogether = async (wanted: readonly Wanted[]) => {
  const [first] = wanted;
  if (first === undefined) return new Map<string, Series>();
  const span: Span = {
    from: Math.min(...wanted.map(({ span: { from } }) => from)),
    to: Math.max(...wanted.map(({ span: { to } }) => to)),
    periodSeconds: first.span.periodSeconds,
  };
  const queries = wanted.map(({ query }) => query);
  const seriesOf = await readSeries(first.asking, OPERATION, queries, span);
  return isFault(seriesOf) ? seriesOf : new Map(queries.map((query) => [query.key, seriesOf(query)]));
};
