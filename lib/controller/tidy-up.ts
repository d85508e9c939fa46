import { finished } from '../rollout/rolling-back.ts';
import type { Situation } from '../rollout/situation.ts';
import { isFault } from './fault.ts';
import type { World } from './ports.ts';

/**
 * Frees what an ended rollout owned and takes its wake-ups away, the minute wake-up last, so that a death on the way is repaired by
 * the next wake-up. A finished one keeps its claims and looks once a day until the service's template says where the traffic rests:
 * until then a stack update would send everybody back. Idempotent.
 */
export const tidyUp = async (world: World, situation: Situation): Promise<void> => {
  const { plan, state } = situation;
  const isResting = state.status !== 'finished' || finished(situation).resting === 'agrees';
  if (isResting) {
    const freed = await world.journal.free(plan.rollout);
    if (isFault(freed)) return;
  }
  await world.wakeUps.set(plan.rollout, { repeat: isResting ? 'none' : 'daily', once: [] });
};
