/** Every segment of a phase by itself, for people: how both versions fail there, and what is known of the difference. */
import type { Plan } from '../plan/plan.ts';
import { betaOf } from './bound.ts';
import type { JudgeState } from './judge.ts';
import { TOLERANCE } from './regression.ts';
import { isEnough, isSilent, numbersOf, type SegmentSeen, seeEach, worstFirst } from './segment.ts';
import { tablesOf } from './tables.ts';
import { segmentSums, type Tally } from './tally.ts';
import type { SegmentNumbers } from './verdict.ts';

/** What the judge remembers of a phase's segments. */
export interface SegmentEvidence {
  /** Since the bake began. */
  readonly tally: Tally;
  readonly clumpiness: number;
  readonly restarts: number;
}

/**
 * Of the ratio of error rates: proven above the limit, proven above 1, proven below the limit, nothing proven; `tooFew` and nothing proven
 * against it; `noData` on one side at least.
 */
export type SegmentVerdict = 'beyond' | 'worse' | 'within' | 'open' | 'tooFew' | 'noData';

/** Bounds are of the ratio. */
export interface SegmentLine extends SegmentNumbers {
  readonly segment: string;
  /** Candidate's error rate over the baseline's; null: the baseline had no failure. */
  readonly ratio: number | null;
  readonly verdict: SegmentVerdict;
}

export interface SegmentTable {
  /** What the segments are segments of. */
  readonly dimension: string;
  /** Times the baseline's error rate, by the phase's criterion, else by a guard, else what the regression watch tolerates. */
  readonly limit: number;
  /** Candidate requests that a segment needs to have a say in a criterion; 0: none. */
  readonly minimum: number;
  /** All of them, worst first: by lower bound, then by ratio; those without data last. */
  readonly lines: readonly SegmentLine[];
}

export const evidenceBySegment = ({ tallies, clumpiness, restarts }: JudgeState): SegmentEvidence => ({
  tally: tallies.bake,
  clumpiness,
  restarts,
});

/**
 * The bounds are those that criteria are judged by: they hold at every look, for all segments together.
 * @returns undefined: the plan has no segments, or the phase no baseline to compare with
 */
export const segmentTable = (plan: Plan, phase: number, evidence: SegmentEvidence): SegmentTable | undefined => {
  const { segments: given } = plan.metrics;
  const layout = tablesOf(plan).layouts[phase];
  if (given === undefined || layout === undefined || layout.segments.length === 0) return undefined;
  const { tally, clumpiness, restarts } = evidence;
  const { sums } = segmentSums(layout, tally);
  const limit = limitOf(plan, phase);
  const minimum = given.minimumRequests ?? 0;
  const all = seeEach('segmentRatio', layout.segments, sums, { clumpiness, beta: betaOf(restarts) });
  const lines = all.toSorted(worstFirst).map((seen) => ({
    segment: seen.segment,
    ...numbersOf(seen),
    ratio: seen.measured,
    verdict: verdictOn(seen, limit, minimum),
  }));
  return { dimension: given.dimension, limit, minimum, lines };
};

const limitOf = (plan: Plan, phase: number): number => {
  const limits = (all: readonly { readonly claim: Plan['phases'][number]['advance'][number]['claim'] }[]) =>
    all.flatMap(({ claim }) => (claim.kind === 'segmentRatio' ? [claim.limit] : []));
  const own = limits(plan.phases[phase]?.advance ?? []);
  const guards = limits(plan.guards);
  return own.length > 0 ? Math.min(...own) : guards.length > 0 ? Math.min(...guards) : TOLERANCE;
};

const verdictOn = ({ sums, lower, upper }: SegmentSeen, limit: number, minimum: number): SegmentVerdict => {
  if (isSilent(sums)) return 'noData';
  if (lower !== null && lower > limit) return 'beyond';
  if (lower !== null && lower > 1) return 'worse';
  if (!isEnough(sums, minimum)) return 'tooFew';
  return upper !== null && upper < limit ? 'within' : 'open';
};
