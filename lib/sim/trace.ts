import { parse } from 'csv-parse/sync';
import type { Instant } from '../plan/plan.ts';
import { DAY, MINUTE } from './clock.ts';
import { type InputProblem, problem } from './input-problem.ts';
import { binomial, type Generator, seek } from './random.ts';

/** Request counts of a real load balancer: sums of equal slots; null where the trace has no datapoint. */
export interface Trace {
  readonly start: Instant;
  readonly slotMinutes: number;
  /** Whole numbers, already scaled. */
  readonly slots: readonly (number | null)[];
  readonly meanPerMinute: number;
  /** The trace repeats after so many minutes: whole days where it is longer than one. */
  readonly periodMinutes: number;
}

/**
 * Reads `timestamp,value` (UTC; value: requests in the slot that begins there). The slot is the least distance of two timestamps;
 * what lies between slots is missing.
 *
 * @param scale factor for all values
 */
export const readTrace = (text: string, scale: number): Trace | InputProblem => {
  if (!(scale > 0) || !Number.isFinite(scale)) return problem('--scale', 'must be a number above 0', String(scale));
  const lines: string[][] = parse(text, {
    bom: true,
    quote: false,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
  });
  const [header, ...records] = lines;
  if (header?.join() !== 'timestamp,value')
    return problem('line 1', 'must be the header timestamp,value', header?.join() ?? '');
  const points: { at: Instant; value: number }[] = [];
  for (const [index, [timestamp = '', value = '']] of records.entries()) {
    const at = Date.parse(`${timestamp.replace(' ', 'T').replace(/Z$/, '')}Z`);
    const line = `line ${index + 2}`;
    if (Number.isNaN(at))
      return problem(`${line}, column timestamp`, 'must be a UTC time such as 2014-04-10 00:04:00', timestamp);
    const before = points.at(-1);
    if (before !== undefined && at - before.at < MINUTE)
      return problem(`${line}, column timestamp`, 'must be at least a minute after the line before', timestamp);
    const requests = value === '' ? Number.NaN : Number(value);
    if (!(requests >= 0) || !Number.isFinite(requests))
      return problem(`${line}, column value`, 'must be a number of at least 0', value);
    points.push({ at, value: requests });
  }
  return toTrace(points, scale);
};

const toTrace = (
  points: readonly { readonly at: Instant; readonly value: number }[],
  scale: number,
): Trace | InputProblem => {
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined || first === last)
    return { problem: 'A trace must have at least 2 lines below its header' };
  let slotMinutes = Number.POSITIVE_INFINITY;
  points.reduce((before, point) => {
    slotMinutes = Math.min(slotMinutes, Math.floor((point.at - before.at) / MINUTE));
    return point;
  });
  const count = Math.floor((last.at - first.at) / (slotMinutes * MINUTE)) + 1;
  if (count > 1_000_000)
    return problem('The trace', 'must have at most 1,000,000 slots from its first line to its last', String(count));
  const slots: (number | null)[] = new Array<number | null>(count).fill(null);
  for (const { at, value } of points)
    slots[Math.floor((at - first.at) / (slotMinutes * MINUTE))] = Math.round(value * scale);
  const total = slots.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  const length = count * slotMinutes;
  return {
    start: Math.floor(first.at / MINUTE) * MINUTE,
    slotMinutes,
    slots,
    meanPerMinute: total / (points.length * slotMinutes),
    periodMinutes: length >= 1440 ? Math.floor(length / 1440) * 1440 : length,
  };
};

/** Minute of the trace that a minute of the rollout replays: the plan's first day is the trace's first, at the same time of day. */
const traceMinute = (trace: Trace, planStart: Instant, minute: Instant): number => {
  const anchor = Math.floor(planStart / DAY) * DAY + (trace.start % DAY);
  const offset = Math.floor((minute - anchor) / MINUTE) % trace.periodMinutes;
  return offset < 0 ? offset + trace.periodMinutes : offset;
};

/** Mean requests of a minute; null: no datapoint. */
export const traceMean = (trace: Trace, planStart: Instant, minute: Instant): number | null => {
  const value = trace.slots[Math.floor(traceMinute(trace, planStart, minute) / trace.slotMinutes)] ?? null;
  return value === null ? null : value / trace.slotMinutes;
};

/**
 * Requests of a minute: a slot's requests fall on its minutes by chance, and the minutes add up to the slot exactly.
 */
export const traceRequests = (
  trace: Trace,
  planStart: Instant,
  minute: Instant,
  generator: Generator,
  key: number,
): number | null => {
  const position = traceMinute(trace, planStart, minute);
  const slot = Math.floor(position / trace.slotMinutes);
  const total = trace.slots[slot] ?? null;
  if (total === null) return null;
  const within = position - slot * trace.slotMinutes;
  seek(generator, key, Math.floor(minute / MINUTE) - within);
  let left = total;
  for (let index = 0; ; index += 1) {
    const here = binomial(generator, left, 1 / (trace.slotMinutes - index));
    if (index === within) return here;
    left -= here;
  }
};
