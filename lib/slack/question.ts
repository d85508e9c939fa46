/** What people were asked when they saw a button. A press counts only while the question is the same. */
import { activeHolds } from '../rollout/holds.ts';
import type { RolloutState } from '../rollout/rollout.ts';

/** Equal for two states in which a person would be asked the same: entries come every minute, questions seldom change. */
export const questionOf = (
  state: Pick<RolloutState, 'status' | 'phase' | 'weight' | 'bake' | 'gate' | 'holds'>,
): string =>
  JSON.stringify([
    state.status,
    state.phase,
    state.weight,
    state.bake.restarts,
    state.gate?.askedAt ?? null,
    activeHolds(state)
      .map(({ code, since }) => `${code} ${since}`)
      .sort(),
  ]);
