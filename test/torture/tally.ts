import type { Tortured } from './torture.ts';

/** What came of many. */
export interface Tally {
  runs: number;
  ticks: number;
  readonly ends: Map<string, number>;
  readonly suffered: Map<string, number>;
  zombies: number;
  zombieMinutes: number;
  readonly failed: { readonly seed: number; readonly violations: readonly string[] }[];
}

export const emptyTally = (): Tally => ({
  runs: 0,
  ticks: 0,
  ends: new Map(),
  suffered: new Map(),
  zombies: 0,
  zombieMinutes: 0,
  failed: [],
});

export const addTo = (
  tally: Tally,
  seed: number,
  { violations, end, ticks, suffered, zombieMinutes }: Tortured,
): void => {
  tally.runs += 1;
  tally.ticks += ticks;
  add(tally.ends, end, 1);
  for (const [what, count] of suffered) add(tally.suffered, what, count);
  if (zombieMinutes > 0) tally.zombies += 1;
  tally.zombieMinutes = Math.max(tally.zombieMinutes, zombieMinutes);
  if (violations.length > 0) tally.failed.push({ seed, violations });
};

export const merge = (into: Tally, tally: Tally): void => {
  into.runs += tally.runs;
  into.ticks += tally.ticks;
  for (const [end, count] of tally.ends) add(into.ends, end, count);
  for (const [what, count] of tally.suffered) add(into.suffered, what, count);
  into.zombies += tally.zombies;
  into.zombieMinutes = Math.max(into.zombieMinutes, tally.zombieMinutes);
  into.failed.push(...tally.failed);
};

const add = (counts: Map<string, number>, key: string, count: number): void => {
  counts.set(key, (counts.get(key) ?? 0) + count);
};
