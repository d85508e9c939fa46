/** Sums of requests and failures of both target groups, whatever the rows were used for. */
import type { Row } from '../judge/row.ts';
import { hasBaseline } from '../judge/share.ts';

export interface Totals {
  rows: number;
  requests: number;
  failures: number;
  baselineRequests: number;
  baselineFailures: number;
}

export const noTotals = (): Totals => ({ rows: 0, requests: 0, failures: 0, baselineRequests: 0, baselineFailures: 0 });

/** At weight 100 the baseline's counts are not traffic of the rollout and are left out. */
export const addRow = (totals: Totals, { candidate, baseline, weight }: Row): void => {
  totals.rows += 1;
  totals.requests += candidate?.requests ?? 0;
  totals.failures += candidate?.failures ?? 0;
  if (baseline === null || !hasBaseline(weight)) return;
  totals.baselineRequests += baseline.requests;
  totals.baselineFailures += baseline.failures;
};

const KEPT_MINUTES = 1440;
const MINUTE = 60_000;

/** What the candidate had received before each of the last 24 hours' minutes: a fault is dated only after it was found. */
export interface Before {
  readonly minutes: number[];
  readonly requests: number[];
  readonly failures: number[];
}

const NONE = -1;
const slots = (value: number): number[] => Array.from({ length: KEPT_MINUTES }, () => value);

export const nothingBefore = (): Before => ({ minutes: slots(NONE), requests: slots(0), failures: slots(0) });

export const keepBefore = (before: Before, minute: number, totals: Totals): void => {
  const slot = (minute / MINUTE) % KEPT_MINUTES;
  before.minutes[slot] = minute;
  before.requests[slot] = totals.requests;
  before.failures[slot] = totals.failures;
};

/** Undefined: longer ago than 24 hours, or no row was judged for that minute. */
export const totalsBefore = (
  before: Before,
  at: number,
): { readonly requests: number; readonly failures: number } | undefined => {
  const minute = Math.floor(at / MINUTE) * MINUTE;
  const slot = (minute / MINUTE) % KEPT_MINUTES;
  if (before.minutes[slot] !== minute) return undefined;
  return { requests: before.requests[slot] ?? 0, failures: before.failures[slot] ?? 0 };
};
