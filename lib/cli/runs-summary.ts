/** What many rehearsals of one plan come to. It depends on the runs and their order alone, so not on who ran them. */
import { MINUTE_MS } from '../plan/duration.ts';
import type { Plan } from '../plan/plan.ts';
import type { BriefRun, SinceFault } from '../sim/brief-run.ts';
import type { RunOutcome } from '../sim/rehearsal.ts';
import { type Histogram, histogramOf, quantile } from './histogram.ts';
import { type Share, shareOf } from './share-interval.ts';

export interface RunsSummary {
  readonly rollout: string;
  readonly runs: number;
  readonly seeds: { readonly first: number; readonly last: number };
  readonly outcomes: Readonly<Record<RunOutcome, Share>>;
  /** By outcome and reason, the most frequent first. */
  readonly groups: readonly Group[];
  /** Rolled back before the release was at fault, or although it never was. */
  readonly falseRollbacks: SeededShare;
  /** Null: no fault of the release was asked for. */
  readonly detection: Detection | null;
  readonly histograms: readonly Histogram[];
}

/** Of all runs. */
interface SeededShare extends Share {
  /** Ascending, all of them. */
  readonly seeds: readonly number[];
}

export interface Group extends SeededShare {
  readonly outcome: RunOutcome;
  readonly reason: string;
}

/** From the fault's beginning, or the candidate's first traffic where that came later, to the decision to roll back. */
export interface Detection {
  /** Runs that the fault met before they had ended; the shares are of these. */
  readonly met: number;
  readonly rolledBack: Share;
  readonly held: Share;
  /** Finished, or never ended. */
  readonly neverSeen: Share;
  /** Of the runs that were rolled back; null: none was. */
  readonly spread: Readonly<Record<keyof SinceFault, Spread>> | null;
}

export interface Spread {
  readonly median: number;
  readonly p90: number;
  readonly p99: number;
  readonly most: number;
}

/** @param runs at least one, ascending by seed */
export const summaryOf = (plan: Plan, runs: readonly BriefRun[], isFaulty: boolean): RunsSummary => {
  const shareWith = (outcome: RunOutcome): Share =>
    shareOf(runs.filter((run) => run.outcome === outcome).length, runs.length);
  const falsely = runs.filter(({ outcome, sinceFault }) => outcome === 'rolledBack' && sinceFault === null);
  const seen = runs.flatMap(({ outcome, sinceFault }) =>
    outcome === 'rolledBack' && sinceFault !== null ? [sinceFault] : [],
  );
  return {
    rollout: plan.rollout,
    runs: runs.length,
    seeds: { first: runs[0]?.seed ?? Number.NaN, last: runs.at(-1)?.seed ?? Number.NaN },
    outcomes: {
      finished: shareWith('finished'),
      held: shareWith('held'),
      rolledBack: shareWith('rolledBack'),
      running: shareWith('running'),
    },
    groups: groupsOf(runs),
    falseRollbacks: seededShare(falsely, runs.length),
    detection: isFaulty ? detectionOf(runs, seen) : null,
    histograms: (isFaulty ? detectionHistograms(seen) : [durations(plan, runs)]).filter(({ bins }) => bins.length > 0),
  };
};

const seededShare = (members: readonly BriefRun[], of: number): SeededShare => ({
  ...shareOf(members.length, of),
  seeds: members.map(({ seed }) => seed),
});

const groupsOf = (runs: readonly BriefRun[]): readonly Group[] => {
  const members = new Map<string, BriefRun[]>();
  for (const run of runs) {
    const name = `${run.outcome} ${run.reason}`;
    const same = members.get(name);
    if (same === undefined) members.set(name, [run]);
    else same.push(run);
  }
  return [...members.values()]
    .flatMap((same) =>
      same.slice(0, 1).map(({ outcome, reason }) => ({ outcome, reason, ...seededShare(same, runs.length) })),
    )
    .sort((one, other) => other.runs - one.runs);
};

const detectionOf = (runs: readonly BriefRun[], seen: readonly SinceFault[]): Detection => {
  const met = runs.filter(({ sinceFault }) => sinceFault !== null);
  const shareWith = (...outcomes: readonly RunOutcome[]): Share =>
    shareOf(met.filter(({ outcome }) => outcomes.includes(outcome)).length, Math.max(1, met.length));
  return {
    met: met.length,
    rolledBack: shareWith('rolledBack'),
    held: shareWith('held'),
    neverSeen: shareWith('finished', 'running'),
    spread:
      seen.length === 0
        ? null
        : {
            minutes: spreadOf(seen.map(({ minutes }) => minutes)),
            requests: spreadOf(seen.map(({ requests }) => requests)),
            failures: spreadOf(seen.map(({ failures }) => failures)),
          },
  };
};

const spreadOf = (values: readonly number[]): Spread => {
  const sorted = values.toSorted((one, other) => one - other);
  return {
    median: quantile(sorted, 0.5),
    p90: quantile(sorted, 0.9),
    p99: quantile(sorted, 0.99),
    most: quantile(sorted, 1),
  };
};

const detectionHistograms = (seen: readonly SinceFault[]): readonly Histogram[] => [
  histogramOf(
    'From the fault to the rollback',
    'minutes',
    seen.map(({ minutes }) => minutes),
  ),
  histogramOf(
    'Failed requests of the candidate since the fault',
    'requests',
    seen.map(({ failures }) => failures),
  ),
];

const durations = ({ start }: Plan, runs: readonly BriefRun[]): Histogram =>
  histogramOf(
    'From the start until the rollout had finished',
    'minutes',
    runs.filter(({ outcome }) => outcome === 'finished').map(({ at }) => (Date.parse(at) - start) / MINUTE_MS),
  );
