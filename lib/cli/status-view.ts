/** What the status answers with: the head of a rollout's journal, and what was read just now. */
import type { Instant, Plan } from '../plan/plan.ts';
import type { Newest } from '../report/ledger.ts';
import { outcomeOf } from '../report/outcome.ts';
import type { Cause } from '../rollout/entry.ts';
import type { RuleReading } from '../rollout/evidence.ts';
import { isEnded } from '../rollout/situation.ts';
import { EXIT, type ExitCode } from './exit-code.ts';

/** The newest entry with its plan, and what was read when the question was answered. */
export interface StatusView extends Newest {
  readonly plan: Plan;
  readonly hash: string;
  readonly cause: Cause;
  /** In the plan's order, as read just now. */
  readonly rules: readonly RuleReading[];
  readonly now: Instant;
}

/** What a script does next: only `finished` is fine. A rollout that people closed is answered as one that they hold. */
export const exitOf = ({ state }: StatusView): ExitCode => {
  switch (outcomeOf(state)) {
    case 'finished':
      return EXIT.fine;
    case 'rollingBack':
    case 'rolledBack':
      return EXIT.rolledBack;
    case 'held':
    case 'closed':
      return EXIT.held;
    case 'scheduled':
    case 'running':
      return EXIT.stillRunning;
  }
};

export const hasEnded = ({ state }: StatusView): boolean => isEnded(state);
