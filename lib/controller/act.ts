import type { Decision } from '../rollout/entry.ts';
import { isTurningBack } from '../rollout/rolling-back.ts';
import { isEnded, type Situation } from '../rollout/situation.ts';
import { converge } from './converge.ts';
import type { Fault } from './fault.ts';
import type { World } from './ports.ts';
import type { ReadHead } from './read-head.ts';
import { alarmOnCall } from './record.ts';
import { tidyUp } from './tidy-up.ts';

/**
 * What follows the record: the weight, the wake-up that a rollback lives by, and what an ended rollout leaves behind. A rollback that could
 * not be recorded happens all the same, and the people on call are told at once.
 *
 * @param situation with the next state
 * @param recorded our entry; null when it could not be written, which only a rollback survives
 * @param head the entry before it
 * @returns what could not be written to a rule; the next tick sees it in the live weights, but not why
 */
export const act = async (
  world: World,
  situation: Situation,
  decision: Decision,
  recorded: ReadHead | null,
  head: ReadHead,
): Promise<readonly Fault[]> => {
  // At the same time: where the journal cannot be written the topic may not answer either, and the weight must not wait for it.
  const [unwritten] = await Promise.all([
    converge(world, situation, decision, recorded),
    recorded === null ? alarmOnCall(world, head, decision) : undefined,
  ]);
  if (recorded !== null && isEnded(situation.state)) await tidyUp(world, situation);
  // Not before: lowering waits for nobody. Where it fails the watchdog makes it, as soon as the ticks are silent.
  else if (isTurningBack(head.entry.state, situation.state)) await world.wakeUps.ensure(situation.plan.rollout);
  return unwritten;
};
