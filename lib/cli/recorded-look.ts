import type { Plan } from '../plan/plan.ts';
import type { Decision } from '../rollout/entry.ts';
import type { RolloutState } from '../rollout/rollout.ts';

/** One entry of a journal: the decision between the state before and the state after it. */
export interface RecordedLook {
  readonly plan: Plan;
  readonly now: number;
  readonly before: RolloutState;
  readonly decision: Decision;
  readonly after: RolloutState;
}
