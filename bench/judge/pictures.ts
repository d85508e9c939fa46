/** The two pictures of docs/judge.md, drawn from simulated rollouts by the production judge. */
import { betaOf } from '../../lib/judge/bound.ts';
import { beginBake, initialJudge, weigh } from '../../lib/judge/judge.ts';
import { shareBounds } from '../../lib/judge/share.ts';
import { tablesOf } from '../../lib/judge/tables.ts';
import { totalWealth } from '../../lib/judge/watch.ts';
import { lineChart } from './line-chart.ts';
import { CANARY_MINUTES, PLAN } from './plan.ts';
import { dayBefore, type Fault, HEALTHY, minutesOf, type World } from './world.ts';

const WORLD: World = { name: 'independent' };
const REQUESTS_PER_MINUTE = 3000;
const SEED = 4;

const HOURS = [0, 20, 40, 60, 80, 100, 120];

const canary = (fault: Fault) => [...minutesOf(WORLD, fault, REQUESTS_PER_MINUTE, SEED)].slice(0, CANARY_MINUTES);

/** Upper and lower bound of the failure share, minute by minute, as the criterion sees it. */
export const boundsPicture = (): string => {
  let [requests, failures] = [0, 0];
  const seen = canary(HEALTHY).map(({ row }, index) => {
    requests += row.candidate?.requests ?? 0;
    failures += row.candidate?.failures ?? 0;
    const { lower, upper } = shareBounds(failures, requests, { clumpiness: 1, beta: betaOf(0) });
    return { minute: index + 1, share: failures / requests, lower, upper };
  });
  return lineChart({
    title: 'What is known of the failure rate of a healthy canary',
    x: { title: 'minutes of the bake', from: 0, to: CANARY_MINUTES, ticks: HOURS, label: String },
    y: {
      title: 'failed requests',
      from: 0,
      to: 0.03,
      ticks: [0, 0.005, 0.01, 0.015, 0.02, 0.025, 0.03],
      label: (share) => `${(100 * share).toFixed(1)} %`,
    },
    lines: [
      {
        name: 'limit',
        colour: '#c0392b',
        dashed: true,
        points: [
          [0, 0.01],
          [CANARY_MINUTES, 0.01],
        ],
      },
      { name: 'upper bound', colour: '#2c5aa0', points: seen.map(({ minute, upper }) => [minute, upper]) },
      { name: 'seen', colour: '#222', points: seen.map(({ minute, share }) => [minute, share]) },
      { name: 'lower bound', colour: '#5aa02c', points: seen.map(({ minute, lower }) => [minute, lower]) },
    ],
  });
};

const FAULT_FROM = 60;

/** The total wealth of the watch, minute by minute. */
export const evidencePicture = (): string =>
  lineChart({
    title: 'Evidence against a candidate that fails 10 times as much from minute 60 on',
    x: { title: 'minutes of the bake', from: 0, to: CANARY_MINUTES, ticks: HOURS, label: String },
    y: { title: 'wealth', from: -1, to: 3, ticks: [-1, 0, 1, 2, 3], label: (power) => `${10 ** power}` },
    lines: [
      {
        name: 'rollback line (α = 1 %)',
        colour: '#c0392b',
        dashed: true,
        points: [
          [0, 2],
          [CANARY_MINUTES, 2],
        ],
      },
      { name: 'bad from minute 60', colour: '#2c5aa0', points: wealthOf({ from: FAULT_FROM, failures: 10 }) },
      { name: 'healthy', colour: '#5aa02c', points: wealthOf(HEALTHY) },
    ],
  });

const wealthOf = (fault: Fault): readonly (readonly [number, number])[] => {
  const table = tablesOf(PLAN).watch;
  let judge = beginBake(PLAN, initialJudge(PLAN, dayBefore(WORLD, REQUESTS_PER_MINUTE, SEED)), 0, {
    rise: true,
    restarts: 0,
  });
  return canary(fault).map(({ row }, index) => {
    judge = weigh(PLAN, judge, 0, row, { stage: 'bake', excluded: false }).judge;
    return [index + 1, table && judge.watch ? Math.log10(totalWealth(table, judge.watch)) : Number.NaN];
  });
};
