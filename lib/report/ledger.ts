/** What a report needs of a journal, gathered entry by entry: rows are counted and forgotten. */

import { type BusinessRow, minuteOf, type Row } from '../judge/row.ts';
import { tablesOf } from '../judge/tables.ts';
import { totalWealth } from '../judge/watch.ts';
import type { Instant, Plan } from '../plan/plan.ts';
import { type Cause, type Decision, type Entry, isSameDecision } from '../rollout/entry.ts';
import type { RolloutState, Span, Week } from '../rollout/rollout.ts';
import { type Approach, approach, noApproaches } from './approach.ts';
import { type Comparison, compareRows, noComparison } from './comparison.ts';
import { costOf } from './cost.ts';
import { followHolds, type Held } from './hold-log.ts';
import { emptyPeopleLog, listen, type PeopleLog } from './people-log.ts';
import { follow, noSeries, type Series } from './series.ts';
import { nothingSpent, type Spending, spend } from './spending.ts';
import { addRow, type Before, keepBefore, noTotals, nothingBefore, type Totals, totalsBefore } from './totals.ts';
import { updateVisit, type Visit, visitOf } from './visits.ts';

/** A decision or reason that differs from the one before, and how long it stood. */
export interface Change {
  readonly revision: number;
  readonly at: Instant;
  lastAt: Instant;
  /** Index of the phase; −1 while scheduled. */
  readonly phase: number;
  readonly weight: number;
  readonly decision: Decision;
  readonly cause: Cause;
}

/** The newest entry, as far as a report needs it. */
export interface Newest {
  readonly at: Instant;
  readonly revision: number;
  readonly decision: Decision;
  readonly state: RolloutState;
}

/** The way back, as far as the state does not tell it. */
export interface WayBack {
  readonly detectedAt: Instant;
  /** The candidate's totals when the fault began; null: not known. */
  readonly atFault: { readonly requests: number; readonly failures: number } | null;
  readonly atDecision: { readonly requests: number; readonly failures: number };
  /** In the plan's order of rules: stickiness was on before the rollback. */
  readonly sticky: readonly boolean[];
  /** The minutes that were judged before it was decided, oldest first. */
  readonly rows: readonly Row[];
  readonly businessRows: readonly BusinessRow[];
}

/** What a daily checkpoint closed. */
export interface Reviewed {
  readonly at: Instant;
  readonly phase: number;
  readonly day: Span;
  /** With every seventh. */
  readonly week: Week | null;
  readonly weeks: number;
  readonly passesInARow: number;
  /** Spent on AWS by then. */
  readonly usd: number;
}

/** Changed in place by `addEntry`: a journal has tens of thousands of entries. */
export interface Ledger {
  readonly plan: Plan;
  entries: number;
  readonly totals: Totals;
  readonly before: Before;
  readonly visits: Visit[];
  /** All changes of decision or reason, in order; in a very long list the middle is missing, `changesLeftOut` of them. */
  readonly changes: Change[];
  changesLeftOut: number;
  readonly holds: Held[];
  readonly people: PeopleLog;
  /** In the order of `plan.guards`. */
  readonly approaches: readonly Approach[];
  /** The watch's highest total wealth. */
  readonly wealth: { most: number; at: Instant | null };
  /** Null: the plan ships a release, and the groups may differ. */
  readonly comparison: Comparison | null;
  readonly reviews: Reviewed[];
  /** The newest minutes that were judged. */
  readonly recent: { readonly rows: Row[]; readonly businessRows: BusinessRow[] };
  wayBack: WayBack | null;
  readonly spending: Spending;
  readonly series: Series;
  newest: Newest | null;
}

/** More changes than this are a flapping world; the first and the newest of them tell the story. */
const CHANGES_AT_MOST = 5000;
const CHANGES_KEPT_FIRST = 1000;

export const emptyLedger = (plan: Plan): Ledger => ({
  plan,
  entries: 0,
  totals: noTotals(),
  before: nothingBefore(),
  visits: [],
  changes: [],
  changesLeftOut: 0,
  holds: [],
  people: emptyPeopleLog(),
  approaches: noApproaches(plan),
  wealth: { most: 1, at: null },
  comparison: plan.mode === 'aa' ? noComparison(plan) : null,
  reviews: [],
  recent: { rows: [], businessRows: [] },
  wayBack: null,
  spending: nothingSpent(),
  series: noSeries(),
  newest: null,
});

/**
 * Adds the next entry of the journal; entries come in order, each once. Takes constant time for an entry of one row.
 * @param bytes of its line; whoever has the line need not have it written anew
 */
