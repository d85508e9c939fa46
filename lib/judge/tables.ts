/** What the judge derives from a plan once: layouts and constants that no row changes. */
import type { Guard } from '../plan/claim.ts';
import type { Plan } from '../plan/plan.ts';
import { plannedMinutesBelow100 } from '../plan/timeline.ts';
import type { Growth } from './bound.ts';
import { growthsOf, type ShareGuard } from './guard.ts';
import { type StakePlan, stakePlanOf } from './stakes.ts';
import { type Layout, layoutOf } from './tally.ts';

export type GuardTable =
  | { readonly kind: 'share'; readonly guard: ShareGuard; readonly growths: readonly Growth[] }
  | { readonly kind: 'business'; readonly guard: Guard };

export interface Tables {
  readonly layout: Layout;
  readonly guards: readonly GuardTable[];
  /** What proven guards keep since the last rise. */
  readonly sinceRise: { readonly ratio: boolean; readonly segments: readonly string[] };
  /** All segments, for windows of literal guards. */
  readonly segments: readonly string[];
  /** α; undefined: the watch is off. */
  readonly falseRollbacks: number | undefined;
  readonly stakePlan: StakePlan;
}

/** A pure memo: a plan is immutable, and its tables say nothing that is not in it. */
const MEMO = new WeakMap<Plan, Tables>();

export const tablesOf = (plan: Plan): Tables => {
  const known = MEMO.get(plan);
  if (known !== undefined) return known;
  const tables = makeTables(plan);
  MEMO.set(plan, tables);
  return tables;
};

const makeTables = (plan: Plan): Tables => {
  const proven = plan.guards.filter(({ proof }) => proof === 'proven').map(({ claim }) => claim.kind);
  const segments = plan.metrics.segments?.values ?? [];
  return {
    layout: layoutOf(plan),
    guards: plan.guards.map(tableOf),
    sinceRise: { ratio: proven.includes('ratio'), segments: proven.includes('segmentRatio') ? segments : [] },
    segments,
    falseRollbacks: 'off' in plan.regressionWatch ? undefined : plan.regressionWatch.falseRollbacks,
    stakePlan: stakePlanOf(plan, plannedMinutesBelow100(plan)),
  };
};

const tableOf = (guard: Guard): GuardTable => {
  const { claim } = guard;
  return claim.kind === 'share'
    ? { kind: 'share', guard: { ...guard, claim }, growths: growthsOf(claim) }
    : { kind: 'business', guard };
};
