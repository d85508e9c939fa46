import type { Assessment, GuardTrip, WatchTrip } from '../judge/verdict.ts';

/** A hold has one cause and one way to end; the table is `HOLD_CAUSE` in holds.ts. */
export type CircumstanceCode =
  | 'BLIND'
  | 'NO_DATA'
  | 'SHARED_OUTAGE'
  | 'SPLIT_OFF'
  | 'INCIDENT_OPEN'
  | 'CANDIDATE_TOO_SMALL'
  | 'WAY_BACK_NARROW';
export type UnknownCode =
  | 'INSUFFICIENT_DATA'
  | 'SIGN_OFF_EXPIRED'
  | 'START_LATE'
  | 'GUARD_UNACQUITTED'
  | 'WATCH_ON_STICKY';
export type OutsideCode = 'OPERATOR' | 'WEIGHT_LOWERED_OUTSIDE' | 'RULE_FOREIGN' | 'RULE_LOCKED' | 'WATCHDOG';
export type ProvenBadCode = 'CRITERION_FAILED' | 'GATE_STALE' | 'NO_GO';
export type HoldCode = CircumstanceCode | UnknownCode | OutsideCode | ProvenBadCode;

/** Present where both groups run the same release (same-release.ts): then it is the measurement that is at fault. */
interface Marked {
  readonly sameRelease?: true | undefined;
}

/** Duties are to be separated, and so far nobody gave GO who is known to be somebody else than `starter`; null: a deployment started. */
export interface Alone {
  readonly starter: string | null;
  /** Somebody else has given GO, who may be the same person: one is of Slack, the other of AWS. */
  readonly isUnclear?: true | undefined;
}

