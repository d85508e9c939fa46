/**
 * The judge: a fold from rows to verdicts. Its state is all it remembers: what the present phase is judged by and the
 * whole rollout is watched by, in constant space whatever the rollout's age. Per row of traffic, in order: `sense` says what the row tells about the measurement, then
 * `weigh` adds it to the evidence.
 */
import type { Plan } from '../plan/plan.ts';
import { betaOf } from './bound.ts';
import { ASSUMED_CLUMPINESS } from './clumpiness.ts';
import type { Incidents, Look } from './criterion.ts';
import { assessAll, firstProvenFail } from './gate.ts';
import {
  acquitted,
  findSharedOutage,
  type GuardsState,
  type GuardTerms,
  initialGuards,
  moveWindows,
  weighBusinessGuards,
  weighGuards,
} from './guards.ts';
import type { BusinessRow, Row } from './row.ts';
import { hear } from './silence.ts';
import { ENOUGH } from './since.ts';
import { moveSplit, NO_SPLIT, type SplitState, splitCause } from './split.ts';
import { tablesOf } from './tables.ts';
import { addBusinessRow, addRow, dayTally, emptyTallies, recentTally, type Tallies, withDayEnded } from './tallies.ts';
import { type Layout, layoutOf, type Tally } from './tally.ts';
import type { Assessment, DayBefore, RowCause, Stage, Trip, WatchTrip } from './verdict.ts';
import {
  disarmed,
  initialWatch,
  rearmed,
  type WatchState,
  type WatchTerms,
  watchBusinessRow,
  watchEarly,
  watchRow,
} from './watch.ts';

const DAY_MINUTES = 1440;

export interface JudgeState {
  /** D: how many bad events come together; as it was measured before the start, or assumed. */
  readonly clumpiness: number;
  readonly before: DayBefore;
  /** Bakes begun anew in this phase: each halves β. */
  readonly restarts: number;
  readonly tallies: Tallies;
  readonly guards: GuardsState;
  /** Null: the plan switched it off. */
  readonly watch: WatchState | null;
  readonly split: SplitState;
  /** Candidate requests expected in the minutes in a row without any. */
  readonly silent: number;
}

export const initialJudge = (plan: Plan, before: DayBefore): JudgeState => {
  const tables = tablesOf(plan);
  return {
    clumpiness: before.clumpiness?.clumpSize ?? ASSUMED_CLUMPINESS,
    before,
    restarts: 0,
    tallies: emptyTallies(layoutAt(plan, 0)),
    guards: initialGuards(tables, plan.phases[0]?.weight ?? 0),
    watch: tables.watch === undefined ? null : initialWatch(tables.watch, before),
    split: NO_SPLIT,
    silent: 0,
  };
};

/** Of a phase that does not exist: it asks for nothing. */
const NO_LAYOUT = { advance: [], daily: false, weight: 100 };

const layoutAt = (plan: Plan, phase: number): Layout => tablesOf(plan).layouts[phase] ?? layoutOf(plan, NO_LAYOUT);

/**
 * The phase's evidence starts anew; after a rise also that of the guards and the split. The watch remembers
 * everything.
 */
export const beginBake = (
  plan: Plan,
  judge: JudgeState,
  phase: number,
  { rise, restarts }: { readonly rise: boolean; readonly restarts: number },
): JudgeState => {
  const anew = { ...judge, restarts, tallies: emptyTallies(layoutAt(plan, phase)) };
  if (!rise) return anew;
  return {
    ...anew,
    guards: initialGuards(tablesOf(plan), plan.phases[phase]?.weight ?? 0),
    watch: judge.watch && rearmed(judge.watch),
    split: NO_SPLIT,
    silent: 0,
  };
};

export interface Sensed {
  readonly judge: JudgeState;
  readonly causes: RowCause[];
  /** A minute without requests on either side, and CloudWatch was not silent. */
  readonly neutral: boolean;
}

/** Moves the windows of the guards and the split, and tells what the row says about the measurement itself. */
export const sense = (plan: Plan, judge: JudgeState, row: Row, stage: Stage): Sensed => {
  const { expected, cause, neutral } = hear(judge.silent, row, stage);
  const split = moveSplit(judge.split, row, stage);
  const guards = moveWindows(plan, judge.guards, row);
  const outage = findSharedOutage(plan, judge.before, guards, row.weight);
  const off = stage === 'bake' ? splitCause(split, row.weight) : undefined;
  const causes: RowCause[] = [];
  for (const found of [cause, outage, off]) if (found !== undefined) causes.push(found);
  const { clumpiness, before, restarts, tallies, watch } = judge;
  return { judge: { clumpiness, before, restarts, tallies, guards, watch, split, silent: expected }, causes, neutral };
};

const guardTerms = (plan: Plan, { before, clumpiness }: JudgeState): GuardTerms => ({ plan, before, clumpiness });

export interface Weighing {
  readonly stage: Stage;
  /** Under SHARED_OUTAGE or SPLIT_OFF: kept out of criteria and guards, kept in the watch. */
  readonly excluded: boolean;
}

export interface Weighed {
  readonly judge: JudgeState;
  readonly trips: Trip[];
}

/**
 * Adds a row of traffic, already sensed, to the evidence. A trip is told with every row on which it stands, the
 * watch's first.
 */
