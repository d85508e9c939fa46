/** From CloudWatch's values to what one minute says, with the rules for what is missing. */
import type { BusinessCounts, Counts } from '../judge/row.ts';
import type { Plan } from '../plan/plan.ts';
import type { BusinessQueries, BusinessQuery, Query, TrafficQueries } from './metric-queries.ts';

/** Value of a metric in one period; undefined: none was reported. */
export type Reported = (query: Query) => number | undefined;

/**
 * Null without RequestCount. Beside it every missing count is zero: the load balancer reports only what is not zero
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html). Answers to a request may be
 * counted in the next minute, so `unavailable` may be slightly negative. `TC()` is interpolated by CloudWatch and kept within the responses.
 */
export const countsOf = (plan: Plan, queries: TrafficQueries, reported: Reported): Counts | null => {
  const requests = reported(queries.requests);
  if (requests === undefined) return null;
  const sum = (of: readonly Query[]): number => of.reduce((total, query) => total + (reported(query) ?? 0), 0);
  const refused = sum([queries.connectionErrors]);
  const responses = sum([queries.responses]);
  const slow: Record<string, number> = {};
  for (const [key, query] of Object.entries(queries.slow)) slow[key] = Math.min(responses, sum([query]));
  return {
    requests,
    failures: Math.min(requests, sum([queries.serverErrors, ...queries.functionErrors]) + refused),
    unavailable: plan.availability === 'connectionErrors' ? refused : requests - sum(queries.answered),
    responses,
    slow,
  };
};

/**
 * A metric that is not there is unknown. One with `missing: zero` is zero once it has ever been published, but only beside the arm's own
 * RequestCount: without that nobody came, or CloudWatch is silent, and a zero would be invented.
 *
 * @param isPublished asked of metrics with `missing: zero` only
 */
export const businessOf = (
  requests: number | null,
  queries: BusinessQueries,
  reported: Reported,
  isPublished: (query: BusinessQuery) => boolean,
): BusinessCounts => {
  const value = (query: BusinessQuery | undefined): number | null => {
    if (query === undefined) return null;
    return reported(query) ?? (query.isZero && requests !== null && isPublished(query) ? 0 : null);
  };
  const segments: Record<string, BusinessCounts['segments'][string]> = {};
  for (const [name, segment] of Object.entries(queries.segments)) {
    const [asked, failed] = [value(segment.requests), value(segment.failures)];
    segments[name] = asked === null || failed === null ? null : { requests: asked, failures: failed };
  }
  const gauges: Record<string, number | null> = {};
  for (const [name, query] of Object.entries(queries.gauges)) gauges[name] = value(query);
  return { requests, revenue: value(queries.revenue), orders: value(queries.orders), segments, gauges };
};
