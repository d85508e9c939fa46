/**
 * Guards on shares: the operator's own limits on the candidate. One trips when the rate over its window exceeds the limit, at least
 * three requests were bad, and the breach is proven.
 *
 * The proof is a sum of CUSUM-type e-processes: each alternative of the fail grid starts anew whenever it has fallen below 1,
 * so it needs no window of its own and takes constant space. At the limit the mean time to a false alarm is at least as many minutes as the evidence it takes, far longer below it.
 */
import type { Claim, Guard } from '../plan/claim.ts';
import type { Plan } from '../plan/plan.ts';
import { FAIL_GRID, type Growth, growthOf, logGrowth } from './bound.ts';
import type { Row } from './row.ts';
import { badOf, countShare, hasBaseline, isNet, NO_SUMS, type Sums } from './share.ts';
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

/** The alternatives to a guard's limit, as growth per request. */
export const growthsOf = (claim: ShareClaim): readonly Growth[] =>
  FAIL_GRID.factors.map((factor) => growthOf(factor, claim.limit));

/** What guards look at besides their own state. */
export interface GuardTerms {
  readonly plan: Plan;
  readonly before: DayBefore;
  readonly clumpiness: number;
}

/** Every settled minute moves the window, also one that is excluded from judgement or has no counts. */
export const moveShareWindow = (plan: Plan, guard: ShareGuard, state: GuardState, row: Row): GuardState => {
  const [total, bad, baselineTotal, baselineBad] = countShare(plan, guard.claim.share, row) ?? NO_SUMS;
  return {
    ...state,
    rows: Math.min(guard.forMinutes, state.rows + 1),
    window: [...state.window.slice(4), total, bad, baselineTotal, baselineBad],
  };
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
 * The literal rule over the window. Where the share is net of the baseline's, the baseline itself breaches only with what it has more
 * than on the day before.
 */
export const breachOf = ({ plan, before }: GuardTerms, { claim }: ShareGuard, { window }: GuardState): Breach => {
  const sums = windowSums(window);
  const [total, , baselineTotal, baselineBad] = sums;
  const net = isNet(plan, claim.share);
  const bad = badOf(sums, net, before.unavailableShare);
  const baselineShare = baselineTotal > 0 ? baselineBad / baselineTotal : null;
  const usual = net ? (before.unavailableShare ?? 0) : 0;
  return {
    total,
    bad,
    isBreached: bad > total * claim.limit,
    baselineShare,
    isBaselineBreached: baselineShare !== null && baselineBad >= BAD_AT_LEAST && baselineShare - usual > claim.limit,
  };
};

const windowSums = (window: readonly number[]): Sums => {
  const sums = [0, 0, 0, 0];
  for (const [i, value] of window.entries()) sums[i % 4] = (sums[i % 4] ?? 0) + value;
  return [sums[0] ?? 0, sums[1] ?? 0, sums[2] ?? 0, sums[3] ?? 0, 0];
};

/** Both sides breach the limit over the same window: that is not the release. Never at weight 100, where nothing acquits the candidate. */
export const sharedOutage = (
  terms: GuardTerms,
  guard: ShareGuard,
  state: GuardState,
  weight: number,
): RowCause | undefined => {
  if (!hasBaseline(weight) || guard.inSharedOutage !== 'hold') return undefined;
  const { total, bad, isBreached, baselineShare, isBaselineBreached } = breachOf(terms, guard, state);
  if (!isBreached || !isBaselineBreached || baselineShare === null) return undefined;
  const candidateShare = bad / total;
  return { code: 'SHARED_OUTAGE', guard: guard.text, candidateShare, baselineShare, limit: guard.claim.limit };
};

/** Adds a minute to the evidence, and tells whether the guard has tripped. `sums`: what the minute counted; undefined: the metric was not there. */
export const weighShareGuard = (
  terms: GuardTerms,
  guard: ShareGuard,
  growths: readonly Growth[],
  state: GuardState,
  row: Row,
  sums: Sums | undefined,
): { readonly state: GuardState; readonly breach: Breach | undefined; readonly evidence: number } => {
  const share = guard.claim.share;
  const total = sums?.[0] ?? 0;
  const bad = sums === undefined ? 0 : badOf(sums, isNet(terms.plan, share), terms.before.unavailableShare);
  const isQuiet = state.evidence.every((value) => value === 1);
  // Nothing bad and nothing on the books, or only fewer bad ones than the limit allows: no alternative can grow above 1.
  if (isQuiet && state.since === null && bad <= total * guard.claim.limit)
    return { state, breach: undefined, evidence: 1 };
  const grown = grow(state.evidence, growths, bad, total, Math.max(CLUMPINESS_AT_LEAST, terms.clumpiness));
  const evidence = FAIL_GRID.stakes.reduce((sum, stake, i) => sum + stake * (grown[i] ?? 0), 0);
  const floored = grown.map((value) => Math.max(1, value));
  const breach = breachOf(terms, guard, state);
  const goesOn =
    guard.proof === 'proven'
      ? floored.some((value) => value > 1)
      : breach.isBreached || bad > total * guard.claim.limit;
  const since = goesOn ? (state.since ?? row.minute) : null;
  return { state: { ...state, evidence: floored, since }, breach, evidence };
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
