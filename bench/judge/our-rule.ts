/** One rollout judged by the production judge, row by row, as the policy does. */
import {
  beginBake,
  initialJudge,
  type JudgeState,
  provenFail,
  sense,
  weigh,
  weighBusiness,
} from '../../lib/judge/judge.ts';
import type { DayBefore, Trip } from '../../lib/judge/verdict.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { CANARY_MINUTES, WEIGHTS } from './plan.ts';
import type { Minute } from './world.ts';

export interface Judged {
  /** What goes back first; null: nothing in the planned minutes. */
  readonly by: 'watch' | 'guard' | 'criterion' | null;
  /** Minutes judged until then. */
  readonly minutes: number;
  readonly metric: string | null;
  /** Of the candidate, from the fault's beginning until then. */
  readonly failures: number;
}

/** @param from minute in which the fault begins */
export const judged = (plan: Plan, before: DayBefore, minutes: Iterable<Minute>, from: number): Judged => {
  let judge = beginBake(plan, initialJudge(plan, before), 0, { rise: true, restarts: 0 });
  let at = 0;
  let failures = 0;
  const withBusiness = plan.metrics.segments !== undefined;
  for (const { row, business } of minutes) {
    const phase = row.weight === WEIGHTS[0] ? 0 : 1;
    if (at === CANARY_MINUTES) judge = beginBake(plan, judge, 1, { rise: true, restarts: 0 });
    failures += at < from ? 0 : (row.candidate?.failures ?? 0);
    at += 1;
    const sensed = sense(plan, judge, row, 'bake');
    const excluded = sensed.causes.some(({ code }) => code === 'SHARED_OUTAGE' || code === 'SPLIT_OFF');
    const weighed = weigh(plan, sensed.judge, phase, row, { stage: 'bake', excluded });
    const settled = withBusiness
      ? weighBusiness(plan, weighed.judge, phase, business, { stage: 'bake', excluded })
      : { judge: weighed.judge, trips: [] };
    judge = settled.judge;
    const by = whoTripped([...weighed.trips, ...settled.trips]) ?? whatFailed(plan, judge, phase);
    if (by !== null) return { ...by, minutes: at, failures };
  }
  return { by: null, metric: null, minutes: at, failures };
};

const whoTripped = (trips: readonly Trip[]): Pick<Judged, 'by' | 'metric'> | null => {
  const [trip] = trips;
  if (trip === undefined) return null;
  return { by: trip.kind, metric: trip.kind === 'watch' ? trip.metric : trip.text };
};

const whatFailed = (plan: Plan, judge: JudgeState, phase: number): Pick<Judged, 'by' | 'metric'> | null => {
  const failed = provenFail(plan, judge, phase);
  return failed === undefined ? null : { by: 'criterion', metric: failed.text };
};
