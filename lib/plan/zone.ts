import { tzOffset } from '@date-fns/tz/tzOffset';
import { DAY_MINUTES, MINUTE_MS } from './duration.ts';

/**
 * Wall clocks. A wall time is a number: the minutes since 1970-01-01T00:00 that a clock on the wall of the zone shows, as if it
 * were UTC. Around a change of the clocks a wall time can happen twice, or never.
 */
export type WallMinutes = number;

/** Whether the zone is known by its IANA name, such as Europe/Berlin or UTC. */
export const isZone = (zone: string): boolean =>
  (WITHOUT_OFFSET.test(zone) || ETC.test(zone)) && Number.isFinite(tzOffset(zone, new Date(0)));

/** From a name that it does not know, the library would read the offset: five hours from `Mars/Base+05`. */
const WITHOUT_OFFSET = /^(?!.*[+-][0-9]{2})[A-Za-z][A-Za-z0-9_+/-]{1,63}$/;
const ETC = /^Etc\/GMT(?:\+1[0-2]|-1[0-4])$/;

/** Offsets at the beginnings of days, since asking the zone takes some µs and the calendar asks a dozen times. */
const offsetsByDay = new Map<string, number>();
const OFFSETS_AT_MOST = 1000;

/** Minutes that the zone is ahead of UTC. Where a day begins and ends with the same offset, it has that offset throughout. */
function offsetMinutes(zone: string, at: number): number {
  if (zone === 'UTC') return 0;
  const day = Math.floor(at / (DAY_MINUTES * MINUTE_MS));
  const offset = offsetAtDay(zone, day);
  return offset === offsetAtDay(zone, day + 1) ? offset : tzOffset(zone, new Date(at));
}

function offsetAtDay(zone: string, day: number): number {
  const key = `${zone} ${day}`;
  const known = offsetsByDay.get(key);
  if (known !== undefined) return known;
  if (offsetsByDay.size >= OFFSETS_AT_MOST) offsetsByDay.clear();
  const offset = tzOffset(zone, new Date(day * DAY_MINUTES * MINUTE_MS));
  offsetsByDay.set(key, offset);
  return offset;
}

/** What the clock shows at an instant (epoch milliseconds), in whole minutes. */
export const wallAt = (zone: string, at: number): WallMinutes => Math.floor(at / MINUTE_MS) + offsetMinutes(zone, at);

/**
 * The instants at which the clock shows this: one, none (it is skipped), or two (it is shown again), ascending: what is shown again was
 * first shown with the greater offset, which is the one before.
 */
export function instantsOf(zone: string, wall: WallMinutes): readonly number[] {
  const offsets = offsetsAround(zone, wall);
  const instants = offsets.map((offset) => (wall - offset) * MINUTE_MS).filter((at) => wallAt(zone, at) === wall);
  return [...new Set(instants)];
}

/** The first instant at which the clock shows this, or has jumped over it. */
export const firstInstantOf = (zone: string, wall: WallMinutes): number =>
  instantsOf(zone, wall)[0] ?? jumpOver(zone, wall);

/** The last instant at which the clock shows this, or the one at which it jumps over it. */
export const lastInstantOf = (zone: string, wall: WallMinutes): number =>
  instantsOf(zone, wall).at(-1) ?? jumpOver(zone, wall);

/** The zone's offsets a day before and a day after: no zone changes its clocks twice within two days. */
const offsetsAround = (zone: string, wall: WallMinutes): readonly [number, number] => [
  offsetMinutes(zone, (wall - DAY_MINUTES) * MINUTE_MS),
  offsetMinutes(zone, (wall + DAY_MINUTES) * MINUTE_MS),
];

/** The instant at which the clock is put forward over `wall`, found by halving. */
function jumpOver(zone: string, wall: WallMinutes): number {
  const [before, after] = offsetsAround(zone, wall);
  let low = wall - Math.max(before, after);
  let high = wall - Math.min(before, after);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (wallAt(zone, middle * MINUTE_MS) > wall) high = middle;
    else low = middle;
  }
  return high * MINUTE_MS;
}
