import { MINUTE_MS } from '../plan/duration.ts';
import type { Instant } from '../plan/plan.ts';
import type { MinuteReading } from './evidence.ts';
import type { UnsettledRead } from './rollout.ts';

/** So long after it should have settled a minute is taken as it is, provided anything was reported for it or for a later one. */
const PATIENCE_MINUTES = 5;

export interface Settled {
  readonly settled: readonly MinuteReading[];
  readonly unsettled: readonly UnsettledRead[];
  /** What was read of the unsettled minutes, in order. */
  readonly young: readonly MinuteReading[];
}

/**
 * Decides which minutes will not change any more: the minute ended at least `settleMinutes` ago and two reads at least a minute
 * apart agree, or another 5 minutes are over. In order: a minute waits for its predecessor, since every row is judged once and in
 * sequence. A minute for which nothing at all was reported is CloudWatch's silence, not a quiet service: it waits until a later
 * minute shows that the silence is over.
 *
 * @param readings consecutive minutes from the first unjudged one (`from`) on
 * @param earlier what was read of the same minutes before, from `from` on
 * @param fingerprint of the counts that matter here; equal counts have equal fingerprints
 */
export const settle = (
  readings: readonly MinuteReading[],
  from: Instant,
  earlier: readonly UnsettledRead[],
  now: Instant,
  settleMinutes: number,
  fingerprint: (reading: MinuteReading) => number,
): Settled => {
  const newestWithData = readings.findLastIndex((reading) => !isSilent(reading));
  const settled: MinuteReading[] = [];
  const unsettled: UnsettledRead[] = [];
  const young: MinuteReading[] = [];
  for (const [index, reading] of readings.entries()) {
    const age = now - (from + (index + 1) * MINUTE_MS);
    const isOverdue = age >= (settleMinutes + PATIENCE_MINUTES) * MINUTE_MS;
    const read = agreeing(fingerprint(reading), earlier[index], now);
    const agreed = age >= settleMinutes * MINUTE_MS && now - read[1] >= MINUTE_MS;
    const ready = isSilent(reading) ? isOverdue && index < newestWithData : agreed || isOverdue;
    if (ready && unsettled.length === 0) settled.push(reading);
    else if (unsettled.length < MAX_UNSETTLED) {
      unsettled.push(read);
      young.push(reading);
    } else break;
  }
  return { settled, unsettled, young };
};

/** Reads kept in the state. A longer silence needs none: its minutes are old enough to be taken as they come. */
const MAX_UNSETTLED = 12;

const agreeing = (fingerprint: number, before: UnsettledRead | undefined, now: Instant): UnsettledRead =>
  before?.[0] === fingerprint ? before : [fingerprint, now];

const isSilent = (reading: MinuteReading): boolean =>
  reading.candidate === null && reading.baseline === null && !reading.hosts;

/** Mixes a value's numbers, in order (FNV-1a over 32-bit words): equal reads have equal fingerprints, others differ but once in 4 billion. */
export const fingerprintOf = (value: unknown): number => mixValue(0x811c9dc5, value) >>> 0;

const mixValue = (hash: number, value: unknown): number => {
  if (typeof value === 'number') return mixNumber(hash, value);
  if (typeof value !== 'object' || value === null) return mix(hash, value === true ? 1 : value === null ? -1 : -2);
  let mixed = mix(hash, 7);
  for (const key in value) mixed = mixValue(mixed, (value as Readonly<Record<string, unknown>>)[key]);
  return mixed;
};

const mixNumber = (hash: number, value: number): number => {
  const whole = Math.trunc(value);
  return whole === value ? mix(hash, whole) : mix(mix(hash, whole), Math.round((value - whole) * 1e6));
};

const mix = (hash: number, word: number): number => Math.imul(hash ^ word, 0x01000193);
