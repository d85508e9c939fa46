/** Failures by segment: which segment is worse off on the candidate, and how sure that is. */
import type { Side } from '../plan/claim.ts';
import { isProvenAbove, lowerBound, upperBound } from './bound.ts';
import type { BusinessRow } from './row.ts';
import { addSums, type Level, NO_SUMS, type Sums } from './share.ts';
import type { SegmentNumbers } from './verdict.ts';

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

/** One segment by itself. */
export interface SegmentSeen {
  readonly segment: string;
  readonly sums: Sums;
  /** Its ratio or spread; null: not known. */
  readonly measured: number | null;
  /** Bounds that hold at every look; null: not known (a ratio has no upper bound before the baseline failed). */
  readonly lower: number | null;
  readonly upper: number | null;
}

/** The segment against which most is known, and an upper bound on the largest of all that have a say. */
export interface WorstSegment extends SegmentSeen {
  readonly largestUpper: number | null;
}

type Kind = 'segmentRatio' | 'segmentSpread';

/**
 * The largest ratio of error rates (or difference of success shares) over the segments, its bounds holding at every
 * look: the error β is shared among the segments, and within each between the candidate's bound and the baseline's.
 * Named is the segment with the largest lower bound, that is, the one against which most is known, and without any
 * evidence the one with the largest ratio seen.
 *
 * @param minimum segments with fewer candidate requests have no say. β is shared among all segments all the same, so
 * every bound holds whichever are left out, and leaving out raises no false alarm.
 * @returns undefined: none has a say
 */
export const seeSegments = (
  kind: Kind,
  segments: readonly string[],
  sums: SegmentSums,
  level: Level,
  minimum = 0,
): WorstSegment | undefined => {
  const all = seeEach(kind, segments, sums, level).filter((seen) => isEnough(seen.sums, minimum));
  const worst = all.toSorted(worstFirst)[0];
  if (worst === undefined) return undefined;
  const uppers = all.map(({ upper }) => upper);
  return { ...worst, largestUpper: uppers.includes(null) ? null : Math.max(...uppers.map(rank)) };
};

/** Every segment by itself, in the plan's order: the bounds of all hold together. */
export const seeEach = (
  kind: Kind,
  segments: readonly string[],
  sums: SegmentSums,
  level: Level,
): readonly SegmentSeen[] => {
  const beta = level.beta / (2 * segments.length);
  return segments.map((segment, i) => seeSegment(kind, segment, sums[i] ?? NO_SUMS, { ...level, beta }));
};

export const worstFirst = (a: SegmentSeen, b: SegmentSeen): number =>
  rank(b.lower) - rank(a.lower) || rank(b.measured) - rank(a.measured);

const rank = (value: number | null): number => value ?? -1;

/** The segment has so many candidate requests as give it a say. */
export const isEnough = ([requests]: Sums, minimum: number): boolean => requests >= minimum;

export const numbersOf = ({ sums, lower, upper }: SegmentSeen): SegmentNumbers => {
  const [requests, failures, baselineRequests, baselineFailures] = sums;
  return { requests, failures, baselineRequests, baselineFailures, lower, upper };
};

/** There is nothing to compare: one side had no requests. */
export const isSilent = ([requests, , baselineRequests]: Sums): boolean => requests <= 0 || baselineRequests <= 0;

const seeSegment = (kind: Kind, segment: string, sums: Sums, { clumpiness, beta }: Level): SegmentSeen => {
  const [total, bad, baselineTotal, baselineBad] = sums;
  if (isSilent(sums)) return { segment, sums, measured: null, lower: null, upper: null };
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
export const maySegmentsExceed = (kind: Kind, all: SegmentSums, limit: number, level: Level, minimum = 0): boolean =>
  all.some((sums) => {
    if (isSilent(sums) || !isEnough(sums, minimum)) return false;
    const [total, bad, baselineTotal, baselineBad] = sums;
    const baselineRate = baselineBad / baselineTotal;
    if (kind === 'segmentSpread') return Math.abs(baselineRate - bad / total) > limit * (1 - baselineRate);
    const least = Math.max(limit * baselineRate, 1e-9);
    return least < 1 && isProvenAbove(bad, total, least, level.clumpiness, level.beta / (2 * all.length));
  });

/** The claim about the largest ratio or spread is proven by its bounds. */
export const isSegmentClaimProven = ({ lower, largestUpper }: WorstSegment, side: Side, limit: number): boolean =>
  side === 'above' ? lower !== null && lower > limit : largestUpper !== null && largestUpper < limit;
