import { setImmediate } from 'node:timers/promises';
import { readHead } from '../controller/read-head.ts';
import type { Entry } from '../rollout/entry.ts';
import { begin, outcomeOf, proceed, type Rehearsal, type RehearsalOptions } from '../sim/rehearsal.ts';
import { type RunResult, resultOf } from '../sim/run.ts';

export interface Listener {
  /** Every journal line, as soon as it is written. */
  readonly onLine: (body: string) => void;
  /** The same as an entry, in order. */
  readonly onEntry: (entry: Entry) => void;
  /** After every instant at which something happened. */
  readonly onInstant: (now: number) => void;
}

/** So often the event loop gets a turn: without it Ctrl-C would be heard only at the end. */
const TURN_INSTANTS = 500;

/** A rehearsal to its end, for a listener that wants entries: those that the controller has just written need not be parsed again. */
export const rehearseFor = async (
  options: RehearsalOptions,
  listener: Listener,
): Promise<RunResult | { readonly refused: readonly string[] }> => {
  const unheard: string[] = [];
  const sink = (body: string): void => {
    listener.onLine(body);
    unheard.push(body);
  };
  const rehearsal = await begin({ ...options, sink });
  if ('refused' in rehearsal) return rehearsal;
  await tell(rehearsal, unheard, listener);
  for (let instants = 1; outcomeOf(rehearsal) === null && (await proceed(rehearsal)); instants++) {
    await tell(rehearsal, unheard, listener);
    if (instants % TURN_INSTANTS === 0) await setImmediate();
  }
  return resultOf(rehearsal);
};

const tell = async ({ world, plan }: Rehearsal, unheard: string[], { onEntry, onInstant }: Listener): Promise<void> => {
  if (unheard.length > 0) {
    const head = await readHead(world, plan.rollout);
    // The lines were made by our own controller a moment ago.
    for (const body of unheard) onEntry(body === head.body ? head.entry : (JSON.parse(body) as Entry));
    unheard.length = 0;
  }
  onInstant(world.data.now);
};
