import type { MinuteReading } from './evidence.ts';
import type { Instant } from '../plan/plan.ts';
import type { UnsettledRead } from './rollout.ts';

const MINUTE = 60_000;

/** After this age a minute is taken as it is, provided anything was reported for it or for a later one. */
const TAKEN_AFTER = 8 * MINUTE;

export interface Settled {
  readonly settled: readonly MinuteReading[];
  readonly unsettled: readonly UnsettledRead[];
}

/**
 * Decides which minutes will not change any more: the minute ended at least `settleMinutes` ago and two reads at least a minute
 * apart agree, or it ended 8 minutes ago. In order: a minute waits for its predecessor, since every row is judged once and in
 * sequence. A minute for which nothing at all was reported is CloudWatch's silence, not a quiet service: it waits until a later
 * minute shows that the silence is over.
 *
 * @param readings consecutive minutes from the first unjudged one on, ascending
 * @param fingerprint of the counts that matter here; equal counts have equal fingerprints
 */
export const settle = (
  readings: readonly MinuteReading[],
  earlier: readonly UnsettledRead[],
  now: Instant,
  settleMinutes: number,
  fingerprint: (reading: MinuteReading) => number,
): Settled => {
  const newestWithData = readings.findLastIndex((reading) => !isSilent(reading));
  const settled: MinuteReading[] = [];
  const unsettled: UnsettledRead[] = [];
  readings.forEach((reading, index) => {
    const read = agreeing(reading, earlier, now, fingerprint(reading));
    const age = now - (read.minute + MINUTE);
    const agreed = age >= settleMinutes * MINUTE && now - read.since >= MINUTE;
    const ready = isSilent(reading) ? age >= TAKEN_AFTER && index < newestWithData : agreed || age >= TAKEN_AFTER;
    if (ready && unsettled.length === 0) settled.push(reading);
    else unsettled.push(read);
  });
  return { settled, unsettled: unsettled.slice(0, MAX_UNSETTLED) };
};

/** Reads kept in the state. A longer silence needs none: its minutes are old enough to be taken as they come. */
const MAX_UNSETTLED = 12;

const agreeing = (
  reading: MinuteReading,
  earlier: readonly UnsettledRead[],
  now: Instant,
  fingerprint: number,
): UnsettledRead => {
  const minute = Date.parse(reading.minute);
  const before = earlier.find((read) => read.minute === minute);
  return before?.fingerprint === fingerprint ? before : { minute, fingerprint, since: now };
};

const isSilent = (reading: MinuteReading): boolean =>
  reading.candidate === null && reading.baseline === null && !reading.hosts;

/** FNV-1a over the text of the values: equal reads have equal fingerprints, others differ but once in 4 billion. */
export const fingerprintOf = (value: unknown): number => {
  const text = JSON.stringify(value) ?? '';
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
};
