import type { Instant } from '../plan/plan.ts';
import type { RolloutState } from '../rollout/rollout.ts';
import { stateOf } from './entry-view.ts';
import {
  begin,
  type DecisionSeen,
  type NoticeSeen,
  outcomeOf,
  proceed,
  type Rehearsal,
  type RehearsalOptions,
  type RunOutcome,
} from './rehearsal.ts';

export interface RunResult {
  readonly outcome: RunOutcome;
  /** The recorded weight, in percent. */
  readonly weight: number;
  /** ISO 8601, UTC: the last entry. */
  readonly endedAt: string;
  /** Sums over the rows in the journal. */
  readonly candidateRequests: number;
  readonly candidateFailures: number;
  readonly decisions: readonly DecisionSeen[];
  readonly announcements: readonly NoticeSeen[];
  /** Commands of simulated people that were refused, with their time. */
  readonly refusals: readonly string[];
  readonly state: RolloutState;
  readonly seed: number;
  readonly ticks: number;
}

export interface Progress {
  readonly now: Instant;
  readonly phase: number;
  readonly weight: number;
  readonly decision: DecisionSeen | undefined;
}

export interface RehearseOptions extends RehearsalOptions {
  /** Called after every instant; must be quick. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Looks at the world after every instant: the invariants of checkers.ts. */
  readonly afterStep?: ((rehearsal: Rehearsal) => void) | undefined;
}

/** The whole rollout on virtual time, by the production controller. `refused`: the plan or the start was. */
export const rehearse = async (
  options: RehearseOptions,
): Promise<RunResult | { readonly refused: readonly string[] }> => {
  const rehearsal = await begin(options);
  return 'refused' in rehearsal ? rehearsal : complete(rehearsal, options);
};

/** Steps to the end. */
export const complete = async (
  rehearsal: Rehearsal,
  { onProgress, afterStep }: Pick<RehearseOptions, 'onProgress' | 'afterStep'> = {},
): Promise<RunResult> => {
  while (outcomeOf(rehearsal) === null && (await proceed(rehearsal))) {
    afterStep?.(rehearsal);
    if (onProgress !== undefined) onProgress(progressOf(rehearsal));
  }
  return resultOf(rehearsal);
};

const progressOf = ({ world, run }: Rehearsal): Progress => ({
  now: world.data.now,
  phase: run.last?.phase ?? -1,
  weight: run.last?.weight ?? 0,
  decision: run.decisions.at(-1),
});

export const resultOf = (rehearsal: Rehearsal): RunResult => {
  const { run, world, options } = rehearsal;
  const { head } = world.data;
  if (head === null || run.last === null) throw new Error('a rehearsal that began has entry 0');
  return {
    outcome: outcomeOf(rehearsal) ?? 'running',
    weight: run.last.weight,
    endedAt: run.last.at,
    candidateRequests: run.candidateRequests,
    candidateFailures: run.candidateFailures,
    decisions: run.decisions,
    announcements: run.notices,
    refusals: run.refusals,
    state: stateOf(head.body),
    seed: options.seed,
    ticks: run.ticks,
  };
};
