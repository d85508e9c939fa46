/**
 * Guards on shares: the operator's own limits on the candidate. One trips when the rate over its window exceeds the
 * limit, at least three requests were bad, and the breach is proven.
 *
 * The proof is a sum of CUSUM-type e-processes: each alternative of the fail grid starts anew whenever it has fallen
 * below 1, so it needs no window of its own and takes constant space. At the limit the mean time to a false alarm is
 * at least as many minutes as the evidence it takes, far longer below it.
 */
import type { Claim, Guard } from '../plan/claim.ts';
import type { Plan } from '../plan/plan.ts';
import { FAIL_GRID, type Growth, growthOf, logGrowth } from './bound.ts';
import type { Row } from './row.ts';
import { badOf, countShare, hasBaseline, NO_SUMS, type ShareSource, type Sums, sourceOf } from './share.ts';
import type { DayBefore, GuardTrip, RowCause } from './verdict.ts';

export type ShareClaim = Extract<Claim, { readonly kind: 'share' }>;
export type ShareGuard = Guard & { readonly claim: ShareClaim };

/** Evidence S at which a breach is proven. */
const PROVEN = 100;
const BAD_AT_LEAST = 3;
/** Guards expect clumps of at least five. */
const CLUMPINESS_AT_LEAST = 5;
const MOST_EVIDENCE = 1e200;

export interface GuardState {
  /** Minute of the first row of the present breach; null: none. */
  readonly since: string | null;
  /** Rows in the window, at most its length; for gauges minutes beyond the limit in a row. */
  readonly rows: number;
  /** The newest minutes, oldest first: for a share total, bad, baseline's total and bad of each. */
  readonly window: readonly number[];
  /** One CUSUM per alternative, floored at 1, for proven guards on shares. */
  readonly evidence: readonly number[];
}

export const initialShareGuard = (guard: ShareGuard): GuardState => ({
  since: null,
  rows: 0,
  window: Array.from({ length: 4 * guard.forMinutes }, () => 0),
  evidence: guard.proof === 'proven' ? FAIL_GRID.factors.map(() => 1) : [],
});

/** A guard with what follows from it: where its counts are, and how each alternative to its limit grows per request. */
export interface ShareGuardTable {
  readonly kind: 'share';
  readonly guard: ShareGuard;
  readonly source: ShareSource;
  readonly growths: readonly Growth[];
}

export const shareGuardTable = (plan: Plan, guard: ShareGuard): ShareGuardTable => ({
  kind: 'share',
  guard,
  source: sourceOf(plan, guard.claim.share),
  growths: FAIL_GRID.factors.map((factor) => growthOf(factor, guard.claim.limit)),
});

/** Every settled minute moves the window, also one that is excluded from judgement or has no counts. */
export const moveShareWindow = (table: ShareGuardTable, state: GuardState, row: Row): GuardState => {
  const [total, bad, baselineTotal, baselineBad] = countShare(table.source, row) ?? NO_SUMS;
  const window = state.window.slice(4);
  window.push(total, bad, baselineTotal, baselineBad);
  const rows = Math.min(table.guard.forMinutes, state.rows + 1);
  return { since: state.since, rows, window, evidence: state.evidence };
};

export interface Breach {
  readonly total: number;
  readonly bad: number;
  readonly isBreached: boolean;
  /** The baseline's share over the same window; null: it had no requests. */
  readonly baselineShare: number | null;
  readonly isBaselineBreached: boolean;
}

/**
 * The literal rule over the window. Where the share is net of the baseline's, the baseline itself breaches only with
 * what it has more than on the day before.
 */
const breachOf = (before: DayBefore, { guard, source }: ShareGuardTable, { window }: GuardState): Breach => {
  const sums = windowSums(window);
  const [total, , baselineTotal, baselineBad] = sums;
  const bad = badOf(sums, source.net, before.unavailableShare);
  const baselineShare = baselineTotal > 0 ? baselineBad / baselineTotal : null;
  const usual = source.net ? (before.unavailableShare ?? 0) : 0;
  const { limit } = guard.claim;
  return {
    total,
    bad,
    isBreached: bad > total * limit,
    baselineShare,
    isBaselineBreached: baselineShare !== null && baselineBad >= BAD_AT_LEAST && baselineShare - usual > limit,
  };
};

