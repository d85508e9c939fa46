/** Folds rows as the policy does, and keeps what the judge said of each. */
import { beginBake, initialJudge, type JudgeState, sense, weigh, weighBusiness } from '../../lib/judge/judge.ts';
import type { BusinessRow, Row } from '../../lib/judge/row.ts';
import type { DayBefore, RowCause, Stage, Trip } from '../../lib/judge/verdict.ts';
import type { Plan } from '../../lib/plan/plan.ts';

export const DAY_BEFORE: DayBefore = { requestsPerMinute: 12_000, failureShare: 0.0008, unavailableShare: 0.00001 };

export interface Folded {
  readonly judge: JudgeState;
  readonly causes: readonly (readonly RowCause[])[];
  readonly neutral: readonly boolean[];
  readonly trips: readonly (readonly Trip[])[];
}

export const begin = (plan: Plan, before: DayBefore = DAY_BEFORE): JudgeState =>
  beginBake(plan, initialJudge(plan, before), 0, { rise: true, restarts: 0 });

interface Options {
  readonly phase?: number;
  readonly stage?: Stage;
  /** By default rows under a shared outage or an uneven split are left out, as by the policy. */
  readonly excluded?: boolean;
}

export const fold = (plan: Plan, judge: JudgeState, rows: Iterable<Row>, options: Options = {}): Folded => {
  const { phase = 0, stage = 'bake' } = options;
  const said = { causes: [] as RowCause[][], neutral: [] as boolean[], trips: [] as Trip[][] };
  let state = judge;
  for (const row of rows) {
    const sensed = sense(plan, state, row, stage);
    const isVoid = sensed.causes.some(({ code }) => code === 'SHARED_OUTAGE' || code === 'SPLIT_OFF');
    const weighed = weigh(plan, sensed.judge, phase, row, { stage, excluded: options.excluded ?? isVoid });
    said.causes.push(sensed.causes);
    said.neutral.push(sensed.neutral);
    said.trips.push(weighed.trips);
    state = weighed.judge;
  }
  return { judge: state, ...said };
};

export const foldBusiness = (
  plan: Plan,
  judge: JudgeState,
  rows: Iterable<BusinessRow>,
  { phase = 0, stage = 'bake', excluded = false }: Options = {},
): Pick<Folded, 'judge' | 'trips'> => {
  const trips: Trip[][] = [];
  let state = judge;
  for (const row of rows) {
    const weighed = weighBusiness(plan, state, phase, row, { stage, excluded });
    trips.push(weighed.trips);
    state = weighed.judge;
  }
  return { judge: state, trips };
};

/** Index of the first row on which something of this kind tripped; −1: never. */
export const firstTrip = (trips: readonly (readonly Trip[])[], kind: Trip['kind']): number =>
  trips.findIndex((all) => all.some((trip) => trip.kind === kind));

export const times = <T>(length: number, make: (index: number) => T): T[] => Array.from({ length }, (_, i) => make(i));
