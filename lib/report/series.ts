/** What a page draws over time, gathered entry by entry: both target groups' counts, the bake's tally, the watch's evidence, segments. */
import { needsOf } from '../judge/needs.ts';
import { type BusinessRow, type Counts, minuteOf, type Row } from '../judge/row.ts';
import { hasBaseline } from '../judge/share.ts';
import { tablesOf } from '../judge/tables.ts';
import { shareSums } from '../judge/tally.ts';
import { totalWealth } from '../judge/watch.ts';
import { MINUTE_MS } from '../plan/duration.ts';
import type { Instant, Plan } from '../plan/plan.ts';
import type { Decision, Entry } from '../rollout/entry.ts';
import type { RolloutState } from '../rollout/rollout.ts';
import { addPoint, type Folding, type Joining, keepMinutes, nothingFolded, type Point, rounded } from './folding.ts';

export interface Series {
  readonly traffic: Folding;
  readonly segments: Folding;
  /** Minutes up to this one (since 1970) stay by themselves: a decision was just made. */
  keepTo: number;
}

/** Behind the first four numbers of a point of traffic. */
export const EVIDENCE = 4;
export const BAD = 5;
export const TOTAL = 6;
export const RESTARTS = 7;
/** Of the candidate, then of the baseline: requests, failures, responses, and slow ones by threshold. */
export const COUNTS = 8;
const OWN: readonly Joining[] = ['largest', 'last', 'last', 'last'];

/** Numbers of each side. */
export const sideWidth = (plan: Plan): number => 3 + needsOf(plan).slowMilliseconds.length;

/** Behind the first four numbers of a point of segments, for each: candidate's requests and failures, baseline's requests and failures. */
export const SEGMENTS = 4;
export const SEGMENT_WIDTH = 4;

export const noSeries = (): Series => ({ traffic: nothingFolded(), segments: nothingFolded(), keepTo: 0 });

/** @param isNews the decision differs from the one before */
export const follow = (series: Series, plan: Plan, entry: Entry, at: Instant, isNews: boolean): void => {
  const { rows, businessRows, state, decision } = entry;
  if (rows.length > 0) addTraffic(series, plan, rows, state);
  for (const row of businessRows) addSegments(series, plan, row);
  if (isNews && !isPlain(decision)) keepAround(series, Math.floor(at / MINUTE_MS), state);
};

/** Waiting on, or for somebody: nothing of which one would want to see the minutes. */
const isPlain = ({ decision, reason }: Decision): boolean =>
  decision === 'wait' && reason.code !== 'CHECKPOINT' && reason.code !== 'GATE_PASSED';

const MINUTES_BEFORE = 20;
const MINUTES_AFTER = 10;

const keepAround = (series: Series, minute: number, { rollback }: RolloutState): void => {
  const began = rollback?.faultBeganAt ?? null;
  const first = Math.min(minute, began === null ? minute : began / MINUTE_MS) - MINUTES_BEFORE;
  series.keepTo = Math.max(series.keepTo, minute + MINUTES_AFTER);
  keepMinutes(series.traffic, first, series.keepTo);
};

const addTraffic = (series: Series, plan: Plan, rows: readonly Row[], state: RolloutState): void => {
  const evidence = evidenceOf(plan, state);
  const tally = tallyOf(plan, state);
  const slow = needsOf(plan).slowMilliseconds.map((milliseconds) => `${milliseconds}ms`);
  for (const [index, row] of rows.entries()) {
    const minute = minuteOf(row) / MINUTE_MS;
    const isLast = index === rows.length - 1;
    const baseline = hasBaseline(row.weight) ? row.baseline : null;
    const isKnown = row.candidate !== null || baseline !== null;
    const point: Point = [minute, isKnown ? 1 : 0, minute <= series.keepTo ? 1 : 0, row.weight, evidence];
    // Only the last of several rows is what the tally was taken after.
    point.push(...(isLast ? tally : NO_TALLY), ...numbersOf(row.candidate, slow), ...numbersOf(baseline, slow));
    addPoint(series.traffic, OWN, point);
  }
};

const NO_TALLY: Tally = [0, 0, 0];
type Tally = readonly [bad: number, total: number, restarts: number];

const numbersOf = (counts: Counts | null, slow: readonly string[]): readonly number[] =>
  counts === null
    ? [0, 0, 0, ...slow.map(() => 0)]
    : [counts.requests, counts.failures, counts.responses, ...slow.map((key) => counts.slow[key] ?? 0)].map(rounded);

/** Powers of ten, and never below 0: the watch begins with 1, and less says no more. */
const evidenceOf = (plan: Plan, { judge }: RolloutState): number => {
  const table = tablesOf(plan).watch;
  if (table === undefined || judge.watch === null) return 0;
  const wealth = totalWealth(table, judge.watch);
  return wealth > 1 ? Math.round(1000 * Math.log10(wealth)) / 1000 : 0;
};

/** What the bake's criteria on failures are judged by. */
const tallyOf = (plan: Plan, { phase, status, judge }: RolloutState): Tally => {
  if (status !== 'baking' && status !== 'passed') return NO_TALLY;
  const column = tablesOf(plan).layouts[phase]?.shares.find(({ share }) => share === 'failures');
  if (column === undefined) return NO_TALLY;
  const [total, bad] = shareSums(judge.tallies.bake, column);
  return [rounded(bad), rounded(total), judge.restarts];
};

const addSegments = (series: Series, plan: Plan, row: BusinessRow): void => {
  const { segments } = plan.metrics;
  if (segments === undefined || !hasBaseline(row.weight)) return;
  const numbers = segments.values.flatMap((name) => {
    const [candidate, baseline] = [row.candidate.segments[name], row.baseline.segments[name]];
    return [candidate?.requests ?? 0, candidate?.failures ?? 0, baseline?.requests ?? 0, baseline?.failures ?? 0].map(
      rounded,
    );
  });
  addPoint(series.segments, [], [minuteOf(row) / MINUTE_MS, 1, 0, row.weight, ...numbers]);
};
