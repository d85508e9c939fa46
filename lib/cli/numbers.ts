import { Refusal } from './refusal.ts';

/** The number of an option, as it was typed; `undefined`: the option was not given. */
export const readPositive = (option: string, text: string | undefined): number | undefined | Refusal => {
  if (text === undefined) return undefined;
  const value = /^\d+(\.\d+)?([eE]\d+)?$/.test(text) ? Number(text) : Number.NaN;
  return value > 0 && value <= 1e9 ? value : wrong(option, 'a number above 0 and at most 1e9', text);
};

export const readSeed = (option: string, text: string | undefined): number | undefined | Refusal => {
  if (text === undefined) return undefined;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value <= 0xffffffff ? value : wrong(option, 'a whole number from 0 to 4294967295', text);
};

export const readWhole = (option: string, text: string | undefined, least: number): number | undefined | Refusal => {
  if (text === undefined) return undefined;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  return value >= least ? value : wrong(option, `a whole number from ${least} to 999999999`, text);
};

const wrong = (option: string, must: string, given: string): Refusal =>
  new Refusal(`${option} must be ${must}; given: ${given === '' ? 'nothing' : given}`);
