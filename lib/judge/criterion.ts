/** One criterion on the rows of a tally: pass, fail or insufficient. */
import type { Claim, Criterion } from '../plan/claim.ts';
import { formatNumber } from '../plan/metric.ts';
import type { Plan } from '../plan/plan.ts';
import { describeMissing, describeSparse } from './missing.ts';
import { BLOCK_MINUTES, ENOUGH_BLOCKS, moreBlocks, PROVING_BLOCKS, type Products, seeRatio } from './ratio.ts';
import {
  isEnough,
  isSegmentClaimProven,
  isSilent,
  maySegmentsExceed,
  numbersOf,
  type SegmentSums,
  seeSegments,
} from './segment.ts';
import { badOf, isProven, type Level, moreToProve, NO_SUMS, type Sums, shareBounds } from './share.ts';
import { gaugeSum, type Layout, minutesOf, rowsOf, segmentSums, shareSums, type Tally } from './tally.ts';
import type { Assessment, DayBefore, TooFew, Verdict } from './verdict.ts';

/** What a criterion is judged on. */
export interface Look {
  readonly plan: Plan;
  readonly criteria: readonly Criterion[];
  readonly layout: Layout;
  readonly tally: Tally;
  /** Of the whole bake. */
  readonly revenue: Products;
  readonly level: Level;
  readonly before: DayBefore;
  /** Minutes of which at least half must be there before a gauge's mean is judged. */
  readonly minutes: number;
}

export type Incidents = 'none' | 'open' | 'unknown';

type ClaimOf<K extends Claim['kind']> = Extract<Claim, { readonly kind: K }>;
type Opinion = Omit<Assessment, 'text' | 'metric' | 'claim' | 'kind'>;

export const assessCriterion = (look: Look, criterion: Criterion, incidents: Incidents): Assessment => {
  const { text, metric, claim } = criterion;
  return {
    text,
    metric,
    claim,
    kind: criterion.not ? 'notAgainst' : 'prove',
    ...opinionOf(look, criterion, incidents),
  };
};

const opinionOf = (look: Look, { claim, not }: Criterion, incidents: Incidents): Opinion => {
  switch (claim.kind) {
    case 'share':
      return judgeShare(look, claim, not);
    case 'ratio':
      return judgeRatio(look, claim, not);
    case 'segmentRatio':
    case 'segmentSpread':
      return judgeSegments(look, claim, not);
    case 'gauge':
      return judgeGauge(look, claim, not);
    case 'noIncidents':
      return judgeIncidents(look, claim, incidents);
  }
};

/**
 * Without `not` the claim must be proven, and its opposite proven is a fail. With `not` the claim proven is a fail,
 * and a pass needs no proof but the metric.
 */
const verdictOf = (not: boolean, isClaimProven: boolean, isRefuted: boolean, isThere: boolean): Verdict => {
  if (not) return isClaimProven ? 'fail' : isThere ? 'pass' : 'insufficient';
  return isClaimProven ? 'pass' : isRefuted ? 'fail' : 'insufficient';
};

const opposite = (side: 'below' | 'above') => (side === 'below' ? 'above' : 'below');

/** The sums of a claim's share, with bad requests net where the share is net. */
const shareOf = (
  { layout, tally, before }: Look,
  claim: ClaimOf<'share'>,
): { readonly sums: Sums; readonly bad: number } => {
  const column = layout.shares.find(({ share }) => share === claim.share);
  const sums = column === undefined ? NO_SUMS : shareSums(tally, column);
  return { sums, bad: badOf(sums, column?.net ?? false, before.unavailableShare) };
};

/** A metric is there if it is in at least half of the minutes that should have it. */
const isInHalf = (minutes: number, of: number): boolean => of > 0 && minutes * 2 >= of;

const lackOf = ({ plan, tally }: Look, claim: Claim, minutes: number, segment?: string): string =>
  describeSparse(describeMissing(plan, claim, segment), minutes, minutesOf(tally), 'minutes');

