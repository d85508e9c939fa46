/** What everyone is told of a plan that was deployed and not registered. Pure. */
import type { Announcement, Head } from '../../lib/controller/ports.ts';
import type { Instant, Plan } from '../../lib/plan/plan.ts';
import type { Entry } from '../../lib/rollout/entry.ts';
import { instant } from '../../lib/rollout/explain.ts';
import { isEnded } from '../../lib/rollout/situation.ts';

/** @param why which rule or group, and who has it */
export const claimed = (plan: Plan, file: string, why: string): Announcement =>
  withoutJournal(plan, `${why}. When that rollout has ended: npx sluice start ${file}.`);

/** Its start is over, and there never was a rollout of this name. */
export const tooLate = (plan: Plan, file: string): Announcement =>
  withoutJournal(
    plan,
    `that start is over. To begin all the same: npx sluice start ${file}, or another start and a deploy. ` +
      'If nobody waits for it, take the file away: the next deploy says this again.',
  );

/**
 * A rollout was registered with another text under this name.
 * @param head of that rollout; undefined is answered where nobody can be waiting: it has ended, and so is this text's start over
 */
export const differs = (plan: Plan, file: string, { body, hash }: Head, now: Instant): Announcement | undefined => {
  const { state, revision } = JSON.parse(body) as Entry;
  const told = { ...announced(plan), revision, hash };
  if (!isEnded(state))
    return {
      ...told,
      subject: `${plan.rollout}: goes on by the plan as it was registered`,
      text: `${file} has another text since, which changes nothing of this rollout. Put the old text back; a changed plan needs a new name, and begins when this rollout has ended.`,
    };
  if (plan.start <= now) return undefined;
  return {
    ...told,
    text: `${notRegistered(plan)}: a rollout of this name has ended, and never starts again. Give the plan in ${file} a new name, and deploy it.`,
  };
};

/** There is no journal yet that could tell: these are the only messages without an entry behind them, so they have no hash. */
const withoutJournal = (plan: Plan, why: string): Announcement => ({
  ...announced(plan),
  text: `${notRegistered(plan)}: ${why}`,
});

const announced = ({ rollout }: Plan) => ({
  rollout,
  revision: 0,
  hash: '',
  audience: 'everyone' as const,
  subject: `${rollout}: not registered`,
});

const notRegistered = ({ release, start }: Plan): string =>
  `The plan for release ${release}, to start at ${instant(start)}, was deployed and not registered`;
