/** Sums over some rows of a phase: everything its criteria are judged by but revenue, in constant space. */
import type { Phase, Plan } from '../plan/plan.ts';
import type { BusinessRow, Row } from './row.ts';
import { countSegments, type SegmentSums } from './segment.ts';
import { countShare, hasBaseline, NO_SUMS, type ShareSource, type Sums, sourceOf } from './share.ts';

/**
 * A list of sums, all 0 before the first row, as the layout of the phase says: rows with requests on some side and
 * minutes with requests on the candidate; then for each share the total, the bad ones, the minutes in which the metric
 * was not there, and for a net share the baseline's total and bad ones; then for each gauge the minutes in which it was
 * there and the sum of its values; then the minutes in which some segment was there on both sides, and each segment's
 * candidate total and bad, baseline total and bad. One flat list, so that adding and subtracting tallies is
 * arithmetic and writing them down costs little.
 */
export type Tally = readonly number[];

const ROWS = 0;
const MINUTES = 1;

/** Where the sums of a share begin. */
export interface ShareColumn extends ShareSource {
  readonly at: number;
}

/** What the criteria of a phase look at, and where its sums are. */
export interface Layout {
  readonly length: number;
  readonly shares: readonly ShareColumn[];
  readonly ratio: boolean;
  readonly gauges: readonly string[];
  readonly gaugesAt: number;
  /** All of the plan's, for people too; empty without a baseline to compare with. */
  readonly segments: readonly string[];
  readonly segmentsAt: number;
  readonly daily: boolean;
}

/** Minutes in which a gauge was there, and the sum of its values. */
export type GaugeSum = readonly [minutes: number, sum: number];

const widthOf = ({ net }: ShareSource): number => (net ? 5 : 3);
const SEGMENT_WIDTH = 4;

export const layoutOf = (
  plan: Plan,
  { advance, daily, weight }: Pick<Phase, 'advance' | 'daily' | 'weight'>,
): Layout => {
  const claims = advance.map(({ claim }) => claim);
  const shares: ShareColumn[] = [];
  let at = MINUTES + 1;
  for (const share of new Set(claims.flatMap((claim) => (claim.kind === 'share' ? [claim.share] : [])))) {
    const source = sourceOf(plan, share);
    shares.push({ ...source, at });
    at += widthOf(source);
  }
  const gauges = [...new Set(claims.flatMap((claim) => (claim.kind === 'gauge' ? [claim.gauge] : [])))];
  const segments = hasBaseline(weight) ? (plan.metrics.segments?.values ?? []) : [];
  const segmentsAt = at + 2 * gauges.length;
  return {
    length: segmentsAt + (segments.length === 0 ? 0 : 1 + SEGMENT_WIDTH * segments.length),
    shares,
    ratio: claims.some(({ kind }) => kind === 'ratio'),
    gauges,
    gaugesAt: at,
    segments,
    segmentsAt,
    daily,
  };
};

export const emptyTally = ({ length }: Layout): Tally => Array.from({ length }, () => 0);

/** What came after a tally of fewer rows. */
export const since = (tally: Tally, earlier: Tally): Tally => tally.map((value, i) => value - (earlier[i] ?? 0));

const add = (tally: number[], at: number, value: number): void => {
  tally[at] = (tally[at] ?? 0) + value;
};

export const addTraffic = (layout: Layout, tally: Tally, row: Row): Tally => {
  const next = tally.slice();
  const seen = (row.candidate?.requests ?? 0) > 0;
  if (seen || (row.baseline?.requests ?? 0) > 0) add(next, ROWS, 1);
  if (seen) add(next, MINUTES, 1);
  for (const share of layout.shares) addShare(next, share, countShare(share, row), seen);
  return next;
};

const addShare = (next: number[], { at, net }: ShareColumn, sums: Sums | undefined, seen: boolean): void => {
  const [total, bad, baselineTotal, baselineBad, minutes] = sums ?? NO_SUMS;
  add(next, at, total);
  add(next, at + 1, bad);
  if (seen && minutes === 0) add(next, at + 2, 1);
  if (!net) return;
  add(next, at + 3, baselineTotal);
  add(next, at + 4, baselineBad);
};

/** Without a baseline there is nothing to compare segments with. */
export const addBusiness = (layout: Layout, tally: Tally, row: BusinessRow): Tally => {
  const { segments, segmentsAt, gauges, gaugesAt } = layout;
  if (segments.length === 0 && gauges.length === 0) return tally;
  const next = tally.slice();
  const counted = segments.length > 0 && hasBaseline(row.weight) ? countSegments(segments, row) : undefined;
  if (counted !== undefined) add(next, segmentsAt, 1);
  for (const [i, sums] of counted?.entries() ?? []) {
    for (let column = 0; column < SEGMENT_WIDTH; column++)
      add(next, segmentsAt + 1 + SEGMENT_WIDTH * i + column, sums[column] ?? 0);
  }
  for (const [i, gauge] of gauges.entries()) {
    const value = row.candidate.gauges[gauge] ?? null;
    if (value === null) continue;
    add(next, gaugesAt + 2 * i, 1);
    add(next, gaugesAt + 2 * i + 1, value);
  }
  return next;
};

/** Rows with requests on some side. */
export const rowsOf = (tally: Tally): number => tally[ROWS] ?? 0;

/** Minutes with requests on the candidate. */
export const minutesOf = (tally: Tally): number => tally[MINUTES] ?? 0;

/** The sums of a share; the baseline's only where the share is net. */
export const shareSums = (tally: Tally, { at, net }: ShareColumn): Sums => [
  tally[at] ?? 0,
  tally[at + 1] ?? 0,
  net ? (tally[at + 3] ?? 0) : 0,
  net ? (tally[at + 4] ?? 0) : 0,
  minutesOf(tally) - (tally[at + 2] ?? 0),
];

/** The sums of all segments, and the minutes in which some segment was there. */
export const segmentSums = (
  { segments, segmentsAt }: Layout,
  tally: Tally,
): { readonly minutes: number; readonly sums: SegmentSums } => {
  const minutes = tally[segmentsAt] ?? 0;
  const sums = segments.map((_, i): Sums => {
    const at = segmentsAt + 1 + SEGMENT_WIDTH * i;
    return [tally[at] ?? 0, tally[at + 1] ?? 0, tally[at + 2] ?? 0, tally[at + 3] ?? 0, minutes];
  });
  return { minutes, sums };
};

export const gaugeSum = ({ gauges, gaugesAt }: Layout, tally: Tally, gauge: string): GaugeSum => {
  const index = gauges.indexOf(gauge);
  const at = gaugesAt + 2 * index;
  return index < 0 ? [0, 0] : [tally[at] ?? 0, tally[at + 1] ?? 0];
};
