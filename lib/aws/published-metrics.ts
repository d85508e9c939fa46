import type { Fault } from '../controller/fault.ts';
import { isFault } from '../controller/fault.ts';
import { DAY_MINUTES, MINUTE_MS } from '../plan/duration.ts';
import type { Instant } from '../plan/plan.ts';
import { type Asking, readSeries, type SeriesOf } from './metric-data.ts';
import type { BusinessQuery } from './metric-queries.ts';

const DAY_MS = DAY_MINUTES * MINUTE_MS;

/** How far back one call looks: as long as CloudWatch keeps single minutes. */
const LOOK_BACK_MS = 15 * DAY_MS;

/** How long "never published" is believed. */
const NEVER_FOR_MS = 10 * MINUTE_MS;

export type PublishedMetrics = (
  asking: Asking,
  queries: readonly BusinessQuery[],
  seriesOf: SeriesOf,
  now: Instant,
) => Promise<((query: BusinessQuery) => boolean) | Fault>;

/**
 * Which metrics with `missing: zero` have ever been published. One that has is remembered as long as the container lives; of those that
 * nothing is known of, one call asks for whole days.
 */
export const publishedMetrics = (): PublishedMetrics => {
  const published = new Set<string>();
  const neverUntil = new Map<string, Instant>();
  return async (asking, queries, seriesOf, now) => {
    const wanted = queries.filter(({ isZero }) => isZero);
    const learn = (query: BusinessQuery, from: SeriesOf): void => {
      if (from(query).size > 0) published.add(query.key);
    };
    for (const query of wanted) learn(query, seriesOf);
    const unknown = wanted.filter(
      (query) => !published.has(query.key) && now >= (neverUntil.get(query.key) ?? Number.NEGATIVE_INFINITY),
    );
    if (unknown.length > 0) {
      // Whole days from their beginning, so that no value lies before the span.
      const from = Math.floor((now - LOOK_BACK_MS) / DAY_MS) * DAY_MS;
      const operation = 'look whether the metrics were ever published';
      const days = await readSeries(asking, operation, unknown, { from, to: now, periodSeconds: DAY_MS / 1000 });
      if (isFault(days)) return days;
      for (const query of unknown) {
        learn(query, days);
        neverUntil.set(query.key, now + NEVER_FOR_MS);
      }
    }
    return (query) => published.has(query.key);
  };
};
