/**
 * One settled minute, as CloudWatch counted it. Rows are what the journal keeps and the judge folds, in order, each once.
 * `null` is unknown: the metric was not there. Counts may be fractions (`TC()` is interpolated by CloudWatch).
 */
export interface Counts {
  readonly requests: number;
  /** Target 5xx and refused connections, at most `requests`. */
  readonly failures: number;
  /**
   * Requests minus answers, or connection errors where the plan says so. A request and its answer may fall into different
   * minutes, so one minute may be slightly negative; sums are what counts. Null: not recorded.
   */
  readonly unavailable: number | null;
  /** Answers with a response time: the total of every slow share. */
  readonly responses: number;
  /** Answers slower than each threshold of the plan, keyed like `200ms`. */
  readonly slow: Readonly<Record<string, number>>;
}

/** Traffic of both target groups in one minute. `null`: no RequestCount was reported. */
export interface Row {
  /** Start of the minute, `2025-10-31T12:37Z`. */
  readonly minute: string;
  /** The candidate's recorded weight in that minute, in percent. */
  readonly weight: number;
  readonly candidate: Counts | null;
  readonly baseline: Counts | null;
  /** HealthyHostCount was reported: without requests this tells "no traffic" from "CloudWatch is silent". */
  readonly hosts: boolean;
}

export interface SegmentCounts {
  readonly requests: number;
  readonly failures: number;
}

export interface BusinessCounts {
  /** RequestCount of the same minute; null: unknown. */
  readonly requests: number | null;
  readonly revenue: number | null;
  readonly orders: number | null;
  readonly segments: Readonly<Record<string, SegmentCounts | null>>;
  readonly gauges: Readonly<Record<string, number | null>>;
}

/** Traffic counts are complete three minutes after their minute's end. */
export const SETTLE_MINUTES = 3;

/** Business metrics, segments and gauges of one minute: they settle later than traffic, so they are rows of their own. */
export interface BusinessRow {
  readonly minute: string;
  readonly weight: number;
  readonly candidate: BusinessCounts;
  readonly baseline: BusinessCounts;
}

/** Start of a row's minute in epoch milliseconds. */
export const minuteOf = (row: { readonly minute: string }): number => Date.parse(row.minute);

/** The text form of a minute's start, for rows. */
export const minuteText = (at: number): string => `${new Date(at).toISOString().slice(0, 16)}Z`;
