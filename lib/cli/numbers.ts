import { Refusal } from './refusal.ts';

/** The number of an option, as it was typed; `undefined`: the option was not given. */
export const readPositive = (option: string, text: string | undefined): number | undefined | Refusal => {
  if (text === undefined) return undefined;
  const value = /^\d+(\.\d+)?([eE]\d+)?$/.test(text) ? Number(text) : Number.NaN;
  return value > 0 && value <= 1e9 ? value : wrong(option, 'a number above 0 and at most 1e9', text);
};

export const SEED_AT_MOST = 0xffffffff;

export const readSeed = (option: string, text: string | undefined): number | undefined | Refusal => {
  if (text === undefined) return undefined;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value <= SEED_AT_MOST ? value : wrong(option, `a whole number from 0 to ${SEED_AT_MOST}`, text);
};

export const readWhole = (
  option: string,
  text: string | undefined,
  least: number,
  most = 999_999_999,
): number | undefined | Refusal => {
  if (text === undefined) return undefined;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : wrong(option, `a whole number from ${least} to ${most}`, text);
};

export const readBetween = (
  option: string,
  text: string | undefined,
  least: number,
  most: number,
): number | undefined | Refusal => {
  if (text === undefined) return undefined;
  const value = DECIMAL.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : wrong(option, `a number from ${least} to ${most}`, text);
};

/** A share, which is written as a percentage: 0.001 for `0.1%`. */
export const readPercent = (option: string, text: string | undefined): number | undefined | Refusal => {
  if (text === undefined) return undefined;
  const number = text.endsWith('%') ? text.slice(0, -1).trim() : '';
  const value = DECIMAL.test(number) ? Number(number) : Number.NaN;
  return value <= 100 ? value / 100 : wrong(option, 'a percentage from 0% to 100%, such as 0.1%', text);
};

const DECIMAL = /^\d+(\.\d+)?$/;

const wrong = (option: string, must: string, given: string): Refusal =>
  new Refusal(`${option} must be ${must}; given: ${given === '' ? 'nothing' : given}`);
