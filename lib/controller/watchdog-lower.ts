/** How the watchdog lowers what nobody guards, one rollout after another. */
import type { Plan } from '../plan/plan.ts';
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

/**
 * Where the weight is highest first.
 * @param unmarked rollouts whose weight was lowered before without an entry that says so
 * @param breathe waits between two rollouts, so that a wrong alarm does not move everything at once
 */
export const lowerInTurn = async (
  world: World,
  silences: readonly Silence[],
  unmarked: ReadonlySet<string>,
  breathe: () => Promise<void>,
): Promise<readonly Done[]> => {
  const done: Done[] = [];
  for (const silence of silences.filter(({ measure }) => measure === 'lower')) {
    if (done.length === LOWERED_AT_MOST) break;
    if (done.length > 0) await breathe();
    const one = await lower(world, silence, unmarked.has(silence.sighting.rollout));
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
