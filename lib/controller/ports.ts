/** Everything a tick needs from outside. `lib/aws` and `lib/sim` implement it; expected trouble is a returned `Fault`. */
import type { DayBefore } from '../judge/verdict.ts';
import { MINUTE_MS } from '../plan/duration.ts';
import type { Instant, Plan } from '../plan/plan.ts';
import type { AlarmState, GroupHealth, MinuteReading, RuleChange, RuleReading } from '../rollout/evidence.ts';
import type { DriftSeen } from '../rollout/rollout.ts';
import type { WakeUpPlan } from '../rollout/wake-ups.ts';
import type { Fault } from './fault.ts';

export type { AlarmState, GroupHealth, MinuteReading, RuleChange, RuleReading } from '../rollout/evidence.ts';
export type { WakeUpPlan } from '../rollout/wake-ups.ts';

/** A start that has no first entry after this time has died or failed: what it claimed is void, and its wake-ups are nobody's. */
export const FIRST_ENTRY_WITHIN_MS = 10 * MINUTE_MS;

export interface Clock {
  now(): Instant;
}

/** The newest entry of a rollout: its exact bytes, and their SHA-256 (hex). */
export interface Head {
  readonly body: string;
  readonly hash: string;
}

export interface Journal {
  /** Consistent read of the newest entry. */
  head(rollout: string): Promise<Head | undefined | Fault>;
  /** Appends only if `revision` is the next one; `conflict` when somebody else wrote it first. */
  append(rollout: string, revision: number, body: string): Promise<'appended' | 'conflict' | Fault>;
  /** The plan of entry 0, parsed; immutable, so implementations may cache it. */
  plan(rollout: string): Promise<Plan | Fault>;
  /** Bodies from `fromRevision` on, ascending, at most `limit`. */
  entries(rollout: string, fromRevision: number, limit: number): Promise<readonly string[] | Fault>;
  /**
   * Claims all keys (rule and target group ARNs, or its own name) for the rollout, or tells who owns one and gives back what it took. What
   * the rollout owned before stays: another start of that name may rest on it. Idempotent.
   *
   * @param isWaiting the rollout has its first entry and has begun nothing, and every call for it asks for these keys: then none of them
   * stays with it while another rollout owns one. A call that another one for the same rollout crosses is a fault.
   */
  claim(
    rollout: string,
    keys: readonly string[],
    isWaiting?: boolean,
  ): Promise<'claimed' | { readonly key: string; readonly owner: string } | Fault>;
  /** Frees every claim of the rollout. Idempotent. */
  free(rollout: string): Promise<'freed' | Fault>;
  /** Status of another rollout; undefined: there is none. */
  status(rollout: string): Promise<string | undefined | Fault>;
  /** Names of all rollouts there ever were, or of those that have claimed something; ascending, eventually consistent. */
  list(which: 'all' | 'live'): Promise<readonly string[] | Fault>;
}

export interface Metrics {
  /**
   * Readings of every minute in [from, to), ascending, also of minutes without any datapoint. Instants are whole minutes.
   * @param business read the plan's own metrics too
   * @param candidateOnly leave out the baseline and what is only compared with it: it stays null, and costs nothing (but the candidate's
   * revenue where reviews want it)
   * @param slowerThan count answers slower than these milliseconds too, beside the plan's own thresholds
   */
  read(
    plan: Plan,
    from: Instant,
    to: Instant,
    business: boolean,
    candidateOnly?: boolean,
    slowerThan?: readonly number[],
  ): Promise<readonly MinuteReading[] | Fault>;
  /** The baseline's rates, response times and clumps of failures over the 24 h before `at`. */
  dayBefore(plan: Plan, at: Instant): Promise<DayBefore | Fault>;
}

export interface RuleWrite {
  readonly rule: string;
  readonly weight: number;
  /** A raise is written only while the live weight still is this; lowering ignores it. */
  readonly from: number | null;
  /** Rollback form: rule stickiness off. */
  readonly rollback: boolean;
}

export interface Router {
  /**
   * One reading per rule of the plan, in the plan's order.
   * @param tags read the resting tags too: one more call on AWS, asked only where they matter (before the start, after the end)
   */
  read(plan: Plan, tags: boolean): Promise<readonly RuleReading[]>;
  /** Sets one rule. `changed`: the live weight is no longer `from`, nothing was written. */
  setWeight(plan: Plan, write: RuleWrite): Promise<'written' | 'changed' | Fault>;
}

export interface GroupFacts extends GroupHealth {
  readonly targetStickiness: boolean;
  /** Rules (ARNs) that forward to this group, of the whole load balancer. */
  readonly usedBy: readonly string[];
}

export interface Targets {
  health(group: string): Promise<GroupHealth | Fault>;
  /**
   * At least so many were healthy in the last minutes; undefined: not known. Cheaper than `health`, and some minutes old: good enough to wait
   * on, not to act on. Without it health is always asked.
   */
  lately?(plan: Plan, arm: 'baseline' | 'candidate', now: Instant): Promise<GroupHealth | undefined>;
  /** For preflight only: several calls on AWS. */
  facts(group: string): Promise<GroupFacts | Fault>;
}

export interface Alarms {
  /** One state per name, in order; an alarm that does not exist is `insufficient`. */
  states(names: readonly string[]): Promise<readonly AlarmState[] | Fault>;
}

export interface WakeUps {
  /** Makes the rollout's wake-ups equal this plan. Idempotent. */
  set(rollout: string, plan: WakeUpPlan): Promise<'set' | Fault>;
  /** Makes sure of the minute wake-up, and leaves the others as they are. Idempotent. */
  ensure(rollout: string): Promise<'set' | Fault>;
  /** Takes all away if the newest was made before this instant; `kept`: it was not, or there is none. Idempotent. */
  abandon(rollout: string, before: Instant): Promise<'removed' | 'kept' | Fault>;
}

export interface Announcement {
  /** `*`: several, or all; then `hash` is empty. */
  readonly rollout: string;
  readonly revision: number;
  /** The head's hash, so that tampering with the journal shows. */
  readonly hash: string;
  readonly audience: 'everyone' | 'leads' | 'onCall';
  readonly subject: string;
  readonly text: string;
}

export interface Announcements {
  publish(announcement: Announcement): Promise<'published' | Fault>;
}

export interface Reports {
  /**
   * Puts a file of the rollout's report, or (null) of all rollouts together, in place of the one of that name. `newer`: the one that is there was made from the same or a newer
   * revision, and stays.
   */
  put(rollout: string | null, name: string, content: string, revision: number): Promise<'put' | 'newer' | Fault>;
}

/** What AWS writes down of who did what. */
export interface Trail {
  /**
   * Changes of the rule that could be this drift, as far as they are known by now, newest first. One request, which is not repeated, and gives
   * up soon: nothing waits for it.
   */
  changes(plan: Plan, drift: DriftSeen): Promise<readonly RuleChange[] | Fault>;
}

/** What a tick, a command and the watchdog work with; reports follow from the journal and are `lambdas/announce`'s. */
export interface World {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly metrics: Metrics;
  readonly router: Router;
  readonly targets: Targets;
  readonly alarms: Alarms;
  readonly wakeUps: WakeUps;
  readonly announcements: Announcements;
  /** A tick's only, and only where the stack allows it. */
  readonly trail?: Trail | undefined;
}
