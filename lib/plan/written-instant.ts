import { MINUTE_MS } from './duration.ts';
import type { Parsed } from './parsed.ts';
import { instantsOf, type WallMinutes } from './zone.ts';

/** A date and time as the plan has it; without an offset it is a local time of the plan's zone. */
export interface WrittenInstant {
  readonly text: string;
  readonly wall: WallMinutes;
  readonly offsetMinutes?: number | undefined;
}

/** How dates and times are written. */
export const INSTANT = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::00(?:\.0+)?)?(Z|[+-]\d{2}:\d{2})?$/;

export const INSTANT_FORM =
  'must be a date and time in whole minutes, 2025-10-31T12:00Z, 2025-10-31T13:00+01:00, or without Z a local time of `zone`';

/** Reads an ISO 8601 date and time; refuses dates that do not exist. */
export function parseInstant(text: string): Parsed<WrittenInstant> {
  const match = INSTANT.exec(text);
  if (match === null) return { must: INSTANT_FORM };
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = match.slice(1, 6).map(Number);
  if (year < 2000 || year > 2100) return { must: 'must lie between the years 2000 and 2100' };
  const date = new Date(Date.UTC(year, month - 1, day));
  // A day that does not exist is one of another month.
  if (date.getUTCMonth() !== month - 1) return { must: 'must be a date that exists' };
  if (hour > 23 || minute > 59) return { must: 'must be a time of day from 00:00 to 23:59' };
  const offsetMinutes = readOffset(match[6]);
  if (Number.isNaN(offsetMinutes)) return { must: 'must have an offset between -14:00 and +14:00' };
  return { value: { text, wall: date.getTime() / MINUTE_MS + hour * 60 + minute, offsetMinutes } };
}

function readOffset(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (text === 'Z') return 0;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(4, 6));
  if (Number(text.slice(4, 6)) > 59 || minutes > 14 * 60) return Number.NaN;
  return text.startsWith('-') ? -minutes : minutes;
}

/** The instant in epoch milliseconds; refuses local times that the zone skips or has twice. */
export function resolveInstant(written: WrittenInstant, zone: string): Parsed<number> {
  if (written.offsetMinutes !== undefined) return { value: (written.wall - written.offsetMinutes) * MINUTE_MS };
  const [first, second] = instantsOf(zone, written.wall);
  if (first === undefined)
    return { must: `must be a local time that exists: the clocks of ${zone} are put forward over it` };
  if (second !== undefined) {
    const [a, b] = [first, second].map((at) => `${new Date(at).toISOString().slice(0, 16)}Z`);
    return { must: `must be clear: ${zone} has this local time twice, so write it in UTC: ${a} or ${b}` };
  }
  return { value: first };
}
