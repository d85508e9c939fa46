import type { Instant } from '../../lib/plan/plan.ts';

/** An entry of the journal, as its bytes tell it. */
export interface EntrySeen {
  readonly revision: number;
  readonly at: Instant;
  readonly by: 'schedule' | 'command' | 'watchdog' | 'forbidden';
  readonly decision: string;
  readonly reason: string;
  readonly status: string;
  readonly phase: number;
  readonly weight: number;
  /** What was recorded before it rose to that. */
  readonly weightBefore: number;
  readonly mayRaise: boolean;
  /** Instants of its rows. */
  readonly minutes: readonly Instant[];
  /** Of its rows of business metrics. */
  readonly businessMinutes: readonly Instant[];
  /** The weight that its rows were judged at, by their instants; of business metrics, too. */
  readonly weights: readonly (readonly [minute: Instant, weight: number])[];
  readonly businessWeights: readonly (readonly [minute: Instant, weight: number])[];
  /** Those of them that know the candidate's `cpu`. */
  readonly gaugeMinutes: readonly Instant[];
  readonly nextRow: Instant;
  readonly holds: readonly string[];
  readonly fleet: number | null;
  readonly notices: readonly { readonly subject: string; readonly text: string; readonly audience: string }[];
}

/** One invocation. What it was told is kept for the checkers: it may only do what that allows. */
export interface Process {
  readonly kind: 'tick' | 'command' | 'start' | 'watchdog' | 'announce' | 'rival';
  isDead: boolean;
  /** It has asked something of the outside. */
  hasCalled: boolean;
  /** The newest entry that it has read or appended. */
  head: EntrySeen | null;
  /**
   * The newest of these that lets it raise. With one rule that must be the head; with several the looks before their writes come in between each
   * other, and another rule's look may know more than the one that a write rests on.
   */
  leave: EntrySeen | null;
  /** It has looked at the head since it appended. */
  hasLookedAgain: boolean;
  /** It has asked how many targets are healthy now, whatever the answer was. */
  hasAskedHealth: boolean;
  readonly healthy: { candidate: number | null; baseline: number | null };
}

/** A rule's weight was changed. */
export interface RuleWritten {
  readonly process: Process;
  readonly rule: string;
  readonly before: number;
  readonly after: number;
  /** A person or another tool has changed it since a rise was last recorded. */
  readonly isAfterHand: boolean;
}
