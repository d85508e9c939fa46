/**
 * Rows that come late and in parts: every count of a side comes by itself, grows, and is final at its own time. The rollout is judged tick by tick, by
 * the code that settles rows in production, with and without the look at unsettled minutes.
 */
import { beginBake, initialJudge, type JudgeState, lookEarly, sense, weigh } from '../../lib/judge/judge.ts';
import { type Counts, minuteText, type Row, SETTLE_MINUTES } from '../../lib/judge/row.ts';
import type { DayBefore } from '../../lib/judge/verdict.ts';
import type { MinuteReading } from '../../lib/rollout/evidence.ts';
import type { UnsettledRead } from '../../lib/rollout/rollout.ts';
import { fingerprintOf, settle } from '../../lib/rollout/settle.ts';
import { type Generator, stream, uniform } from '../../lib/sim/random.ts';
import { CANARY_MINUTES, PLAN, START, WEIGHTS } from './plan.ts';
import type { Minute } from './world.ts';

const MINUTE = 60_000;
/** A tick comes so long after the full minute. */
const TICK_DELAY = 15_000;
/** A count begins to come, and is final, at ages between these; a straggler only at the last one. */
const LATENESS = { first: 10_000, early: 40_000, usual: 150_000, straggler: 400_000, stragglers: 0.03 };
/** Of a count, at its least, while it grows. */
const PARTS = [0.3, 0.999] as const;

interface Arrival {
  readonly finalAt: number;
  readonly part: number;
}

type Part = 'requests' | 'failures' | 'answers';

export interface LateOutcome {
  /** Minutes from the fault's first one to the tick that decided; null: it never was decided. */
  readonly minutes: number | null;
  /** The rows were not settled. */
  readonly early: boolean;
}

/** @param from minute in which the fault begins */
export const judgedLate = (
  before: DayBefore,
  minutes: readonly Minute[],
  seed: number,
  from: number,
  looksEarly: boolean,
): LateOutcome => {
  const arrivals = arrivalsOf(minutes.length, seed);
  let judge = beginBake(PLAN, initialJudge(PLAN, before), 0, { rise: true, restarts: 0 });
  let next = 0;
  let unsettled: readonly UnsettledRead[] = [];
  for (let tick = 1; tick <= minutes.length + 10; tick++) {
    const now = START + tick * MINUTE + TICK_DELAY;
    const readings = minutes.slice(next, tick).map((minute, index) => readAt(minute, arrivals[next + index], now));
    const seen = settle(readings, START + next * MINUTE, unsettled, now, SETTLE_MINUTES, printOf);
    unsettled = seen.unsettled;
    for (const reading of seen.settled) {
      const weighed = weighRow(judge, rowOf(reading, minutes[next]?.row.weight ?? 0), next);
      judge = weighed.judge;
      next += 1;
      if (weighed.isOver) return { minutes: tick - from, early: false };
    }
    const young = seen.young.map((reading, index) => rowOf(reading, minutes[next + index]?.row.weight ?? 0));
    // The bench's phases change with the weight; a look never spans both.
    const phase = phaseOf(young[0]?.weight ?? 0);
    const same = young.filter(({ weight }) => phaseOf(weight) === phase);
    if (looksEarly && lookEarly(PLAN, judge, phase, same, () => 'bake') !== undefined)
      return { minutes: tick - from, early: true };
  }
  return { minutes: null, early: false };
};

const phaseOf = (weight: number): 0 | 1 => (weight === WEIGHTS[0] ? 0 : 1);

const weighRow = (before: JudgeState, row: Row, minute: number) => {
  const phase = phaseOf(row.weight);
  const begun = minute === CANARY_MINUTES ? beginBake(PLAN, before, 1, { rise: true, restarts: 0 }) : before;
  const sensed = sense(PLAN, begun, row, 'bake');
  const excluded = sensed.causes.some(({ code }) => code === 'SHARED_OUTAGE' || code === 'SPLIT_OFF');
  const { judge, trips } = weigh(PLAN, sensed.judge, phase, row, { stage: 'bake', excluded });
  return { judge, isOver: trips.length > 0 };
};

const rowOf = ({ minute, candidate, baseline, hosts }: MinuteReading, weight: number): Row => ({
  minute,
  weight,
  candidate,
  baseline,
  hosts,
});

const printOf = ({ candidate, baseline, hosts }: MinuteReading): number =>
  fingerprintOf({ candidate, baseline, hosts });

type Arrivals = Readonly<Record<`${'candidate' | 'baseline'} ${Part}`, Arrival>>;

const arrivalsOf = (count: number, seed: number): readonly Arrivals[] => {
  const generator = stream(seed, 'arrivals');
  return Array.from({ length: count }, () => ({
    'candidate requests': arrival(generator),
    'candidate failures': arrival(generator),
    'candidate answers': arrival(generator),
    'baseline requests': arrival(generator),
    'baseline failures': arrival(generator),
    'baseline answers': arrival(generator),
  }));
};

const arrival = (generator: Generator): Arrival => {
  const isStraggler = uniform(generator) < LATENESS.stragglers;
  const usual = LATENESS.early + (LATENESS.usual - LATENESS.early) * uniform(generator);
  const part = PARTS[0] + (PARTS[1] - PARTS[0]) * uniform(generator);
  return { finalAt: isStraggler ? LATENESS.straggler : usual, part };
};

const readAt = ({ row }: Minute, arrivals: Arrivals | undefined, now: number): MinuteReading => {
  const age = now - (Date.parse(row.minute) + MINUTE);
  const side = (name: 'candidate' | 'baseline'): Counts | null => {
    const counts = row[name];
    if (counts === null || arrivals === undefined) return null;
    const there = (part: Part, count: number): number => {
      const { finalAt, part: share } = arrivals[`${name} ${part}`];
      return age >= finalAt ? count : age < LATENESS.first ? 0 : Math.floor(count * share);
    };
    const requests = there('requests', counts.requests);
    if (requests === 0) return null;
    const answers = there('answers', counts.responses);
    const failures = Math.min(requests, there('failures', counts.failures));
    return { requests, failures, unavailable: requests - answers, responses: answers, slow: {} };
  };
  return {
    minute: minuteText(Date.parse(row.minute)),
    candidate: side('candidate'),
    baseline: side('baseline'),
    hosts: true,
  };
};
