import { intercept } from './intercept.ts';
import { forkRehearsal, proceed, type Rehearsal } from './rehearsal.ts';

/** The process died here: nothing after this point happened. */
class Died extends Error {
  override readonly name = 'Died';
}

export interface Death {
  /** Which call of a port within the tick, from 1. */
  readonly call: number;
  /** Before the call had its effect, or after. */
  readonly when: 'before' | 'after';
}

/** All deaths the next step can die: before and after each of its calls. */
export const deathsOf = async (rehearsal: Rehearsal): Promise<readonly Death[]> => {
  const trial = forkRehearsal(rehearsal);
  let calls = 0;
  const counting = intercept(trial.world, {
    before: ({ index }) => {
      calls = index;
    },
  });
  await proceed(trial, counting);
  return Array.from({ length: calls }, (_, index) => [
    { call: index + 1, when: 'before' } as const,
    { call: index + 1, when: 'after' } as const,
  ]).flat();
};

/** The next step, whose tick dies at this call and does nothing more; the wake-up is spent, the next one looks again. */
export const proceedAndDie = async (rehearsal: Rehearsal, death: Death): Promise<'died' | 'survived'> => {
  let dead = false;
  const dying = intercept(rehearsal.world, {
    before: ({ index }) => {
      if (dead || (index === death.call && death.when === 'before')) die();
    },
    after: ({ index }) => {
      if (index === death.call && death.when === 'after') die();
    },
  });
  const die = (): never => {
    dead = true;
    throw new Died(`died ${death.when} call ${death.call}`);
  };
  try {
    await proceed(rehearsal, dying);
    return 'survived';
  } catch (trouble) {
    if (trouble instanceof Died) return 'died';
    throw trouble;
  }
};
