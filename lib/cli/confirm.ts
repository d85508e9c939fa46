import { Refusal } from './refusal.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Lets a person type the rollout's name before something that cannot be taken back. Undefined: confirmed.
 *
 * @param sentence what is about to happen
 */
export const askToConfirm = async (
  { question }: Surroundings,
  rollout: string,
  sentence: string,
): Promise<Refusal | undefined> => {
  if (question === undefined)
    return new Refusal(`${sentence} This must be confirmed, and there is no terminal to ask at.`, [], 'Give --yes.');
  const typed = await question(`${sentence}\nType ${rollout} to go on: `);
  if (typed === rollout) return undefined;
  return new Refusal(`Nothing was done: ${rollout} was to be typed; given: ${typed === '' ? 'nothing' : typed}`);
};
