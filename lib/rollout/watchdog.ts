/** What is done about rollouts whose ticks have fallen silent. Pure; lib/controller/watchdog.ts looks, calls and writes. */
import { MINUTE_MS } from '../plan/duration.ts';
import type { Instant, Plan } from '../plan/plan.ts';
import { apply } from './apply.ts';
import type { Decision, Entry } from './entry.ts';
import { findHold } from './holds.ts';
import type { Reason } from './reason.ts';
import { retreat } from './rolling-back.ts';
import type { RolloutState } from './rollout.ts';
import { isEnded, isLive, liveWeight, minutesBetween, type Situation } from './situation.ts';
import { EARLY_MS, isAsleep } from './wake-ups.ts';

/** An entry comes at least every 3 minutes. One this old calls people, and again after every further 5 minutes. */
export const CALL_MINUTES = 5;

/** So long nobody has guarded the candidate: its weight is lowered. */
const LOWER_MINUTES = 10;

/** A journal that cannot be read does not say that the ticks stand still; only after so long it is taken for that. */
const LOWER_UNREADABLE_MINUTES = 30;

/** When more rollouts than this are silent at once, the controller is sick, not they: only those with much at stake are lowered. */
const SICK_ABOVE = 3;
const SICK_LOWERS_ABOVE_WEIGHT = 25;

/** The newest entry, with its exact bytes and their SHA-256. */
interface Known {
  readonly plan: Plan;
  readonly entry: Entry;
  readonly body: string;
  readonly hash: string;
}

/** One rollout that owns a rule, as the watchdog last read it. */
export interface Sighting {
  readonly rollout: string;
  /** Null: it was never read. */
  readonly known: Known | null;
  /** Since when its journal cannot be read; null: it was read just now. */
  readonly unreadableSince: Instant | null;
}

/** What the watchdog does about a silent rollout. `wait`: not yet, or nothing reaches the candidate. `people`: only they can decide. */
export type Measure = 'wait' | 'lower' | 'people';

export interface Silence {
  readonly sighting: Sighting;
  /** Whole minutes without a sign of life from the ticks, or in which the journal could not be read. */
  readonly minutes: number;
  readonly measure: Measure;
}

export interface Silences {
  /** Of 5 minutes and more; where the weight is highest first. */
  readonly all: readonly Silence[];
  readonly isControllerSick: boolean;
}

/** It needs the watchdog: it has neither ended, nor sleeps until shortly before its start, as far as is known. */
export const isWatched = ({ known }: Sighting, now: Instant): boolean =>
  known === null || !(isEnded(known.entry.state) || isAsleep(known.plan, known.entry.state, now));

export const silencesOf = (sightings: readonly Sighting[], now: Instant): Silences => {
  const silent = sightings.flatMap((sighting) => {
    const since = silentSince(sighting);
    const minutes = since === null ? 0 : minutesBetween(since, now);
    return minutes >= CALL_MINUTES ? [{ sighting, minutes }] : [];
  });
  const isControllerSick = silent.length > SICK_ABOVE;
  const all = silent.map((each) => ({ ...each, measure: measureOf(each.sighting, each.minutes, isControllerSick) }));
  return { all: all.toSorted((one, other) => weightOf(other.sighting) - weightOf(one.sighting)), isControllerSick };
};

const weightOf = ({ known }: Sighting): number => known?.entry.state.weight ?? 0;

/** Since when nothing has been heard; null: nothing need be. A scheduled rollout sleeps until shortly before its start. */
const silentSince = ({ known, unreadableSince }: Sighting): Instant | null => {
  if (known === null) return unreadableSince;
  const { plan, entry } = known;
  if (isEnded(entry.state)) return null;
  const begins = entry.state.status === 'scheduled' ? plan.start - EARLY_MS : 0;
  return Math.max(begins, unreadableSince ?? signOfLife(entry));
};

/** When a tick or somebody's command last came through: the newest entry's time, or what that says of the time before. */
export const signOfLife = ({ at, cause }: Entry): Instant => {
  if (cause.by === 'forbidden') return cause.lifeAt;
  return Date.parse(at) - (cause.by === 'watchdog' ? cause.staleMinutes * MINUTE_MS : 0);
};

const measureOf = ({ known, unreadableSince }: Sighting, minutes: number, isControllerSick: boolean): Measure => {
  if (known === null) return 'people';
  const { state } = known.entry;
  const isDue = minutes >= (unreadableSince === null ? LOWER_MINUTES : LOWER_UNREADABLE_MINUTES);
  // What rolls back was decided on evidence, and goes on whoever is sick.
  if (state.status === 'rollingBack') return isDue ? 'lower' : 'wait';
  if (!isLive(state)) return 'wait';
  if (state.weight === 100 || (isControllerSick && state.weight <= SICK_LOWERS_ABOVE_WEIGHT)) return 'people';
  return isDue ? 'lower' : 'wait';
};

/**
 * Lowers as far as principle 3 allows, in the rollback form; undefined: there is nothing to lower. Asked anew every minute, it goes on as
 * the baseline grows. It never raises, and what shows weight 100 is left to people: the baseline may be cold.
 *
 * @param isUnmarked the weight was lowered before, and the journal does not say so yet
 */
export const lowering = (situation: Situation, staleMinutes: number, isUnmarked: boolean): Decision | undefined => {
  const { state, evidence } = situation;
  const { rollback } = state;
  if (state.status === 'rollingBack' && rollback !== null) {
    const further = retreat(situation, rollback.reason);
    return further.setWeight && further;
  }
  if (evidence.rules.some((reading) => liveWeight(reading) === 100)) return undefined;
  const reason: Reason = { code: 'WATCHDOG', staleMinutes };
  const { setWeight } = retreat(situation, reason);
  if (setWeight !== undefined) return { decision: 'hold', reason, setWeight };
  return isUnmarked && findHold(state, 'WATCHDOG') === undefined ? { decision: 'hold', reason } : undefined;
};

/** The state that follows: held until an operator resumes. From now on the candidate grows cold, which a late tick would see late. */
export const lowered = (situation: Situation, decision: Decision): RolloutState => {
  const state = apply(situation, decision);
  const isAtZero = isLive(state) && decision.setWeight?.weight === 0;
  return isAtZero ? { ...state, zeroSince: state.zeroSince ?? situation.evidence.now } : state;
};
