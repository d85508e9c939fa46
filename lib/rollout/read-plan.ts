import type { ParsedPlan } from '../plan/parse.ts';
import { parsePlanOnDemand } from '../plan/parse-on-demand.ts';
import type { Plan } from '../plan/plan.ts';
import type { Entry } from './entry.ts';

/** Rises with every change of a plan's shape (lib/plan/plan.ts): a test knows the shape, and asks for it. */
export const PLAN_SCHEMA = 2;

/** What entry 0 keeps of the plan. `source`: as written, `hash`: SHA-256 of that text in hex. */
export const keptPlan = (plan: Plan, source: string, hash: string): NonNullable<Entry['plan']> => ({
  source,
  hash,
  schema: PLAN_SCHEMA,
  parsed: plan,
});

/**
 * The plan of a rollout, from its entry 0. It was parsed when the rollout was registered, and stays what it was then: another release of
 * Sluice may have other defaults. Only a release that knows plans of another shape reads the text again.
 */
export const readPlan = async ({ plan }: Pick<Entry, 'plan'>): Promise<ParsedPlan> =>
  plan?.schema === PLAN_SCHEMA ? { ok: true, plan: plan.parsed } : parsePlanOnDemand(plan?.source ?? '');
