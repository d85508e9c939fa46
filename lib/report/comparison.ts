/** What an A/A rollout is for: how the two groups differ, gathered row by row on the rows that criteria are judged by. Constant space. */
import { addMinute, type DifferenceSums, NO_DIFFERENCE } from '../judge/difference.ts';
import { type InFlight, NONE_IN_FLIGHT, setOff } from '../judge/in-flight.ts';
import { needsOf } from '../judge/needs.ts';
import { type Gathered, gather, noneGathered } from '../judge/ratio.ts';
import { type BusinessRow, minuteOf, type Row } from '../judge/row.ts';
import { hasBaseline } from '../judge/share.ts';
import { minuteInBusiness, minuteInTraffic, type Watched, watchedOf } from '../judge/watched.ts';
import type { Plan } from '../plan/plan.ts';
import { standingOf } from '../rollout/bake-clock.ts';
import type { Entry } from '../rollout/entry.ts';
import type { RolloutState } from '../rollout/rollout.ts';
import { isLive } from '../rollout/situation.ts';

/** Changed in place by `compareRows`. */
export interface Comparison {
  /** What the regression watch compares. */
  readonly watched: readonly { readonly of: Watched; sums: DifferenceSums }[];
  /** Requests against the weight. */
  split: DifferenceSums;
  /** Null: the plan has none. */
  revenue: Gathered | null;
  /** Those that are read, by their name in the plan: means over blocks, gathered as revenue of one request a minute. */
  readonly gauges: { readonly name: string; mean: Gathered }[];
  inFlight: InFlight;
}

export const noComparison = (plan: Plan): Comparison => ({
  watched: watchedOf(plan).map((of) => ({ of, sums: NO_DIFFERENCE })),
  split: NO_DIFFERENCE,
  revenue: needsOf(plan).revenue ? noneGathered(true) : null,
  gauges: needsOf(plan)
    .gauges.filter((name) => isPerArm(plan, name))
    .map((name) => ({ name, mean: noneGathered(true) })),
  inFlight: NONE_IN_FLIGHT,
});

/** One metric for both groups cannot differ. */
const isPerArm = ({ metrics }: Plan, gauge: string): boolean =>
  Object.values(metrics.gauges[gauge]?.dimensions ?? {}).some((value) => value.includes('{arm}'));

/** @param before the state that the entry's rows were folded into */
export const compareRows = (
  plan: Plan,
  comparison: Comparison,
  { rows, businessRows, state }: Entry,
  before: RolloutState,
): void => {
  const counts = (row: Row | BusinessRow): boolean => {
    const minute = minuteOf(row);
    const isLeftOut = state.leftOut !== null && minute >= state.leftOut[0] && minute <= state.leftOut[1];
    return hasBaseline(row.weight) && isLive(before) && !isLeftOut && standingOf(plan, before, minute) === 'bake';
  };
  for (const row of rows) {
    // What is answered a minute later is set off also against minutes that do not count.
    const { inFlight, sums } = setOff(comparison.inFlight, row);
    comparison.inFlight = inFlight;
    if (counts(row)) compareTraffic(comparison, row, before, sums);
  }
  for (const row of businessRows) if (counts(row)) compareBusiness(comparison, row);
};

const compareTraffic = (
  comparison: Comparison,
  row: Row,
  { judge }: RolloutState,
  unanswered: ReturnType<typeof setOff>['sums'],
): void => {
  for (const each of comparison.watched) {
    const minute =
      each.of.rows === 'traffic' ? minuteInTraffic(each.of.metric, row, judge.before, unanswered) : undefined;
    if (minute !== undefined) each.sums = addMinute(each.sums, minute);
  }
  if (row.candidate === null || row.baseline === null) return;
  comparison.split = addMinute(comparison.split, {
    requests: row.weight,
    events: row.candidate.requests,
    baselineRequests: 100 - row.weight,
    baselineEvents: row.baseline.requests,
  });
};

const compareBusiness = (comparison: Comparison, row: BusinessRow): void => {
  for (const each of comparison.watched) {
    const minute = each.of.rows === 'business' ? minuteInBusiness(each.of.metric, row) : undefined;
    if (minute !== undefined) each.sums = addMinute(each.sums, minute);
  }
  if (comparison.revenue !== null) comparison.revenue = gather(comparison.revenue, row);
  for (const gauge of comparison.gauges) gauge.mean = gather(gauge.mean, asSales(row, gauge.name));
};

const asSales = (row: BusinessRow, gauge: string): BusinessRow => {
  const side = (counts: BusinessRow['candidate']) => ({
    ...counts,
    revenue: counts.gauges[gauge] ?? null,
    requests: 1,
  });
  return { ...row, candidate: side(row.candidate), baseline: side(row.baseline) };
};
