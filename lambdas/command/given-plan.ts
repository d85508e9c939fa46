import type { RefusedReply } from '../../lib/aws/request.ts';
import { parsePlan } from '../../lib/plan/parse.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { describeProblem } from '../../lib/plan/problem.ts';
import { refuse } from './asked.ts';

/** The plan that came with a question. It gives nobody any authority. */
export const givenPlan = (source: string): { readonly plan: Plan } | RefusedReply => {
  const parsed = parsePlan(source);
  return parsed.ok ? { plan: parsed.plan } : refuse('this is not a valid plan', parsed.problems.map(describeProblem));
};
