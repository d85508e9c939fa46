/** What a deploy does: every plan that came with it and is new becomes a scheduled rollout. */
import { isFault } from '../../lib/controller/fault.ts';
import type { World } from '../../lib/controller/ports.ts';
import { start } from '../../lib/controller/start.ts';
import { assert } from '../../lib/plan/assert.ts';
import { parsePlan } from '../../lib/plan/parse.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { describeProblem } from '../../lib/plan/problem.ts';
import type { Entry } from '../../lib/rollout/entry.ts';
import type { DeployedPlan } from './plans.ts';

/** What came of one plan. */
export type Registered =
  | { readonly file: string; readonly outcome: 'registered' | 'past' | 'known' }
  /** A rollout of this name has another text, and keeps it: a changed plan needs a new name. */
  | { readonly file: string; readonly outcome: 'differs' }
  /** `owner` is live and has a rule or a target group of this plan. */
  | { readonly file: string; readonly outcome: 'claimed'; readonly owner: string };

interface Failed {
  readonly failed: string;
}

/**
 * Idempotent. A name that exists, live or ended, and a start that lies in the past do nothing. Every plan is tried; then all that failed
 * fails the invocation, and with it the deploy, in one error.
 *
 * A claimed rule does not fail the deploy. The next release of a service belongs to the same rule, and is planned while the present one
 * still bakes: a failing deploy would roll the stack back, and for the length of a rollout nobody could repair the controller that runs
 * it. So people are told that the plan was not registered, and by whom it can be started later. Trouble outside does fail the deploy:
 * nothing is decided by it, the deploy can be repeated at once, and a rollout that never starts would go unnoticed.
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
  const parsed = parsePlan(source);
  if (!parsed.ok) return failed(...parsed.problems.map(describeProblem));
  const { plan } = parsed;
  const known = await knownHash(world, plan);
  if (isFault(known)) return failed(known.toString());
  if (known !== undefined) return { file, outcome: known === hash ? 'known' : 'differs' };
  if (plan.start <= world.clock.now()) return { file, outcome: 'past' };
  const started = await start(world, source, 'deploy', { recorded: false, deployed: true });
  if (started.ok) return { file, outcome: 'registered' };
  if (started.owner !== undefined) {
    const told = await tellClaimed(world, plan, started.problems.join('; '));
    return isFault(told)
      ? failed(...started.problems, told.toString())
      : { file, outcome: 'claimed', owner: started.owner };
  }
  // A trigger that ran at the same time may have been faster.
  const since = await knownHash(world, plan);
  return since === hash ? { file, outcome: 'known' } : failed(...started.problems);
};

/** Hash of the plan with which a rollout of this name was registered; undefined: there is none. */
const knownHash = async ({ journal }: World, { rollout }: Plan) => {
  const first = await journal.entries(rollout, 0, 1);
  if (isFault(first) || first[0] === undefined) return isFault(first) ? first : undefined;
  const { plan } = JSON.parse(first[0]) as Entry;
  assert(plan !== undefined, 'entry 0 has the plan as written');
  return plan.hash;
};

/** There is no journal yet that could tell: this is the one message without an entry behind it, so it has no hash. */
const tellClaimed = ({ announcements }: World, { rollout, release, start }: Plan, why: string) =>
  announcements.publish({
    rollout,
    revision: 0,
    hash: '',
    audience: 'everyone',
    subject: `${rollout}: not registered`,
    text: `The plan for release ${release}, to start at ${new Date(start).toISOString()}, was deployed and not registered: ${why}. When that rollout has ended: npx sluice start PLAN.`,
  });