const judgeShare = (look: Look, claim: ClaimOf<'share'>, not: boolean): Opinion => {
  const { tally, level } = look;
  const { side, limit } = claim;
  const { sums, bad } = shareOf(look, claim);
  const total = sums[0];
  const isThere = isInHalf(sums[4], minutesOf(tally));
  const verdict = verdictOf(
    not,
    isProven(side, bad, total, limit, level),
    isProven(opposite(side), bad, total, limit, level),
    isThere,
  );
  const bounds = total > 0 ? shareBounds(bad, total, level) : { lower: null, upper: null };
  return {
    verdict,
    measured: total > 0 ? bad / total : null,
    ...bounds,
    bad,
    requests: total,
    of: claim.share.startsWith('slow:') ? 'responses' : 'requests',
    more: verdict === 'insufficient' && !not ? moreToProve(side, bad, total, limit, level) : undefined,
    missing: verdict === 'insufficient' && !isThere ? lackOf(look, claim, sums[4]) : undefined,
  };
};

const judgeRatio = (look: Look, claim: ClaimOf<'ratio'>, not: boolean): Opinion => {
  const { revenue, level } = look;
  const { side, limit } = claim;
  const { blocks, measured, lower, upper } = seeRatio(revenue, level.beta);
  const isAbove = lower !== null && lower > limit;
  const isBelow = upper !== null && upper < limit;
  const [proven, refuted] = side === 'above' ? [isAbove, isBelow] : [isBelow, isAbove];
  const isThere = measured !== null && blocks >= ENOUGH_BLOCKS;
  const mayFail = blocks >= PROVING_BLOCKS;
  const verdict = not
    ? verdictOf(not, proven && mayFail, false, isThere)
    : verdictOf(not, proven && isThere, refuted && mayFail, isThere);
  return {
    verdict,
    measured,
    lower,
    upper,
    bad: null,
    requests: blocks,
    of: 'blocks',
    more:
      verdict !== 'insufficient'
        ? undefined
        : isThere
          ? moreBlocks(revenue, level.beta, side, limit)
          : Math.max(1, ENOUGH_BLOCKS - blocks),
    missing: verdict === 'insufficient' && !isThere ? lackOfRevenue(look, claim, blocks, measured) : undefined,
    asymptotic: true,
  };
};

/** A bake that is too young lacks blocks, not the metric. */
const lackOfRevenue = (
  { plan, tally }: Look,
  claim: Claim,
  blocks: number,
  measured: number | null,
): string | undefined => {
  const name = describeMissing(plan, claim);
  // The newest two blocks may not be complete or not settled.
  const due = Math.floor(rowsOf(tally) / BLOCK_MINUTES) - 2;
  if (blocks * 2 < due) return describeSparse(name, blocks, due, `blocks of ${BLOCK_MINUTES} minutes`);
  return blocks > 0 && measured === null ? name : undefined;
};

const judgeSegments = (look: Look, claim: ClaimOf<'segmentRatio' | 'segmentSpread'>, not: boolean): Opinion => {
  const { layout, tally, level } = look;
  const { minutes, sums } = segmentSums(layout, tally);
  const minimum = minimumOf(look);
  const seen = seeSegments(claim.kind, layout.segments, sums, level, minimum);
  const silent = layout.segments.filter((_, i) => {
    const ofOne = sums[i] ?? NO_SUMS;
    return isEnough(ofOne, minimum) && isSilent(ofOne);
  });
  const isThere = seen !== undefined && silent.length === 0 && isInHalf(minutes, minutesOf(tally));
  const isClaimProven = seen !== undefined && isSegmentClaimProven(seen, claim.side, claim.limit);
  const isRefuted = seen !== undefined && isSegmentClaimProven(seen, opposite(claim.side), claim.limit);
  const verdict = verdictOf(not, isClaimProven, isRefuted, isThere);
  return {
    verdict,
    measured: seen?.measured ?? null,
    lower: seen?.lower ?? null,
    upper: seen?.largestUpper ?? null,
    bad: seen?.sums[1] ?? null,
    requests: seen?.sums[0] ?? 0,
    of: 'requests',
    missing: verdict === 'insufficient' && !isThere ? lackOfSegments(look, claim, minutes, silent) : undefined,
    segment: seen?.segment,
    ofSegment: seen && numbersOf(seen),
    tooFew: tooFewIn(layout.segments, sums, minimum),
  };
};

