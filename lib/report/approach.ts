/** How near the candidate came to each guard, over the guard's own windows. */
import { type BusinessRow, minuteOf, type Row } from '../judge/row.ts';
import { badOf, countShare, hasBaseline, NO_SUMS, type ShareSource, sourceOf } from '../judge/share.ts';
import type { Guard, Instant, Plan } from '../plan/plan.ts';
import type { Entry } from '../rollout/entry.ts';
import { isActive } from '../rollout/holds.ts';
import type { RolloutState } from '../rollout/rollout.ts';
import { boundSinceRise, evidenceOf, worstSegmentSinceRise } from './guard-evidence.ts';
import { clearWindow, emptyWindow, isFull, pushMinute, type ShareWindow, sumsOf } from './share-window.ts';

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
  /** Of a share: where its counts are in a row, and its newest minutes; null: another kind of guard. */
  readonly share: { readonly source: ShareSource; readonly window: ShareWindow } | null;
  /** Of a gauge: its newest values, oldest first. */
  readonly values: number[];
  /** Full windows looked at. */
  windows: number;
  /** The most evidence S of a breach; 100 is proof. */
  evidence: number;
  /** Weight of the newest row: a rise empties the window. */
  weight: number;
}

/** Fewer bad requests never trip a guard on a share or a segment. */
const BAD_AT_LEAST = 3;

export const noApproaches = (plan: Plan): readonly Approach[] =>
  plan.guards.map(({ claim, forMinutes }) => ({
    closest: null,
    share: claim.kind === 'share' ? { source: sourceOf(plan, claim.share), window: emptyWindow(forMinutes) } : null,
    values: [],
    windows: 0,
    evidence: 1,
    weight: 0,
  }));

export const approach = (plan: Plan, approaches: readonly Approach[], { rows, businessRows, state }: Entry): void => {
  if (rows.length + businessRows.length === 0) return;
  const excluded = isExcluded(state);
  for (let index = 0; index < approaches.length; index++) {
    const [guard, nearing] = [plan.guards[index], approaches[index]];
    if (guard === undefined || nearing === undefined) continue;
    const { claim } = guard;
    if (nearing.share !== null) {
      for (const row of rows) nearShare(nearing, guard, nearing.share, row, state, excluded);
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
  holds.length > 0 &&
  holds.some((hold) => (hold.code === 'SHARED_OUTAGE' || hold.code === 'SPLIT_OFF') && isActive(hold));

const isNearer = ({ claim }: Guard, { closest }: Approach, value: number): boolean =>
  closest === null || (claim.side === 'above' ? value > closest.value : value < closest.value);

/** Every row moves the window, also one that is left out of judgement. */
const nearShare = (
  nearing: Approach,
  guard: Guard,
  { source, window }: NonNullable<Approach['share']>,
  row: Row,
  { judge }: RolloutState,
  excluded: boolean,
): void => {
  if (row.weight > nearing.weight) clearWindow(window);
  nearing.weight = row.weight;
  pushMinute(window, countShare(source, row) ?? NO_SUMS);
  if (!isFull(window) || excluded) return;
  nearing.windows += 1;
  // The running sum may be off by rounding; what is near enough is summed anew.
  if (window.bad < BAD_AT_LEAST - 0.5) return;
  const sums = sumsOf(window);
  const total = sums[0];
  const bad = badOf(sums, source.net, judge.before.unavailableShare);
  if (bad < BAD_AT_LEAST || total <= 0 || !isNearer(guard, nearing, bad / total)) return;
  nearing.closest = { value: bad / total, at: minuteOf(row), weight: row.weight, bad, total };
};

/** The value that every minute of the window reached or passed; a minute without a value breaks the window, as it does for the guard. */
const nearGauge = (nearing: Approach, guard: Guard, gauge: string, row: BusinessRow): void => {
  const { values } = nearing;
  const value = row.candidate.gauges[gauge] ?? null;
  if (value === null) {
    values.length = 0;
    return;
  }
  values.push(value);
  if (values.length > guard.forMinutes) values.shift();
  if (values.length < guard.forMinutes) return;
  nearing.windows += 1;
  const lasted = guard.claim.side === 'above' ? Math.min(...values) : Math.max(...values);
  if (isNearer(guard, nearing, lasted))
    nearing.closest = { value: lasted, at: minuteOf(row), weight: row.weight, bad: null, total: null };
};

/** Revenue and segments are proven by everything since the last rise, and need a baseline. */
const nearSinceRise = (
  plan: Plan,
  nearing: Approach,
  guard: Guard,
  row: BusinessRow | undefined,
  state: RolloutState,
): void => {
  if (row === undefined || !hasBaseline(row.weight) || guard.proof === 'none') return;
  const seen = guard.claim.kind === 'ratio' ? boundSinceRise(guard, state) : worstSegmentSinceRise(plan, guard, state);
  if (seen === undefined) return;
  nearing.windows += 1;
  if (seen.value !== null && isNearer(guard, nearing, seen.value)) {
    nearing.closest = { ...seen, value: seen.value, at: minuteOf(row), weight: row.weight };
  }
};
