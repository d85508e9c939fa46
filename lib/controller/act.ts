import type { Decision } from '../rollout/entry.ts';
import { isEnded, type Situation } from '../rollout/situation.ts';
import { converge } from './converge.ts';
import type { World } from './ports.ts';
import type { ReadHead } from './read-head.ts';
import { alarmOnCall } from './record.ts';
import { tidyUp } from './tidy-up.ts';

/**
 * What follows the record: the weight, and what an ended rollout leaves behind. A rollback that could not be recorded happens all the
 * same, and the people on call are told at once.
 *
 * @param situation with the next state
 * @param recorded our entry; null when it could not be written, which only a rollback survives
 * @param head the entry before it
 */
export const act = async (
  world: World,
  situation: Situation,
  decision: Decision,
  recorded: ReadHead | null,
  head: ReadHead,
): Promise<void> => {
  if (recorded === null) await alarmOnCall(world, head, decision);
  await converge(world, situation, decision, recorded);
  if (recorded !== null && isEnded(situation.state)) await tidyUp(world, situation);
};
