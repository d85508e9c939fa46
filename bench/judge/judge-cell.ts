/** Rollouts of one cell, judged by Sluice and by the other rules, on the same rows. Seeded: the same run, the same rows. */
import { isProvenBelow } from '../../lib/judge/bound.ts';
import type { DayBefore } from '../../lib/judge/verdict.ts';
import { binomial, poisson, stream } from '../../lib/sim/random.ts';
import type { Cell, GateCell, LateCell } from './cells.ts';
import { judgedLate, type LateOutcome } from './late.ts';
import { type Judged, judged } from './our-rule.ts';
import { PEERS } from './peers.ts';
import { BUSINESS_PLAN, CANARY_MINUTES, PLAN, PLANNED_MINUTES } from './plan.ts';
import { dayBefore, type Minute, minutesOf, type World } from './world.ts';

export interface RunOutcome {
  readonly ours: Judged;
  /** By peer: minutes judged until it rolled back; null: never. Empty: not asked. */
  readonly peers: readonly (number | null)[];
}

/** Days before that are drawn for a cell: its runs take them in turn. */
const DAYS = 8;

export const judgeCell = (cell: Cell, first: number, count: number): readonly RunOutcome[] => {
  const { world, fault, requestsPerMinute, watched, peerRuns } = cell;
  const plan = watched === 'all' ? BUSINESS_PLAN : PLAN;
  const days = daysOf(world, requestsPerMinute, first, count);
  return Array.from({ length: count }, (_, index) => {
    const before = inTurn(days, index);
    const minutes = [...minutesOf(world, fault, requestsPerMinute, first + index)];
    return {
      ours: judged(plan, before, minutes, fault.from),
      peers: first + index < peerRuns ? PEERS.map((peer) => askPeer(peer, minutes)) : [],
    };
  });
};

const daysOf = (world: World, requestsPerMinute: number, first: number, count: number): readonly DayBefore[] =>
  Array.from({ length: Math.min(DAYS, count) }, (_, index) => dayBefore(world, requestsPerMinute, first + index));

const inTurn = (days: readonly DayBefore[], index: number): DayBefore => {
  const day = days[index % days.length];
  if (day === undefined) throw new Error('a cell has a day before');
  return day;
};

const askPeer = (peer: (typeof PEERS)[number], minutes: readonly Minute[]): number | null => {
  const rollout = peer.begin();
  const seen = minutes.findIndex(({ row: { candidate, baseline, weight } }, minute) => {
    const phase = minute < CANARY_MINUTES ? 0 : 1;
    return rollout(
      {
        requests: candidate?.requests ?? null,
        failures: candidate?.failures ?? null,
        baselineRequests: baseline?.requests ?? null,
        baselineFailures: baseline?.failures ?? null,
      },
      { minuteOfPhase: phase === 0 ? minute : minute - CANARY_MINUTES, phase, weight },
    );
  });
  return seen < 0 ? null : seen + 1;
};

export interface LateRun {
  readonly without: LateOutcome;
  readonly with: LateOutcome;
}

export const judgeLate = (
  { world, fault, requestsPerMinute }: LateCell,
  first: number,
  count: number,
): readonly LateRun[] => {
  const days = daysOf(world, requestsPerMinute, first, count);
  return Array.from({ length: count }, (_, index) => {
    const minutes = [...minutesOf(world, fault, requestsPerMinute, first + index)];
    const before = inTurn(days, index);
    const look = (looksEarly: boolean) => judgedLate(before, minutes, first + index, fault.from, looksEarly);
    return { without: look(false), with: look(true) };
  });
};

export const GATE = { requestsPerMinute: 100, limit: 0.01, beta: 0.05 } as const;

/** How many of the gates pass at some row of six hours, as they are looked at. */
export const judgeGates = ({ world, share }: GateCell, first: number, count: number): number => {
  let passed = 0;
  for (let run = first; run < first + count; run++) {
    const clumpiness = dayBeforeAt(world, share, run);
    const generator = stream(run, `gate ${world.name} ${share}`);
    let [total, bad] = [0, 0];
    for (let minute = 0; minute < PLANNED_MINUTES; minute++) {
      const requests = poisson(generator, GATE.requestsPerMinute);
      total += requests;
      const size = world.clump ?? 1;
      bad += size === 1 ? binomial(generator, requests, share) : size * poisson(generator, (requests * share) / size);
      if (!isProvenBelow(bad, total, GATE.limit, clumpiness, GATE.beta)) continue;
      passed += 1;
      break;
    }
  }
  return passed;
};

const measured = new Map<string, number>();

/** D of a baseline that fails as often; few days are drawn, and taken in turn. */
const dayBeforeAt = (world: GateCell['world'], share: number, run: number): number => {
  const key = `${world.name} ${share} ${run % DAYS}`;
  const known = measured.get(key);
  if (known !== undefined) return known;
  const size = dayBefore(world, 10 * GATE.requestsPerMinute, run % DAYS, share).clumpiness?.clumpSize ?? Number.NaN;
  measured.set(key, size);
  return size;
};
