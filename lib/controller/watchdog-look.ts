/** The watchdog's look at the journal. */
import type { Instant } from '../plan/plan.ts';
import { readEntry } from '../rollout/read-entry.ts';
import type { Sighting } from '../rollout/watchdog.ts';
import { isFault } from './fault.ts';
import type { World } from './ports.ts';

export interface Look {
  readonly sightings: readonly Sighting[];
  readonly listUnreadableSince: Instant | null;
  /** A rollout owns a rule and has no entry yet: it is being started. */
  readonly isAnyBeginning: boolean;
}

/** @param before of the last look: where the list cannot be read, those known from then are looked at */
export const look = async (
  world: World,
  before: Pick<Look, 'listUnreadableSince'> & { readonly sightings: ReadonlyMap<string, Sighting> },
  now: Instant,
): Promise<Look> => {
  const listed = await world.journal.list('live');
  const names = isFault(listed) ? [...before.sightings.keys()] : listed;
  const found = await Promise.all(names.map((name) => sight(world, name, before.sightings.get(name), now)));
  const sightings = found.filter((sighting) => sighting !== undefined);
  return {
    sightings,
    listUnreadableSince: isFault(listed) ? (before.listUnreadableSince ?? now) : null,
    isAnyBeginning: sightings.length < found.length,
  };
};

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