const windowSums = (window: readonly number[]): Sums => {
  let [total, bad, baselineTotal, baselineBad] = NO_SUMS;
  for (let i = 0; i < window.length; i += 4) {
    total += window[i] ?? 0;
    bad += window[i + 1] ?? 0;
    baselineTotal += window[i + 2] ?? 0;
    baselineBad += window[i + 3] ?? 0;
  }
  return [total, bad, baselineTotal, baselineBad, 0];
};

/**
 * Both sides breach the limit over the same window: that is not the release. Never at weight 100, where nothing acquits
 * the candidate.
 */
export const sharedOutage = (
  before: DayBefore,
  table: ShareGuardTable,
  state: GuardState,
  weight: number,
): RowCause | undefined => {
  if (!hasBaseline(weight) || table.guard.inSharedOutage !== 'hold') return undefined;
  const { total, bad, isBreached, baselineShare, isBaselineBreached } = breachOf(before, table, state);
  if (!isBreached || !isBaselineBreached || baselineShare === null) return undefined;
  const { text, claim } = table.guard;
  return { code: 'SHARED_OUTAGE', guard: text, candidateShare: bad / total, baselineShare, limit: claim.limit };
};

export interface ShareGuardWeighed {
  readonly state: GuardState;
  readonly evidence: number;
  /** Absent while there is nothing to look at. */
  readonly breach?: Breach | undefined;
}

/** Adds a minute to the evidence. `sums` is what it counted; undefined: the metric was not there. */
export const weighShareGuard = (
  before: DayBefore,
  clumpiness: number,
  table: ShareGuardTable,
  state: GuardState,
  row: Row,
  sums: Sums | undefined,
): ShareGuardWeighed => {
  const { guard, source, growths } = table;
  const total = sums?.[0] ?? 0;
  const bad = sums === undefined ? 0 : badOf(sums, source.net, before.unavailableShare);
  const isBad = bad > total * guard.claim.limit;
  // Without a breach under way, fewer bad ones than the limit allows cannot lift any alternative above 1.
  if (!isBad && state.since === null) return { state, evidence: 1 };
  const grown = grow(state.evidence, growths, bad, total, Math.max(CLUMPINESS_AT_LEAST, clumpiness));
  const floored = grown.map((value) => Math.max(1, value));
  const breach = breachOf(before, table, state);
  const goesOn = isBad || (guard.proof === 'proven' ? floored.some((value) => value > 1) : breach.isBreached);
  return {
    state: { ...state, evidence: floored, since: goesOn ? (state.since ?? row.minute) : null },
    evidence: FAIL_GRID.stakes.reduce((sum, stake, i) => sum + stake * (grown[i] ?? 0), 0),
    breach,
  };
};

const grow = (
  evidence: readonly number[],
  growths: readonly Growth[],
  bad: number,
  total: number,
  clumpiness: number,
): readonly number[] =>
  evidence.map((value, i) => {
    const growth = growths[i];
    return growth === undefined
      ? value
      : Math.min(MOST_EVIDENCE, value * Math.exp(logGrowth(growth, bad, total, clumpiness)));
  });

/** The trip, if the literal rule, the count and the proof all say so, and no shared outage explains it. */
export const tripOfShareGuard = (
  index: number,
  guard: ShareGuard,
  row: Row,
  state: GuardState,
  breach: Breach,
  evidence: number,
): GuardTrip | undefined => {
  const { total, bad, isBreached, baselineShare, isBaselineBreached } = breach;
  if (!isBreached || bad < BAD_AT_LEAST || state.rows < guard.forMinutes) return undefined;
  if (guard.proof === 'proven' && evidence < PROVEN) return undefined;
  if (hasBaseline(row.weight) && isBaselineBreached && guard.inSharedOutage === 'hold') return undefined;
  return {
    kind: 'guard',
    guard: index,
    text: guard.text,
    claim: guard.claim,
    measured: bad / total,
    bad,
    requests: total,
    baselineMeasured: baselineShare,
    log10Evidence: guard.proof === 'proven' ? Math.log10(evidence) : null,
    minute: row.minute,
    sinceMinute: state.since ?? row.minute,
  };
};
