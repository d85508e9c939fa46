import type { BusinessCounts, BusinessRow, Counts, Row } from '../judge/row.ts';
import type { DayBefore } from '../judge/verdict.ts';
import type { Instant } from '../plan/plan.ts';
import type { DriftSeen, UnsettledRead } from './rollout.ts';

/** What CloudWatch says now about one minute; it may still change. `null`: the metric is not there. */
export interface MinuteReading {
  /** `2025-10-31T12:37Z` */
  readonly minute: string;
  readonly candidate: Counts | null;
  readonly baseline: Counts | null;
  /** HealthyHostCount was reported. */
  readonly hosts: boolean;
  /** Absent when business metrics were not asked for. */
  readonly business?: { readonly candidate: BusinessCounts; readonly baseline: BusinessCounts } | undefined;
}

/** Trouble outside, as the policy needs it: what could not be done. */
export interface Trouble {
  readonly code: string;
  readonly operation: string;
}

/** One rule as it is now. `weight` is 100·c/(c+b) rounded to 0.1; a single forward to the baseline reads as 0. */
export type RuleReading =
  | {
      readonly rule: string;
      readonly kind: 'weighted';
      readonly weight: number;
      readonly sticky: boolean;
      /** The service's own tag `sluice:resting`: which group holds the traffic outside rollouts. */
      readonly resting?: 'baseline' | 'candidate' | undefined;
      /** Its users log in with Amazon Cognito. */
      readonly cognito?: true;
    }
  | { readonly rule: string; readonly kind: 'foreign'; readonly found: string }
  | { readonly rule: string; readonly kind: 'gone' }
  | { readonly rule: string; readonly kind: 'unreadable'; readonly fault: Trouble };

/** A change of a rule, as AWS wrote it down. All texts are free of anything that a message could mean something by. */
export interface RuleChange {
  /** Of the event. */
  readonly id: string;
  readonly at: Instant;
  /** The principal, mostly an ARN. */
  readonly by: string;
  /** In words: `Terraform`, `the AWS console`. */
  readonly tool: string;
  /** The candidate's weight that it left; null: it forwards elsewhere, is a deletion, or does not say. */
  readonly weight: number | null;
}

/** What was asked about one drift; newest first. */
export interface LookUp {
  readonly drift: DriftSeen;
  readonly changes: readonly RuleChange[] | Trouble;
}

export interface GroupHealth {
  readonly healthy: number;
  readonly registered: number;
}

export type AlarmState = 'ok' | 'alarm' | 'insufficient';

/** What stands against a start, what is worth knowing, and the baseline's day before. */
export interface Preflight {
  readonly problems: readonly string[];
  readonly notes: readonly string[];
  readonly dayBefore: DayBefore;
}

/** All that one tick saw outside. `null` is unknown. */
export interface Evidence {
  readonly now: Instant;
  /** Newly settled, ascending, each exactly once in a rollout's life. */
  readonly rows: readonly Row[];
  readonly businessRows: readonly BusinessRow[];
  /** More settled rows follow in the next entry of the same tick: only danger is decided on these. */
  readonly more: boolean;
  readonly unsettled: { readonly rows: readonly UnsettledRead[]; readonly business: readonly UnsettledRead[] };
  /** Minutes that are not settled, as they were read, in order; they are looked at and not judged. */
  readonly young?: readonly Row[] | undefined;
  readonly metricsFault: string | null;
  /** In the plan's order. */
  readonly rules: readonly RuleReading[];
  readonly health: { readonly candidate: GroupHealth | null; readonly baseline: GroupHealth | null };
  /** In the plan's order of alarms. */
  readonly alarms: readonly AlarmState[] | null;
  /** Asked only when a scheduled start is due. */
  readonly preflight: Preflight | null;
  /** Status of every rollout named in `after`, asked only when a scheduled start is due. */
  readonly after: readonly { readonly rollout: string; readonly status: string | null }[];
  /** Of the drifts that were due; absent: nobody may be asked. */
  readonly lookUps?: readonly LookUp[] | undefined;
}
