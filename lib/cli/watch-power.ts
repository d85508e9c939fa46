/** How soon the regression watch sees a candidate that fails more: the production judge on simulated minutes. */
import { beginBake, initialJudge, type JudgeState, weigh } from '../judge/judge.ts';
import { type Counts, minuteText, type Row } from '../judge/row.ts';
import { MINUTE_MS } from '../plan/duration.ts';
import type { Plan } from '../plan/plan.ts';
import { clumped, type Generator, stream } from '../sim/random.ts';

export const POWER = { runs: 21, dispersion: 2, times: [2, 5, 50], mostMinutes: 240, healthyMinutes: 30 } as const;

export interface WatchPower {
  readonly phase: string;
  readonly weight: number;
  /** For each of `POWER.times`: the median of minutes from the fault's first to the deciding one; null: more than half of the runs saw nothing in 4 hours. */
  readonly medianMinutes: readonly (number | null)[];
}

/**
 * Per phase that still leaves the baseline traffic: earlier phases are healthy for their bake (at most 4 hours), this one for half an hour,
 * then the candidate fails so many times as much as the baseline.
 */
export const watchPowerOf = (
  plan: Plan,
  requestsPerMinute: readonly number[],
  failureShare: number,
): readonly WatchPower[] => {
  if ('off' in plan.regressionWatch) return [];
  const comparable = plan.phases.flatMap((phase, index) => (phase.weight < 100 ? [{ phase, index }] : []));
  return comparable.map(({ phase, index }) => {
    const seen = Array.from({ length: POWER.runs }, (_, run) =>
      oneRun(plan, index, requestsPerMinute, failureShare, run),
    );
    return {
      phase: phase.name,
      weight: phase.weight,
      medianMinutes: POWER.times.map((_, which) =>
        median(seen.map((minutes) => minutes[which] ?? Number.POSITIVE_INFINITY)),
      ),
    };
  });
};

const median = (values: readonly number[]): number | null => {
  const middle = values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
  return middle === undefined || middle === Number.POSITIVE_INFINITY ? null : middle;
};

/** Minutes until each fault is seen. The healthy minutes before it are shared: a judge's state is a value. */
const oneRun = (
  plan: Plan,
  target: number,
  rates: readonly number[],
  failureShare: number,
  run: number,
): readonly number[] => {
  const generator = stream(run, `watch ${target}`);
  let judge = initialJudge(plan, { requestsPerMinute: rates[0] ?? null, failureShare, unavailableShare: null });
  let minute = 0;
  for (let index = 0; index <= target; index++) {
    const phase = plan.phases[index];
    if (phase === undefined) break;
    judge = beginBake(plan, judge, index, { rise: true, restarts: 0 });
    const until = minute + (index === target ? POWER.healthyMinutes : Math.min(phase.bakeMinutes, POWER.mostMinutes));
    for (; minute < until; minute++) {
      judge = weighMinute(
        plan,
        judge,
        index,
        rowOf(generator, minute, phase.weight, rates[index] ?? 0, failureShare, 1),
      ).judge;
    }
  }
  return POWER.times.map((times) =>
    minutesUntilSeen(plan, judge, target, (at) =>
      rowOf(generator, minute + at, plan.phases[target]?.weight ?? 0, rates[target] ?? 0, failureShare, times),
    ),
  );
};

const minutesUntilSeen = (plan: Plan, before: JudgeState, phase: number, row: (at: number) => Row): number => {
  let judge = before;
  for (let at = 0; at < POWER.mostMinutes; at++) {
    const weighed = weighMinute(plan, judge, phase, row(at));
    if (weighed.trips.some(({ kind }) => kind === 'watch')) return at + 1;
    judge = weighed.judge;
  }
  return Number.POSITIVE_INFINITY;
};

const weighMinute = (plan: Plan, judge: JudgeState, phase: number, row: Row) =>
  weigh(plan, judge, phase, row, { stage: 'bake', excluded: false });

const rowOf = (
  generator: Generator,
  minute: number,
  weight: number,
  rate: number,
  share: number,
  times: number,
): Row => {
  const requests = (rate * weight) / 100;
  return {
    minute: minuteText(minute * MINUTE_MS),
    weight,
    candidate: countsOf(generator, requests, Math.min(1, share * times)),
    baseline: countsOf(generator, rate - requests, share),
    hosts: true,
  };
};

const countsOf = (generator: Generator, requests: number, share: number): Counts => ({
  requests,
  failures: Math.min(requests, clumped(generator, requests * share, POWER.dispersion)),
  unavailable: 0,
  responses: requests,
  slow: {},
});
