import type { World } from '../controller/ports.ts';
import { readHead } from '../controller/read-head.ts';
import type { Instant, Plan } from '../plan/plan.ts';
import { type Decision, type Entry, isSameDecision, type Notice } from '../rollout/entry.ts';
import { activeHolds, HOLD_CAUSE } from '../rollout/holds.ts';
import type { RolloutState } from '../rollout/rollout.ts';
import { active, type Behaviour } from './behaviour.ts';
import { callCommand, callStart, callTick, readPlan } from './calls.ts';
import { DAY, MINUTE } from './clock.ts';
import { stateOf } from './entry-view.ts';
import { unfitFor, withNames } from './fit.ts';
import { changeByHand, type HandChange, handChanges } from './hands.ts';
import { initialPeople, notice, operatorOf, PEOPLE, type PeopleData, type SignOffs } from './people.ts';
import type { RecordedRows } from './recorded.ts';
import { isUsedUp } from './recorded-source.ts';
import type { Trace } from './trace.ts';
import type { TrailSetting } from './trail.ts';
import { fire, nextWakeUp } from './wake-ups.ts';
import { fork, makeWorld, type SimWorld } from './world.ts';

export interface RehearsalOptions {
  /** The plan as written. */
  readonly source: string;
  readonly seed: number;
  readonly faults: readonly Behaviour[];
  readonly signOffs: SignOffs;
  readonly requestsPerMinute?: number | undefined;
  readonly trace?: Trace | undefined;
  readonly rows?: RecordedRows | undefined;
  readonly cloudTrail?: TrailSetting | undefined;
  /** Gets every journal line once, in order, as soon as it is written. */
  readonly sink?: ((body: string) => void) | undefined;
  /** The same as an entry, after the tick that wrote it. */
  readonly onEntry?: ((entry: Entry) => void) | undefined;
  /** Nothing happens after this instant. */
  readonly untilInstant?: Instant | undefined;
}

export type RunOutcome = 'finished' | 'rolledBack' | 'held' | 'running';

/** An entry whose decision or reason changed. */
export interface DecisionSeen {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Name of the phase; the first one's before it begins. */
  readonly phase: string;
  readonly decision: Decision['decision'];
  readonly reason: Decision['reason'];
}

export type NoticeSeen = Notice & { readonly at: string };

/** What was seen of the journal so far; plain data, forked with the world. */
export interface RunData {
  readonly people: PeopleData;
  handsDone: number;
  /** The newest entry, and since when its decision has been the same. */
  last:
    | (Pick<Entry, 'at' | 'decision'> & Pick<RolloutState, 'status' | 'phase' | 'weight'> & { since: Instant })
    | null;
  candidateRequests: number;
  candidateFailures: number;
  readonly decisions: DecisionSeen[];
  readonly notices: NoticeSeen[];
  /** Commands of simulated people that were refused. */
  readonly refusals: string[];
  /** The longest-lasting circumstance that holds, since when. */
  circumstanceSince: Instant | null;
  needsOperator: boolean;
  ticks: number;
}

export interface Rehearsal {
  readonly options: RehearsalOptions;
  readonly plan: Plan;
  readonly world: SimWorld;
  /** What people do to the rules past Sluice, ascending. */
  readonly hands: readonly HandChange[];
  /** Nothing happens after this instant. */
  readonly until: Instant;
  readonly run: RunData;
  /** Lines that were written and not looked at yet. */
  readonly unseen: string[];
}

/** After so long people are needed: a circumstance that does not end, a start that waits for others, a rollback that cannot be written. */
const PATIENCE = DAY;
/** A rehearsal that neither ends nor holds is cut off so long after the plan's own calendar. */
const CUT_OFF = 60 * DAY;

/** Makes the world and issues `start`, 10 minutes before the plan's start. */
export const begin = async (
  options: RehearsalOptions,
): Promise<Rehearsal | { readonly refused: readonly string[] }> => {
  const plan = readPlan(options.source);
  if ('refused' in plan) return plan;
  const { seed, faults: behaviours, requestsPerMinute, trace, rows, source, cloudTrail: trail } = options;
  const unfit = behaviours.flatMap((behaviour) => unfitFor(plan, behaviour));
  if (unfit.length > 0) return { refused: unfit };
  const unseen: string[] = [];
  const setting = { plan, seed, behaviours: withNames(plan, behaviours), requestsPerMinute, trace, rows, trail };
  const world = makeWorld(setting, keeping(unseen, options));
  world.data.now = plan.start - PEOPLE.startEarlyMinutes * MINUTE;
  const refused = await callStart(world, source, operatorOf(plan), rows !== undefined);
  if (refused.length > 0) return { refused };
  const rehearsal = {
    options,
    plan,
    world,
    unseen,
    hands: handChanges(plan, behaviours),
    until: options.untilInstant ?? cutOff(plan),
    run: initialRun(),
  };
  await seeEntries(rehearsal, world);
  return rehearsal;
};

export const keeping =
  (unseen: string[], { sink }: RehearsalOptions) =>
  (body: string): void => {
    unseen.push(body);
    sink?.(body);
  };

const initialRun = (): RunData => ({
  people: initialPeople(),
  handsDone: 0,
  last: null,
  candidateRequests: 0,
  candidateFailures: 0,
  decisions: [],
  notices: [],
  refusals: [],
  circumstanceSince: null,
  needsOperator: false,
  ticks: 0,
});

/** A rehearsal that goes on from here by itself; its journal goes to `sink` only. */
export const forkRehearsal = (rehearsal: Rehearsal, sink?: (body: string) => void): Rehearsal => {
  const options = { ...rehearsal.options, sink, onEntry: undefined };
  const unseen = [...rehearsal.unseen];
  return {
    ...rehearsal,
    options,
    unseen,
    run: structuredClone(rehearsal.run),
    world: fork(rehearsal.world, keeping(unseen, options)),
  };
};

