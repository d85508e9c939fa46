import { isFault } from './fault.ts';
import { FIRST_ENTRY_WITHIN_MS, type World } from './ports.ts';

/**
 * What a tick does that finds no journal. A start sets its wake-ups before its first entry; where it died or failed in between they would
 * wake for ever. So they are taken away once they are old, and people are told: a journal that was lost looks the same. Claims need no
 * freeing, they are void by then; another start of that name may just be relying on them.
 *
 * @throws where wake-ups that are needed cannot be made again, or nobody was told: nothing wakes this rollout afterwards to try once more
 */
export const clearAbandoned = async (world: World, rollout: string): Promise<void> => {
  // Unknown is not none.
  if ((await world.journal.head(rollout)) !== undefined) return;
  const removed = await world.wakeUps.abandon(rollout, world.clock.now() - FIRST_ENTRY_WITHIN_MS);
  if (isFault(removed) || removed === 'kept') return;
  // A start of that name that was given again just now found its wake-ups there, and has written its entry since.
  if ((await world.journal.head(rollout)) !== undefined) {
    const ensured = await world.wakeUps.ensure(rollout);
    if (isFault(ensured))
      throw new Error(`Rollout ${rollout} may not be woken any more: ${ensured}`, { cause: ensured.cause });
    return;
  }
  const published = await world.announcements.publish({
    rollout,
    revision: 0,
    hash: '',
    audience: 'onCall',
    subject: `${rollout}: it has no journal, its wake-ups are removed`,
    text: [
      'Its start failed before the first entry: give it again if it is still wanted.',
      'If it was under way, its journal is lost and nobody guards its candidate: set the weights of its listener rules by hand.',
    ].join('\n'),
  });
  if (isFault(published))
    throw new Error(`Rollout ${rollout} has no journal, its wake-ups are removed, and nobody was told: ${published}`, {
      cause: published.cause,
    });
};