const minimumOf = ({ plan }: Look): number => plan.metrics.segments?.minimumRequests ?? 0;

const lackOfSegments = (look: Look, claim: Claim, minutes: number, silent: readonly string[]): string => {
  if (silent.length === 0 && isInHalf(minutes, minutesOf(look.tally)))
    return `no segment has the ${formatNumber(minimumOf(look))} requests yet that give it a say`;
  const others = silent.length > 1 ? ` and of ${silent.length - 1} more segments` : '';
  return `${lackOf(look, claim, silent.length === 0 ? minutes : 0, silent[0])}${others}`;
};

const tooFewIn = (segments: readonly string[], sums: SegmentSums, needed: number): TooFew | undefined => {
  const few = segments.flatMap((segment, i) => {
    const ofOne = sums[i] ?? NO_SUMS;
    return isEnough(ofOne, needed) ? [] : [{ segment, requests: ofOne[0] }];
  });
  return few.length === 0 ? undefined : { needed, segments: few };
};

const judgeGauge = (look: Look, claim: ClaimOf<'gauge'>, not: boolean): Opinion => {
  const [minutes, sum] = gaugeSum(look.layout, look.tally, claim.gauge);
  const rows = rowsOf(look.tally);
  const mean = minutes > 0 ? sum / minutes : null;
  const needed = Math.ceil(Math.max(look.minutes, rows) / 2);
  const isThere = mean !== null && minutes >= needed;
  const isTrue = mean !== null && (claim.side === 'above' ? mean > claim.limit : mean < claim.limit);
  const isSparse = !isThere && (minutes === 0 || minutes * 2 < rows);
  return {
    verdict: isThere ? verdictOf(not, isTrue, !isTrue, true) : 'insufficient',
    measured: mean,
    lower: null,
    upper: null,
    bad: null,
    requests: minutes,
    of: 'minutes',
    more: isThere ? undefined : needed - minutes,
    missing: isSparse ? describeSparse(describeMissing(look.plan, claim), minutes, rows, 'minutes') : undefined,
  };
};

const judgeIncidents = ({ plan, tally }: Look, claim: Claim, incidents: Incidents): Opinion => ({
  verdict: incidents === 'none' ? 'pass' : incidents === 'open' ? 'fail' : 'insufficient',
  measured: null,
  lower: null,
  upper: null,
  bad: null,
  requests: rowsOf(tally),
  of: 'minutes',
  missing: incidents === 'unknown' ? describeMissing(plan, claim) : undefined,
});

/**
 * Whether the criterion is proven to fail, without looking for bounds: cheap enough for every row. The point estimate
 * on the good side of the limit cannot be a proof. A gauge's mean is no proof before its bake is over, and incidents
 * are looked at elsewhere.
 */
export const isProvenFail = (look: Look, { claim, not }: Criterion): boolean => {
  const { layout, tally, revenue, level } = look;
  switch (claim.kind) {
    case 'share': {
      const { sums, bad } = shareOf(look, claim);
      return isProven(not ? claim.side : opposite(claim.side), bad, sums[0], claim.limit, level);
    }
    case 'ratio': {
      if ((revenue[0] ?? 0) < PROVING_BLOCKS) return false;
      const { lower, upper } = seeRatio(revenue, level.beta);
      return (not ? claim.side : opposite(claim.side)) === 'below'
        ? upper !== null && upper < claim.limit
        : lower !== null && lower > claim.limit;
    }
    case 'segmentRatio':
    case 'segmentSpread': {
      const side = not ? claim.side : opposite(claim.side);
      const { sums } = segmentSums(layout, tally);
      const minimum = minimumOf(look);
      if (side === 'above' && !maySegmentsExceed(claim.kind, sums, claim.limit, level, minimum)) return false;
      const seen = seeSegments(claim.kind, layout.segments, sums, level, minimum);
      return seen !== undefined && isSegmentClaimProven(seen, side, claim.limit);
    }
    case 'gauge':
    case 'noIncidents':
      return false;
  }
};
