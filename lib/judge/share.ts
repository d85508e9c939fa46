/** Shares of bad requests: how a row's counts become sums, and what the sums say about a limit. */
import type { ShareKey, Side } from '../plan/claim.ts';
import type { Plan } from '../plan/plan.ts';
import { FAIL_GRID, isProvenAbove, isProvenBelow, lowerBound, moreNeeded, PASS_GRID, upperBound } from './bound.ts';
import type { Counts, Row } from './row.ts';

/**
 * Sums of one share. `minutes` counts those in which the metric was there for every side that should have it; bad
 * counts may be fractions, and sums of unanswered requests may be slightly negative.
 */
export type Sums = readonly [total: number, bad: number, baselineTotal: number, baselineBad: number, minutes: number];

export const NO_SUMS: Sums = [0, 0, 0, 0, 0];

export const addSums = (a: Sums, b: Sums): Sums => [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3], a[4] + b[4]];

/** Below weight 100 the baseline serves the rest, and its counts belong to the row. */
export const hasBaseline = (weight: number): boolean => weight < 100;

/** A share of a plan, and where its counts are in a row. */
export interface ShareSource {
  readonly share: ShareKey;
  /** Key of `slow`; undefined: not a latency. */
  readonly slowKey: string | undefined;
  /** Judged net of what the baseline shows in the same minutes: clients that go away look unanswered on both sides. */
  readonly net: boolean;
}

export const sourceOf = (plan: Plan, share: ShareKey): ShareSource => ({
  share,
  slowKey: share.startsWith('slow:') ? share.slice('slow:'.length) : undefined,
  net: share === 'unavailable' && plan.availability === 'answered',
});

/** What one row adds to a share; undefined: the metric was not there (or, for a net share, not for both sides). */
export const countShare = (source: ShareSource, row: Row): Sums | undefined => {
  const { candidate, baseline } = row;
  if (candidate === null) return undefined;
  const bad = badIn(source, candidate);
  if (bad === undefined) return undefined;
  const total = totalIn(source, candidate);
  if (!hasBaseline(row.weight)) return [total, bad, 0, 0, total > 0 ? 1 : 0];
  const baselineBad = baseline === null ? undefined : badIn(source, baseline);
  if (baseline === null || baselineBad === undefined) return source.net ? undefined : [total, bad, 0, 0, 0];
  const baselineTotal = totalIn(source, baseline);
  return [total, bad, baselineTotal, baselineBad, total > 0 && baselineTotal > 0 ? 1 : 0];
};

const totalIn = ({ slowKey }: ShareSource, counts: Counts): number =>
  slowKey === undefined ? counts.requests : counts.responses;

const badIn = ({ share, slowKey }: ShareSource, counts: Counts): number | undefined => {
  if (share === 'failures') return Math.min(counts.failures, counts.requests);
  if (slowKey === undefined) return counts.unavailable ?? undefined;
  const slow = counts.slow[slowKey];
  return slow === undefined ? undefined : Math.min(slow, counts.responses);
};

/**
 * Bad events of the candidate, net where the share is net, within [0, total]. `usual`: the baseline's share of the day
 * before.
 */
export const badOf = (sums: Sums, net: boolean, usual: number | null): number => {
  const [total, bad, baselineTotal, baselineBad] = sums;
  const excused = !net ? 0 : baselineTotal > 0 ? Math.max(0, baselineBad) / baselineTotal : (usual ?? 0);
  return Math.min(total, Math.max(0, bad - total * excused));
};

export interface Level {
  readonly clumpiness: number;
  readonly beta: number;
}

/** The claim "the share lies on this side of the limit" is proven. */
export const isProven = (side: Side, bad: number, total: number, limit: number, { clumpiness, beta }: Level): boolean =>
  (side === 'below' ? isProvenBelow : isProvenAbove)(bad, total, limit, clumpiness, beta);

export const shareBounds = (bad: number, total: number, { clumpiness, beta }: Level) => ({
  lower: lowerBound(bad, total, clumpiness, beta),
  upper: upperBound(bad, total, clumpiness, beta),
});

/** How many more requests at the rate seen prove the claim. */
export const moreToProve = (
  side: Side,
  bad: number,
  total: number,
  limit: number,
  { clumpiness, beta }: Level,
): number | 'never' =>
  moreNeeded(
    bad,
    total,
    limit,
    clumpiness,
    beta,
    total > 0 ? bad / total : 0,
    side === 'below' ? PASS_GRID : FAIL_GRID,
  );
