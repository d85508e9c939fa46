import type { Claim } from '../plan/plan.ts';
import type { Clumpiness } from './clumpiness.ts';
import type { BetKind } from './regression.ts';
import type { Row } from './row.ts';

export type Verdict = 'pass' | 'fail' | 'insufficient';

/**
 * What the rows say about one criterion. All numbers are in the claim's own quantity: for a share the bad share (0.001 for
 * "99.9 % available"), for revenue the relative difference, for a gauge its unit.
 */
export interface Assessment {
  readonly text: string;
  readonly metric: string;
  readonly claim: Claim;
  /** `prove`: passes when proven. `notAgainst`: passes while the opposite is not proven and the metric was there. */
  readonly kind: 'prove' | 'notAgainst';
  readonly verdict: Verdict;
  readonly measured: number | null;
  /** Bounds that hold at every look (95 %, less after restarts); null: nothing can be said. */
  readonly lower: number | null;
  readonly upper: number | null;
  /** Bad events counted, net where the metric is net; null for ratios and gauges. */
  readonly bad: number | null;
  /** Candidate requests (or answers, blocks, minutes: `of` says which) behind it. */
  readonly requests: number;
  readonly of: 'requests' | 'responses' | 'blocks' | 'minutes';
  /** For `insufficient`: how many more of `of` at the rate seen, or `never`. */
  readonly more?: number | 'never' | undefined;
  /**
   * For `insufficient`: what was not there, or too seldom, in words, naming metric, namespace and dimensions. Absent
   * where there merely is too little of it so far: then `more` says how much.
   */
  readonly missing?: string | undefined;
  /** The segment that decides, for segment metrics. */
  readonly segment?: string | undefined;
  readonly ofSegment?: SegmentNumbers | undefined;
  /** Segments that have no say, since they have fewer candidate requests than the plan asks of each. */
  readonly tooFew?: TooFew | undefined;
  readonly asymptotic?: true | undefined;
}

/** What a segment is judged by. */
export interface SegmentNumbers {
  readonly requests: number;
  readonly failures: number;
  readonly baselineRequests: number;
  readonly baselineFailures: number;
  /** Of this segment's own ratio or spread, in the claim's quantity, holding at every look; null: not known. */
  readonly lower: number | null;
  readonly upper: number | null;
}

export interface TooFew {
  readonly needed: number;
  readonly segments: readonly { readonly segment: string; readonly requests: number }[];
}

export interface GuardTrip {
  readonly kind: 'guard';
  /** Index into `plan.guards`. */
  readonly guard: number;
  readonly text: string;
  readonly claim: Claim;
  /** Over the guard's window, in the claim's quantity. */
  readonly measured: number;
  readonly bad: number | null;
  readonly requests: number;
  readonly baselineMeasured: number | null;
  /** Evidence S (log10), or null where the guard is literal, a gauge or an amount. */
  readonly log10Evidence: number | null;
  /** Minute of the row that tripped, and of the first breaching row. */
  readonly minute: string;
  readonly sinceMinute: string;
  readonly segment?: string | undefined;
  readonly ofSegment?: SegmentNumbers | undefined;
}

export interface WatchTrip {
  readonly kind: 'watch';
  /** On which most was won: `failures`, `slow:183ms`, `unavailable`, `segment:k12`, `orders`. */
  readonly metric: string;
  /** Which of its bets had won most. */
  readonly bet: BetKind;
  /** log10 of the total wealth; the rollback line is −log10 of the plan's `falseRollbacks`. */
  readonly log10Wealth: number;
  readonly minute: string;
  readonly sinceMinute: string;
  readonly minutes: number;
  readonly requests: number;
  /** Bad ones; of a fall good ones. */
  readonly events: number;
  readonly baselineRequests: number;
  readonly baselineEvents: number;
  /** The candidate's rate is at least this many times the baseline's (95 %, at any time); null: not known. */
  readonly atLeastTimes: number | null;
  readonly falseRollbacks: number;
  /** The newest rows of it, as they were read, where they were not settled yet: they were taken at their worst for a rollback. */
  readonly unsettled?: readonly Row[] | undefined;
}

export type Trip = GuardTrip | WatchTrip;

/** What one row says about the measurement itself; it begins or prolongs a hold. */
export type RowCause =
  | { readonly code: 'BLIND' }
  | { readonly code: 'NO_DATA'; readonly minute: string; readonly expectedRequests: number }
  | {
      readonly code: 'SHARED_OUTAGE';
      readonly guard: string;
      readonly candidateShare: number;
      readonly baselineShare: number;
      readonly limit: number;
    }
  | { readonly code: 'SPLIT_OFF'; readonly weight: number; readonly seenPercent: number; readonly requests: number };

/** `before`: a minute from before the last rise. `warmUp`: until the bake's first row. `bake`: counts for everything. */
export type Stage = 'before' | 'warmUp' | 'bake';

/** What the watch would have said of the day before, had each zone been the candidate and the others its baseline. */
export interface SelfTest {
  /** How many were tried: all that had requests. */
  readonly zones: number;
  /** Those that would have been rolled back, and in which minute: `2025-10-31T12:37Z`. */
  readonly stopped: readonly { readonly zone: string; readonly minute: string }[];
}

/** The baseline over the 24 h before the start; null: unknown. What may be absent is so in journals of earlier releases. */
export interface DayBefore {
  readonly requestsPerMinute: number | null;
  readonly failureShare: number | null;
  readonly unavailableShare: number | null;
  /** Of its answers those slower than each threshold of the plan, keyed like `200ms`. */
  readonly slowShares?: Readonly<Record<string, number>> | null;
  /** Nine of ten, and 99 of 100, of its answers took at most so many milliseconds: whole ones, at least 1. */
  readonly latency?: { readonly p90: number; readonly p99: number } | null;
  readonly clumpiness?: Clumpiness | null;
  /** Absent: not made, for want of two zones, or on simulated ones, which are alike. */
  readonly selfTest?: SelfTest | undefined;
  /** By availability zone, for people; absent: not known. Requests are those that were answered or refused. */
  readonly zones?:
    | readonly { readonly zone: string; readonly requests: number; readonly failures: number }[]
    | undefined;
}

export const UNKNOWN_DAY: DayBefore = {
  requestsPerMinute: null,
  failureShare: null,
  unavailableShare: null,
  slowShares: null,
  latency: null,
  clumpiness: null,
};
