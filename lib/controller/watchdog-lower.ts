/** How the watchdog lowers what nobody guards, one rollout after another. */
import type { Instant, Plan } from '../plan/plan.ts';
import type { Evidence } from '../rollout/evidence.ts';
import { observe } from '../rollout/observe.ts';
import type { RolloutState } from '../rollout/rollout.ts';
import { lowered, lowering, type Silence } from '../rollout/watchdog.ts';
import { type Call, refusedCall, unrecordedCall } from '../rollout/watchdog-calls.ts';
import { converge } from './converge.ts';
import { type Fault, isFault } from './fault.ts';
import type { World } from './ports.ts';
import { record } from './record.ts';

/** One a second, within the 25 s that a look may take; the rest is lowered a minute later. */
const LOWERED_AT_MOST = 12;

export interface Done {
  readonly silence: Silence;
  /** A weight was lowered. */
  readonly isWritten: boolean;
  /** The journal says so. */
  readonly isRecorded: boolean;
  readonly faults: readonly Fault[];
}

/** How rollouts that are lowered take their turns. */
export interface Turns {
  /** Waits between two, so that a wrong alarm does not move everything at once. */
  breathe(): Promise<void>;
  /** Does one within the time that one may take, so that others get theirs, and what comes after lowering; undefined: no time is left. */
  within<T>(turn: () => Promise<T>): Promise<T | undefined>;
}

/** Of the looks before. */
interface Before {
  /** Rollouts whose weight was lowered without an entry that says so. */
  readonly unmarked: ReadonlySet<string>;
  /** When it was last tried in vain. */
  readonly faultedAt: ReadonlyMap<string, Instant>;
}

/**
 * Where the weight is highest first; but those that faulted come last, the latest one at the very end: they may take all the time there is,
 * and every rollout must get its turn.
 */
export const lowerInTurn = async (
  world: World,
  silences: readonly Silence[],
  { unmarked, faultedAt }: Before,
  { breathe, within }: Turns,
): Promise<readonly Done[]> => {
  const triedAt = ({ sighting }: Silence): Instant => faultedAt.get(sighting.rollout) ?? 0;
  const due = silences.filter(({ measure }) => measure === 'lower');
  const done: Done[] = [];
  for (const silence of due.toSorted((one, other) => triedAt(one) - triedAt(other))) {
    if (done.length === LOWERED_AT_MOST) break;
    if (done.length > 0) await breathe();
    const one = await within(() => lower(world, silence, unmarked.has(silence.sighting.rollout)));
    if (one === undefined) break;
    if (one !== null) done.push(one);
  }
  return done;
};

/**
 * Observes without rows, decides, records, writes: as a command does. A conflict means that somebody has just written an entry, so
 * somebody is there: then nothing is lowered. Where the journal cannot be written, or read, the weight is lowered all the same.
 */
const lower = async (world: World, silence: Silence, isUnmarked: boolean): Promise<Done | null> => {
  const { known, unreadableSince } = silence.sighting;
  if (known === null) return null;
  const situation = observe(known.plan, known.entry.state, await glance(world, known.plan, known.entry.state));
  const decision = lowering(situation, silence.minutes, isUnmarked);
  if (decision === undefined) return null;
  const outcome = { situation, decision, state: lowered(situation, decision) };
  const cause = { by: 'watchdog', staleMinutes: silence.minutes } as const;
  const recorded = unreadableSince === null ? await record(world, known, outcome, cause) : null;
  if (recorded === 'conflict') return null;
  const written = isFault(recorded) ? null : recorded;
  const faults = await converge(world, situation, decision, written);
  const asked = decision.setWeight?.rules.length ?? 0;
  return { silence, isWritten: faults.length < asked, isRecorded: written !== null, faults };
};

/** What people must be told of it. */
export const troubleOf = ({ silence, isWritten, isRecorded, faults }: Done): readonly Call[] => [
  ...(isWritten && !isRecorded ? [unrecordedCall(silence)] : []),
  ...(faults.length > 0 ? [refusedCall(silence, faults.map(String))] : []),
];

/** Only what lowering needs: live weights and health. `more`: the rows that wait are the tick's, so nobody is told that they are missing. */
const glance = async (world: World, plan: Plan, { unsettled }: RolloutState): Promise<Evidence> => {
  const [rules, candidate, baseline] = await Promise.all([
    world.router.read(plan, false),
    world.targets.health(plan.traffic.candidate),
    world.targets.health(plan.traffic.baseline),
  ]);
  return {
    now: world.clock.now(),
    rows: [],
    businessRows: [],
    more: true,
    unsettled,
    metricsFault: null,
    rules,
    health: { candidate: isFault(candidate) ? null : candidate, baseline: isFault(baseline) ? null : baseline },
    alarms: null,
    preflight: null,
    after: [],
  };
};
