import type { Check, Replies } from '../../lib/aws/request.ts';
import { isFault } from '../../lib/controller/fault.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { type Answered, type Asked, forbid } from './asked.ts';
import { givenPlan } from './given-plan.ts';
import { isOperatorOfAny } from './plans.ts';
import { checksOf } from './preflight-checks.ts';
import { look } from './preflight-look.ts';

// biome-ignore lint/performance/noBarrelFile: who needs one needs both, and so a bundle has in one file what is loaded for the checklist.
export { accountReader } from '../../lib/aws/preflight-account.ts';

interface Given {
  readonly source: string;
  readonly ring: boolean;
}

/**
 * The checklist: what a start would find now, and what a start does not ask. Whoever proved who they are may look. `ring` calls people, so
 * it takes an operator of a deployed plan: a plan that came with the question gives nobody any authority.
 */
export const answerPreflight = async (
  asked: Asked,
  { source, ring }: Given,
): Promise<Answered<Replies['preflight']>> => {
  const given = await givenPlan(source);
  if ('refused' in given) return given;
  if (ring && !(await isOperatorOfAny(asked.plans, asked.as)))
    return forbid(`only an operator of a plan that was deployed may send a test page; ${asked.as} is none`);
  const [looked, page] = await Promise.all([
    look(asked.world, asked.readAccount, given.plan),
    ring ? testPage(asked, given.plan) : undefined,
  ]);
  const checks = checksOf(looked);
  return { checks: page === undefined ? checks : [...checks, page] };
};

const testPage = async ({ world, as }: Asked, { rollout }: Plan): Promise<Check> => {
  const what = 'test page';
  const published = await world.announcements.publish({
    rollout,
    revision: 0,
    hash: '',
    audience: 'onCall',
    subject: `TEST page of ${rollout}: nothing is wrong`,
    text: `TEST, asked for by ${as}: nothing is wrong. Whoever reads this would be called if ${rollout} rolled back.`,
  });
  return isFault(published)
    ? { what, verdict: 'fail', found: published.toString(), next: 'put the topic right, then ring again' }
    : { what, verdict: 'pass', found: 'published: see whether it arrived at the people on call', next: '' };
};
