/** What a rollout has used of AWS, gathered entry by entry as far as the journal tells it. */
import { MINUTE_MS } from '../plan/duration.ts';
import type { Instant, Plan } from '../plan/plan.ts';
import type { DecisionKind, Entry } from '../rollout/entry.ts';
import { type MetricsTurn, metricsTurn } from '../rollout/metrics-turn.ts';
import type { RolloutState } from '../rollout/rollout.ts';
import { isEnded } from '../rollout/situation.ts';
import { EARLY_MS } from '../rollout/wake-ups.ts';

/** Changed in place by `spend`. */
export interface Spending {
  ticks: number;
  /** Looks of the watchdog: one for each tick, until the rollout has ended. */
  looks: number;
  /** Commands of people that were recorded. */
  commands: number;
  /** Entries with something to tell people, and how many messages they had. */
  announced: number;
  messages: number;
  /** Reads of CloudWatch, by what was read. */
  readonly reads: Record<ReadKind, number>;
  /** How often everything was asked that must hold before a start. */
  preflights: number;
  /** Of all entries together. */
  bytes: number;
  /** Of the newest entry. */
  newestBytes: number;
  /** Of 1 KB: entries, the markers of those that were announced, and claims. */
  writeUnits: number;
  /** Of 4 KB, consistent: the head, by ticks and by the watchdog, and what else each of them reads. */
  readUnits: number;
  /** Hours in which a decision other than `wait` was published as a metric. */
  decisionHours: number;
  readonly newestHours: Partial<Record<DecisionKind, number>>;
}

export type ReadKind = 'compared' | 'comparedWithOwn' | 'alone' | 'aloneWithOwn';

export const READS: Readonly<Record<ReadKind, Pick<MetricsTurn, 'business' | 'candidateOnly'>>> = {
  compared: { business: false, candidateOnly: false },
  comparedWithOwn: { business: true, candidateOnly: false },
  alone: { business: false, candidateOnly: true },
  aloneWithOwn: { business: true, candidateOnly: true },
};

export const nothingSpent = (): Spending => ({
  ticks: 0,
  looks: 0,
  commands: 0,
  announced: 0,
  messages: 0,
  reads: { compared: 0, comparedWithOwn: 0, alone: 0, aloneWithOwn: 0 },
  preflights: 0,
  bytes: 0,
  newestBytes: 0,
  writeUnits: 0,
  readUnits: 0,
  decisionHours: 0,
  newestHours: {},
});

const HOUR_MS = 60 * MINUTE_MS;

/** An entry comes every three minutes at least: a gap as long as this is no rollout that costs something every minute. */
const GAP_MINUTES_AT_MOST = 1440;

/** Each rule and group: an item and its copy in the index, written once and deleted once. */
const UNITS_PER_CLAIM = 4;
/** The watchdog's list of claims, eventually consistent. */
const DIRECTORY_UNITS = 0.5;
/** Whether an entry was announced: asked once, marked once. */
const MARKER_UNITS = 1;

interface Spent {
  readonly entry: Entry;
  readonly at: Instant;
  /** Of its line. */
  readonly bytes: number;
}

interface Known {
  readonly at: Instant;
  readonly state: RolloutState;
}

/**
 * Constant time for an entry that follows within minutes.
 * @param before what the entry before it left; null: it is the first
 */
export const spend = (spending: Spending, plan: Plan, { entry, at, bytes }: Spent, before: Known | null): void => {
  if (before === null) claim(spending, plan);
  else lookSince(spending, plan, before, entry, at);
  countCommand(spending, plan, before, entry, at);
  countEntry(spending, entry, bytes);
  countDecision(spending, entry, at);
};

const claim = (spending: Spending, { traffic }: Plan): void => {
  // Of the first entry there is a copy in the index.
  spending.writeUnits += 1 + UNITS_PER_CLAIM * (traffic.rules.length + 2);
};

/**
 * The ticks since the entry before it, all but the last of which had no news. They are counted by minutes: a wake-up comes in each, and
 * none before a quarter of an hour before the start.
 */
const lookSince = (spending: Spending, plan: Plan, { at: since, state }: Known, entry: Entry, at: Instant): void => {
  if (isEnded(state)) {
    if (entry.cause.by === 'schedule' && at > since) tick(spending);
    return;
  }
  const from = state.status === 'scheduled' ? Math.max(since, plan.start - EARLY_MS) : since;
  const minutes = Math.floor(at / MINUTE_MS) - Math.floor(from / MINUTE_MS);
  for (let back = Math.min(minutes, GAP_MINUTES_AT_MOST) - 1; back >= 0; back--) {
    tick(spending);
    spending.looks += 1;
    spending.readUnits += readUnitsOf(spending.newestBytes) + DIRECTORY_UNITS;
    const now = at - back * MINUTE_MS;
    readMetrics(spending, plan, state, now);
    if (state.status === 'scheduled' && now >= plan.start) spending.preflights += 1;
  }
};

const tick = (spending: Spending): void => {
  spending.ticks += 1;
  spending.readUnits += readUnitsOf(spending.newestBytes);
};

const readMetrics = ({ reads }: Spending, plan: Plan, state: RolloutState, now: Instant): void => {
  const turn = metricsTurn(plan, state, now);
  if (turn !== null) reads[kindOf(turn)] += 1;
};

const kindOf = ({ business, candidateOnly }: MetricsTurn): ReadKind => {
  if (candidateOnly) return business ? 'aloneWithOwn' : 'alone';
  return business ? 'comparedWithOwn' : 'compared';
};

/** A command looks around as a tick does. */
const countCommand = (spending: Spending, plan: Plan, before: Known | null, { cause }: Entry, at: Instant): void => {
  if (cause.by !== 'command') return;
  spending.commands += 1;
  if (before === null) return;
  spending.readUnits += readUnitsOf(spending.newestBytes);
  readMetrics(spending, plan, before.state, at);
};

const countEntry = (spending: Spending, { rollout, decision, notices }: Entry, bytes: number): void => {
  const item = bytes + ATTRIBUTE_BYTES + rollout.length;
  spending.bytes += item;
  spending.newestBytes = item;
  spending.writeUnits += Math.ceil(item / 1024);
  // Before a rise the head is read once more.
  if (decision.setWeight?.raise === true) spending.readUnits += readUnitsOf(item);
  if (notices.length === 0) return;
  spending.announced += 1;
  spending.messages += notices.length;
  spending.readUnits += MARKER_UNITS;
  spending.writeUnits += MARKER_UNITS;
};

/** Names of the attributes `rollout`, `revision` and `body`, and a number of four to five digits. */
const ATTRIBUTE_BYTES = 7 + 8 + 4 + 4;

const readUnitsOf = (bytes: number): number => Math.ceil(bytes / 4096);

const countDecision = (spending: Spending, { decision: { decision } }: Entry, at: Instant): void => {
  const hour = Math.floor(at / HOUR_MS);
  if (decision === 'wait' || spending.newestHours[decision] === hour) return;
  spending.newestHours[decision] = hour;
  spending.decisionHours += 1;
};
