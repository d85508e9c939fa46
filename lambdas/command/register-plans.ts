/** What a deploy does: every plan that came with it and is new becomes a scheduled rollout. */
import { isFault } from '../../lib/controller/fault.ts';
import type { Announcement, World } from '../../lib/controller/ports.ts';
import { start } from '../../lib/controller/start.ts';
import { assert } from '../../lib/plan/assert.ts';
import { parsePlanOnDemand } from '../../lib/plan/parse-on-demand.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { describeProblem } from '../../lib/plan/problem.ts';
import type { Entry } from '../../lib/rollout/entry.ts';
import type { DeployedPlan } from './plans.ts';
import { claimed, differs, tooLate } from './unregistered.ts';

/** What came of one plan. */
export type Registered =
  | { readonly file: string; readonly outcome: 'registered' | 'known' }
  /** There is no rollout of this name, and the start is over. */
  | { readonly file: string; readonly outcome: 'past' }
  /** A rollout of this name has another text, and keeps it: a changed plan needs a new name. */
  | { readonly file: string; readonly outcome: 'differs' }
  /** `owner` is live and has a rule or a target group of this plan. */
  | { readonly file: string; readonly outcome: 'claimed'; readonly owner: string };

interface Failed {
  readonly failed: string;
}

/**
 * Idempotent: what is registered once is known from then on. Every plan is tried; then all that failed fails the invocation, and with it
 * the deploy, in one error.
 *
 * What is not registered without being trouble does not fail the deploy, since that would roll the stack back, and for as long as such a
 * plan lies in the folder nobody could repair the controller that runs a live rollout. Everyone is told instead, in each deploy anew, for
 * as long as somebody may be waiting for what will not happen:
 *
 * - A rule or group is claimed: the next release of a service belongs to the same rule, and is planned while the present one still bakes.
 * - The start is over, and there never was a rollout of this name: it was deployed too late, and will never begin by itself. The file of
 *   a rollout that has ended is known by its name and text, hence quiet. (Files of another installation's rollouts are told of, too, until
 *   they are taken away: from here they look the same.)
 * - The text differs from what a rollout that has not ended was registered with: whoever changed it believes that it holds, and the
 *   rollout goes on by the registered one.
 * - The text differs and that rollout has ended: the next attempt was written over the last one's file under the same name, and will never
 *   begin. That is so while its start lies ahead; later it is taken for a file that was left, and is quiet.
 *
 * Trouble outside does fail the deploy, also where it keeps people from being told: nothing is decided by it, the deploy can be repeated
 * at once, and a rollout that never starts would go unnoticed.
 */
export const registerPlans = async (
  world: World,
  plans: readonly DeployedPlan[],
): Promise<{ readonly plans: readonly Registered[] }> => {
  const outcomes: (Registered | Failed)[] = [];
  // One after another: two new plans may want the same rule, and the first one of the list shall have it, with every repetition.
  for (const plan of plans) outcomes.push(await register(world, plan));
  const failures = outcomes.flatMap((outcome) => ('failed' in outcome ? [outcome.failed] : []));
  if (failures.length > 0)
    throw new Error(`Cannot register ${failures.length} of ${plans.length} plans:\n${failures.join('\n')}`);
  return { plans: outcomes.flatMap((outcome) => ('failed' in outcome ? [] : [outcome])) };
};

const register = async (world: World, { file, source, hash }: DeployedPlan): Promise<Registered | Failed> => {
  const failed = (...problems: readonly string[]): Failed => ({ failed: `${file}: ${problems.join('; ')}` });
  const told = async <T extends Registered>(outcome: T, announcement: Announcement): Promise<T | Failed> => {
    const published = await world.announcements.publish(announcement);
    return isFault(published) ? failed(announcement.text, published.toString()) : outcome;
  };
  const parsed = await parsePlanOnDemand(source);
  if (!parsed.ok) return failed(...parsed.problems.map(describeProblem));
  const { plan } = parsed;
  const now = world.clock.now();
  const known = await knownHash(world, plan);
  if (isFault(known)) return failed(known.toString());
  if (known === hash) return { file, outcome: 'known' };
  if (known !== undefined) {
    const head = await world.journal.head(plan.rollout);
    if (isFault(head)) return failed(head.toString());
    assert(head !== undefined, 'a rollout with an entry has a newest one');
    const announcement = differs(plan, file, head, now);
    const outcome = { file, outcome: 'differs' } as const;
    return announcement === undefined ? outcome : told(outcome, announcement);
  }
  if (plan.start <= now) return told({ file, outcome: 'past' }, tooLate(plan, file));
  const started = await start(world, source, 'deploy', { recorded: false, deployed: true });
  if (started.ok) return { file, outcome: 'registered' };
  const { problems, owner } = started;
  if (owner !== undefined) return told({ file, outcome: 'claimed', owner }, claimed(plan, file, problems.join('; ')));
  // A trigger that ran at the same time may have been faster.
  const since = await knownHash(world, plan);
  return since === hash ? { file, outcome: 'known' } : failed(...problems);
};

/** Hash of the plan with which a rollout of this name was registered; undefined: there is none. */
const knownHash = async ({ journal }: World, { rollout }: Plan) => {
  const first = await journal.entries(rollout, 0, 1);
  if (isFault(first) || first[0] === undefined) return isFault(first) ? first : undefined;
  const { plan } = JSON.parse(first[0]) as Entry;
  assert(plan !== undefined, 'entry 0 has the plan as written');
  return plan.hash;
};
