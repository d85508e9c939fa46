/** What the judge derives from a plan once: layouts and constants that no row changes. */
import type { Guard } from '../plan/claim.ts';
import type { Plan } from '../plan/plan.ts';
import { plannedMinutesBelow100 } from '../plan/timeline.ts';
import { type ShareGuardTable, shareGuardTable } from './guard.ts';
import { stakePlanOf } from './stakes.ts';
import { type Layout, layoutOf } from './tally.ts';
import type { WatchTable } from './watch.ts';
import { watchedOf } from './watched.ts';

export type GuardTable = ShareGuardTable | { readonly kind: 'business'; readonly guard: Guard };

export interface Tables {
  /** Per phase. */
  readonly layouts: readonly Layout[];
  readonly guards: readonly GuardTable[];
  /** What proven guards keep since the last rise. */
  readonly sinceRise: { readonly ratio: boolean; readonly segments: readonly string[] };
  /** All segments, for windows of literal guards. */
  readonly segments: readonly string[];
  /** Undefined: the plan switched it off. */
  readonly watch: WatchTable | undefined;
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
    layouts: plan.phases.map((phase) => layoutOf(plan, phase)),
    guards: plan.guards.map((guard) => tableOf(plan, guard)),
    sinceRise: { ratio: proven.includes('ratio'), segments: proven.includes('segmentRatio') ? segments : [] },
    segments,
    watch: watchTableOf(plan),
  };
};

const tableOf = (plan: Plan, guard: Guard): GuardTable => {
  const { claim } = guard;
  return claim.kind === 'share' ? shareGuardTable(plan, { ...guard, claim }) : { kind: 'business', guard };
};

const watchTableOf = (plan: Plan): WatchTable | undefined => {
  if ('off' in plan.regressionWatch) return undefined;
  const limits = plan.guards.flatMap(({ claim }) =>
    claim.kind === 'share' && claim.share === 'failures' ? [claim.limit] : [],
  );
  return {
    falseRollbacks: plan.regressionWatch.falseRollbacks,
    stakePlan: stakePlanOf(plan, plannedMinutesBelow100(plan)),
    watched: watchedOf(plan),
    guardLimit: limits.length === 0 ? undefined : Math.min(...limits),
    countsAnswers: plan.availability === 'answered',
  };
};
