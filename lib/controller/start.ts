import { ownedBy } from '../plan/owned.ts';
import { parsePlanOnDemand } from '../plan/parse-on-demand.ts';
import type { Plan } from '../plan/plan.ts';
import { describeProblem } from '../plan/problem.ts';
import { isOperator } from '../rollout/authority.ts';
import type { Entry } from '../rollout/entry.ts';
import { keptPlan } from '../rollout/read-plan.ts';
import type { RolloutState } from '../rollout/rollout.ts';
import { scheduled } from '../rollout/scheduled.ts';
import { wakeUpKey, wakeUpsOf } from '../rollout/wake-ups.ts';
import { type Fault, isFault } from './fault.ts';
import type { World } from './ports.ts';
import type { ReadHead } from './read-head.ts';
import { append, hashOf } from './record.ts';

export type Started =
  | { readonly ok: true; readonly plan: Plan }
  | {
      readonly ok: false;
      readonly problems: readonly string[];
      /** The live rollout that owns a rule or a target group of the plan, where that is what stands against it. */
      readonly owner?: string;
      /** Whoever asks is no operator of the plan. */
      readonly forbidden?: true;
    };

export interface StartOptions {
  /** Rows come from a backtest. */
  readonly recorded: boolean;
  /** Reviewed with the stack that registers it: nobody need be an operator. */
  readonly deployed?: boolean;
  readonly why?: string;
}

const refused = (...problems: readonly string[]): Started => ({ ok: false, problems });

/**
 * Registers a rollout: entry 0, `scheduled`. The plan's start instant then begins it, after preflight. A name is an identity: it can
 * be started once. Rules and target groups are claimed first; a claim without an entry is void after ten minutes, so a death in
 * between does no harm. Nor does a failure: what was claimed is not freed then, since another start of this name may rest on it by now,
 * and the wake-ups are taken away by the tick that finds no journal (abandoned.ts).
 */
export const start = async (
  world: World,
  source: string,
  actor: string,
  { recorded, deployed = false, why = '' }: StartOptions,
): Promise<Started> => {
  const parsed = await parsePlanOnDemand(source);
  if (!parsed.ok) return refused(...parsed.problems.map(describeProblem));
  const { plan } = parsed;
  if (!deployed && !isOperator(plan, actor))
    return { ok: false, problems: [`only an operator of the plan may start it; ${actor} is none`], forbidden: true };
  const head = await world.journal.head(plan.rollout);
  if (isFault(head)) return refused(head.toString());
  if (head !== undefined) return refused(`rollout ${plan.rollout} exists already; a new attempt needs a new name`);
  const now = world.clock.now();
  // What it comes after may own the same rule: it takes its own when that has finished (preflight.ts). By its name it is live until then.
  const claim = await world.journal.claim(plan.rollout, plan.after.length === 0 ? ownedBy(plan) : [plan.rollout]);
  if (isFault(claim)) return refused(claim.toString());
  if (claim !== 'claimed') {
    const { key, owner } = claim;
    return { ok: false, problems: [`${key} belongs to rollout ${owner}, which is live`], owner };
  }
  // Before the entry: a wake-up too many does no harm, a rollout without one would never begin.
  const wakeUps = wakeUpsOf(plan, scheduled(plan, recorded, now), now) ?? { repeat: 'minute', once: [] };
  const set = await world.wakeUps.set(plan.rollout, wakeUps);
  if (isFault(set)) return refused(set.toString());
  const starter = plan.separationOfDuty ? { starter: deployed ? null : actor } : {};
  const state = { ...scheduled(plan, recorded, now), ...starter, wakeUps: wakeUpKey(wakeUps) };
  const appended = await append(world, firstEntry(plan, source, { actor, why }, state, now));
  if (appended === 'conflict') return refused(`rollout ${plan.rollout} was started by somebody else just now`);
  if (isFault(appended)) return refused(appended.toString());
  // Once more: a tick that saw no entry, or a watchdog, may have taken away what an earlier start of this name had left.
  const kept = await world.wakeUps.set(plan.rollout, wakeUps);
  const untold = isFault(kept) ? await tellUnsure(world, appended, kept) : 'published';
  return isFault(untold)
    ? refused(`rollout ${plan.rollout} is scheduled, but ${kept}, and ${untold}`)
    : { ok: true, plan };
};

/** The rollout is scheduled, and woken most likely: what it was set was there just before. */
const tellUnsure = ({ announcements }: World, { entry, hash }: ReadHead, fault: Fault) =>
  announcements.publish({
    rollout: entry.rollout,
    revision: entry.revision,
    hash,
    audience: 'onCall',
    subject: `${entry.rollout}: it may not be woken for its start`,
    text: [
      `It is scheduled, but whether its wake-ups are still there cannot be told (${fault}).`,
      'A hold and a resume, or any other command, makes those that are missing.',
    ].join('\n'),
  });

const firstEntry = (
  plan: Plan,
  source: string,
  { actor, why }: { readonly actor: string; readonly why: string },
  state: RolloutState,
  now: number,
): Entry => ({
  rollout: plan.rollout,
  revision: 0,
  previous: '',
  at: new Date(now).toISOString(),
  cause: { by: 'command', command: 'start', actor, why },
  rows: [],
  businessRows: [],
  decision: { decision: 'wait', reason: { code: 'SCHEDULED', start: plan.start } },
  notices: [
    {
      audience: 'everyone',
      subject: `${plan.rollout}: scheduled`,
      text: `Release ${plan.release} starts at ${new Date(plan.start).toISOString()}.`,
    },
  ],
  state,
  plan: keptPlan(plan, source, hashOf(source)),
});
