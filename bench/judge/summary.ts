/** What the runs of a cell come to. */
import { qbeta } from 'lib-r-math.js';
import { median } from '../telling.ts';
import type { Cell, GateCell, LateCell } from './cells.ts';
import type { LateRun, RunOutcome } from './judge-cell.ts';
import { waldLimit } from './peers/wald.ts';
import { PEERS } from './peers.ts';
import { WEIGHTS } from './plan.ts';
import { FAILURE_SHARE, HEALTHY } from './world.ts';

/** Of all runs; `atMost`: its upper 95 % bound (Clopper & Pearson 1934, one-sided). */
export interface Share {
  readonly share: number;
  readonly atMost: number;
  readonly runs: number;
}

const shareOf = (count: number, runs: number): Share => ({
  share: runs === 0 ? 0 : count / runs,
  atMost: count === runs ? 1 : qbeta(0.95, count + 1, runs - count),
  runs,
});

export interface HealthyRow {
  readonly world: string;
  readonly requestsPerMinute: number;
  readonly watched: Cell['watched'];
  readonly byWatch: Share;
  readonly byGuard: Share;
  readonly held: Share;
  /** Gone back by either. */
  readonly rolledBack: Share;
  readonly peers: Readonly<Record<string, Share>>;
}

export const healthyRow = (cell: Cell, runs: readonly RunOutcome[]): HealthyRow => {
  const count = (...by: readonly (string | null)[]): Share =>
    shareOf(runs.filter(({ ours }) => by.includes(ours.by)).length, runs.length);
  return {
    world: cell.world.name,
    requestsPerMinute: cell.requestsPerMinute,
    watched: cell.watched,
    byWatch: count('watch'),
    byGuard: count('guard'),
    held: count('criterion'),
    rolledBack: count('watch', 'guard'),
    peers: peersOf(runs, (minutes) => minutes !== null),
  };
};

export interface FaultRow {
  readonly fault: string;
  readonly times: number;
  readonly from: number;
  readonly requestsPerMinute: number;
  /** Seen by the end of the planned minutes. Runs that went back before the fault count in no figure but `tooEarly`. */
  readonly seen: Share;
  readonly tooEarly: Share;
  /** Rows from the fault's first one to the deciding one: the settling of rows comes on top. Null: not seen by so many. */
  readonly medianMinutes: number | null;
  readonly ninetiethMinutes: number | null;
  /** Of the candidate, from the fault on, where it was seen. */
  readonly medianFailures: number | null;
  /** Medians, of the first of these runs; null: more than half of them did not see it. `early`: more than half went back before the fault. */
  readonly peers: Readonly<Record<string, number | 'early' | null>>;
  /** The least that any rule needs, for failures at the first weight; null: not told. */
  readonly wald: { readonly minutes: number; readonly failures: number } | null;
}

export const faultRow = (cell: Cell, runs: readonly RunOutcome[]): FaultRow => {
  const { from } = cell.fault;
  const [[fault, times]] = Object.entries(cell.fault).filter(([kind]) => kind !== 'from') as [[string, number]];
  const after = runs.filter(({ ours }) => ours.by === null || ours.minutes > from);
  const minutes = after.map(({ ours }) => (ours.by === null ? Number.POSITIVE_INFINITY : ours.minutes - from));
  const seen = after.filter(({ ours }) => ours.by !== null);
  const asked = runs.filter(({ peers }) => peers.length > 0);
  return {
    fault,
    times,
    from,
    requestsPerMinute: cell.requestsPerMinute,
    seen: shareOf(seen.length, after.length),
    tooEarly: shareOf(runs.length - after.length, runs.length),
    medianMinutes: quantile(minutes, 0.5),
    ninetiethMinutes: quantile(minutes, 0.9),
    medianFailures: seen.length === 0 ? null : median(seen.map(({ ours }) => ours.failures)),
    peers: Object.fromEntries(
      PEERS.map(({ name }, peer) => [
        name,
        peerMedian(
          asked.map(({ peers }) => peers[peer] ?? Number.POSITIVE_INFINITY),
          from,
        ),
      ]),
    ),
    wald: fault === 'failures' && from === 0 ? waldAt(cell.requestsPerMinute, times) : null,
  };
};

const peerMedian = (minutes: readonly number[], from: number): number | 'early' | null => {
  const after = minutes.filter((at) => at > from);
  return 2 * after.length < minutes.length
    ? 'early'
    : quantile(
        after.map((at) => at - from),
        0.5,
      );
};

const waldAt = (requestsPerMinute: number, times: number) =>
  waldLimit({
    requestsPerMinute: (requestsPerMinute * WEIGHTS[0]) / 100,
    failureRate: FAILURE_SHARE,
    times,
    alpha: 0.01,
  });

const quantile = (values: readonly number[], part: number): number | null => {
  const value = values.toSorted((a, b) => a - b)[Math.floor(part * values.length)] ?? Number.POSITIVE_INFINITY;
  return value === Number.POSITIVE_INFINITY ? null : value;
};

const peersOf = (runs: readonly RunOutcome[], counts: (minutes: number | null) => boolean): HealthyRow['peers'] => {
  const asked = runs.filter(({ peers }) => peers.length > 0);
  if (asked.length === 0) return {};
  return Object.fromEntries(
    PEERS.map(({ name }, peer) => [
      name,
      shareOf(asked.filter(({ peers }) => counts(peers[peer] ?? null)).length, asked.length),
    ]),
  );
};

export interface GateRow {
  readonly world: string;
  readonly share: number;
  readonly passed: Share;
}

export const gateRow = ({ world, share }: GateCell, passed: number, runs: number): GateRow => ({
  world: world.name,
  share,
  passed: shareOf(passed, runs),
});

export interface LateRow {
  readonly world: string;
  /** Times as many failures; 1: healthy. */
  readonly times: number;
  readonly requestsPerMinute: number;
  /** Rolled back, whatever for; and minutes from the fault's first one to the tick that decided, settling included: medians. */
  readonly without: { readonly rolledBack: Share; readonly medianMinutes: number | null };
  readonly with: { readonly rolledBack: Share; readonly medianMinutes: number | null };
  /** Rolled back with the look, and not without it. */
  readonly onlyWithLook: number;
  /** Of those rolled back with the look, how many were on unsettled minutes. */
  readonly early: Share;
}

export const lateRow = ({ world, fault, requestsPerMinute }: LateCell, runs: readonly LateRun[]): LateRow => {
  const of = (which: keyof LateRun) => ({
    rolledBack: shareOf(runs.filter((run) => run[which].minutes !== null).length, runs.length),
    medianMinutes: quantile(
      runs.map((run) => run[which].minutes ?? Number.POSITIVE_INFINITY),
      0.5,
    ),
  });
  const back = runs.filter((run) => run.with.minutes !== null);
  return {
    world: world.name,
    times: fault.failures ?? 1,
    requestsPerMinute,
    without: of('without'),
    with: of('with'),
    onlyWithLook: runs.filter((run) => run.with.minutes !== null && run.without.minutes === null).length,
    early: shareOf(back.filter((run) => run.with.early).length, back.length),
  };
};

export const isHealthy = ({ fault }: Cell): boolean => fault === HEALTHY;
