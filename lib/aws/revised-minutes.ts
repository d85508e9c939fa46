import type { Instant } from '../plan/plan.ts';

/** Fingerprints of what was read, by minute. */
export type Prints = ReadonlyMap<Instant, number>;

/** The minutes before `judgedUntil` that now differ from what was last seen of them; remembers what it is told. */
export type RevisedMinutes = (of: string, judgedUntil: Instant, prints: Prints) => readonly Instant[];

/**
 * Remembers the newest reading of every minute for as long as the container lives, so that a minute which changes after it was judged is
 * noticed, once for each change. A cold start knows nothing and begins counting anew: what changed in between is not seen. That is enough
 * for what it is for, to show whether minutes are taken too early in this account; nothing is decided on it.
 */
export const revisedMinutes = (): RevisedMinutes => {
  const seen = new Map<string, Prints>();
  return (of, judgedUntil, prints) => {
    const before = seen.get(of) ?? new Map<Instant, number>();
    seen.set(of, prints);
    return [...prints].flatMap(([minute, print]) => {
      const known = before.get(minute);
      return minute < judgedUntil && known !== undefined && known !== print ? [minute] : [];
    });
  };
};
