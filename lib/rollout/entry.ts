import type { BusinessRow, Row } from '../judge/row.ts';
import type { Instant, Plan } from '../plan/plan.ts';
import { neverFinishes, type Reason } from './reason.ts';
import type { RolloutState } from './rollout.ts';

export type DecisionKind =
  | 'wait'
  | 'correct'
  | 'extend'
  | 'advance'
  | 'hold'
  | 'resume'
  | 'rollBack'
  | 'finish'
  | 'close';

/** Exactly what step 6 writes: nothing else ever touches a weight. */
export interface SetWeight {
  readonly weight: number;
  /** ARNs of the rules to write. */
  readonly rules: readonly string[];
  /** Write only while the live weight is still what was observed: every raise. Lowering needs nobody's leave. */
  readonly raise: boolean;
  /** Rule stickiness off. */
  readonly rollback: boolean;
}

export interface Decision {
  readonly decision: DecisionKind;
  readonly reason: Reason;
  readonly setWeight?: SetWeight | undefined;
}

/**
 * What woke us. The watchdog says how long nothing had come but its own entries: they are no sign of life. Nor is a command that was
 * forbidden to whoever gave it: nothing was done then, `refused` says why, and `lifeAt` is the last sign of life before it.
 */
export type Cause =
  | { readonly by: 'schedule' }
  | { readonly by: 'watchdog'; readonly staleMinutes: number }
  | { readonly by: 'command'; readonly command: string; readonly actor: string; readonly why: string }
  | {
      readonly by: 'forbidden';
      readonly command: string;
      readonly actor: string;
      readonly refused: string;
      readonly lifeAt: Instant;
    };

/** Something people are told, once the entry is in the journal: the journal's own stream carries it, so none is lost. */
export interface Notice {
  readonly audience: 'everyone' | 'leads' | 'onCall';
  readonly subject: string;
  readonly text: string;
}

/**
 * One journal entry, stored as one JSON line of exactly these fields. The rows are those newly judged, the state is the next state.
 * Dense: revision n+1 is written only on top of n, and names its SHA-256.
 */
export interface Entry {
  readonly rollout: string;
  readonly revision: number;
  /** SHA-256 (hex) of the predecessor's line; empty in revision 0. */
  readonly previous: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly cause: Cause;
  readonly rows: readonly Row[];
  readonly businessRows: readonly BusinessRow[];
  readonly decision: Decision;
  readonly notices: readonly Notice[];
  readonly state: RolloutState;
  /** Only in revision 0: the plan as written, its SHA-256, and what was read from it (read-plan.ts). */
  readonly plan?:
    | { readonly source: string; readonly hash: string; readonly schema: number; readonly parsed: Plan }
    | undefined;
}

/**
 * The same decision for the same reason, so that only time has passed: a bake that goes on, a hold that lasts. What tells two
 * decisions with one code apart is named here.
 */
export const isSameDecision = (a: Decision, b: Decision): boolean =>
  a.decision === b.decision && a.reason.code === b.reason.code && identity(a.reason) === identity(b.reason);

const identity = (reason: Reason): string => {
  switch (reason.code) {
    case 'CHECKPOINT':
      return reason.checkpoint;
    case 'EXTENDED':
      return `${reason.toMinutes}`;
    case 'AWAITING_SIGN_OFF':
      return `${reason.missing.join()} ${reason.reminder}${reason.alone === undefined ? '' : ' alone'}`;
    case 'AWAITING_START':
      return `${reason.phase} ${reason.start}`;
    case 'AWAITING_ROLLOUT':
      return neverFinishes(reason.its) ? `${reason.rollout} ${reason.its}` : reason.rollout;
    case 'AWAITING_CHECKLIST':
      return reason.items.join();
    case 'FINISHED':
      return reason.resting;
    case 'PREFLIGHT_FAILED':
      return reason.problems.join();
    case 'STARTED':
      return `${reason.from} ${reason.weight}`;
    case 'COMMANDED':
      return `${reason.command} ${reason.actor} ${reason.why}`;
    case 'RECOVERED':
      return reason.hold;
    case 'NO_GO':
      return reason.role;
    case 'WEIGHT_ABOVE':
    case 'WEIGHT_UNWRITTEN':
      return `${reason.rule} ${reason.live}`;
    default:
      return '';
  }
};
