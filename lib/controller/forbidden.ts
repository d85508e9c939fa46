import type { ForbiddenCommand } from '../rollout/forbidden.ts';
import { forbiddenEntry, isWorthRecording } from '../rollout/forbidden.ts';
import type { Fault } from './fault.ts';
import type { World } from './ports.ts';
import type { ReadHead } from './read-head.ts';
import { append } from './record.ts';

/** Records a command that is forbidden to whoever gave it, and does nothing else. `known`: it is one of too many, or the rollout has ended. */
export const recordForbidden = async (
  world: World,
  head: ReadHead,
  asked: ForbiddenCommand,
): Promise<ReadHead | 'known' | 'conflict' | Fault> => {
  const now = world.clock.now();
  if (!isWorthRecording(head.entry.state, asked.actor, now)) return 'known';
  return append(world, forbiddenEntry(head.entry, head.hash, asked, now));
};
