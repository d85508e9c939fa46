import { wallAt } from '../plan/zone.ts';

/** What the clock on the wall of a zone shows: `2025-10-31 13:00 Europe/Berlin`. */
export const localTime = (zone: string, at: number): string => {
  const wall = new Date(wallAt(zone, at) * 60_000).toISOString();
  return `${wall.slice(0, 16).replace('T', ' ')} ${zone}`;
};
