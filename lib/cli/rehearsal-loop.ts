import { setImmediate } from 'node:timers/promises';
import { begin, outcomeOf, proceed, type RehearsalOptions } from '../sim/rehearsal.ts';
import { type RunResult, resultOf } from '../sim/run.ts';

/** So often the event loop gets a turn: without it Ctrl-C would be heard only at the end. */
const TURN_INSTANTS = 500;

/** A rehearsal to its end. `onInstant` is called after every instant at which something happened. */
export const rehearseFor = async (
  options: RehearsalOptions,
  onInstant: (now: number) => void,
): Promise<RunResult | { readonly refused: readonly string[] }> => {
  const rehearsal = await begin(options);
  if ('refused' in rehearsal) return rehearsal;
  onInstant(rehearsal.world.data.now);
  for (let instants = 1; outcomeOf(rehearsal) === null && (await proceed(rehearsal)); instants++) {
    onInstant(rehearsal.world.data.now);
    if (instants % TURN_INSTANTS === 0) await setImmediate();
  }
  return resultOf(rehearsal);
};
