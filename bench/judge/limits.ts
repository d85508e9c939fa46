/** What must hold, or the bench fails. */
import { qbeta } from 'lib-r-math.js';
import { GATE } from './judge-cell.ts';
import type { Results } from './results.ts';
import type { FaultRow, Share } from './summary.ts';

const FALSE_ROLLBACKS = 0.01;
/** From so many on the share itself is what counts. */
const ENOUGH_RUNS = 1000;

/** Minutes after which half of the rollouts have seen it, from minute 0: what a prototype reached, which may be missed by 15 %. */
const REACHED: readonly { readonly requestsPerMinute: number; readonly times: number; readonly minutes: number }[] = [
  { requestsPerMinute: 50, times: 50, minutes: 122 },
  { requestsPerMinute: 1000, times: 5, minutes: 146 },
  { requestsPerMinute: 1000, times: 50, minutes: 7 },
  { requestsPerMinute: 50_000, times: 5, minutes: 7 },
  { requestsPerMinute: 50_000, times: 50, minutes: 1 },
];
/** The same, which may not be missed at all. */
const AIMED = [
  { requestsPerMinute: 50_000, times: 2, minutes: 45 },
  { requestsPerMinute: 50_000, times: 1.5, minutes: 130 },
];
const SLACK = 1.15;
/** Of ×5 at 50 requests a minute. */
const SEEN_AT_LEAST = 0.17;

export const missed = (results: Results): readonly string[] => [
  ...results.healthy
    .filter(({ rolledBack }) => isTooOften(rolledBack))
    .map(
      ({ world, requestsPerMinute, rolledBack }) =>
        `${world} at ${requestsPerMinute}/min: ${percent(rolledBack.share)} of healthy rollouts went back, at most ${percent(FALSE_ROLLBACKS)} may`,
    ),
  ...results.gates
    .filter(({ share, passed }) => share >= GATE.limit && isTooOften(passed, GATE.beta))
    .map(
      ({ world, share, passed }) =>
        `${world}: a gate of ${percent(GATE.limit)} passed at ${percent(share)} in ${percent(passed.share)}`,
    ),
  ...results.faults
    .filter(
      ({ fault, times, requestsPerMinute, seen }) =>
        fault === 'failures' && times >= 5 && requestsPerMinute >= 1000 && seen.share < 1,
    )
    .map((row) => `${nameOf(row)} was seen in ${percent(row.seen.share)} only`),
  ...results.late
    .filter(({ times, with: seen }) => times === 1 && isTooOften(seen.rolledBack))
    .map(
      (row) =>
        `${row.world} at ${row.requestsPerMinute}/min, late rows: ${percent(row.with.rolledBack.share)} of healthy rollouts went back`,
    ),
  ...results.late
    .filter(({ times, onlyWithLook }) => times === 1 && onlyWithLook > 0)
    .map(
      (row) =>
        `${row.world} at ${row.requestsPerMinute}/min: the look alone rolled back ${row.onlyWithLook} healthy rollouts`,
    ),
  ...REACHED.flatMap((aim) => late(results, aim, aim.minutes * SLACK)),
  ...AIMED.flatMap((aim) => late(results, aim, aim.minutes)),
  ...results.faults
    .filter(
      ({ fault, times, from, requestsPerMinute, seen }) =>
        fault === 'failures' &&
        times === 5 &&
        from === 0 &&
        requestsPerMinute === 50 &&
        seen.share < SEEN_AT_LEAST / SLACK,
    )
    .map((row) => `${nameOf(row)} was seen in ${percent(row.seen.share)} only`),
];

/** Of few rollouts one may go back by chance, and there are a hundred cells: there the limit is missed when it is 99.9 % sure. */
const isTooOften = ({ share, runs }: Share, most = FALSE_ROLLBACKS): boolean =>
  share > most && (runs >= ENOUGH_RUNS || lowerBound(Math.round(share * runs), runs) > most);

/** Clopper & Pearson 1934, one-sided. */
const lowerBound = (count: number, runs: number): number => qbeta(0.001, count, runs - count + 1);

const late = (
  { faults }: Results,
  aim: { readonly requestsPerMinute: number; readonly times: number },
  most: number,
): readonly string[] => {
  const row = faults.find(
    ({ fault, from, times, requestsPerMinute }) =>
      fault === 'failures' && from === 0 && times === aim.times && requestsPerMinute === aim.requestsPerMinute,
  );
  if (row === undefined) return [`failures ×${aim.times} at ${aim.requestsPerMinute}/min were not run`];
  const { medianMinutes } = row;
  return medianMinutes !== null && medianMinutes <= most
    ? []
    : [`${nameOf(row)}: seen after ${medianMinutes ?? 'never'} min, at most ${most.toFixed(1)} may pass`];
};

const nameOf = ({ fault, times, from, requestsPerMinute }: FaultRow): string =>
  `${fault} ×${times} from minute ${from} at ${requestsPerMinute}/min`;

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
