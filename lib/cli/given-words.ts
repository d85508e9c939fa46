import { Refusal } from './refusal.ts';

const NAME = /^[a-z0-9-]{1,40}$/;
const MOST_WORDS = 500;

/** Undefined: it can be the name of a rollout. */
export const checkRollout = (name: string): Refusal | undefined =>
  NAME.test(name)
    ? undefined
    : new Refusal(
        `A rollout's name must be 1 to 40 characters of a-z, 0-9 and -; given: ${name === '' ? 'nothing' : name}`,
        [],
        'All names: sluice list',
      );

/** Undefined: it can stand in the journal. */
export const checkReason = (reason: string): Refusal | undefined => {
  const { length } = reason.trim();
  return length >= 1 && length <= MOST_WORDS
    ? undefined
    : new Refusal(`--reason must have 1 to ${MOST_WORDS} characters, it goes into the journal; given: ${length}`);
};
