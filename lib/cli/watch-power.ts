/** How soon the regression watch sees a candidate that fails more: the production judge on simulated minutes. */

import { beginBake, initialJudge, type JudgeState, weigh } from '../judge/judge.ts';
import type { KnownDay } from '../judge/proof.ts';
import { type Counts, minuteText, type Row } from '../judge/row.ts';
import { MINUTE_MS } from '../plan/duration.ts';
import type { Plan } from '../plan/plan.ts';
import { clumped, type Generator, stream } from '../sim/random.ts';

export const POWER = { runs: 41, mostMisses: 4, dispersion: 2, times: [2, 5, 50], mostMinutes: 240 } as const;

export interface WatchPower {
  readonly phase: string;
  readonly weight: number;
  /** The phase's bake, at most 4 hours. */
  readonly withinMinutes: number;
  /** For each of `POWER.times`: the median of minutes until it is seen; null: more than half of the runs saw nothing in 4 hours. */
  readonly medianMinutes: readonly (number | null)[];
  /** The same until 37 of 41 runs have seen it, which is nine of ten. */
  readonly ninetiethMinutes: readonly (number | null)[];
  /** The smallest fault that 37 of 41 runs see within `withinMinutes`, to two digits, and after how long they have; null: none. */
  readonly smallest: { readonly times: number; readonly minutes: number } | null;
}

/**
 * Per phase that still leaves the baseline traffic: earlier phases are healthy for their bake (at most 4 hours); in this one the candidate
 * fails so many times as much as the baseline, from the first minute that is judged.
 */
export const watchPowerOf = (
  plan: Plan,
  requestsPerMinute: readonly number[],
  day: KnownDay,
): readonly WatchPower[] => {
  if ('off' in plan.regressionWatch) return [];
  const world: World = {
    plan,
    rates: requestsPerMinute,
    day,
    failureShare: day.failureShare ?? 0,
    dispersion: day.clumpiness?.clumpSize ?? POWER.dispersion,
  };
  let judges: readonly JudgeState[] = Array.from({ length: POWER.runs }, () =>
    initialJudge(plan, { ...day, requestsPerMinute: world.rates[0] ?? null }),
  );
  return plan.phases.flatMap((phase, index) => {
    if (phase.weight >= 100) return [];
    const begun = judges.map((judge) => beginBake(plan, judge, index, { rise: true, restarts: 0 }));
    judges = begun.map((judge, run) => afterHealthyBake(world, judge, index, run));
    return [powerIn(world, begun, index)];
  });
};

interface World {
  readonly plan: Plan;
  readonly rates: readonly number[];
  readonly day: KnownDay;
  readonly failureShare: number;
  readonly dispersion: number;
}

const bakeOf = ({ plan }: World, phase: number): number =>
  Math.min(plan.phases[phase]?.bakeMinutes ?? 0, POWER.mostMinutes);

const afterHealthyBake = (world: World, begun: JudgeState, phase: number, run: number): JudgeState => {
  const generator = stream(run, `watch ${phase} healthy`);
  let judge = begun;
  for (let minute = 0; minute < bakeOf(world, phase); minute++)
    judge = weighMinute(world, judge, phase, rowOf(world, generator, phase, minute, 1)).judge;
  return judge;
};

const powerIn = (world: World, begun: readonly JudgeState[], phase: number): WatchPower => {
  const { name, weight } = world.plan.phases[phase] ?? { name: '', weight: 0 };
  const withinMinutes = bakeOf(world, phase);
  const seen = POWER.times.map((times) =>
    sortedMinutes(world, begun, { phase, times, within: POWER.mostMinutes }, HALF),
  );
  return {
    phase: name,
    weight,
    withinMinutes,
    medianMinutes: seen.map((sorted) => finite(sorted[HALF])),
    ninetiethMinutes: seen.map((sorted) => finite(sorted[SURELY])),
    smallest: smallestIn(world, begun, phase, withinMinutes),
  };
};

