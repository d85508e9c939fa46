import type { RefusedReply } from '../../lib/aws/request.ts';
import { parsePlanOnDemand } from '../../lib/plan/parse-on-demand.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { describeProblem } from '../../lib/plan/problem.ts';
import { refuse } from './asked.ts';

/** The plan that came with a question. It gives nobody any authority. */
export const givenPlan = async (source: string): Promise<{ readonly plan: Plan } | RefusedReply> => {
  const parsed = await parsePlanOnDemand(source);
  return parsed.ok ? { plan: parsed.plan } : refuse('this is not a valid plan', parsed.problems.map(describeProblem));
};
