/** What the bar above the page shows, as JSON. */
import type { Outcome } from '../../report/outcome.ts';

export type FaultName = 'fail' | 'slow' | 'silence' | 'ticks';

/** `you`: somebody pressed a button; `told`: what Slack or an e-mail would say; `refused`: the controller does not do what was asked. */
export interface BarLine {
  /** Counts them. */
  readonly id: number;
  readonly at: string;
  readonly by: 'you' | 'told' | 'refused';
  readonly text: string;
  /** Whom `told` tells, and all that is said. */
  readonly audience?: string;
  readonly more?: string;
}

export interface RoleWord {
  readonly role: string;
  readonly word: 'GO' | 'NO-GO' | 'missing';
}

export interface Bar {
  /** Counts runs: everything is new when it changes. */
  readonly run: number;
  /** `2025-10-31 12:07` */
  readonly clock: string;
  readonly minutesPerSecond: number;
  readonly isStanding: boolean;
  readonly isSkipping: boolean;
  readonly hasEnded: boolean;
  readonly outcome: Outcome;
  readonly outcomeWords: string;
  /** Empty before the first. */
  readonly phase: string;
  /** As recorded, and as the listener rule has it: `1 %`. */
  readonly weight: string;
  readonly live: string;
  /** Of the watch: `1.3 of 100`, where 100 rolls back; empty: there is no watch. */
  readonly evidence: string;
  readonly hint: string;
  readonly faults: Readonly<Record<FaultName, boolean>>;
  /** Of the present phase; none: it needs no sign-off. */
  readonly roles: readonly RoleWord[];
  /** Newest first. */
  readonly lines: readonly BarLine[];
}
