/** How near the candidate came to each guard, over the guard's own windows. */
import { minuteOf, type Row, type BusinessRow } from '../judge/row.ts';
import { badOf, countShare, hasBaseline, isNet, NO_SUMS } from '../judge/share.ts';
import type { Guard, Instant, Plan, ShareKey } from '../plan/plan.ts';
import type { Entry } from '../rollout/entry.ts';
import { isActive } from '../rollout/holds.ts';
import type { RolloutState } from '../rollout/rollout.ts';
import { boundSinceRise, evidenceOf, worstSegmentSinceRise } from './guard-evidence.ts';

/** The value nearest to the limit, or furthest beyond it, in the claim's quantity. */
export interface Closest {
  readonly value: number;
  readonly at: Instant;
  readonly weight: number;
  /** What it was counted from: bad of requests; blocks for revenue; null for gauges. */
  readonly bad: number | null;
  readonly total: number | null;
  readonly segment?: string | undefined;
}

export interface Approach {
  /** Over windows in which the guard could have tripped: for shares and segments those with at least three bad requests. */
  closest: Closest | null;
  /** Full windows looked at. */
  windows: number;
  /** The most evidence S of a breach; 100 is proof. */
  evidence: number;
  /** The newest minutes, oldest first: of a gauge its values, of a share total, bad, baseline's total and bad of each. */
  readonly window: number[];
  /** Weight of the newest row: a rise empties the window. */
  weight: number;
}

/** Fewer bad requests never trip a guard on a share or a segment. */
const BAD_AT_LEAST = 3;

export const noApproaches = (plan: Plan): readonly Approach[] =>
  plan.guards.map(() => ({ closest: null, windows: 0, evidence: 1, window: [], weight: 0 }));

export const approach = (plan: Plan, approaches: readonly Approach[], { rows, businessRows, state }: Entry): void => {
  if (rows.length + businessRows.length === 0) return;
  const excluded = isExcluded(state);
  for (let index = 0; index < approaches.length; index++) {
    const [guard, nearing] = [plan.guards[index], approaches[index]];
    if (guard === undefined || nearing === undefined) continue;
    const { claim } = guard;
    if (claim.kind === 'share') {
      for (const row of rows) nearShare(plan, nearing, guard, claim.share, row, state, excluded);
      if (rows.length > 0) nearing.evidence = Math.max(nearing.evidence, evidenceOf(state, index));
    } else if (claim.kind === 'gauge') {
      for (const row of businessRows) nearGauge(nearing, guard, claim.gauge, row);
    } else {
      nearSinceRise(plan, nearing, guard, businessRows.at(-1), state);
    }
  }
};

/** Rows under these holds say nothing to guards. */
const isExcluded = ({ holds }: RolloutState): boolean =>
  holds.length > 0 && holds.some((hold) => (hold.code === 'SHARED_OUTAGE' || hold.code === 'SPLIT_OFF') && isActive(hold));

const isNearer = ({ claim }: Guard, { closest }: Approach, value: number): boolean =>
  closest === null || (claim.side === 'above' ? value > closest.value : value < closest.value);

/** Every row moves the window, also one that is left out of judgement. */
const nearShare = (plan: Plan, nearing: Approach, guard: Guard, share: ShareKey, row: Row, state: RolloutState, excluded: boolean): void => {
  const { window } = nearing;
  if (row.weight > nearing.weight) window.length = 0;
  nearing.weight = row.weight;
  if (window.length >= 4 * guard.forMinutes) window.splice(0, 4);
  const [rowTotal, rowBad, rowBaselineTotal, rowBaselineBad] = countShare(plan, share, row) ?? NO_SUMS;
  window.push(rowTotal, rowBad, rowBaselineTotal, rowBaselineBad);
  if (window.length < 4 * guard.forMinutes || excluded) return;
  nearing.windows += 1;
  const [total, counted] = [columnSum(window, 0), columnSum(window, 1)];
  if (counted < BAD_AT_LEAST || total <= 0) return;
  const sums = [total, counted, columnSum(window, 2), columnSum(window, 3), 0] as const;
  const bad = badOf(sums, isNet(plan, share), state.judge.before.unavailableShare);
  if (bad < BAD_AT_LEAST || !isNearer(guard, nearing, bad / total)) return;
  nearing.closest = { value: bad / total, at: minuteOf(row), weight: row.weight, bad, total };
};

const columnSum = (window: readonly number[], column: number): number => {
  let sum = 0;
  for (let i = column; i < window.length; i += 4) sum += window[i] ?? 0;
  return sum;
};

/** The value that every minute of the window reached or passed; a minute without a value breaks the window, as it does for the guard. */
const nearGauge = (nearing: Approach, guard: Guard, gauge: string, row: BusinessRow): void => {
  const { window } = nearing;
  const value = row.candidate.gauges[gauge] ?? null;
  if (value === null) {
    window.length = 0;
    return;
  }
  window.push(value);
  if (window.length > guard.forMinutes) window.shift();
  if (window.length < guard.forMinutes) return;
  nearing.windows += 1;
  const lasted = guard.claim.side === 'above' ? Math.min(...window) : Math.max(...window);
  if (isNearer(guard, nearing, lasted)) nearing.closest = { value: lasted, at: minuteOf(row), weight: row.weight, bad: null, total: null };
};

/** Revenue and segments are proven by everything since the last rise, and need a baseline. */
const nearSinceRise = (plan: Plan, nearing: Approach, guard: Guard, row: BusinessRow | undefined, state: RolloutState): void => {
  if (row === undefined || !hasBaseline(row.weight) || guard.proof === 'none') return;
  const seen = guard.claim.kind === 'ratio' ? boundSinceRise(guard, state) : worstSegmentSinceRise(plan, guard, state);
  if (seen === undefined) return;
  nearing.windows += 1;
  if (seen.value !== null && isNearer(guard, nearing, seen.value)) {
    nearing.closest = { ...seen, value: seen.value, at: minuteOf(row), weight: row.weight };
  }
};
