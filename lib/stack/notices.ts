import type { Instant } from '../plan/plan.ts';
import type { DeployedPlan } from './deployed-plans.ts';
import { type Settings, strangeKeys } from './settings.ts';

export interface Synthesized {
  readonly plans: readonly DeployedPlan[];
  readonly settings: Settings;
  /** All of the app's. */
  readonly context: Readonly<Record<string, unknown>>;
}

/** What stops no deploy, and may not be meant; a sentence each, with what to do. */
export const noticesOf = ({ plans, settings, context }: Synthesized, now: Instant): readonly string[] => [
  ...plans.flatMap((deployed) => startNotices(deployed, now)),
  ...strangeKeys(context).map((key) => `${key} in the context is no setting of Sluice and does nothing.`),
  ...(isAddress(settings.runbook)
    ? []
    : [`runbook is no address, so the alarms' mails have no link: ${settings.runbook}. Set it to an https:// one.`]),
];

/** Whether a plan is registered already, as that of a rollout that is live or has ended, only the account knows. */
const startNotices = ({ file, plan }: DeployedPlan, now: Instant): readonly string[] =>
  plan.start > now
    ? []
    : [
        `${file}: its start, ${new Date(plan.start).toISOString().slice(0, 16)}Z, is over. ` +
          `Unless ${plan.rollout} is registered already, this deploy will not do it: ` +
          `npx sluice start ${file} does, or another start and a deploy.`,
      ];

const isAddress = (runbook: string): boolean => /^https?:\/\/./.test(runbook);
