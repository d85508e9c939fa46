import type { Replies } from '../../lib/aws/request.ts';
import { start } from '../../lib/controller/start.ts';
import { parsePlanOnDemand } from '../../lib/plan/parse-on-demand.ts';
import { type Answered, type Asked, forbid, refuse } from './asked.ts';
import { isOperatorOfAny } from './plans.ts';

/** Starts a plan that was deployed, which an operator of it may. */
export const answerStart = async (
  { world, plans, as }: Asked,
  { hash }: { readonly hash: string },
): Promise<Answered<Replies['start']>> => {
  const plan = plans.find((each) => each.hash === hash);
  if (plan === undefined)
    return refuse(
      'no plan of exactly this text was deployed with the stack; deploy it, or start it unreviewed with a reason',
      plans.map(({ file, hash }) => `deployed: ${file} ${hash.slice(0, 12)}`),
    );
  return answered(await start(world, plan.source, as, { recorded: false }));
};

/**
 * Starts a plan that nobody deployed. Its author wrote the operators himself, so he must be one by a deployed plan too, of the same load
 * balancer: who operates one service may not move another's traffic. The reason stands in entry 0.
 */
export const answerStartUnreviewed = async (
  { world, plans, as }: Asked,
  { source, why }: { readonly source: string; readonly why: string },
): Promise<Answered<Replies['startUnreviewed']>> => {
  const parsed = await parsePlanOnDemand(source);
  if (!(await isOperatorOfAny(plans, as, parsed.ok ? parsed.plan : undefined)))
    return forbid(
      `only an operator of a plan that was deployed for the same load balancer may start one that was not; ${as} is none`,
    );
  return answered(await start(world, source, as, { recorded: false, why }));
};

const answered = (started: Awaited<ReturnType<typeof start>>): Answered<Replies['start']> =>
  started.ok
    ? { rollout: started.plan.rollout, start: started.plan.start }
    : (started.forbidden === true ? forbid : refuse)('the rollout cannot be started', started.problems);
