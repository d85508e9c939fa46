/** Failures by segment: which segment is worse off on the candidate, and how sure that is. */
import type { Side } from '../plan/claim.ts';
import { isProvenAbove, lowerBound, upperBound } from './bound.ts';
import type { BusinessRow } from './row.ts';
import { addSums, type Level, NO_SUMS, type Sums } from './share.ts';

/** One `Sums` per segment, in the plan's order. */
export type SegmentSums = readonly Sums[];

export const noSegments = (segments: readonly string[]): SegmentSums => segments.map(() => NO_SUMS);

/** What one row adds; undefined: no segment was there on both sides. */
export const countSegments = (segments: readonly string[], row: BusinessRow): SegmentSums | undefined => {
  const sums = segments.map((segment): Sums => {
    const candidate = row.candidate.segments[segment];
    const baseline = row.baseline.segments[segment];
    if (!candidate || !baseline) return NO_SUMS;
    return [
      candidate.requests,
      Math.min(candidate.failures, candidate.requests),
      baseline.requests,
      Math.min(baseline.failures, baseline.requests),
      1,
    ];
  });
  return sums.some((sum) => sum[4] > 0) ? sums : undefined;
};

export const addSegments = (a: SegmentSums, b: SegmentSums): SegmentSums =>
  a.map((sums, i) => addSums(sums, b[i] ?? NO_SUMS));

export interface SegmentSeen {
  readonly segment: string;
  readonly sums: Sums;
  /** The ratio or spread of the segment with the largest one; null: not known. */
  readonly measured: number | null;
  /** Bounds on the largest of all segments; null: not known (a ratio has no upper bound before the baseline failed). */
  readonly lower: number | null;
  readonly upper: number | null;
}

type Kind = 'segmentRatio' | 'segmentSpread';

/**
 * The largest ratio of error rates (or difference of success shares) over the segments, its bounds holding at every
 * look: the error β is shared among the segments, and within each between the candidate's bound and the baseline's.
 * Named is the segment with the largest lower bound, that is, the one against which most is known, and without any
 * evidence the one with the largest ratio seen.
 */
export const seeSegments = (
  kind: Kind,
  segments: readonly string[],
  sums: SegmentSums,
  level: Level,
): SegmentSeen | undefined => {
  const beta = level.beta / (2 * segments.length);
  const all = segments.map((segment, i) => seeSegment(kind, segment, sums[i] ?? NO_SUMS, { ...level, beta }));
  const worst = all.toSorted((a, b) => rank(b.lower) - rank(a.lower) || rank(b.measured) - rank(a.measured))[0];
  if (worst === undefined) return undefined;
  const uppers = all.map(({ upper }) => upper);
  return { ...worst, upper: uppers.includes(null) ? null : Math.max(...uppers.map(rank)) };
};

const rank = (value: number | null): number => value ?? -1;

const seeSegment = (kind: Kind, segment: string, sums: Sums, { clumpiness, beta }: Level): SegmentSeen => {
  const [total, bad, baselineTotal, baselineBad] = sums;
  if (total <= 0 || baselineTotal <= 0) return { segment, sums, measured: null, lower: null, upper: null };
  const rate = bad / total;
  const baselineRate = baselineBad / baselineTotal;
  const least = lowerBound(bad, total, clumpiness, beta);
  const most = upperBound(bad, total, clumpiness, beta);
  const baselineLeast = lowerBound(baselineBad, baselineTotal, clumpiness, beta);
  const baselineMost = upperBound(baselineBad, baselineTotal, clumpiness, beta);
  if (kind === 'segmentRatio') {
    return {
      segment,
      sums,
      measured: baselineBad > 0 ? rate / baselineRate : bad > 0 ? null : 1,
      lower: least / baselineMost,
      upper: baselineLeast > 0 ? most / baselineLeast : null,
    };
  }
  const low = (1 - most) / (1 - baselineLeast);
  const high = baselineMost < 1 ? (1 - least) / (1 - baselineMost) : null;
  return {
    segment,
    sums,
    measured: baselineRate < 1 ? Math.abs((1 - rate) / (1 - baselineRate) - 1) : null,
    lower: Math.max(0, low - 1, high === null ? 0 : 1 - high),
    upper: high === null ? null : Math.max(Math.abs(low - 1), Math.abs(high - 1)),
  };
};

/**
 * A cheap look that spares the bounds: a largest ratio is not proven to lie above the limit unless some segment's
 * rate is proven to lie above the limit times the baseline's rate as it was seen, and a spread not unless it was seen
 * beyond its limit.
 */
export const maySegmentsExceed = (kind: Kind, sums: SegmentSums, limit: number, level: Level): boolean =>
  sums.some(([total, bad, baselineTotal, baselineBad]) => {
    if (total <= 0 || baselineTotal <= 0) return false;
    const baselineRate = baselineBad / baselineTotal;
    if (kind === 'segmentSpread') return Math.abs(baselineRate - bad / total) > limit * (1 - baselineRate);
    const least = Math.max(limit * baselineRate, 1e-9);
    return least < 1 && isProvenAbove(bad, total, least, level.clumpiness, level.beta / (2 * sums.length));
  });

/** The claim about the largest ratio or spread is proven by its bounds. */
export const isSegmentClaimProven = (seen: SegmentSeen, side: Side, limit: number): boolean =>
  side === 'above' ? seen.lower !== null && seen.lower > limit : seen.upper !== null && seen.upper < limit;
