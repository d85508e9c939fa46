import type { Replies } from '../../lib/aws/request.ts';
import { isFault } from '../../lib/controller/fault.ts';
import { PLAN_SCHEMA } from '../../lib/rollout/read-plan.ts';
import { type Answered, type Asked, refuse, refuseFor } from './asked.ts';

/** Where a rollout stands: its head as it is, the plan by which it goes, and the live weights beside them. */
export const answerStatus = async (
  { world }: Asked,
  { rollout }: { readonly rollout: string },
): Promise<Answered<Replies['status']>> => {
  const [head, plan] = await Promise.all([world.journal.head(rollout), world.journal.plan(rollout)]);
  if (isFault(head)) return refuseFor(head);
  if (head === undefined) return refuse(`there is no rollout ${rollout}`);
  if (isFault(plan)) return refuseFor(plan);
  const rules = await world.router.read(plan, false);
  return { head: head.body, hash: head.hash, plan, planSchema: PLAN_SCHEMA, rules, now: world.clock.now() };
};
