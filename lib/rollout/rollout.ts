import type { JudgeState } from '../judge/judge.ts';
import type { Gathered, Products } from '../judge/ratio.ts';
import type { Instant } from '../plan/plan.ts';
import type { HoldCode, Reason } from './reason.ts';

export type Status = 'scheduled' | 'baking' | 'passed' | 'rollingBack' | 'rolledBack' | 'finished' | 'closed';

/** One reason why nothing rises. A circumstance ends by itself after 10 clean rows. */
export interface Hold {
  readonly code: HoldCode;
  readonly since: Instant;
  readonly reason: Reason;
  /** Rows with the cause, and rows without it since then (circumstances only). */
  readonly causeRows: number;
  readonly cleanRows: number;
  /** A `hold` decision has been recorded for it: people know. */
  readonly told: boolean;
  /** How often people were reminded or called again. */
  readonly reminders: number;
}

export interface SignOff {
  readonly role: string;
  readonly answer: 'GO' | 'NO-GO';
  /** Principal, or `auto`. */
  readonly actor: string;
  readonly at: Instant;
  readonly why?: string | undefined;
}

/** The bake of the present phase. */
export interface Bake {
  /** When all live weights were first seen at the phase's weight; null: not yet. */
  readonly startedAt: Instant | null;
  /** The bake clock: minutes baked, without holds and without minutes that had no traffic. */
  readonly minutes: number;
  /** Where the gate is: the plan's bake, plus extensions; these may go up to `upToMinutes`. */
  readonly targetMinutes: number;
  readonly upToMinutes: number;
  /** Bakes begun anew in this phase; each halves β. */
  readonly restarts: number;
  readonly checkpointsDone: number;
  /** Checkpoints passed in a row, up to now. */
  readonly passesInARow: number;
}

/** Since the gate passed. */
export interface Gate {
  readonly passedAt: Instant;
  /** Sign-offs were asked; asked again after an expiry. */
  readonly askedAt: Instant;
  readonly reminders: 0 | 1 | 2;
}

export interface Rollback {
  readonly decidedAt: Instant;
  readonly reason: Reason;
  /** Start of the first breaching minute; null: not decided on rows. */
  readonly faultBeganAt: Instant | null;
  readonly fromWeight: number;
  /** All rules read back at 0. */
  readonly verifiedAt: Instant | null;
  /** Start of the last minute in which the candidate had requests. */
  readonly lastRequestMinute: string | null;
  /** Rows since then without candidate requests. */
  readonly quietRows: number;
  /** Candidate requests counted in minutes after the weights were verified. */
  readonly tailRequests: number;
  /** People were last called: again every 5 minutes while the weight is not where it should be. */
  readonly pagedAt: Instant;
}

export interface RuleState {
  /** The last weight that was recorded and then seen live. */
  readonly confirmed: number;
  /** The recorded weight has been seen live since it was recorded. */
  readonly isConfirmed: boolean;
  readonly sticky: boolean;
}

/** A change of a rule that Sluice did not make, until it is over and has been asked about (culprit.ts). */
export interface DriftSeen {
  readonly code: 'WEIGHT_ABOVE' | 'WEIGHT_LOWERED_OUTSIDE' | 'RULE_FOREIGN';
  readonly rule: string;
  /** The weight that was seen; null: the rule was foreign, or gone. */
  readonly live: number | null;
  readonly isGone: boolean;
  /** The rules were last known to be as recorded. */
  readonly since: Instant;
  readonly seenAt: Instant;
  /** How often CloudTrail has been asked. */
  readonly lookUps: number;
  /** People were told who it was, or that it stays unknown. */
  readonly isAnswered: boolean;
}

/** Some days in a row. */
export interface Span {
  /** The first minute, and the end of the last. */
  readonly from: Instant;
  readonly to: Instant;
  readonly requests: number;
  readonly failures: number;
  readonly heldMinutes: number;
  /** Each once, in the order in which they began; more than ten are counted only. */
  readonly holds: readonly { readonly code: HoldCode; readonly since: Instant }[];
  readonly moreHolds: number;
}

export interface Week extends Span {
  /** The candidate's revenue, the baseline's columns left at 0. */
  readonly sales: Gathered;
}

export interface Review {
  readonly day: Span;
  readonly week: Week;
  /** Weeks that are over. */
  readonly weeks: number;
  /** What the newest daily checkpoint closed; `week`: with every seventh. */
  readonly closed: { readonly day: Span; readonly week: Week | null } | null;
}

/** Somebody asked what they may not ask. */
export interface Forbidden {
  readonly actor: string;
  readonly at: Instant;
}

/** What the last reads of a minute that is not settled agreed on, and since when. */
export type UnsettledRead = readonly [fingerprint: number, since: Instant];

/** Everything the next tick needs: constant size, whatever the rollout's age. Instants are epoch milliseconds. */
export interface RolloutState {
  readonly schema: 1;
  readonly rollout: string;
  readonly release: string;
  readonly status: Status;
  /** Index of the present phase; −1 while scheduled. */
  readonly phase: number;
  /** The recorded weight, in percent. */
  readonly weight: number;
  /** When the recorded weight last rose; rows from before it belong to `weightBefore`. */
  readonly roseAt: Instant | null;
  readonly weightBefore: number;
  /** In the plan's order of rules. */
  readonly rules: readonly RuleState[];
  readonly bake: Bake;
  readonly holds: readonly Hold[];
  readonly gate: Gate | null;
  readonly signOffs: readonly SignOff[];
  /** `phase name/item` that an operator ticked. */
  readonly ticked: readonly string[];
  /** Opened by operators or leads, by name. */
  readonly incidents: readonly string[];
  /** Rows from backtests: used as recorded, no split check, no draining. */
  readonly recorded: boolean;
  /** Healthy targets at start (or the plan's override): H of principle 3. */
  readonly healthyAtStart: { readonly baseline: number | null; readonly candidate: number | null };
  readonly unhealthySince: Instant | null;
  /** Since when a named alarm does not exist or has no data. */
  readonly alarmsUnclearSince: Instant | null;
  /** When the live weight was first seen below the recorded one at 0. */
  readonly zeroSince: Instant | null;
  readonly lateStartConfirmed: boolean;
  /** First minutes not judged yet. */
  readonly next: { readonly row: Instant; readonly business: Instant };
  /** One read per minute, from `next` on. */
  readonly unsettled: { readonly rows: readonly UnsettledRead[]; readonly business: readonly UnsettledRead[] };
  /** The minutes (first, last) that a hold last left out of criteria and guards; business rows arrive after it was recorded. */
  readonly leftOut: readonly [Instant, Instant] | null;
  readonly judge: JudgeState;
  readonly rollback: Rollback | null;
  /** Identifies the wake-ups last set; null: none. */
  readonly wakeUps: string | null;
  readonly startedAt: Instant | null;
  readonly endedAt: Instant | null;
  /** Why it ended, or is ending. */
  readonly endedBy: Reason | null;
  /** Who started it; null: a deployment, and nobody knows who. Only where the plan wants duties separated (sign-offs.ts). */
  readonly starter?: string | null | undefined;
  /** Of phases with daily checkpoints (review.ts). */
  readonly review?: Review | undefined;
  /** Revenue of both sides before the candidate had everything: what the reviews are compared with. */
  readonly salesBefore?: Products | undefined;
  /** Forbidden commands that were recorded lately (forbidden.ts); absent: none ever was. */
  readonly forbidden?: readonly Forbidden[] | undefined;
  /** One for each code; absent: there is none, or CloudTrail may not be asked. */
  readonly drifts?: readonly DriftSeen[] | undefined;
}
