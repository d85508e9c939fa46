/** Guards on what comes in business rows: revenue, segments and gauges. */
import type { Claim, Guard } from '../plan/claim.ts';
import type { GuardState } from './guard.ts';
import { type Gathered, gather, noneGathered, PROVING_BLOCKS, salesOf, seeRatio } from './ratio.ts';
import type { BusinessRow } from './row.ts';
import {
  addSegments,
  countSegments,
  isSegmentClaimProven,
  maySegmentsExceed,
  noSegments,
  numbersOf,
  type SegmentSums,
  seeSegments,
} from './segment.ts';
import { hasBaseline } from './share.ts';
import type { GuardTrip, SegmentNumbers } from './verdict.ts';

/** A bound on an amount or a segment since the last rise is wrong at any time with at most this probability. */
const LEVEL = 0.01;
const BAD_AT_LEAST = 3;

/** Sums since the last rise, warm-up included: what amounts and segments are proven by. */
export interface SinceRise extends Gathered {
  readonly segments: SegmentSums;
}

export const initialSinceRise = (ratio: boolean, segments: readonly string[]): SinceRise => ({
  ...noneGathered(ratio),
  segments: noSegments(segments),
});

export const addSinceRise = (since: SinceRise, segments: readonly string[], row: BusinessRow): SinceRise => {
  // Without a baseline there is nothing to compare with.
  if (!hasBaseline(row.weight)) return since;
  const counted = since.segments.length === 0 ? undefined : countSegments(segments, row);
  const { block, revenue } = since.revenue.length === 0 ? since : gather(since, row);
  return {
    block,
    revenue,
    segments: counted === undefined ? since.segments : addSegments(since.segments, counted),
  };
};

/** Numbers kept per minute of the window; 0: none is needed. */
const windowWidth = ({ claim, proof }: Guard, segments: number): number => {
  if (claim.kind === 'gauge') return 1;
  if (proof === 'proven') return 0;
  return claim.kind === 'ratio' ? 4 : 4 * segments;
};

export const initialBusinessGuard = (guard: Guard, segments: number): GuardState => ({
  since: null,
  rows: 0,
  window: Array.from({ length: windowWidth(guard, segments) * guard.forMinutes }, () => 0),
  evidence: [],
});

interface Finding {
  readonly isBreached: boolean;
  readonly measured: number;
  readonly bad: number | null;
  readonly requests: number;
  readonly baselineMeasured: number | null;
  readonly segment?: string | undefined;
  readonly ofSegment?: SegmentNumbers | undefined;
}

/**
 * Moves the guard by one row; `finding` only where the guard can say something. Unknown never trips, and breaks a
 * gauge's run.
 */
export const weighBusinessGuard = (
  index: number,
  guard: Guard,
  state: GuardState,
  row: BusinessRow,
  since: SinceRise,
  segments: readonly string[],
  clumpiness: number,
): { readonly state: GuardState; readonly trip: GuardTrip | undefined } => {
  const moved = moveWindow(guard, state, row, segments);
  const finding = find(guard, moved, row, since, segments, clumpiness);
  if (finding === undefined || !finding.isBreached) {
    const isRun = guard.claim.kind === 'gauge' && moved.rows > 0;
    return { state: { ...moved, since: isRun ? (moved.since ?? row.minute) : null }, trip: undefined };
  }
  const { measured, bad, requests, baselineMeasured, segment, ofSegment } = finding;
  const sinceMinute = moved.since ?? row.minute;
  const trip: GuardTrip = {
    kind: 'guard',
    guard: index,
    text: guard.text,
    claim: guard.claim,
    measured,
    bad,
    requests,
    baselineMeasured,
    log10Evidence: null,
    minute: row.minute,
    sinceMinute,
    segment,
    ofSegment,
  };
  return { state: { ...moved, since: sinceMinute }, trip };
};

const NO_SALES = [0, 0, 0, 0];

const moveWindow = (guard: Guard, state: GuardState, row: BusinessRow, segments: readonly string[]): GuardState => {
  const { claim, forMinutes } = guard;
  if (claim.kind === 'gauge') {
    const value = row.candidate.gauges[claim.gauge] ?? null;
    if (value === null || !isBeyond(claim, value)) return { ...state, rows: 0, window: state.window.map(() => 0) };
    return { ...state, rows: Math.min(forMinutes, state.rows + 1), window: [...state.window.slice(1), value] };
  }
  if (state.window.length === 0) return state;
  const values = claim.kind === 'ratio' ? (salesOf(row) ?? NO_SALES) : segmentValues(segments, row);
  return {
    ...state,
    rows: Math.min(forMinutes, state.rows + 1),
    window: [...state.window.slice(values.length), ...values],
  };
};

const segmentValues = (segments: readonly string[], row: BusinessRow): readonly number[] =>
  (countSegments(segments, row) ?? noSegments(segments)).flatMap((sums) => sums.slice(0, 4));

