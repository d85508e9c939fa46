/** One call for several ticks: who asks within a moment of the first is answered with it. */
import { type Fault, isFault } from '../controller/fault.ts';

/** Asks AWS for these things. Each is in the answer by its key, unless there is none; others may be there too. */
export type Read<T, V> = (things: readonly T[]) => Promise<ReadonlyMap<string, V> | Fault>;

export interface Merging<T> {
  /** Equal for things that are one and the same. */
  readonly keyOf: (thing: T) => string;
  /** Things in one call. Nobody's are divided; who asks for more than that asks alone. */
  readonly most: number;
}

/** Ticks of one invocation begin together and come to the same question as fast as the processor lets them. */
const MOMENT_MS = 200;

/**
 * Where a call for several fails, it may be for what one of them asked: then each is asked for alone, so that it harms nobody else. Not so
 * where AWS only has no time or cannot be reached: that is the same for all, and would become worse.
 */
export const mergedRead = <T, V>(read: Read<T, V>, { keyOf, most }: Merging<T>): Read<T, V> => {
  let waiting: Asker<T, V>[] = [];
  const askAll = (): void => {
    const groups = groupsOf(waiting, keyOf, most);
    waiting = [];
    for (const { askers, things } of groups) {
      const together = read([...things.values()]);
      for (const asker of askers)
        asker.answer(
          together.then((answer) => (askers.length > 1 && mayBeOnesOwn(answer) ? read(asker.things) : answer)),
        );
    }
  };
  return (things) =>
    new Promise((resolve) => {
      waiting.push({ things, answer: resolve });
      if (waiting.length === 1) setTimeout(askAll, MOMENT_MS);
    });
};

interface Asker<T, V> {
  readonly things: readonly T[];
  readonly answer: (answer: ReturnType<Read<T, V>>) => void;
}

interface Group<T, V> {
  readonly askers: Asker<T, V>[];
  readonly things: Map<string, T>;
}

const groupsOf = <T, V>(
  askers: readonly Asker<T, V>[],
  keyOf: (thing: T) => string,
  most: number,
): readonly Group<T, V>[] => {
  const groups: Group<T, V>[] = [];
  for (const asker of askers) {
    const own = new Map(asker.things.map((thing) => [keyOf(thing), thing]));
    const last = groups.at(-1);
    if (last !== undefined && last.things.size + own.size <= most) {
      last.askers.push(asker);
      for (const [key, thing] of own) last.things.set(key, thing);
    } else groups.push({ askers: [asker], things: own });
  }
  return groups;
};

const mayBeOnesOwn = (answer: unknown): boolean =>
  isFault(answer) && answer.code !== 'THROTTLED' && answer.code !== 'UNAVAILABLE';
