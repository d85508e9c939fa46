/** The watchdog's look at the journal. */
import type { Instant } from '../plan/plan.ts';
import { readEntry } from '../rollout/read-entry.ts';
import type { Sighting } from '../rollout/watchdog.ts';
import { isFault } from './fault.ts';
import { FIRST_ENTRY_WITHIN_MS, type World } from './ports.ts';

export interface Look {
  readonly sightings: readonly Sighting[];
  readonly listUnreadableSince: Instant | null;
  /** Rollouts that claimed a rule and have no entry yet, with the instant at which that was first seen. */
  readonly beginnings: ReadonlyMap<string, Instant>;
}

/** What is remembered of the look before. */
export interface Before extends Pick<Look, 'listUnreadableSince' | 'beginnings'> {
  /** By name. */
  readonly sightings: ReadonlyMap<string, Sighting>;
}

/** @param before of the last look: where the list cannot be read, those known from then are looked at */
export const look = async (world: World, before: Before, now: Instant): Promise<Look> => {
  const listed = await world.journal.list('live');
  const names = isFault(listed) ? [...before.sightings.keys()] : listed;
  const found = await Promise.all(names.map((name) => sight(world, name, before.sightings.get(name), now)));
  const beginning = names.filter((_, index) => found[index] === undefined);
  return {
    sightings: found.filter((sighting) => sighting !== undefined),
    listUnreadableSince: isFault(listed) ? (before.listUnreadableSince ?? now) : null,
    beginnings: new Map(beginning.map((name) => [name, before.beginnings.get(name) ?? now])),
  };
};

/** A start that will still write its first entry; after ten minutes its claims are void and it is none any more. */
export const isBeginning = (since: Instant, now: Instant): boolean => now - since <= FIRST_ENTRY_WITHIN_MS;

const sight = async (
  world: World,
  rollout: string,
  before: Sighting | undefined,
  now: Instant,
): Promise<Sighting | undefined> => {
  const unread = { rollout, known: before?.known ?? null, unreadableSince: before?.unreadableSince ?? now };
  const head = await world.journal.head(rollout);
  if (head === undefined) return undefined;
  if (isFault(head)) return unread;
  const plan = await world.journal.plan(rollout);
  const read = readEntry(head.body);
  // An entry of another release's schema is as good as unreadable.
  if (isFault(plan) || !read.ok) return unread;
  return { rollout, known: { plan, entry: read.entry, body: head.body, hash: head.hash }, unreadableSince: null };
};
