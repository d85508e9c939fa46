/** Rollouts drawn from a seed, as judgement.md simulated them: a guard of 1.5 % for 2m and the watch, 12,000 requests a minute. */
import { beginBake } from '../../lib/judge/judge.ts';
import { begin, fold } from './fold.ts';
import { planWith } from './plan.ts';
import { drawFrom, drawRow, type Traffic } from './rows.ts';

const plan = planWith({ phases: ['1%/26h', '10%/26h'], guards: ['errorRate > 1.5% for 2m'] });

export const usual: Traffic = { requestsPerMinute: 12_000, rate: 0.0008, dispersion: 2 };

interface Stops {
  /** Index of the first row on which each tripped; −1: never. */
  readonly watch: number;
  readonly guard: number;
}

/** So many minutes in each phase; from minute `from` of the first phase on the candidate fails `times` as often. */
export const rehearse = (
  seed: number,
  traffic: Traffic,
  minutes: readonly number[],
  { from = Infinity, times = 1 } = {},
): Stops => {
  const draw = drawFrom(seed);
  const stops = { watch: -1, guard: -1 };
  const before = { requestsPerMinute: traffic.requestsPerMinute, failureShare: traffic.rate, unavailableShare: 0 };
  let judge = begin(plan, before);
  let index = 0;
  for (const [phase, length] of minutes.entries()) {
    if (phase > 0) judge = beginBake(plan, judge, phase, { rise: true, restarts: 0 });
    const weight = plan.phases[phase]?.weight ?? 100;
    for (let i = 0; i < length; i++, index++) {
      const drawn = drawRow(draw, index, weight, traffic, index >= from ? times : 1);
      const { judge: next, trips } = fold(plan, judge, [drawn], { phase });
      judge = next;
      for (const { kind } of trips[0] ?? []) if (stops[kind] < 0) stops[kind] = index;
      if (stops.watch >= 0 && stops.guard >= 0) return stops;
    }
  }
  return stops;
};

/** Rows from `from` until the watch and the guard tripped, sorted; never is Infinity. */
export const delays = (
  runs: number,
  traffic: Traffic,
  minutes: number,
  fault: { readonly from: number; readonly times: number },
): { readonly watch: number[]; readonly guard: number[] } => {
  const stops = Array.from({ length: runs }, (_, seed) => rehearse(seed + 1, traffic, [minutes], fault));
  const rows = (kind: keyof Stops) =>
    stops.map((stop) => (stop[kind] < 0 ? Infinity : stop[kind] - fault.from + 1)).toSorted((a, b) => a - b);
  return { watch: rows('watch'), guard: rows('guard') };
};

export const quantile = (sorted: readonly number[], at: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(at * sorted.length) - 1)] ?? Number.NaN;
