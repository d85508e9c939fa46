/** What a plan needs to be judged by: the counts both worlds, CloudWatch and the simulator, must supply. */
import type { Claim, ShareKey } from '../plan/claim.ts';
import type { Plan } from '../plan/plan.ts';

/** Target RequestCount, failures, unanswered requests and responses are always needed. */
export interface Needs {
  /** Latency thresholds in milliseconds, ascending: `slow` of every row has one key each, `${ms}ms`. */
  readonly slowMilliseconds: readonly number[];
  /** Revenue of both sides, and the number of orders. */
  readonly revenue: boolean;
  readonly orders: boolean;
  /** Values of the segment dimension; empty: none are needed. */
  readonly segments: readonly string[];
  /** Gauges by their name in the plan, judged or shown. */
  readonly gauges: readonly string[];
  /** Anything that comes in business rows. */
  readonly business: boolean;
}

export const needsOf = (plan: Plan): Needs => {
  const claims = claimsOf(plan);
  const slow = claims.flatMap((claim) =>
    claim.kind === 'share' && claim.share.startsWith('slow:') ? [millisecondsOf(claim.share)] : [],
  );
  const named = new Set([...claims.flatMap((claim) => (claim.kind === 'gauge' ? [claim.gauge] : [])), ...plan.show]);
  const revenue = plan.metrics.revenue !== undefined;
  const segments = plan.metrics.segments?.values ?? [];
  const gauges = Object.keys(plan.metrics.gauges).filter((name) => named.has(name));
  return {
    slowMilliseconds: [...new Set(slow)].toSorted((a, b) => a - b),
    revenue,
    orders: plan.metrics.revenue?.orders !== undefined,
    segments,
    gauges,
    business: revenue || segments.length > 0 || gauges.length > 0,
  };
};

/** All claims of criteria and guards, in the plan's order. */
const claimsOf = (plan: Plan): readonly Claim[] => [
  ...plan.phases.flatMap((phase) => phase.advance.map(({ claim }) => claim)),
  ...plan.guards.map(({ claim }) => claim),
];

const millisecondsOf = (share: ShareKey): number => Number(share.slice('slow:'.length, -'ms'.length));
