/** How a rollout stands: everything that the status shows, worked out from the head of its journal. Pure. */
import { assess } from '../judge/judge.ts';
import { evidenceBySegment, type SegmentTable, segmentTable } from '../judge/segment-table.ts';
import { tablesOf } from '../judge/tables.ts';
import type { Assessment } from '../judge/verdict.ts';
import { totalWealth } from '../judge/watch.ts';
import { MINUTE_MS } from '../plan/duration.ts';
import type { Instant, Plan } from '../plan/plan.ts';
import type { Milestone } from '../plan/timeline.ts';
import type { Newest } from '../report/ledger.ts';
import { outcomeOf } from '../report/outcome.ts';
import { roundOf, type SignOffLine, signOffTable } from '../report/sign-off-table.ts';
import type { Cause } from '../rollout/entry.ts';
import type { RuleReading } from '../rollout/evidence.ts';
import { activeHolds, findHold, isActive } from '../rollout/holds.ts';
import type { Reason } from '../rollout/reason.ts';
import type { Hold } from '../rollout/rollout.ts';
import { isEnded } from '../rollout/situation.ts';
import { comingOf } from '../rollout/wake-ups.ts';
import { EXIT, type ExitCode } from './exit-code.ts';

/** The newest entry with its plan, and what was read when the question was answered. */
export interface StatusView extends Newest {
  readonly plan: Plan;
  readonly hash: string;
  readonly cause: Cause;
  /** In the plan's order, as read just now. */
  readonly rules: readonly RuleReading[];
  readonly now: Instant;
}

/** What a script does next: only `finished` is fine. A rollout that people closed is answered as one that they hold. */
export const exitOf = ({ state }: StatusView): ExitCode => {
  switch (outcomeOf(state)) {
    case 'finished':
      return EXIT.fine;
    case 'rollingBack':
    case 'rolledBack':
      return EXIT.rolledBack;
    case 'held':
    case 'closed':
      return EXIT.held;
    case 'scheduled':
    case 'running':
      return EXIT.stillRunning;
  }
};

export const hasEnded = ({ state }: StatusView): boolean => isEnded(state);

/** Start of the newest minute that was judged; null: none yet. */
export const judgedMinute = ({ state }: StatusView): Instant | null =>
  state.startedAt === null || state.next.row <= state.startedAt ? null : state.next.row - MINUTE_MS;

/** All criteria of the present phase on the rows since its bake began. */
export const assessmentsOf = (view: StatusView): readonly Assessment[] =>
  view.state.phase < 0 ? [] : assess(view.plan, view.state.judge, view.state.phase, incidentsOf(view));

/** Every segment on the same rows; undefined: nothing is compared by segment in this phase. */
export const segmentsOf = ({ plan, state }: StatusView): SegmentTable | undefined =>
  segmentTable(plan, state.phase, evidenceBySegment(state.judge));

/** Alarms are read by the tick; what it could not read clearly is not known here. */
const incidentsOf = ({ plan, state }: StatusView): 'none' | 'open' | 'unknown' => {
  const hold = findHold(state, 'INCIDENT_OPEN');
  if (state.incidents.length > 0 || (hold !== undefined && isActive(hold))) return 'open';
  return plan.incidents.alarms.length === 0 || state.alarmsUnclearSince === null ? 'none' : 'unknown';
};

/** Evidence against the candidate, and how much of it rolls back; null: the plan switched the watch off. */
export const watchEvidence = ({
  plan,
  state,
}: StatusView): { readonly evidence: number; readonly needed: number; readonly armed: boolean } | null => {
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
export const holdsOf = ({ state }: StatusView): readonly Hold[] =>
  outcomeOf(state) === 'held' ? activeHolds(state) : [];

/** The sign-offs of the present phase, a line for each role; empty where it asks nobody, or nobody is asked any more. */
export const signOffsOf = ({ plan, state, now }: StatusView): readonly SignOffLine[] => {
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
export const checklistOf = ({ plan, state }: StatusView): readonly ChecklistItem[] => {
  const next = isEnded(state) || state.status === 'rollingBack' ? undefined : plan.phases[state.phase + 1];
  return (next?.checklist ?? []).map(({ item, required }) => ({
    phase: next?.name ?? '',
    item,
    required,
    ticked: state.ticked.includes(`${next?.name}/${item}`),
  }));
};

/** What the calendar has next, as far as the next phase. */
export const comingIn = ({ plan, state, now }: StatusView): readonly Milestone[] =>
  isEnded(state) || state.status === 'rollingBack' ? [] : comingOf(plan, state, now);
