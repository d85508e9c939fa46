/** Step 5 of a tick: one entry, written only on top of the one that was read. */
import { hash } from 'node:crypto';
import type { Cause, Decision, Entry } from '../rollout/entry.ts';
import { isSameDecision } from '../rollout/entry.ts';
import { explain } from '../rollout/explain.ts';
import { noticesOf } from '../rollout/notices.ts';
import { countReminders } from '../rollout/reminders.ts';
import { isTurningBack } from '../rollout/rolling-back.ts';
import type { RolloutState } from '../rollout/rollout.ts';
import type { Situation } from '../rollout/situation.ts';
import { oversleeps, type WakeUpPlan, wakeUpKey, wakeUpsOf } from '../rollout/wake-ups.ts';
import { signOfLife } from '../rollout/watchdog.ts';
import { type Fault, isFault } from './fault.ts';
import type { World } from './ports.ts';
import { type ReadHead, rememberWritten } from './read-head.ts';

/** Without news an entry is written all the same after this time: the heartbeat that the watchdog looks for. */
const HEARTBEAT_MS = 3 * 60_000;

export interface Outcome {
  readonly situation: Situation;
  readonly decision: Decision;
  /** The next state. */
  readonly state: RolloutState;
}

/** SHA-256 of the UTF-8 bytes, in hex. */
export const hashOf = (body: string): string => hash('sha256', body);

/**
 * Appends the entry, unless there is nothing new to say; then the head stays. Answers the new head.
 * @param cause what woke us; a command is always recorded, and what the watchdog did, which leaves the ticks' wake-ups alone
 */
export const record = async (
  world: World,
  head: ReadHead,
  { situation, decision, state }: Outcome,
  cause: Cause = { by: 'schedule' },
): Promise<ReadHead | 'conflict' | Fault> => {
  const { plan, evidence } = situation;
  const notices = noticesOf(situation, decision, head.entry.decision);
  const isNews =
    cause.by !== 'schedule' ||
    notices.length > 0 ||
    evidence.rows.length > 0 ||
    evidence.businessRows.length > 0 ||
    !isSameDecision(head.entry.decision, decision) ||
    hasMoved(head.entry.state, state) ||
    oversleeps(plan, state, evidence.now) ||
    evidence.now - signOfLife(head.entry) >= HEARTBEAT_MS;
  if (!isNews) return head;
  const counted = countReminders(state, evidence.now);
  const entry: Entry = {
    rollout: state.rollout,
    revision: head.entry.revision + 1,
    previous: head.hash,
    at: new Date(evidence.now).toISOString(),
    cause,
    rows: evidence.rows,
    businessRows: evidence.businessRows,
    decision,
    notices,
    state: leavesWakeUps(cause, head.entry, counted)
      ? counted
      : await setWakeUps(world, situation, head.entry, counted, cause),
  };
  return append(world, entry);
};

export const append = async (world: World, entry: Entry): Promise<ReadHead | 'conflict' | Fault> => {
  const body = JSON.stringify(entry);
  const appended = await world.journal.append(entry.rollout, entry.revision, body);
  if (appended !== 'appended') return appended;
  const head = { body, entry, hash: hashOf(body) };
  rememberWritten(world, head);
  return head;
};

/** What must not be lost although no row came: parts that `observe` replaces only when something changed. */
const hasMoved = (before: RolloutState, after: RolloutState): boolean =>
  before.rules !== after.rules ||
  before.bake !== after.bake ||
  before.holds !== after.holds ||
  before.status !== after.status ||
  before.unhealthySince !== after.unhealthySince ||
  before.alarmsUnclearSince !== after.alarmsUnclearSince ||
  before.zeroSince !== after.zeroSince ||
  before.rollback !== after.rollback ||
  before.drifts !== after.drifts;

/**
 * The first entry of a rollback does not wait for EventBridge Scheduler either: the minute wake-up is there as far as we know, `act` makes
 * sure of it afterwards, and the rest is tidied later.
 */
const leavesWakeUps = ({ by }: Cause, before: Entry, after: RolloutState): boolean =>
  by === 'watchdog' || (isTurningBack(before.state, after) && after.wakeUps?.startsWith('minute') === true);

/**
 * Wake-ups are set before the entry that says so: too many do no harm, a missing one would. Those of an ended rollout are taken
 * away last, by `tidyUp`. A fault here is tried again with the next tick, since the state does not claim it done.
 */
const setWakeUps = async (
  world: World,
  { plan, evidence }: Situation,
  before: Entry,
  state: RolloutState,
  { by }: Cause,
): Promise<RolloutState> => {
  const isCompared = by === 'command' || isNewHour(before.at, evidence.now);
  const isDue = isCompared || oversleeps(plan, state, evidence.now) || mayMoveWakeUps(before, state, evidence.now);
  if (state.endedAt !== null || !isDue) return state;
  // While something holds the single instants stay as they are, but what repeats must be there.
  const wanted = wakeUpsOf(plan, state, evidence.now) ?? (isCompared ? EVERY_MINUTE : undefined);
  if (wanted === undefined || (wakeUpKey(wanted) === state.wakeUps && !isCompared)) return state;
  const set = await world.wakeUps.set(plan.rollout, wanted);
  return isFault(set) ? state : { ...state, wakeUps: wakeUpKey(wanted) };
};

/** They follow the calendar and the bake: asked when one of these moved, and every five minutes for what time alone moves. */
const mayMoveWakeUps = ({ at, state: before }: Entry, after: RolloutState, now: number): boolean =>
  before.status !== after.status ||
  before.phase !== after.phase ||
  before.gate !== after.gate ||
  before.bake.startedAt !== after.bake.startedAt ||
  before.bake.targetMinutes !== after.bake.targetMinutes ||
  before.holds.length !== after.holds.length ||
  Math.floor(now / FIVE_MINUTES) !== Math.floor(Date.parse(at) / FIVE_MINUTES);

const EVERY_MINUTE: WakeUpPlan = { repeat: 'minute', once: [] };

/** Once an hour, and with a command, what is there is compared with what should be: somebody may have deleted a schedule by hand. */
const isNewHour = (before: string, now: number): boolean =>
  Math.floor(now / HOUR_MS) !== Math.floor(Date.parse(before) / HOUR_MS);

const HOUR_MS = 3_600_000;
const FIVE_MINUTES = 5 * 60_000;

/** A rollback that cannot be recorded happens all the same, and the tick itself tells the people on call. */
export const alarmOnCall = async (world: World, head: ReadHead, { reason }: Decision): Promise<void> => {
  await world.announcements.publish({
    rollout: head.entry.rollout,
    revision: head.entry.revision,
    hash: head.hash,
    audience: 'onCall',
    subject: `${head.entry.rollout}: rolling back, the journal cannot be written`,
    text: explain(reason),
  });
};
