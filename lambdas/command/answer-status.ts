import type { Replies } from '../../lib/aws/request.ts';
import { isFault } from '../../lib/controller/fault.ts';
import { assert } from '../../lib/plan/assert.ts';
import type { Entry } from '../../lib/rollout/entry.ts';
import { type Answered, type Asked, refuse, refuseFor } from './asked.ts';

/** Where a rollout stands: its head as it is, and the live weights beside it. */
export const answerStatus = async (
  { world }: Asked,
  { rollout }: { readonly rollout: string },
): Promise<Answered<Replies['status']>> => {
  const [head, first] = await Promise.all([world.journal.head(rollout), world.journal.entries(rollout, 0, 1)]);
  if (isFault(head)) return refuseFor(head);
  if (head === undefined) return refuse(`there is no rollout ${rollout}`);
  if (isFault(first)) return refuseFor(first);
  const plan = await world.journal.plan(rollout);
  if (isFault(plan)) return refuseFor(plan);
  const rules = await world.router.read(plan, false);
  return { head: head.body, hash: head.hash, source: sourceIn(first), rules, now: world.clock.now() };
};

const sourceIn = ([body]: readonly string[]): string => {
  assert(body !== undefined, 'a rollout with a head has an entry 0');
  const { plan } = JSON.parse(body) as Entry;
  assert(plan !== undefined, 'entry 0 has the plan as written');
  return plan.source;
};
