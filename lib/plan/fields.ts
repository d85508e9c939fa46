import * as z from 'zod';
import { DURATION, parseDuration } from './duration.ts';
import { orRefuse, type Parsed } from './parsed.ts';
import { PLAIN_TEXT } from './plain-text.ts';
import { INSTANT, INSTANT_FORM, parseInstant } from './written-instant.ts';
import { isZone } from './zone.ts';

/** The kinds of fields that a plan is made of. Each message is the rest of a sentence about the field: "must be …". */

const LONGEST_TEXT = 1000;

/** A text with a meaning: `parse` reads it or says what must hold. `sample` and `pattern` are for editors. */
export const written = <T>(must: string, sample: string, parse: (text: string) => Parsed<T>, pattern?: string) =>
  z
    .string({ error: must })
    .max(LONGEST_TEXT, { error: `must be at most ${LONGEST_TEXT} characters` })
    .meta({ examples: [sample], ...(pattern === undefined ? {} : { pattern }) })
    .transform((text, context): T => {
      const parsed = parse(text.trim());
      if ('value' in parsed) return parsed.value;
      context.addIssue(parsed.must);
      return z.NEVER;
    });

/** Plain words, without control characters. */
export const text = (most: number) => {
  const must = `must be text of 1 to ${most} characters`;
  return z
    .string({ error: `${must}; put it in quotes where YAML reads a number or true` })
    .min(1, { error: must })
    .max(most, { error: must })
    .regex(PLAIN_TEXT, { error: 'must not contain control characters' });
};

const NAME = 'must be 1 to 40 characters of a-z, 0-9 and -';

/** What rollouts, phases and roles are called. */
export const name = () =>
  z
    .string({ error: `${NAME}; put it in quotes where YAML reads a number` })
    .regex(/^[a-z0-9-]{1,40}$/, { error: NAME });

export const duration = (least: string, most: string) => {
  const [low, high] = [parseDuration(least), parseDuration(most)];
  const examples = (high ?? 0) < 15 ? '5m' : '15m, 2h or 12d';
  const must = `must be a duration from ${least} to ${most} in whole minutes, such as ${examples}`;
  const read = (text: string): Parsed<number> => {
    const minutes = parseDuration(text) ?? Number.NaN;
    return orRefuse(minutes >= (low ?? 0) && minutes <= (high ?? 0) ? minutes : undefined, must);
  };
  return written(must, '2h', read, DURATION.source);
};

const PERCENT = /^(\d{1,3}(?:\.\d)?) ?%$/;

/** Percent with its sign, in steps of 0.1: `1%` is 1. */
export const percent = (least: number, most: number) => {
  const must = `must be a percentage with its sign, ${least}% to ${most}% in steps of 0.1%`;
  const read = (text: string): Parsed<number> => {
    const value = Number(PERCENT.exec(text)?.[1]);
    return orRefuse(value >= least && value <= most ? value : undefined, must);
  };
  return written(must, '1%', read, PERCENT.source);
};

export const instant = () => written(INSTANT_FORM, '2025-10-31T12:00:00Z', parseInstant, INSTANT.source);

export const zone = () => {
  const must = 'must be an IANA time zone that exists, such as Europe/Berlin or UTC';
  return written(must, 'Europe/Berlin', (text) => orRefuse(isZone(text) ? text : undefined, must));
};

/** One of a few words. */
export const word = <const T extends readonly [string, ...string[]]>(words: T) =>
  z.enum(words, { error: `must be ${words.length === 1 ? '' : 'one of '}${words.join(', ')}` });

export const whole = (least: number, most: number) => {
  const must = `must be a whole number from ${least} to ${most}`;
  return z.int({ error: must }).min(least).max(most);
};

export const listOf = <T extends z.ZodType>(item: T, least: number, most: number) => {
  const must = least === 0 ? `must be a list of at most ${most}` : `must be a list of ${least} to ${most}`;
  return z.array(item, { error: must }).min(least).max(most);
};
