/** Where a rollout stands, in one word for programs and a few for people. */
import { activeHolds } from '../rollout/holds.ts';
import type { RolloutState } from '../rollout/rollout.ts';
import { isGoingHome } from '../rollout/same-release.ts';

export type Outcome = 'scheduled' | 'running' | 'held' | 'rollingBack' | 'rolledBack' | 'finished' | 'closed';

/** `held`: something stops it that has not ended yet, by itself or by a person. */
export const outcomeOf = (state: RolloutState): Outcome => {
  switch (state.status) {
    case 'baking':
    case 'passed':
      return activeHolds(state).length > 0 ? 'held' : 'running';
    case 'scheduled':
      return activeHolds(state).length > 0 ? 'held' : 'scheduled';
    case 'rollingBack':
      return isGoingHome(state) ? 'running' : 'rollingBack';
    default:
      return state.status;
  }
};

export const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  scheduled: 'scheduled',
  running: 'running',
  held: 'held',
  rollingBack: 'rolling back',
  rolledBack: 'rolled back',
  finished: 'finished',
  closed: 'closed',
};
