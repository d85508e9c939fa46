import type { Plan } from '../plan/plan.ts';
import type { Problem } from '../plan/problem.ts';
import { isRefusal, Refusal } from './refusal.ts';
import { readTextFile } from './text-file.ts';

const PLAN_BYTES_AT_MOST = 64 * 1024;

export interface PlanFile {
  readonly path: string;
  /** As written. */
  readonly source: string;
  readonly plan: Plan;
}

/** A plan that is not valid, with the place of every problem for `--json`. */
class InvalidPlan extends Refusal {
  readonly details: readonly Problem[];

  constructor(path: string, problems: readonly string[], details: readonly Problem[]) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super(
      `${path} is not a valid plan: ${count}.`,
      problems,
      `Correct ${problems.length === 1 ? 'it' : 'them'}, then run: sluice check ${path}`,
    );
    this.details = details;
  }
}

export const readPlanFile = async (path: string): Promise<PlanFile | Refusal> => {
  const source = await readTextFile(path, 'plan', PLAN_BYTES_AT_MOST);
  if (isRefusal(source)) return source;
  const [{ parsePlan }, { describeProblem }] = await Promise.all([
    import('../plan/parse.ts'),
    import('../plan/problem.ts'),
  ]);
  const parsed = parsePlan(source);
  if (!parsed.ok) return new InvalidPlan(path, parsed.problems.map(describeProblem), parsed.problems);
  return { path, source, plan: parsed.plan };
};