/** Which of the sorted runs is the last that must have seen it, so that half have, or nine of ten. */
const HALF = Math.floor(POWER.runs / 2);
const SURELY = POWER.runs - POWER.mostMisses - 1;

const finite = (minutes: number | undefined): number | null =>
  minutes === undefined || minutes === Number.POSITIVE_INFINITY ? null : minutes;

/** Every fault that is tried, to two digits: 1.2 to 1000 in steps of about a tenth. */
const FAULTS: readonly number[] = [
  ...new Set(Array.from({ length: 71 }, (_, step) => Number((1.2 * 1.1 ** step).toPrecision(2)))),
];

/** Found by halving: a larger fault is seen sooner. */
const smallestIn = (
  world: World,
  begun: readonly JudgeState[],
  phase: number,
  within: number,
): WatchPower['smallest'] => {
  const faults = FAULTS.filter((times) => times * world.failureShare <= 1);
  let best: WatchPower['smallest'] = null;
  let low = 0;
  let high = faults.length - 1;
  while (low <= high) {
    const middle = Math.floor((low + high) / 2);
    const times = faults[middle] ?? 0;
    const minutes = finite(sortedMinutes(world, begun, { phase, times, within }, POWER.mostMisses)[SURELY]);
    if (minutes === null) low = middle + 1;
    else {
      best = { times, minutes };
      high = middle - 1;
    }
  }
  return best;
};

/**
 * Minutes until each run has seen it, the shortest first; infinite: not within. None where more runs than `mostMisses` see nothing:
 * then no answer that is asked for exists.
 */
const sortedMinutes = (
  world: World,
  begun: readonly JudgeState[],
  fault: Omit<Fault, 'run'>,
  mostMisses: number,
): readonly number[] => {
  const seen: number[] = [];
  let misses = 0;
  for (const [run, judge] of begun.entries()) {
    const minutes = minutesUntilSeen(world, judge, { ...fault, run });
    if (minutes === Number.POSITIVE_INFINITY) misses += 1;
    if (misses > mostMisses) return [];
    seen.push(minutes);
  }
  return seen.toSorted((a, b) => a - b);
};

interface Fault {
  readonly phase: number;
  readonly run: number;
  readonly times: number;
  readonly within: number;
}

/** All faults of a run meet the same chance, so that a larger one is seen sooner. */
const minutesUntilSeen = (world: World, begun: JudgeState, { phase, run, times, within }: Fault): number => {
  const generator = stream(run, `watch ${phase} faulty`);
  let judge = begun;
  for (let minute = 0; minute < within; minute++) {
    const weighed = weighMinute(world, judge, phase, rowOf(world, generator, phase, minute, times));
    if (weighed.trips.some(({ kind }) => kind === 'watch')) return minute + 1;
    judge = weighed.judge;
  }
  return Number.POSITIVE_INFINITY;
};

const weighMinute = ({ plan }: World, judge: JudgeState, phase: number, row: Row) =>
  weigh(plan, judge, phase, row, { stage: 'bake', excluded: false });

const rowOf = (world: World, generator: Generator, phase: number, minute: number, times: number): Row => {
  const weight = world.plan.phases[phase]?.weight ?? 0;
  const rate = world.rates[phase] ?? 0;
  const requests = (rate * weight) / 100;
  return {
    minute: minuteText(minute * MINUTE_MS),
    weight,
    candidate: countsOf(world, generator, requests, Math.min(1, world.failureShare * times)),
    baseline: countsOf(world, generator, rate - requests, world.failureShare),
    hosts: true,
  };
};

const countsOf = ({ dispersion }: World, generator: Generator, requests: number, share: number): Counts => ({
  requests,
  failures: Math.min(requests, clumped(generator, requests * share, dispersion)),
  unavailable: 0,
  responses: requests,
  slow: {},
});
