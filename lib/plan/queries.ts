import type { Claim } from './claim.ts';
import type { PlanDraft } from './draft.ts';

export const QUERIES_AT_MOST = 500;

/**
 * RequestCount, the four classes of answers, connection errors, measured response times, healthy hosts, and the two by which a function's own
 * failures are counted: whether a group is one, a plan does not say. Two counts by the baseline's usual latency, for the regression watch.
 */
const TRAFFIC_QUERIES = 12;
const ARMS = 2;

/**
 * How many CloudWatch metrics one tick reads at most: for both groups the traffic, one count per latency threshold, business metrics, judged gauges,
 * and two counts per segment. A draft's unread parts count as nothing.
 */
export function metricQueries({ phases, guards, metrics }: PlanDraft): number {
  const criteria = (phases ?? []).flatMap((phase) => phase?.advance ?? []);
  const claims = [...criteria, ...(guards ?? [])].map((expression) => expression?.claim);
  const slow = new Set(claims.flatMap(slowShare));
  const gauges = new Set(claims.flatMap((claim) => (claim?.kind === 'gauge' ? [claim.gauge] : [])));
  const revenue = (metrics?.revenue === undefined ? 0 : 1) + (metrics?.revenue?.orders === undefined ? 0 : 1);
  const segments = 2 * (metrics?.segments?.values?.length ?? 0);
  return ARMS * (TRAFFIC_QUERIES + slow.size + revenue + segments + gauges.size);
}

const slowShare = (claim: Claim | undefined): readonly string[] =>
  claim?.kind === 'share' && claim.share.startsWith('slow:') ? [claim.share] : [];
