/** Sums over some rows of a phase: everything its criteria are judged by, in constant space. */
import type { Phase, Plan } from '../plan/plan.ts';
import { addProducts, NO_PRODUCTS, type Products } from './ratio.ts';
import type { BusinessRow, Row } from './row.ts';
import { addSegments, countSegments, noSegments, type SegmentSums } from './segment.ts';
import { addSums, countShare, hasBaseline, NO_SUMS, type ShareSource, type Sums, sourceOf } from './share.ts';

/** What some criteria look at: one fixed layout for the whole rollout. */
export interface Layout {
  readonly shares: readonly ShareSource[];
  readonly ratio: boolean;
  /** Empty where no criterion looks at segments. */
  readonly segments: readonly string[];
  readonly gauges: readonly string[];
}

/** Minutes in which a gauge was there, and the sum of its values. */
export type GaugeSum = readonly [minutes: number, sum: number];

/** `rows` had requests on some side; `minutes` had requests on the candidate. The lists are in the layout's order. */
export interface Tally {
  readonly rows: number;
  readonly minutes: number;
  readonly shares: readonly Sums[];
  /** Empty where no criterion looks at revenue. */
  readonly revenue: Products;
  readonly segments: SegmentSums;
  /** Minutes in which some segment was there on both sides. */
  readonly segmentMinutes: number;
  readonly gauges: readonly GaugeSum[];
}

/** What the criteria of these phases look at. */
export const layoutOf = (plan: Plan, phases: readonly Phase[]): Layout => {
  const claims = phases.flatMap((phase) => phase.advance.map(({ claim }) => claim));
  const bySegment = claims.some(({ kind }) => kind === 'segmentRatio' || kind === 'segmentSpread');
  return {
    shares: [...new Set(claims.flatMap((claim) => (claim.kind === 'share' ? [claim.share] : [])))].map((share) =>
      sourceOf(plan, share),
    ),
    ratio: claims.some(({ kind }) => kind === 'ratio'),
    segments: bySegment ? (plan.metrics.segments?.values ?? []) : [],
    gauges: [...new Set(claims.flatMap((claim) => (claim.kind === 'gauge' ? [claim.gauge] : [])))],
  };
};

export const emptyTally = (layout: Layout): Tally => ({
  rows: 0,
  minutes: 0,
  shares: layout.shares.map(() => NO_SUMS),
  revenue: layout.ratio ? NO_PRODUCTS : [],
  segments: noSegments(layout.segments),
  segmentMinutes: 0,
  gauges: layout.gauges.map((): GaugeSum => [0, 0]),
});

/** An empty tally of the same layout. */
export const cleared = (tally: Tally): Tally => ({
  rows: 0,
  minutes: 0,
  shares: tally.shares.map(() => NO_SUMS),
  revenue: tally.revenue.map(() => 0),
  segments: tally.segments.map(() => NO_SUMS),
  segmentMinutes: 0,
  gauges: tally.gauges.map((): GaugeSum => [0, 0]),
});

export const addTallies = (a: Tally, b: Tally): Tally => ({
  rows: a.rows + b.rows,
  minutes: a.minutes + b.minutes,
  shares: a.shares.map((sums, i) => addSums(sums, b.shares[i] ?? NO_SUMS)),
  revenue: addProducts(a.revenue, b.revenue),
  segments: addSegments(a.segments, b.segments),
  segmentMinutes: a.segmentMinutes + b.segmentMinutes,
  gauges: a.gauges.map((sum, i) => addGauges(sum, b.gauges[i] ?? [0, 0])),
});

const addGauges = (a: GaugeSum, b: GaugeSum): GaugeSum => [a[0] + b[0], a[1] + b[1]];

/** What one row of traffic counts for; a tally with the business part empty. */
export interface TrafficCount {
  readonly rows: number;
  readonly minutes: number;
  readonly shares: readonly (Sums | undefined)[];
}

export const countTraffic = (layout: Layout, row: Row): TrafficCount => {
  const seen = (row.candidate?.requests ?? 0) > 0;
  return {
    rows: seen || (row.baseline?.requests ?? 0) > 0 ? 1 : 0,
    minutes: seen ? 1 : 0,
    shares: layout.shares.map((source) => countShare(source, row)),
  };
};

export const addTraffic = (tally: Tally, count: TrafficCount): Tally => {
  const shares: Sums[] = [];
  for (const sums of tally.shares) {
    const more = count.shares[shares.length];
    shares.push(more === undefined ? sums : addSums(sums, more));
  }
  return {
    rows: tally.rows + count.rows,
    minutes: tally.minutes + count.minutes,
    shares,
    revenue: tally.revenue,
    segments: tally.segments,
    segmentMinutes: tally.segmentMinutes,
    gauges: tally.gauges,
  };
};

/** What one business row counts for; undefined: not there. */
export interface BusinessCount {
  readonly revenue: Products | undefined;
  readonly segments: SegmentSums | undefined;
  readonly gauges: readonly (number | undefined)[];
}

/** `revenue` is a block that has just become full. Without a baseline there is nothing to compare segments with. */
export const countBusiness = (layout: Layout, row: BusinessRow, revenue: Products | undefined): BusinessCount => ({
  revenue: layout.ratio ? revenue : undefined,
  segments: layout.segments.length > 0 && hasBaseline(row.weight) ? countSegments(layout.segments, row) : undefined,
  gauges: layout.gauges.map((gauge) => row.candidate.gauges[gauge] ?? undefined),
});

export const addBusiness = (tally: Tally, { revenue, segments, gauges }: BusinessCount): Tally => ({
  rows: tally.rows,
  minutes: tally.minutes,
  shares: tally.shares,
  revenue: revenue === undefined ? tally.revenue : addProducts(tally.revenue, revenue),
  segments: segments === undefined ? tally.segments : addSegments(tally.segments, segments),
  segmentMinutes: tally.segmentMinutes + (segments === undefined ? 0 : 1),
  gauges: tally.gauges.map((sum, i): GaugeSum => {
    const value = gauges[i];
    return value === undefined ? sum : [sum[0] + 1, sum[1] + value];
  }),
});
