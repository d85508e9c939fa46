import { MINUTE_MS } from './duration.ts';
import { ownedBy } from './owned.ts';
import type { Instant, Plan } from './plan.ts';
import { type Milestone, plannedTimeline } from './timeline.ts';

/** One rollout of a programme, as planned. */
export interface ProgrammeItem {
  readonly plan: Plan;
  /** The plan's start, or the planned finish of what it comes after, whichever is later. */
  readonly begins: Instant;
  readonly ends: Instant;
  /** It begins so long after its own start that an operator must confirm it (`startWithin`). */
  readonly late: boolean;
  readonly milestones: readonly Milestone[];
}

export type Programme =
  | { readonly ok: true; readonly items: readonly ProgrammeItem[] }
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * Several plans as one schedule, in the order in which they begin. Refused: the same name twice, an `after` that is not in the
 * programme, cycles, and two rollouts that would own a rule or a target group at the same time.
 */
export function planProgramme(plans: readonly Plan[]): Programme {
  const named = [...sameNames(plans), ...unknownNames(plans)];
  if (named.length > 0) return { ok: false, problems: named };
  const items = new Map<string, ProgrammeItem>();
  let waiting = plans;
  while (waiting.length > 0) {
    const ready = waiting.filter(({ after }) => after.every((name) => items.has(name)));
    if (ready.length === 0) return { ok: false, problems: [cycle(waiting)] };
    for (const plan of ready) items.set(plan.rollout, itemOf(plan, items));
    waiting = waiting.filter((plan) => !ready.includes(plan));
  }
  const inOrder = [...items.values()].sort((a, b) => a.begins - b.begins || (a.plan.rollout < b.plan.rollout ? -1 : 1));
  const problems = conflicts(inOrder);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, items: inOrder };
}

function itemOf(plan: Plan, before: ReadonlyMap<string, ProgrammeItem>): ProgrammeItem {
  const awaited = [...before.values()].filter((item) => plan.after.includes(item.plan.rollout));
  const from = Math.max(plan.start, ...awaited.map(({ ends }) => ends));
  const milestones = plannedTimeline(plan, from);
  const first = (wanted: Milestone['kind']): Instant => milestones.find(({ kind }) => kind === wanted)?.at ?? from;
  return {
    plan,
    begins: first('start'),
    ends: first('finish'),
    late: from > plan.start + plan.startWithinMinutes * MINUTE_MS,
    milestones,
  };
}

const sameNames = (plans: readonly Plan[]): readonly string[] => {
  const names = plans.map(({ rollout }) => rollout);
  const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return [...twice].map(
    (name) =>
      `${name}: must be one plan, since a rollout's name is its identity; given: ${names.filter((other) => other === name).length} plans`,
  );
};

const unknownNames = (plans: readonly Plan[]): readonly string[] =>
  plans.flatMap(({ rollout, after }) =>
    after
      .filter((name) => !plans.some((plan) => plan.rollout === name))
      .map((name) => `${rollout}: after must name rollouts of this programme; given: ${name}`),
  );

/** Follows `after` from any waiting plan: what cannot become ready leads into a cycle. */
function cycle(waiting: readonly Plan[]): string {
  const path: string[] = [];
  let plan = waiting[0];
  while (plan !== undefined && !path.includes(plan.rollout)) {
    path.push(plan.rollout);
    const blockers = plan.after;
    plan = waiting.find(({ rollout }) => blockers.includes(rollout));
  }
  const round = path.slice(path.indexOf(plan?.rollout ?? ''));
  return `${round.join(', ')}: after must not lead back to itself; given: ${[...round, round[0]].join(' after ')}`;
}

/** Pairs that need the same rule or target group during overlapping times. `items` in order of their beginning. */
function conflicts(items: readonly ProgrammeItem[]): readonly string[] {
  return items.flatMap((item, index) =>
    items.slice(index + 1).flatMap((later) => {
      const shared = ownedBy(item.plan).filter((arn) => ownedBy(later.plan).includes(arn));
      if (shared.length === 0 || later.begins >= item.ends) return [];
      const until = `${new Date(item.ends).toISOString().slice(0, 16)}Z`;
      return [
        `${later.plan.rollout}: must begin after ${item.plan.rollout} ends at ${until}, or own other rules and groups; given: both own ${shared.join(', ')}`,
      ];
    }),
  );
}
