/** Everything that is judged: which world, how many requests, what is wrong, how many rollouts. */
import { existsSync, readFileSync } from 'node:fs';
import { isInputProblem } from '../../lib/sim/input-problem.ts';
import { readTrace, type Trace } from '../../lib/sim/trace.ts';
import { type Fault, HEALTHY, type World } from './world.ts';

export interface Cell {
  readonly world: World;
  readonly fault: Fault;
  /** Of both sides together. */
  readonly requestsPerMinute: number;
  /** `all`: orders and segments are watched too. */
  readonly watched: 'failures' | 'all';
  /** Rollouts; of the first ones the other rules judge the same rows. */
  readonly runs: number;
  readonly peerRuns: number;
}

/** `gate`: how often a criterion of 1 % passes at this true share. */
export interface GateCell {
  readonly world: World;
  readonly share: number;
  readonly runs: number;
}

/** Rows come late and in parts; with the look at unsettled minutes, and without. */
export interface LateCell {
  readonly world: World;
  readonly fault: Fault;
  readonly requestsPerMinute: number;
  readonly runs: number;
}

const RATES = [50, 1000, 50_000] as const;

const INDEPENDENT: World = { name: 'independent' };
const CLUMPS: World = { name: 'clumps of 3', clump: 3 };

/** The trace of a real load balancer, where the environment names one. */
const realTrace = (): Trace | undefined => {
  const path = process.env.SLUICE_TRACE;
  if (path === undefined || !existsSync(path)) return undefined;
  const trace = readTrace(readFileSync(path, 'utf8'), 1);
  if (isInputProblem(trace)) throw new Error(`${path}: ${trace.problem}`);
  return trace;
};

const TRACE = realTrace();

/** Both sides run the same release. `trace` is undefined where it was not run. */
export const WORLDS: readonly World[] = [
  INDEPENDENT,
  CLUMPS,
  { name: 'clumps of 9', clump: 9 },
  { name: 'retry storms of 3 min', storms: { aMinute: 2, minutes: 3 } },
  { name: 'shared outage', outage: { share: 0.05, minutes: 8 } },
  { name: 'log-normal shocks', shocks: 0.8 },
  { name: 'candidate noise, CV 50 %', candidateNoise: 0.5 },
  { name: 'baseline noise, CV 50 %', baselineNoise: 0.5 },
  { name: 'daily cycle', daily: 0.35 },
  { name: 'real trace', trace: TRACE },
  { name: '3 % of rows missing', missing: 0.03 },
];

/** Not run here: there is no trace. */
export const isLeftOut = ({ name, trace }: World): boolean => name === 'real trace' && trace === undefined;

const FAILURES = [1.5, 2, 5, 50] as const;
const BEGINNINGS = [0, 60, 200] as const;
const LATENCIES = [1.2, 1.5, 2];
const ORDERS = [0.8, 0.5, 0];
const SEGMENT_TIMES = 20;
const TRUTHS = [0.001, 0.0025, 0.005, 0.0075, 0.009, 0.01, 0.012, 0.015, 0.02, 0.05];

/** A limit is set to the median, which takes more rollouts. */
const isAimed = ({ from, failures = 0 }: Fault, requestsPerMinute: number): boolean =>
  from === 0 && failures > 0 && failures <= 2 && requestsPerMinute === 50_000;

export const cellsOf = (full: boolean): readonly Cell[] => {
  const many = full ? 3000 : 200;
  const some = full ? 500 : 60;
  const few = full ? 100 : 20;
  const healthy = (watched: Cell['watched'], runs: number, peerRuns: number) =>
    WORLDS.filter((world) => !isLeftOut(world)).flatMap((world) =>
      RATES.map((requestsPerMinute) => ({ world, fault: HEALTHY, requestsPerMinute, watched, runs, peerRuns })),
    );
  const faulty = (watched: Cell['watched'], faults: readonly Fault[], runs: number, peerRuns: number) =>
    faults.flatMap((fault) =>
      RATES.map((requestsPerMinute) => ({
        world: INDEPENDENT,
        fault,
        requestsPerMinute,
        watched,
        runs: isAimed(fault, requestsPerMinute) ? (full ? 3000 : 400) : runs,
        peerRuns,
      })),
    );
  return [
    ...healthy('failures', many, few),
    ...healthy('all', full ? 1000 : 40, 0),
    ...faulty(
      'failures',
      FAILURES.flatMap((failures) => BEGINNINGS.map((from) => ({ from, failures }))),
      some,
      few,
    ),
    ...faulty(
      'failures',
      LATENCIES.map((slow) => ({ from: 0, slow })),
      few,
      0,
    ),
    ...faulty('all', [{ from: 0, segment: SEGMENT_TIMES }, ...ORDERS.map((orders) => ({ from: 0, orders }))], few, 0),
  ];
};

const LATE_FAULT_FROM = 20;

export const lateOf = (full: boolean): readonly LateCell[] => {
  const cells = (worlds: readonly World[], faults: readonly Fault[], rates: readonly number[], runs: number) =>
    worlds.flatMap((world) =>
      faults.flatMap((fault) => rates.map((requestsPerMinute) => ({ world, fault, requestsPerMinute, runs }))),
    );
  const worlds = WORLDS.filter((world) => !isLeftOut(world));
  const faults = [2, 5, 50].map((failures) => ({ from: LATE_FAULT_FROM, failures }));
  return [
    ...cells(
      worlds.filter(({ storms }) => storms === undefined),
      [HEALTHY],
      RATES,
      full ? 1000 : 30,
    ),
    // Of storms a few in a thousand go back, which takes more rollouts to tell from ten.
    ...cells(
      worlds.filter(({ storms }) => storms !== undefined),
      [HEALTHY],
      RATES,
      full ? 3000 : 30,
    ),
    ...cells([INDEPENDENT], faults, [1000, 50_000], full ? 500 : 60),
  ];
};

export const gatesOf = (full: boolean): readonly GateCell[] =>
  [INDEPENDENT, CLUMPS].flatMap((world) => TRUTHS.map((share) => ({ world, share, runs: full ? 2000 : 200 })));
