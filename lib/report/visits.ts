/** What happened in each phase. A phase can be entered twice: when somebody took all traffic away for long, the way starts over. */
import { evidenceBySegment, type SegmentEvidence } from '../judge/segment-table.ts';
import type { Assessment } from '../judge/verdict.ts';
import { formatDuration } from '../plan/duration.ts';
import type { Instant, Plan } from '../plan/plan.ts';
import type { Entry } from '../rollout/entry.ts';
import type { Reason } from '../rollout/reason.ts';
import { noTotals, type Totals } from './totals.ts';

/** A table of criteria as the journal recorded it. */
export interface Look {
  readonly at: Instant;
  /** `checkpoint 15m`, `gate`, `gate, extended to 2h15m`. */
  readonly what: string;
  /** Null: the checkpoint fell together with a stronger decision, or with a later checkpoint, and only that was recorded. */
  readonly assessments: readonly Assessment[] | null;
  /** Of a daily checkpoint: the last day by itself. */
  readonly lastDay?: readonly Assessment[] | undefined;
}

export interface Visit {
  readonly phase: number;
  readonly enteredAt: Instant;
  readonly weightBefore: number;
  bakeStartedAt: Instant | null;
  restarts: number;
  bakedMinutes: number;
  targetMinutes: number;
  gatePassedAt: Instant | null;
  /** Sign-offs were asked last. */
  askedAt: Instant | null;
  leftAt: Instant | null;
  checkpointsDone: number;
  readonly looks: Look[];
  /** The newest table of all criteria. */
  latest: Look | null;
  /** The criterion that was proven to fail, and when. */
  failed: { readonly at: Instant; readonly assessment: Assessment } | null;
  /** As it stood when the phase was left. */
  segments: SegmentEvidence;
  readonly totals: Totals;
}

/** Phases a rollout visits and tables kept of each: beyond that the newest replaces the last. */
const LOOKS_AT_MOST = 200;

const beginVisit = (entry: Entry, at: Instant, weightBefore: number): Visit => ({
  phase: entry.state.phase,
  enteredAt: at,
  weightBefore,
  bakeStartedAt: null,
  restarts: 0,
  bakedMinutes: 0,
  targetMinutes: entry.state.bake.targetMinutes,
  gatePassedAt: null,
  askedAt: null,
  leftAt: null,
  checkpointsDone: 0,
  looks: [],
  latest: null,
  failed: null,
  segments: evidenceBySegment(entry.state.judge),
  totals: noTotals(),
});

/** The present visit, begun with the entry that enters its phase. Undefined: still scheduled. */
export const visitOf = (visits: Visit[], entry: Entry, at: Instant): Visit | undefined => {
  const { phase, status } = entry.state;
  const present = visits.at(-1);
  if (phase < 0) return undefined;
  const isEntered = present === undefined || present.phase !== phase || isEnteredAnew(present, entry);
  if (isEntered) {
    if (present !== undefined) present.leftAt ??= at;
    visits.push(beginVisit(entry, at, entry.state.weightBefore));
  } else if (present.leftAt === null && ENDING.has(status)) {
    present.leftAt = at;
    present.segments = evidenceBySegment(entry.state.judge);
  }
  return visits.at(-1);
};

const ENDING: ReadonlySet<string> = new Set(['rollingBack', 'rolledBack', 'finished', 'closed']);

/** A resume that goes back to the first phase while in it: its bake is neither restarted nor begun. */
const isEnteredAnew = (visit: Visit, { decision, state }: Entry): boolean =>
  decision.decision === 'resume' &&
  visit.bakeStartedAt !== null &&
  state.bake.startedAt === null &&
  state.bake.restarts < Math.max(1, visit.restarts);

/**
 * Takes over what the entry says of the bake, and any table of criteria that it carries.
 * @param isNews the decision differs from the entry before: a hold repeats its reason with every entry while it lasts
 */
export const updateVisit = (plan: Plan, visit: Visit, entry: Entry, at: Instant, isNews: boolean): void => {
  const { bake, gate } = entry.state;
  if (bake.restarts !== visit.restarts || bake.checkpointsDone < visit.checkpointsDone) visit.checkpointsDone = 0;
  visit.bakeStartedAt ??= bake.startedAt;
  visit.restarts = bake.restarts;
  visit.bakedMinutes = bake.minutes;
  visit.targetMinutes = bake.targetMinutes;
  visit.gatePassedAt = gate?.passedAt ?? null;
  visit.askedAt = gate?.askedAt ?? null;
  visit.segments = evidenceBySegment(entry.state.judge);
  const { reason } = entry.decision;
  if (bake.checkpointsDone > visit.checkpointsDone) addCheckpoints(plan, visit, entry, at);
  if (!isNews) return;
  addLook(visit, lookOf(reason, at));
  if (reason.code === 'CRITERION_FAILED' || reason.code === 'GATE_STALE')
    visit.failed = { at, assessment: reason.assessment };
};

/** Of several overdue checkpoints only the last is announced; the others are named all the same. */
const addCheckpoints = (plan: Plan, visit: Visit, entry: Entry, at: Instant): void => {
  const { reason } = entry.decision;
  const minutes = plan.phases[visit.phase]?.checkpointMinutes ?? [];
  const { checkpointsDone } = entry.state.bake;
  for (let index = visit.checkpointsDone; index < checkpointsDone; index++) {
    const what = `checkpoint ${formatDuration(minutes[index] ?? 0)}`;
    const isTold = reason.code === 'CHECKPOINT' && index === checkpointsDone - 1;
    addLook(
      visit,
      isTold ? { at, what, assessments: reason.assessments, lastDay: reason.lastDay } : { at, what, assessments: null },
    );
  }
  visit.checkpointsDone = checkpointsDone;
};

const lookOf = (reason: Reason, at: Instant): Look | undefined => {
  switch (reason.code) {
    case 'EXTENDED':
      return { at, what: `gate, extended to ${formatDuration(reason.toMinutes)}`, assessments: reason.assessments };
    case 'GATE_PASSED':
      return { at, what: 'gate', assessments: reason.assessments };
    case 'INSUFFICIENT_DATA':
      return { at, what: 'gate, not decided', assessments: reason.assessments };
    default:
      return undefined;
  }
};

const addLook = (visit: Visit, look: Look | undefined): void => {
  if (look === undefined) return;
  if (visit.looks.length >= LOOKS_AT_MOST) visit.looks.pop();
  visit.looks.push(look);
  if (look.assessments !== null) visit.latest = look;
};