export const addEntry = (
  ledger: Ledger,
  entry: Entry,
  bytes: number = Buffer.byteLength(JSON.stringify(entry)),
): void => {
  const at = Date.parse(entry.at);
  const before = ledger.newest?.state ?? null;
  // What was forbidden decides nothing: it only repeats the reason that stands.
  const standing = entry.cause.by === 'forbidden' ? ledger.newest?.decision : undefined;
  const isNews =
    standing === undefined && (ledger.newest === null || !isSameDecision(ledger.newest.decision, entry.decision));
  ledger.entries += 1;
  if (isNews) addChange(ledger, entry, at);
  else extendChange(ledger, at);
  countRows(ledger, entry);
  if (ledger.comparison !== null) compareRows(ledger.plan, ledger.comparison, entry, before ?? entry.state);
  const visit = visitOf(ledger.visits, entry, at);
  if (visit !== undefined && visit.leftAt === null) updateVisit(ledger.plan, visit, entry, at, isNews);
  followHolds(ledger.holds, entry, before, at);
  listen(ledger.people, entry, at, ledger.visits.length - 1, isNews);
  approach(ledger.plan, ledger.approaches, entry);
  followWatch(ledger, entry, at);
  if (ledger.wayBack === null) keepRecent(ledger, entry);
  follow(ledger.series, ledger.plan, entry, at, isNews);
  if (ledger.wayBack === null && entry.state.rollback !== null) ledger.wayBack = wayBackOf(ledger, entry, before, at);
  spend(ledger.spending, ledger.plan, { entry, at, bytes }, ledger.newest);
  keepReview(ledger, entry, before, at);
  ledger.newest = { at, revision: entry.revision, decision: standing ?? entry.decision, state: entry.state };
};

const addChange = (ledger: Ledger, { revision, state, decision, cause }: Entry, at: Instant): void => {
  const { changes } = ledger;
  changes.push({ revision, at, lastAt: at, phase: state.phase, weight: state.weight, decision, cause });
  if (changes.length <= CHANGES_AT_MOST) return;
  changes.splice(CHANGES_KEPT_FIRST, 1);
  ledger.changesLeftOut += 1;
};

const extendChange = ({ changes }: Ledger, at: Instant): void => {
  const last = changes.at(-1);
  if (last !== undefined) last.lastAt = at;
};

/** A row belongs to the phase whose weight was recorded in its minute, which may be the one before the present. */
const countRows = (ledger: Ledger, { rows }: Entry): void => {
  for (const row of rows) {
    const minute = minuteOf(row);
    keepBefore(ledger.before, minute, ledger.totals);
    addRow(ledger.totals, row);
    const visit = visitAt(ledger.visits, minute);
    if (visit !== undefined && (visit.leftAt === null || minute < visit.leftAt)) addRow(visit.totals, row);
  }
};

const visitAt = (visits: readonly Visit[], minute: Instant): Visit | undefined => {
  for (let index = visits.length - 1; index >= 0; index--) {
    const visit = visits[index];
    if (visit !== undefined && visit.enteredAt < minute + 60_000) return visit;
  }
  return undefined;
};

const followWatch = ({ plan, wealth }: Ledger, { rows, businessRows, state }: Entry, at: Instant): void => {
  const table = tablesOf(plan).watch;
  const { watch } = state.judge;
  if (rows.length + businessRows.length === 0 || table === undefined || watch === null) return;
  const total = totalWealth(table, watch);
  if (total <= wealth.most) return;
  wealth.most = total;
  wealth.at = at;
};

const wayBackOf = (ledger: Ledger, { state }: Entry, before: RolloutState | null, at: Instant): WayBack => {
  const { requests, failures } = ledger.totals;
  const began = state.rollback?.faultBeganAt ?? null;
  return {
    detectedAt: detectedAt(ledger, state, before) ?? at,
    atFault: began === null ? null : (totalsBefore(ledger.before, began) ?? null),
    atDecision: { requests, failures },
    sticky: (before ?? state).rules.map((rule) => rule.sticky),
    rows: [...ledger.recent.rows],
    businessRows: [...ledger.recent.businessRows],
  };
};

const RECENT_AT_MOST = 30;

const keepRecent = ({ recent }: Ledger, { rows, businessRows }: Entry): void => {
  recent.rows.push(...rows);
  recent.businessRows.push(...businessRows);
  if (recent.rows.length > RECENT_AT_MOST) recent.rows.splice(0, recent.rows.length - RECENT_AT_MOST);
  if (recent.businessRows.length > RECENT_AT_MOST)
    recent.businessRows.splice(0, recent.businessRows.length - RECENT_AT_MOST);
};

/** Twenty phases of 30 days have more; then the newest replaces the last. */
const REVIEWS_AT_MOST = 100;

const keepReview = (ledger: Ledger, { state }: Entry, before: RolloutState | null, at: Instant): void => {
  const { review, phase, bake } = state;
  const closed = review?.closed ?? null;
  if (review === undefined || closed === null || closed.day.to === before?.review?.closed?.day.to) return;
  if (ledger.reviews.length >= REVIEWS_AT_MOST) ledger.reviews.pop();
  const usd = costOf(ledger.plan, ledger.spending).at(-1)?.usd ?? 0;
  ledger.reviews.push({ at, phase, ...closed, weeks: review.weeks, passesInARow: bake.passesInARow, usd });
};

/** When the cause was first recorded: for a rollback after a hold, when that began. */
const detectedAt = ({ holds }: Ledger, state: RolloutState, before: RolloutState | null): Instant | null => {
  const told = state.rollback?.reason;
  const reason = told?.code === 'RECORDED_LATE' ? told.of : told;
  if (reason?.code === 'CANDIDATE_UNHEALTHY') return before?.unhealthySince ?? null;
  const code =
    reason?.code === 'HELD_TOO_LONG' ? reason.hold : reason?.code === 'OUTAGE_AFTER_RISE' ? 'SHARED_OUTAGE' : undefined;
  return code === undefined ? null : (holds.findLast((held) => held.code === code)?.since ?? null);
};
