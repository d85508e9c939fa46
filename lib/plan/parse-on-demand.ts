import type { ParsedPlan } from './parse.ts';

/**
 * `parsePlan`, for a function that seldom needs it. The parser is a third of what a function is made of: a bundle has it in a file of its
 * own, which is loaded with the first text.
 */
export const parsePlanOnDemand = async (text: string): Promise<ParsedPlan> =>
  (await import('./parse.ts')).parsePlan(text);
