import { edited, problemsOf } from './seed-plan.ts';

/** What is said of a text, without line and column: place, what must hold, what was given. */
export const toldOf = (text: string): readonly string[] =>
  problemsOf(text).map((problem) => problem.replace(/^line \d+, column \d+: /, ''));

/** The same of the seed plan with parts of its text replaced. */
export const told = (...replacements: readonly (readonly [from: string, to: string])[]): readonly string[] =>
  toldOf(edited(...replacements));