/** Why something was decided, with the data needed to say it. `explain` makes the sentence. Instants are epoch milliseconds. */
export type Reason =
  // Holds of circumstance: they end by themselves.
  | { readonly code: 'BLIND'; readonly behindMinutes: number; readonly fault?: string | undefined }
  | { readonly code: 'NO_DATA'; readonly minute: string; readonly expectedRequests: number }
  | {
      readonly code: 'SHARED_OUTAGE';
      readonly guard: string;
      readonly candidateShare: number;
      readonly baselineShare: number;
      readonly limit: number;
    }
  | { readonly code: 'SPLIT_OFF'; readonly weight: number; readonly seenPercent: number; readonly requests: number }
  | { readonly code: 'INCIDENT_OPEN'; readonly incidents: readonly string[] }
  | {
      readonly code: 'CANDIDATE_TOO_SMALL';
      readonly healthy: number | null;
      /** Null: the baseline's fleet was never counted. */
      readonly needed: number | null;
      readonly nextWeight: number;
    }
  | {
      readonly code: 'WAY_BACK_NARROW';
      readonly healthy: number;
      readonly needed: number;
      readonly sharePercent: number;
    }
  // Holds of the unknown: an operator ends them.
  | {
      readonly code: 'INSUFFICIENT_DATA';
      readonly assessments: readonly Assessment[];
      readonly bakedMinutes: number;
      readonly passesInARow?: { readonly have: number; readonly need: number } | undefined;
    }
  | {
      readonly code: 'SIGN_OFF_EXPIRED';
      readonly missing: readonly string[];
      readonly alone?: Alone | undefined;
      readonly askedAt: number;
      readonly expiredAt: number;
    }
  | { readonly code: 'START_LATE'; readonly start: number; readonly lateByMinutes: number }
  | ({ readonly code: 'GUARD_UNACQUITTED'; readonly trip: GuardTrip } & Marked)
  | ({ readonly code: 'WATCH_ON_STICKY'; readonly trip: WatchTrip } & Marked)
  // Holds by a person or another tool.
  | { readonly code: 'OPERATOR'; readonly actor: string; readonly why: string }
  | { readonly code: 'WEIGHT_LOWERED_OUTSIDE'; readonly rule: string; readonly live: number; readonly recorded: number }
  | { readonly code: 'RULE_FOREIGN'; readonly rule: string; readonly found: string }
  | { readonly code: 'RULE_LOCKED'; readonly rule: string }
  | { readonly code: 'WATCHDOG'; readonly staleMinutes: number }
  // Holds of the proven bad: an operator, or after `holdFor` a rollback.
  | ({ readonly code: 'CRITERION_FAILED'; readonly assessment: Assessment } & Marked)
  | ({ readonly code: 'GATE_STALE'; readonly assessment: Assessment; readonly over: 'bake' | 'recent' } & Marked)
  | { readonly code: 'NO_GO'; readonly role: string; readonly actor: string; readonly why: string }
  // Everything else.
  | { readonly code: 'SCHEDULED'; readonly start: number }
  | {
      readonly code: 'STARTED';
      readonly weight: number;
      readonly from: number;
      readonly commandedBy?: string | undefined;
    }
  | {
      readonly code: 'BAKING';
      readonly bakedMinutes: number;
      readonly ofMinutes: number;
      readonly waitingForWeight: boolean;
      /** The bake is over, and rows of business metrics from before the last rise are still to come. */
      readonly waitingForBusiness?: true;
    }
  | {
      readonly code: 'CHECKPOINT';
      readonly checkpoint: string;
      readonly assessments: readonly Assessment[];
      readonly lastDay?: readonly Assessment[] | undefined;
    }
  | {
      readonly code: 'EXTENDED';
      readonly toMinutes: number;
      readonly upToMinutes: number;
      readonly assessments: readonly Assessment[];
    }
  | {
      readonly code: 'GATE_PASSED';
      readonly assessments: readonly Assessment[];
      readonly autoSignOffs: readonly string[];
    }
  | {
      readonly code: 'AWAITING_SIGN_OFF';
      readonly missing: readonly string[];
      readonly alone?: Alone | undefined;
      readonly expiresAt: number;
      readonly reminder: 0 | 1 | 2;
    }
  | { readonly code: 'AWAITING_START'; readonly start: number; readonly phase: string }
  | { readonly code: 'AWAITING_ROLLOUT'; readonly rollout: string; readonly its: string }
  | { readonly code: 'AWAITING_CHECKLIST'; readonly items: readonly string[] }
  | { readonly code: 'PREFLIGHT_FAILED'; readonly problems: readonly string[] }
  | { readonly code: 'WINDOW_CLOSED'; readonly opensAt: number | null }
  | { readonly code: 'FROZEN'; readonly until: number; readonly why: string }
  | ({ readonly code: 'GUARD_TRIPPED'; readonly trip: GuardTrip } & Marked)
  | ({ readonly code: 'WATCH_TRIPPED'; readonly trip: WatchTrip } & Marked)
  | { readonly code: 'CANDIDATE_UNHEALTHY'; readonly registered: number; readonly sinceMinutes: number }
  | { readonly code: 'OUTAGE_AFTER_RISE'; readonly outageMinutes: number; readonly minutesAfterRise: number }
  | { readonly code: 'COMMANDED'; readonly command: string; readonly actor: string; readonly why: string }
  | { readonly code: 'WEIGHT_ABOVE'; readonly rule: string; readonly live: number; readonly recorded: number }
  | {
      readonly code: 'WEIGHT_UNWRITTEN';
      readonly rule: string;
      readonly live: number;
      readonly recorded: number;
      readonly fault?: string | undefined;
    }
  | { readonly code: 'HELD_TOO_LONG'; readonly hold: HoldCode; readonly heldMinutes: number }
  | { readonly code: 'RECOVERED'; readonly hold: HoldCode; readonly heldMinutes: number }
  | { readonly code: 'DRAINED'; readonly afterMinutes: number }
  | { readonly code: 'STICKY_TAIL'; readonly requests: number; readonly afterMinutes: number }
  /** The last gate of an A/A rollout passed: it goes back to the baseline, and then is finished. */
  | { readonly code: 'AA_OVER'; readonly from: number }
  | { readonly code: 'FINISHED'; readonly weight: number; readonly resting: 'agrees' | 'deploy' }
  | { readonly code: 'CLOSED'; readonly actor: string; readonly why: string }
  | { readonly code: 'RECORDED_LATE'; readonly of: Reason };

export type ReasonCode = Reason['code'];
export type ReasonOf<C extends ReasonCode> = Extract<Reason, { readonly code: C }>;

/** Of a rollout that another one waits for: it has ended in another way. */
export const neverFinishes = (status: string | null): boolean => status === 'rolledBack' || status === 'closed';
