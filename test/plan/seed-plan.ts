import { readFileSync } from 'node:fs';
import { parsePlan } from '../../lib/plan/parse.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { describeProblem } from '../../lib/plan/problem.ts';

/** The plan that every test uses, as text. */
export const SEED = readFileSync(new URL('../../examples/ultra-fast-analyzer.yaml', import.meta.url), 'utf8');

/** The seed plan with parts of its text replaced; each part must be there. */
export function edited(...replacements: readonly (readonly [from: string, to: string])[]): string {
  return replacements.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`The seed plan does not contain: ${from}`);
    return text.replace(from, () => to);
  }, SEED);
}

export function planOf(text: string): Plan {
  const parsed = parsePlan(text);
  if (!parsed.ok) throw new Error(parsed.problems.map(describeProblem).join('\n'));
  return parsed.plan;
}

/** One line per problem; empty for a plan that is fine. */
export function problemsOf(text: string): readonly string[] {
  const parsed = parsePlan(text);
  return parsed.ok ? [] : parsed.problems.map(describeProblem);
}

export const at = (text: string): number => Date.parse(text);