/** Every appended entry is seen by the run's tally, by the simulated people, and by whoever listens. */
const seeEntry = ({ options, plan, run }: Rehearsal, entry: Entry): void => {
  for (const { candidate } of entry.rows) {
    run.candidateRequests += candidate?.requests ?? 0;
    run.candidateFailures += candidate?.failures ?? 0;
  }
  for (const each of entry.notices) run.notices.push({ at: entry.at, ...each });
  const { at, decision, state } = entry;
  const { status, phase, weight } = state;
  const isNew = run.last === null || !isSameDecision(run.last.decision, decision);
  run.last = {
    at,
    status,
    weight,
    phase,
    decision,
    since: isNew || run.last === null ? Date.parse(at) : run.last.since,
  };
  if (isNew) {
    run.decisions.push({ at, phase: plan.phases[Math.max(0, phase)]?.name ?? '', ...decision });
    lookAtHolds(run, state);
  }
  notice(plan, run.people, entry, options.seed, options.signOffs);
  options.onEntry?.(entry);
};

/** Sees the lines written since it was last called. What the controller itself has just written need not be parsed again. */
export const seeEntries = async (rehearsal: Rehearsal, seen: World): Promise<void> => {
  const { unseen, plan } = rehearsal;
  if (unseen.length === 0) return;
  const head = await readHead(seen, plan.rollout);
  for (const body of unseen.splice(0))
    seeEntry(rehearsal, body === head.body ? head.entry : (JSON.parse(body) as Entry));
};

const lookAtHolds = (run: RunData, state: RolloutState): void => {
  const holds = state.status === 'rollingBack' ? [] : activeHolds(state);
  const circumstances = holds.filter(({ code }) => HOLD_CAUSE[code] === 'circumstance').map(({ since }) => since);
  run.circumstanceSince = circumstances.length === 0 ? null : Math.min(...circumstances);
  run.needsOperator = holds.some(({ code }) => HOLD_CAUSE[code] === 'unknown' || HOLD_CAUSE[code] === 'outside');
};

/** How it stands; null: it goes on. */
export const outcomeOf = ({ run, world, options, plan }: Rehearsal): RunOutcome | null => {
  const { last } = run;
  if (last === null) return null;
  const { now, head } = world.data;
  const { status, decision } = last;
  if (status === 'finished' || status === 'rolledBack') return status;
  if (status === 'closed') return 'held';
  if (status !== 'rollingBack' && run.needsOperator) return 'held';
  if (status !== 'rollingBack' && run.circumstanceSince !== null && now - run.circumstanceSince >= PATIENCE)
    return 'held';
  if (now - last.since >= PATIENCE && (status === 'rollingBack' || WAITS_FOR_PEOPLE.has(decision.reason.code)))
    return 'held';
  const { rows } = options;
  if (
    rows !== undefined &&
    status !== 'rollingBack' &&
    head !== null &&
    world.data.recorded.nextRow >= rows.rows.length
  ) {
    // What follows the last gate needs no rows.
    const needsRows = status !== 'passed' || last.phase < plan.phases.length - 1;
    return needsRows && isUsedUp(rows, world.data.recorded, stateOf(head.body)) ? 'running' : null;
  }
  return null;
};

const WAITS_FOR_PEOPLE: ReadonlySet<Decision['reason']['code']> = new Set([
  'AWAITING_CHECKLIST',
  'AWAITING_ROLLOUT',
  'PREFLIGHT_FAILED',
] as const);

/** When something happens next; infinite: never again. */
export const nextInstant = ({ world, run, hands }: Rehearsal): Instant =>
  Math.min(
    nextWakeUp(world.data),
    run.people.actions[0]?.at ?? Number.POSITIVE_INFINITY,
    hands[run.handsDone]?.at ?? Number.POSITIVE_INFINITY,
  );

/**
 * Goes to the next instant and does everything that happens there: changes by hand, then what people ask, then the tick.
 * False: there is no such instant, or it lies beyond the end.
 *
 * @param seen the world as the controller sees it, where it is not the plain one
 */
export const proceed = async (rehearsal: Rehearsal, seen: World = rehearsal.world): Promise<boolean> => {
  const { plan, world, run, until, hands } = rehearsal;
  const { data, setting } = world;
  const at = nextInstant(rehearsal);
  if (at > until || at === Number.POSITIVE_INFINITY) return false;
  data.now = Math.max(at, data.now);
  for (let hand = hands[run.handsDone]; hand !== undefined && hand.at <= data.now; hand = hands[run.handsDone]) {
    run.handsDone += 1;
    changeByHand(data, hand);
  }
  for (
    let action = run.people.actions[0];
    action !== undefined && action.at <= data.now;
    action = run.people.actions[0]
  ) {
    run.people.actions = run.people.actions.slice(1);
    const refused = await callCommand(world, plan.rollout, action.command, action.identity);
    await seeEntries(rehearsal, world);
    run.refusals.push(...refused.map((why) => `${new Date(data.now).toISOString()} ${action.command.kind}: ${why}`));
  }
  if (nextWakeUp(data) > data.now) return true;
  fire(data);
  if (active(setting.behaviours, 'noTicks', (data.now - plan.start) / MINUTE).length > 0) return true;
  run.ticks += 1;
  try {
    await callTick(seen, plan.rollout);
  } finally {
    await seeEntries(rehearsal, world);
  }
  return true;
};

const cutOff = (plan: Plan): Instant =>
  Math.max(...plan.phases.map(({ start }) => start ?? plan.start)) +
  plan.phases.reduce((sum, { extendUpToMinutes }) => sum + extendUpToMinutes * MINUTE, CUT_OFF);
