/** What a plan needs to be judged by: the counts both worlds, CloudWatch and the simulator, must supply. */
import type { Claim, ShareKey } from '../plan/claim.ts';
import type { MetricSource, Plan } from '../plan/plan.ts';

/** Target RequestCount, failures, unanswered requests and responses are always needed. */
export interface Needs {
  /** Latency thresholds in milliseconds, ascending: `slow` of every row has one key each, `${ms}ms`. */
  readonly slowMilliseconds: readonly number[];
  /** Revenue of both sides, and the number of orders. */
  readonly revenue: boolean;
  readonly orders: boolean;
  /** At weight 100 the candidate's revenue is read for the weekly reviews, though nothing is judged by it. */
  readonly revenueAlone: boolean;
  /** Values of the segment dimension; empty: none are needed. */
  readonly segments: readonly string[];
  /** Gauges by their name in the plan: those that are judged. Who only wants to see one finds it on the dashboard. */
  readonly gauges: readonly string[];
  /** Anything that comes in business rows. */
  readonly business: boolean;
  /** How long after its end a minute of the slowest of them is complete; 0 without any. */
  readonly businessSettleMinutes: number;
}

/** A pure memo: every tick asks, and a plan is immutable. */
const MEMO = new WeakMap<Plan, Needs>();

export const needsOf = (plan: Plan): Needs => {
  const known = MEMO.get(plan);
  if (known !== undefined) return known;
  const needs = makeNeeds(plan);
  MEMO.set(plan, needs);
  return needs;
};

const makeNeeds = (plan: Plan): Needs => {
  const claims = claimsOf(plan);
  const slow = claims.flatMap((claim) =>
    claim.kind === 'share' && claim.share.startsWith('slow:') ? [millisecondsOf(claim.share)] : [],
  );
  const judged = new Set(claims.flatMap((claim) => (claim.kind === 'gauge' ? [claim.gauge] : [])));
  const { revenue, segments } = plan.metrics;
  const gauges = Object.entries(plan.metrics.gauges).filter(([name]) => judged.has(name));
  const sources = [
    revenue?.sum,
    revenue?.orders,
    segments?.requests,
    segments?.failures,
    ...gauges.map(([, of]) => of),
  ];
  const read = sources.filter((source): source is MetricSource => source !== undefined);
  return {
    slowMilliseconds: [...new Set(slow)].toSorted((a, b) => a - b),
    revenue: revenue !== undefined,
    orders: revenue?.orders !== undefined,
    revenueAlone: revenue !== undefined && plan.phases.some(({ daily, weight }) => daily && weight === 100),
    segments: segments?.values ?? [],
    gauges: gauges.map(([name]) => name),
    business: read.length > 0,
    businessSettleMinutes: Math.max(0, ...read.map(({ settleMinutes }) => settleMinutes)),
  };
};

/** All claims of criteria and guards, in the plan's order. */
const claimsOf = (plan: Plan): readonly Claim[] => [
  ...plan.phases.flatMap((phase) => phase.advance.map(({ claim }) => claim)),
  ...plan.guards.map(({ claim }) => claim),
];

const millisecondsOf = (share: ShareKey): number => Number(share.slice('slow:'.length, -'ms'.length));
