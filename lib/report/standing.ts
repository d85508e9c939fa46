/** How a rollout stands: everything that status and Slack show, worked out from the head of its journal. Pure. */
import { assess } from '../judge/judge.ts';
import { evidenceBySegment, type SegmentTable, segmentTable } from '../judge/segment-table.ts';
import { tablesOf } from '../judge/tables.ts';
import type { Assessment } from '../judge/verdict.ts';
import { totalWealth } from '../judge/watch.ts';
import { MINUTE_MS } from '../plan/duration.ts';
import type { Instant, Plan } from '../plan/plan.ts';
import { expectedFinish, type Milestone } from '../plan/timeline.ts';
import { activeHolds, findHold, isActive } from '../rollout/holds.ts';
import type { Reason } from '../rollout/reason.ts';
import type { Hold, RolloutState } from '../rollout/rollout.ts';
import { isEnded } from '../rollout/situation.ts';
import { comingOf } from '../rollout/wake-ups.ts';
import { outcomeOf } from './outcome.ts';
import { roundOf, type SignOffLine, signOffTable } from './sign-off-table.ts';

export interface Standing {
  readonly plan: Plan;
  readonly state: RolloutState;
  readonly now: Instant;
}

/** Start of the newest minute that was judged; null: none yet. */
export const judgedMinute = ({ state }: Standing): Instant | null =>
  state.startedAt === null || state.next.row <= state.startedAt ? null : state.next.row - MINUTE_MS;

/** All criteria of the present phase on the rows since its bake began. */
export const assessmentsOf = (view: Standing): readonly Assessment[] =>
  view.state.phase < 0 ? [] : assess(view.plan, view.state.judge, view.state.phase, incidentsOf(view));

/** Every segment on the same rows; undefined: nothing is compared by segment in this phase. */
export const segmentsOf = ({ plan, state }: Standing): SegmentTable | undefined =>
  segmentTable(plan, state.phase, evidenceBySegment(state.judge));

/** Alarms are read by the tick; what it could not read clearly is not known here. */
const incidentsOf = ({ plan, state }: Standing): 'none' | 'open' | 'unknown' => {
  const hold = findHold(state, 'INCIDENT_OPEN');
  if (state.incidents.length > 0 || (hold !== undefined && isActive(hold))) return 'open';
  return plan.incidents.alarms.length === 0 || state.alarmsUnclearSince === null ? 'none' : 'unknown';
};

/** Evidence against the candidate, and how much of it rolls back; null: the plan switched the watch off. */
export const watchEvidence = ({
  plan,
  state,
}: Standing): { readonly evidence: number; readonly needed: number; readonly armed: boolean } | null => {
  const { watch } = state.judge;
  const table = tablesOf(plan).watch;
  if (table === undefined || watch === null) return null;
  return {
    evidence: Math.max(1, totalWealth(table, watch), trippedWith(state.rollback?.reason)),
    needed: 1 / table.falseRollbacks,
    armed: watch.armed !== false,
  };
};

/** A trip on rows that were not settled is no part of the evidence that is kept. */
const trippedWith = (reason: Reason | undefined): number => {
  if (reason?.code === 'RECORDED_LATE') return trippedWith(reason.of);
  return reason?.code === 'WATCH_TRIPPED' ? 10 ** reason.trip.log10Wealth : 0;
};

/** What stops it; one that has ended or goes back is stopped by nothing. */
export const holdsOf = ({ state }: Standing): readonly Hold[] =>
  outcomeOf(state) === 'held' ? activeHolds(state) : [];

/** The sign-offs of the present phase, a line for each role; empty where it asks nobody, or nobody is asked any more. */
export const signOffsOf = ({ plan, state, now }: Standing): readonly SignOffLine[] => {
  const round = roundOf(state);
  return round === undefined || round.isOver ? [] : signOffTable(plan, round, now);
};

export interface ChecklistItem {
  readonly phase: string;
  readonly item: string;
  readonly required: boolean;
  readonly ticked: boolean;
}

/** Items of the next phase; nobody ticks what lies further ahead, or behind. */
export const checklistOf = ({ plan, state }: Standing): readonly ChecklistItem[] => {
  const next = isEnded(state) || state.status === 'rollingBack' ? undefined : plan.phases[state.phase + 1];
  return (next?.checklist ?? []).map(({ item, required }) => ({
    phase: next?.name ?? '',
    item,
    required,
    ticked: state.ticked.includes(`${next?.name}/${item}`),
  }));
};

/** What the calendar has next, as far as the next phase. */
export const comingIn = ({ plan, state, now }: Standing): readonly Milestone[] =>
  isEnded(state) || state.status === 'rollingBack' ? [] : comingOf(plan, state, now);

/** When it finishes if everything goes as planned from here; null: something holds, it goes back, or it has ended. */
export const finishIn = (standing: Standing): Instant | null => {
  const { plan, state, now } = standing;
  switch (outcomeOf(state)) {
    case 'scheduled':
      return expectedFinish(plan, -1, Math.max(plan.start, now), now);
    case 'running':
      return state.status === 'rollingBack' ? null : expectedFinish(plan, state.phase, gateOf(standing), now);
    default:
      return null;
  }
};

/** When the present phase's gate passed, or is expected to. */
const gateOf = ({ plan, state, now }: Standing): Instant => {
  if (state.gate !== null) return state.gate.passedAt;
  const gate = comingOf(plan, state, now).find(({ kind, phase }) => kind === 'gate' && phase === state.phase);
  return gate?.at ?? now + Math.max(0, state.bake.targetMinutes - state.bake.minutes) * MINUTE_MS;
};

/** What the tick last saw on a rule; null: not known, since a hold says that it is another one than recorded. */
export interface RuleSeen {
  readonly rule: string;
  readonly weight: number | null;
  /** It is as recorded. */
  readonly isAsWanted: boolean;
}

/** In the plan's order of rules. */
export const seenOn = ({ plan, state }: Standing): readonly RuleSeen[] =>
  plan.traffic.rules.map((rule, index) => {
    const other = otherWeight(state, rule);
    if (other !== undefined) return { rule, weight: other, isAsWanted: false };
    const { confirmed = null, isConfirmed = false } = state.rules[index] ?? {};
    return { rule, weight: confirmed, isAsWanted: isConfirmed && confirmed === state.weight };
  });

const otherWeight = (state: RolloutState, rule: string): number | null | undefined => {
  for (const { code, reason } of activeHolds(state)) {
    if (reason.code === 'WEIGHT_LOWERED_OUTSIDE' && reason.rule === rule) return reason.live;
    if (reason.code === 'RULE_FOREIGN' && reason.rule === rule) return null;
    if (code === 'WATCHDOG') return null;
  }
  return undefined;
};