const isBeyond = (claim: Extract<Claim, { side: unknown }>, value: number): boolean =>
  claim.side === 'above' ? value > claim.limit : value < claim.limit;

const find = (
  guard: Guard,
  state: GuardState,
  row: BusinessRow,
  since: SinceRise,
  segments: readonly string[],
  clumpiness: number,
): Finding | undefined => {
  const { claim, proof, forMinutes } = guard;
  if (claim.kind === 'gauge') {
    if (state.rows < forMinutes) return undefined;
    const mean = state.window.reduce((sum, value) => sum + value, 0) / forMinutes;
    return {
      isBreached: true,
      measured: mean,
      bad: null,
      requests: row.candidate.requests ?? 0,
      baselineMeasured: null,
    };
  }
  // Without a baseline there is nothing to compare with: not armed at 100.
  if (!hasBaseline(row.weight) || claim.kind === 'share') return undefined;
  if (claim.kind === 'ratio')
    return proof === 'proven' ? findRatio(claim, since) : findRatioLiterally(claim, state, forMinutes);
  return proof === 'proven'
    ? findSegment(claim, since, segments, clumpiness)
    : findSegmentLiterally(claim, state, segments, forMinutes);
};

type ClaimOf<K extends Claim['kind']> = Extract<Claim, { readonly kind: K }>;

const findRatio = (claim: ClaimOf<'ratio'>, since: SinceRise): Finding | undefined => {
  if ((since.revenue[0] ?? 0) < PROVING_BLOCKS) return undefined;
  const { measured, lower, upper } = seeRatio(since.revenue, LEVEL);
  if (measured === null) return undefined;
  const isBreached =
    claim.side === 'below' ? upper !== null && upper < claim.limit : lower !== null && lower > claim.limit;
  return { isBreached, measured, bad: null, requests: since.revenue[2] ?? 0, baselineMeasured: null };
};

const findRatioLiterally = (
  claim: ClaimOf<'ratio'>,
  { rows, window }: GuardState,
  forMinutes: number,
): Finding | undefined => {
  const [revenue = 0, requests = 0, baselineRevenue = 0, baselineRequests = 0] = columnSums(window, 4);
  if (rows < forMinutes || requests <= 0 || baselineRequests <= 0 || baselineRevenue <= 0) return undefined;
  const measured = revenue / requests / (baselineRevenue / baselineRequests) - 1;
  return { isBreached: isBeyond(claim, measured), measured, bad: null, requests, baselineMeasured: null };
};

const findSegment = (
  claim: ClaimOf<'segmentRatio'>,
  since: SinceRise,
  segments: readonly string[],
  clumpiness: number,
): Finding | undefined => {
  const level = { clumpiness, beta: LEVEL };
  if (claim.side === 'above' && !maySegmentsExceed(claim.kind, since.segments, claim.limit, level)) return undefined;
  const seen = seeSegments(claim.kind, segments, since.segments, level);
  if (seen === undefined) return undefined;
  const [requests, bad, baselineRequests, baselineBad] = seen.sums;
  return {
    isBreached: isSegmentClaimProven(seen, claim.side, claim.limit) && (claim.side === 'below' || bad >= BAD_AT_LEAST),
    measured: seen.measured ?? seen.lower ?? 0,
    bad,
    requests,
    baselineMeasured: baselineRequests > 0 ? baselineBad / baselineRequests : null,
    segment: seen.segment,
    ofSegment: numbersOf(seen),
  };
};

const findSegmentLiterally = (
  claim: ClaimOf<'segmentRatio'>,
  { rows, window }: GuardState,
  segments: readonly string[],
  forMinutes: number,
): Finding | undefined => {
  if (rows < forMinutes) return undefined;
  const sums = columnSums(window, 4 * segments.length);
  const all = segments.map((segment, i) => literalFinding(claim, segment, sums.slice(4 * i, 4 * i + 4)));
  return all.find((finding) => finding?.isBreached);
};

const literalFinding = (
  claim: ClaimOf<'segmentRatio'>,
  segment: string,
  sums: readonly number[],
): Finding | undefined => {
  const [requests = 0, bad = 0, baselineRequests = 0, baselineBad = 0] = sums;
  if (requests <= 0 || baselineRequests <= 0) return undefined;
  const baselineMeasured = baselineBad / baselineRequests;
  // Against a baseline without a failure the ratio is at least the one against a single failure.
  const measured = bad / requests / (Math.max(1, baselineBad) / baselineRequests);
  return {
    isBreached: bad >= BAD_AT_LEAST && isBeyond(claim, measured),
    measured,
    bad,
    requests,
    baselineMeasured,
    segment,
    ofSegment: {
      requests,
      failures: bad,
      baselineRequests,
      baselineFailures: baselineBad,
      lower: null,
      upper: null,
    },
  };
};

const columnSums = (values: readonly number[], columns: number): readonly number[] =>
  Array.from({ length: columns }, (_, column) =>
    values.reduce((sum, value, i) => (i % columns === column ? sum + value : sum), 0),
  );