export const weigh = (
  plan: Plan,
  judge: JudgeState,
  phase: number,
  row: Row,
  { stage, excluded }: Weighing,
): Weighed => {
  const { clumpiness, before, restarts, split, silent } = judge;
  const terms = watchTerms(plan, judge);
  const watched =
    judge.watch === null || terms === undefined ? UNWATCHED : watchRow(judge.watch, terms, phase, row, stage);
  const { guards, trips } = weighGuards(guardTerms(plan, judge), judge.guards, row, excluded);
  const bakeMinutes = plan.phases[phase]?.bakeMinutes ?? 0;
  const isEvidence = stage === 'bake' && !excluded;
  const tallies = isEvidence ? addRow(layoutAt(plan, phase), judge.tallies, bakeMinutes, row) : judge.tallies;
  return {
    judge: { clumpiness, before, restarts, tallies, guards, watch: watched.watch, split, silent },
    trips: watched.trip === undefined ? [...trips] : [watched.trip, ...trips],
  };
};

const UNWATCHED = { watch: null, trip: undefined };

/** Undefined: the plan switched the watch off. */
const watchTerms = (plan: Plan, { clumpiness, before }: JudgeState): WatchTerms | undefined => {
  const table = tablesOf(plan).watch;
  return table && { table, clumpiness, before, enough: ENOUGH };
};

/**
 * Whether the watch trips on rows that are not settled yet, each taken at its worst for a rollback. Nothing is added to the evidence.
 * @param rows in order, from the first unsettled minute on
 */
export const lookEarly = (
  plan: Plan,
  judge: JudgeState,
  phase: number,
  rows: readonly Row[],
  stageOf: (row: Row) => Stage,
): WatchTrip | undefined => {
  const terms = watchTerms(plan, judge);
  return judge.watch === null || terms === undefined ? undefined : watchEarly(judge.watch, terms, phase, rows, stageOf);
};

/** Adds a row of business metrics to the evidence; trips as for a row of traffic. */
export const weighBusiness = (
  plan: Plan,
  judge: JudgeState,
  phase: number,
  row: BusinessRow,
  { stage, excluded }: Weighing,
): Weighed => {
  const terms = watchTerms(plan, judge);
  const { watch, trip } =
    judge.watch === null || terms === undefined ? UNWATCHED : watchBusinessRow(judge.watch, terms, phase, row, stage);
  const watchTrips = trip === undefined ? [] : [trip];
  if (excluded) return { judge: { ...judge, watch }, trips: watchTrips };
  const { guards, trips } = weighBusinessGuards(guardTerms(plan, judge), judge.guards, row);
  const tallies = stage === 'bake' ? addBusinessRow(layoutAt(plan, phase), judge.tallies, row) : judge.tallies;
  return { judge: { ...judge, tallies, guards, watch }, trips: [...watchTrips, ...trips] };
};

/**
 * All criteria of the phase on the rows since the bake began, in the plan's order, with bounds.
 * @param bakedMinutes so far: of these a gauge must be there in half; by default of the whole bake
 */
export const assess = (
  plan: Plan,
  judge: JudgeState,
  phase: number,
  incidents: Incidents,
  bakedMinutes = Number.POSITIVE_INFINITY,
): Assessment[] => {
  const look = lookAt(plan, judge, phase);
  return assessAll({ ...look, minutes: Math.min(look.minutes, bakedMinutes) }, incidents);
};

/**
 * The same on the last bake-length of rows (at most 1.5 of it; all rows of a younger bake), apart from criteria on
 * revenue: those need 24 blocks to fail at all, so a part of a bake seldom tells more than the whole, and the blocks
 * of each part would be the largest thing the judge remembers.
 */
export const assessRecent = (plan: Plan, judge: JudgeState, phase: number, incidents: Incidents): Assessment[] =>
  assessAll(within(lookAt(plan, judge, phase), recentTally(judge.tallies)), incidents);

/** The same on the rows since the last daily checkpoint, for phases that have them. */
export const assessDay = (plan: Plan, judge: JudgeState, phase: number, incidents: Incidents): Assessment[] => {
  const look = within(lookAt(plan, judge, phase), dayTally(judge.tallies));
  return assessAll({ ...look, minutes: Math.min(look.minutes, DAY_MINUTES) }, incidents);
};

/** The first criterion that is proven to fail on the rows since the bake began; cheap enough to ask with every row. */
export const provenFail = (plan: Plan, judge: JudgeState, phase: number): Assessment | undefined =>
  firstProvenFail(lookAt(plan, judge, phase));

const lookAt = (plan: Plan, judge: JudgeState, phase: number): Look => {
  const { advance, bakeMinutes } = plan.phases[phase] ?? { advance: [], bakeMinutes: 0 };
  return {
    plan,
    criteria: advance,
    layout: layoutAt(plan, phase),
    tally: judge.tallies.bake,
    revenue: judge.tallies.revenue,
    level: { clumpiness: judge.clumpiness, beta: betaOf(judge.restarts) },
    before: judge.before,
    minutes: bakeMinutes,
  };
};

const within = (look: Look, tally: Tally): Look => ({
  ...look,
  criteria: look.criteria.filter(({ claim }) => claim.kind !== 'ratio'),
  tally,
});

/** A daily checkpoint was told: the next day begins. */
export const markDay = (judge: JudgeState): JudgeState => ({ ...judge, tallies: withDayEnded(judge.tallies) });

/** An operator resumed after a trip: the guards' evidence and windows start anew. */
export const acquitGuards = (judge: JudgeState): JudgeState => ({ ...judge, guards: acquitted(judge.guards) });

/** An operator resumed although the watch had tripped: it is silent until the next rise, which arms it again. */
export const disarmWatch = (judge: JudgeState): JudgeState => ({
  ...judge,
  watch: judge.watch && disarmed(judge.watch),
});

/** The weight was lowered meanwhile, and no longer is: how the requests were divided until now says nothing about now. */
export const forgetDivision = (judge: JudgeState): JudgeState => ({ ...judge, split: NO_SPLIT, silent: 0 });
