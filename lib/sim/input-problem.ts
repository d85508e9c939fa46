import { shorten } from '../plan/problem.ts';

/** Input that cannot be used, in one sentence: where, what must hold, what was given. */
export interface InputProblem {
  readonly problem: string;
}

export const isInputProblem = (value: unknown): value is InputProblem =>
  typeof value === 'object' && value !== null && 'problem' in value;

export const problem = (where: string, must: string, given: string): InputProblem => ({
  problem: `${where}: ${must}, given ${given === '' ? 'nothing' : JSON.stringify(shorten(given))}`,
});
