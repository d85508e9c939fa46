/**
 * The watchdog: looks once a minute whether the ticks of every live rollout still leave entries, calls people when they do not, and
 * lowers what nobody guards. It shares no wake-up and no function with the tick, and judges no rows.
 */
import type { Instant } from '../plan/plan.ts';
import { minutesBetween } from '../rollout/situation.ts';
import { CALL_MINUTES, isWatched, type Sighting, type Silence, silencesOf } from '../rollout/watchdog.ts';
import { type Call, callsOf } from '../rollout/watchdog-calls.ts';
import { type Fault, isFault } from './fault.ts';
import type { Announcement, World } from './ports.ts';
import { type Before, isBeginning, look } from './watchdog-look.ts';
import { type Done, lowerInTurn, type Turns, troubleOf } from './watchdog-lower.ts';

/**
 * What one look leaves for the next. It lives as long as the function's container, which a look a minute keeps warm. Without it people are
 * called once too often, never too seldom: that is why marks are remembered and not reckoned from the clock, where a look that comes some
 * seconds late, or not at all, would skip one.
 */
export interface Memory extends Before {
  /** The last mark that people were called for, by what it was about. */
  readonly called: ReadonlyMap<string, number>;
  /** Rollouts whose weight was lowered without an entry that says so. */
  readonly unmarked: ReadonlySet<string>;
  /** Rollouts that could not be lowered, or not recorded, when it was last tried, with that instant. */
  readonly faultedAt: ReadonlyMap<string, Instant>;
}

export const nothingRemembered: Memory = {
  sightings: new Map(),
  beginnings: new Map(),
  listUnreadableSince: null,
  called: new Map(),
  unmarked: new Set(),
  faultedAt: new Map(),
};

export interface Looked {
  readonly memory: Memory;
  /** Rollouts that need the watchdog, as far as is known: not those that have ended, nor those that sleep before their start. */
  readonly live: number;
  /** Nothing needs a watchdog: known, not only unread. */
  readonly isIdle: boolean;
  /** 5 and more; 0: nothing is silent that long. */
  readonly staleMinutes: number;
  readonly silences: readonly Silence[];
  /** Rollouts whose weight was lowered in this look. */
  readonly lowered: readonly string[];
  /** Calls that nobody got. */
  readonly unsent: readonly Fault[];
  /** Minute wake-ups that could not be made sure of. */
  readonly unwoken: readonly Fault[];
}

/**
 * One look. People are called before anything is lowered, since that may take long; what is lowered is marked in the journal where it can
 * be. Then the silent ones are given their minute wake-up again, in case somebody deleted it: after lowering, which waits for nobody and leaves
 * time for that (`Turns`).
 */
export const watchdog = async (world: World, before: Memory, turns: Turns): Promise<Looked> => {
  const now = world.clock.now();
  const { sightings, listUnreadableSince, beginnings } = await look(world, before, now);
  const silences = silencesOf(sightings, now);
  const first = await callPeople(world, callsOf(silences, listUnreadableSince, now), before.called);
  const done = await lowerInTurn(world, silences.all, before, turns);
  const [then, unwoken] = await Promise.all([
    callPeople(world, done.flatMap(troubleOf), before.called),
    wake(world, silences.all),
  ]);
  const live = sightings.filter((sighting) => isWatched(sighting, now)).length;
  return {
    memory: {
      sightings: new Map(sightings.map((sighting) => [sighting.rollout, sighting])),
      listUnreadableSince,
      beginnings,
      called: new Map([...first.called, ...then.called]),
      unmarked: unmarkedAfter(before.unmarked, done, sightings, silences.all),
      faultedAt: faultedAfter(before.faultedAt, done, silences.all, now),
    },
    live,
    isIdle:
      live === 0 && listUnreadableSince === null && ![...beginnings.values()].some((since) => isBeginning(since, now)),
    staleMinutes: longestOf(silences.all, listUnreadableSince, now),
    silences: silences.all,
    lowered: done.filter(({ isWritten }) => isWritten).map(({ silence }) => silence.sighting.rollout),
    unsent: [...first.unsent, ...then.unsent],
    unwoken,
  };
};

const longestOf = (silences: readonly Silence[], listUnreadableSince: Instant | null, now: Instant): number => {
  const listMinutes = listUnreadableSince === null ? 0 : minutesBetween(listUnreadableSince, now);
  return Math.max(listMinutes < CALL_MINUTES ? 0 : listMinutes, ...silences.map(({ minutes }) => minutes));
};

interface Called {
  readonly called: ReadonlyMap<string, number>;
  readonly unsent: readonly Fault[];
}

/**
 * Publishes what is due, and answers the marks that stand: those of troubles that are over are forgotten. All at once, so that a topic that
 * does not answer leaves time for lowering.
 */
const callPeople = async (world: World, calls: readonly Call[], before: Memory['called']): Promise<Called> => {
  const made = await Promise.all(
    calls.map(async (call) => {
      const last = before.get(call.about) ?? 0;
      const published = call.mark > last ? await world.announcements.publish(announcementOf(call)) : 'published';
      return { about: call.about, published, mark: isFault(published) ? last : Math.max(last, call.mark) };
    }),
  );
  return {
    called: new Map(made.map(({ about, mark }) => [about, mark])),
    unsent: made.map(({ published }) => published).filter(isFault),
  };
};

/** All at once. One whose journal cannot be read may have ended meanwhile, and is silent for another reason. */
const wake = async (world: World, silences: readonly Silence[]): Promise<readonly Fault[]> => {
  const readable = silences.filter(({ sighting }) => sighting.unreadableSince === null);
  const ensured = await Promise.all(readable.map(({ sighting }) => world.wakeUps.ensure(sighting.rollout)));
  return ensured.filter(isFault);
};

/** No rollout's name has a star: it stands for several, or for all. */
const announcementOf = ({ silence, subject, text }: Call): Announcement => ({
  rollout: silence?.sighting.rollout ?? '*',
  revision: silence?.sighting.known?.entry.revision ?? 0,
  hash: silence?.sighting.known?.hash ?? '',
  audience: 'onCall',
  subject,
  text,
});

/** A mark that is missing matters until the ticks come back: then they have seen the weight themselves. */
const unmarkedAfter = (
  before: Memory['unmarked'],
  done: readonly Done[],
  sightings: readonly Sighting[],
  silences: readonly Silence[],
): ReadonlySet<string> => {
  const unmarked = new Set(before);
  for (const { silence, isWritten, isRecorded } of done) {
    if (isRecorded) unmarked.delete(silence.sighting.rollout);
    else if (isWritten) unmarked.add(silence.sighting.rollout);
  }
  const isBack = (sighting: Sighting): boolean =>
    sighting.unreadableSince === null && !silences.some((silence) => silence.sighting === sighting);
  for (const sighting of sightings) if (isBack(sighting)) unmarked.delete(sighting.rollout);
  return unmarked;
};

/** One that is not tried in this look keeps its instant: it has waited longer than those that have just failed again. */
const faultedAfter = (
  before: Memory['faultedAt'],
  done: readonly Done[],
  silences: readonly Silence[],
  now: Instant,
): ReadonlyMap<string, Instant> => {
  const silent = new Set(silences.map(({ sighting }) => sighting.rollout));
  const faultedAt = new Map([...before].filter(([rollout]) => silent.has(rollout)));
  for (const { silence, isRecorded, faults } of done) {
    if (isRecorded && faults.length === 0) faultedAt.delete(silence.sighting.rollout);
    else faultedAt.set(silence.sighting.rollout, now);
  }
  return faultedAt;
};
