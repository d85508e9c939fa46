import { minuteText } from '../judge/row.ts';
import type { Instant, Plan } from '../plan/plan.ts';
import type { Entry } from '../rollout/entry.ts';
import { activeHolds } from '../rollout/holds.ts';
import type { Reason } from '../rollout/reason.ts';
import type { Behaviour } from './behaviour.ts';
import { MINUTE } from './clock.ts';
import type { RehearsalOptions, RunOutcome } from './rehearsal.ts';
import { type RunResult, rehearse } from './run.ts';

/** What is kept of one of many rehearsals. */
export interface BriefRun {
  readonly seed: number;
  readonly outcome: RunOutcome;
  /** Code of the reason; a rollback after an unanswered hold names that hold, too. */
  readonly reason: string;
  /** ISO 8601, UTC: the decision to roll back or to finish, or when the hold began. */
  readonly at: string;
  /** Of the candidate, over the whole run. */
  readonly requests: number;
  readonly failures: number;
  /** Null: no fault of the release had begun at the decision. */
  readonly sinceFault: SinceFault | null;
}

export interface SinceFault {
  /** Until the decision. */
  readonly minutes: number;
  /** Of the candidate, until the end of the run: after a rollback until no request reached it any more. */
  readonly requests: number;
  readonly failures: number;
}

/**
 * When the release first is at fault; null: never. What bends both sides, the baseline or the surroundings leaves the release good, and a
 * rollback for it is a false one.
 */
export const faultBegins = (plan: Plan, behaviours: readonly Behaviour[]): Instant | null => {
  const minutes = behaviours
    .filter(({ effect }) => 'side' in effect && effect.side === 'candidate')
    .map(({ fromMinute }) => fromMinute);
  return minutes.length === 0 ? null : plan.start + Math.min(...minutes) * MINUTE;
};

/** @param begins when the release first is at fault */
export const runBriefly = async (
  options: RehearsalOptions,
  begins: Instant | null,
): Promise<BriefRun | { readonly refused: readonly string[] }> => {
  const sum = { requests: 0, failures: 0 };
  const firstMinute = begins === null ? null : minuteText(begins);
  const onEntry = ({ rows }: Entry): void => {
    for (const { minute, candidate } of rows) {
      if (firstMinute === null || candidate === null || minute < firstMinute) continue;
      sum.requests += candidate.requests;
      sum.failures += candidate.failures;
    }
  };
  const result = await rehearse({ ...options, onEntry: begins === null ? undefined : onEntry });
  if ('refused' in result) return result;
  const { outcome, seed, candidateRequests, candidateFailures } = result;
  const { reason, at } = decisiveOf(result);
  const exposedFrom = Math.max(begins ?? Number.POSITIVE_INFINITY, firstTrafficOf(result));
  const minutes = (Date.parse(at) - exposedFrom) / MINUTE;
  return {
    seed,
    outcome,
    reason,
    at,
    requests: candidateRequests,
    failures: candidateFailures,
    sinceFault: minutes >= 0 ? { minutes, ...sum } : null,
  };
};

/** What the rollout ended with. */
const decisiveOf = ({ outcome, decisions, state }: RunResult): Pick<BriefRun, 'reason' | 'at'> => {
  const hold = state.status === 'rollingBack' ? undefined : activeHolds(state).at(-1);
  if (outcome === 'held' && hold !== undefined) return { reason: hold.code, at: new Date(hold.since).toISOString() };
  const decided =
    outcome === 'rolledBack' ? decisions.find(({ decision }) => decision === 'rollBack') : decisions.at(-1);
  if (decided === undefined) throw new Error('a rehearsal that began has entry 0');
  return { reason: nameOf(decided.reason), at: decided.at };
};

const nameOf = (reason: Reason): string => {
  if (reason.code === 'RECORDED_LATE') return nameOf(reason.of);
  return reason.code === 'HELD_TOO_LONG' ? `${reason.code} after ${reason.hold}` : reason.code;
};

/** Infinite: the candidate never got any. */
const firstTrafficOf = ({ decisions }: RunResult): Instant => {
  const started = decisions.find(({ reason }) => reason.code === 'STARTED');
  return started === undefined ? Number.POSITIVE_INFINITY : Date.parse(started.at);
};
