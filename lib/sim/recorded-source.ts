import { needsOf } from '../judge/needs.ts';
import { UNKNOWN_DAY } from '../judge/verdict.ts';
import type { Instant, Plan } from '../plan/plan.ts';
import { firstBakeRow } from '../rollout/bake-clock.ts';
import type { RolloutState } from '../rollout/rollout.ts';
import { MINUTE } from './clock.ts';
import type { TrafficSource } from './cloud-watch.ts';
import type { RecordedRows } from './recorded.ts';
import type { MinuteTraffic } from './traffic.ts';

/** Consecutive minutes that were given consecutive rows. */
interface Run {
  readonly minute: Instant;
  readonly row: number;
  count: number;
}

export interface RecordedData {
  /** The first row not given to a minute yet. */
  nextRow: number;
  /** The last minute that was looked at. */
  lastMinute: Instant;
  readonly runs: Run[];
}

export const initialRecorded = (): RecordedData => ({ nextRow: 0, lastMinute: 0, runs: [] });

/**
 * Recorded rows as the traffic of bake minutes. Which minute gets which row is settled when the minute is first looked at, in
 * order, from the newest journal state: a row for every minute that still has to bake, none for warm-up and waiting.
 */
export const recordedSource = (
  plan: Plan,
  { rows }: RecordedRows,
  data: RecordedData,
  stateNow: () => RolloutState | null,
): TrafficSource => ({
  isSettled: true,
  minute: (minute) => {
    if (minute > data.lastMinute) {
      data.lastMinute = minute;
      if (data.nextRow < rows.length && isDue(plan, stateNow(), data, minute)) give(data, minute);
    }
    const row = rowAt(data, minute);
    return (row === null ? undefined : rows[row]) ?? noTraffic(plan);
  },
  // Recorded minutes say nothing about the day before; what needs it must do without.
  dayBefore: () => UNKNOWN_DAY,
});

const isDue = (plan: Plan, state: RolloutState | null, data: RecordedData, minute: Instant): boolean => {
  if (state?.status !== 'baking') return false;
  const first = firstBakeRow(plan, state);
  if (first === null || minute < first) return false;
  return state.bake.minutes + minutesGivenSince(data, Math.max(first, state.next.row)) < state.bake.targetMinutes;
};

const minutesGivenSince = (data: RecordedData, from: Instant): number =>
  data.runs.reduce(
    (sum, run) => sum + Math.max(0, run.count - Math.max(0, Math.ceil((from - run.minute) / MINUTE))),
    0,
  );

const give = (data: RecordedData, minute: Instant): void => {
  const last = data.runs.at(-1);
  if (last !== undefined && minute === last.minute + last.count * MINUTE) last.count += 1;
  else data.runs.push({ minute, row: data.nextRow, count: 1 });
  data.nextRow += 1;
};

const rowAt = (data: RecordedData, minute: Instant): number | null => {
  const run = data.runs.findLast((each) => each.minute <= minute);
  const offset = run === undefined ? 0 : (minute - run.minute) / MINUTE;
  return run === undefined || offset >= run.count ? null : run.row + offset;
};

/** Business rows are judged later than traffic, but never so late. */
const BUSINESS_MOST = 60 * MINUTE;

/** Every row was given to a minute, and every such minute was judged. */
export const isUsedUp = ({ rows, hasBusiness }: RecordedRows, data: RecordedData, state: RolloutState): boolean => {
  const last = data.runs.at(-1);
  if (data.nextRow < rows.length || last === undefined) return false;
  const end = last.minute + last.count * MINUTE;
  const { row, business } = state.next;
  return row >= end && (!hasBusiness || business >= end || row >= end + BUSINESS_MOST);
};

const noTraffic = (plan: Plan): MinuteTraffic => {
  const needs = needsOf(plan);
  const segments = Object.fromEntries(needs.segments.map((name) => [name, null]));
  const gauges = Object.fromEntries(needs.gauges.map((name) => [name, null]));
  const nothing = { requests: null, revenue: null, orders: null, segments, gauges };
  return { candidate: null, baseline: null, hosts: true, business: { candidate: nothing, baseline: nothing } };
};
