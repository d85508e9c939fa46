/** Whether the measurement can be trusted: each metric of an A/A rollout tested, and what follows from all of them together. */

import type { DifferenceSums } from '../judge/difference.ts';
import { holm, leastFound, seeDifference } from '../judge/difference.ts';
import { PROVING_BLOCKS, type Products, seeRatio, testRatio } from '../judge/ratio.ts';
import { TOLERANCE } from '../judge/regression.ts';
import { nameOf } from '../judge/watched.ts';
import { formatNumber } from '../plan/metric.ts';
import type { RolloutState } from '../rollout/rollout.ts';
import type { Comparison } from './comparison.ts';

/** Of all p-values together, at the end of the rollout. */
export const FAMILY_LEVEL = 0.05;
/** Of the evidence of all metrics together, at any time. */
export const ANY_TIME_LEVEL = 0.01;
/** Each interval by itself, at any time. */
const INTERVAL_BETA = 0.05;
/** Traffic that would not have shown so large a difference says too little. */
export const MUST_BE_FOUND = 3;

export type Finding = 'differs' | 'tolerated' | 'same' | 'tooLittle' | 'toldOnly';

export interface Tested {
  readonly name: string;
  readonly candidate: string;
  readonly baseline: string;
  /** Candidate's over the baseline's; null: nothing could be compared. */
  readonly ratio: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly isAsymptotic: boolean;
  readonly p: number | null;
  readonly logEvidence: number | null;
  readonly standardError: number | null;
  /** Enough blocks or minutes to say anything. */
  readonly isEnough: boolean;
  /** Told, and no part of the verdict. */
  readonly isToldOnly: boolean;
}

export interface Found extends Tested {
  readonly finding: Finding;
  /** p-value after Holm's correction over all that count. */
  readonly correctedP: number | null;
  /** The smallest difference that would have been found, in times; null: not known. */
  readonly leastFound: number | null;
}

/**
 * @param isOver the rollout came to its planned end: p-values are for one planned look, and say nothing where it was stopped for what was seen
 */
export const findingsOf = (comparison: Comparison, state: RolloutState, isOver: boolean): readonly Found[] => {
  const tested = testAll(comparison, state);
  const counting = tested.filter(({ p, isToldOnly }) => p !== null && !isToldOnly);
  const corrected = holm(counting.map(({ p }) => p ?? 1));
  const tests = Math.max(1, counting.length);
  return tested.map((each): Found => {
    const at = counting.indexOf(each);
    const correctedP = at < 0 ? null : (corrected[at] ?? null);
    const least = each.standardError === null ? null : leastFound(each.standardError, FAMILY_LEVEL / tests);
    return { ...each, correctedP, leastFound: least, finding: findingOf(each, { correctedP, tests, least, isOver }) };
  });
};

interface Terms {
  readonly correctedP: number | null;
  readonly tests: number;
  readonly least: number | null;
  readonly isOver: boolean;
}

const findingOf = (tested: Tested, { correctedP, tests, least, isOver }: Terms): Finding => {
  if (tested.isToldOnly) return 'toldOnly';
  const { logEvidence, lower, upper } = tested;
  const isProven =
    (isOver && correctedP !== null && correctedP < FAMILY_LEVEL) ||
    (logEvidence !== null && logEvidence >= Math.log(tests / ANY_TIME_LEVEL));
  if (!isProven || !tested.isEnough) {
    // A p-value that may not be used yet is no proof, and speaks against "no difference" all the same.
    const isSuspect = correctedP !== null && correctedP < FAMILY_LEVEL;
    return !tested.isEnough || isSuspect || least === null || least > MUST_BE_FOUND ? 'tooLittle' : 'same';
  }
  const isSmall = lower !== null && upper !== null && lower >= 1 / TOLERANCE && upper <= TOLERANCE;
  return isSmall ? 'tolerated' : 'differs';
};

const testAll = ({ watched, split, revenue, gauges }: Comparison, { judge }: RolloutState): readonly Tested[] => [
  ...watched.map(({ of, sums }) =>
    testCounts(
      metricWords(nameOf(of.metric, judge.before)),
      sums,
      of.metric.kind === 'orders' ? ORDER_CLUMPS : judge.clumpiness,
    ),
  ),
  { ...testCounts('requests against the weight', split, 1), ...splitShares(split) },
  ...(revenue === null ? [] : [testBlocks('revenue per request', revenue.revenue, false)]),
  ...gauges.map(({ name, mean }) => testBlocks(`gauge ${name}`, mean.revenue, true)),
];

/** As the watch takes them. */
const ORDER_CLUMPS = 2;

const testCounts = (name: string, sums: DifferenceSums, clumpiness: number): Tested => {
  const seen = seeDifference(sums, clumpiness, INTERVAL_BETA);
  return {
    name,
    candidate: rate(sums.events, sums.requests),
    baseline: rate(sums.baselineEvents, sums.baselineRequests),
    ratio: seen?.ratio ?? null,
    lower: seen?.lower ?? null,
    upper: seen?.upper ?? null,
    isAsymptotic: false,
    p: seen?.p ?? null,
    logEvidence: seen?.logEvidence ?? null,
    standardError: seen?.standardError ?? null,
    isEnough: seen !== undefined,
    isToldOnly: false,
  };
};

const rate = (events: number, requests: number): string =>
  requests > 0
    ? `${formatNumber((100 * events) / requests)} % (${formatNumber(events)} of ${formatNumber(requests)})`
    : 'nothing';

const splitShares = ({ events, baselineEvents }: DifferenceSums): Pick<Tested, 'candidate' | 'baseline'> => {
  const share = (part: number): string => rate(part, events + baselineEvents);
  return { candidate: share(events), baseline: share(baselineEvents) };
};

/** How much load a target bears depends on how many share it, so equal releases may differ in what is told only. */
const testBlocks = (name: string, products: Products, isToldOnly: boolean): Tested => {
  const [blocks = 0, sum = 0, per = 0, baselineSum = 0, baselinePer = 0] = products;
  const { measured, lower, upper } = seeRatio(products, INTERVAL_BETA);
  const test = testRatio(products);
  const mean = (total: number, count: number): string => (count > 0 ? formatNumber(total / count) : 'nothing');
  return {
    name,
    candidate: mean(sum, per),
    baseline: mean(baselineSum, baselinePer),
    ratio: measured === null ? null : 1 + measured,
    lower: lower === null ? null : 1 + lower,
    upper: upper === null ? null : 1 + upper,
    isAsymptotic: true,
    p: test?.p ?? null,
    logEvidence: test?.logEvidence ?? null,
    standardError: test?.standardError ?? null,
    isEnough: blocks >= PROVING_BLOCKS && test !== undefined,
    isToldOnly,
  };
};

/** By the name of a metric that is watched. */
export const metricWords = (metric: string): string => {
  const [kind = ''] = metric.split(':', 1);
  // A segment's name may have a colon itself.
  const of = metric.slice(kind.length + 1);
  switch (kind) {
    case 'failures':
      return 'failed requests';
    case 'unavailable':
      return 'unanswered requests';
    case 'slow':
      return `answers slower than ${of.replace('ms', ' ms')}`;
    case 'segment':
      return `failed requests of segment ${of}`;
    case 'usualLatency':
      return "answers slower than the baseline's usual ones";
    default:
      return kind;
  }
};
