/**
 * Kayenta, Spinnaker's canary analysis, with its NetflixACAJudge: one metric, the share of failed requests per minute, compared with the
 * baseline's.
 *
 * - A canary stage for each phase, as a pipeline has one after each change of the weights. It judges every 60 minutes (the documentation's
 *   starting point, for at least 50 points), each time over all minutes of the stage so far (lookback "growing").
 * - `direction: increase`, as an error metric has it; tolerance 0.25, confidence 98 % (fixed in the judge); effect size: the default, a mean ratio
 *   of at least 1; outliers are kept (default).
 * - `nanStrategy: remove`: a minute without requests has no share. (The default counts it as 0, which at few requests hides failures.)
 * - The one metric is the whole score, 100 or 0. A score below the marginal threshold (75) in any run ends the stage, and so does a metric
 *   without any data: half of the metrics without data is a score of 0.
 *
 * In percent, since Kayenta's search for the interval ends at an absolute 1e-4 (mann-whitney.ts).
 *
 * https://spinnaker.io/docs/guides/user/canary/best-practices/, https://spinnaker.io/docs/guides/user/canary/judge/,
 * https://github.com/spinnaker/kayenta/blob/master/docs/canary-config.md and, under
 * https://github.com/spinnaker/spinnaker/tree/main/kayenta/kayenta-judge/src/main/scala/com/netflix/kayenta/judge:
 * NetflixACAJudge.scala, classifiers/metric/MannWhitneyClassifier.scala, scorers/WeightedSumScorer.scala
 */
import { type Shift, shiftOf } from './mann-whitney.ts';
import { failedPercent, type Peer, type PeerRollout } from './peer.ts';

const INTERVAL = 60;
const JUDGE: ClassifierSettings = { tolerance: 0.25, confidence: 0.98, direction: 'increase' };

export interface ClassifierSettings {
  /** Share of the estimated shift that its bound must lie beyond. */
  readonly tolerance: number;
  readonly confidence: number;
  /** The change that counts. */
  readonly direction: 'increase' | 'decrease' | 'either';
}

export type Classification = 'high' | 'low' | 'pass' | 'no data';

/** Kayenta's Mann-Whitney classifier of one metric. */
export const classified = (
  candidate: readonly number[],
  baseline: readonly number[],
  { tolerance, confidence, direction }: ClassifierSettings,
): Classification => {
  if (candidate.length === 0 || baseline.length === 0) return 'no data';
  if (isSame(candidate, baseline)) return 'pass';
  const { lower, upper, estimate } = shiftBetween(candidate, baseline, confidence);
  const bound = tolerance * Math.abs(estimate);
  // The ratio of the means; with a baseline of only zeros there is none, and Kayenta does not ask for it.
  const [mean, meanOfBaseline] = [meanOf(candidate), meanOf(baseline)];
  if (direction !== 'decrease' && lower > bound && (meanOfBaseline === 0 || mean >= meanOfBaseline)) return 'high';
  if (direction !== 'increase' && upper < -bound && (meanOfBaseline === 0 || mean <= meanOfBaseline)) return 'low';
  return 'pass';
};

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The same values in any order, or one and the same value throughout. */
const isSame = (a: readonly number[], b: readonly number[]): boolean => {
  if (isConstant(a) && isConstant(b)) return a[0] === b[0];
  const [sortedA, sortedB] = [Float64Array.from(a).sort(), Float64Array.from(b).sort()];
  return a.length === b.length && sortedA.every((value, index) => value === sortedB[index]);
};

const isConstant = (values: readonly number[]): boolean => values.every((value) => value === values[0]);

/** Two different constants Kayenta blurs with noise of 1e-5 of their size, after which the interval is their difference, but for the noise. */
const shiftBetween = (candidate: readonly number[], baseline: readonly number[], confidence: number): Shift => {
  if (!isConstant(candidate) || !isConstant(baseline)) return shiftOf(candidate, baseline, confidence);
  const difference = (candidate[0] ?? 0) - (baseline[0] ?? 0);
  return { lower: difference, upper: difference, estimate: difference };
};

const begin = (): PeerRollout => {
  let phase: number | undefined;
  let minutes = 0;
  let candidate: number[] = [];
  let baseline: number[] = [];
  return (minute, at) => {
    if (at.phase !== phase) {
      [phase, minutes, candidate, baseline] = [at.phase, 0, [], []];
    }
    minutes++;
    const ofCandidate = failedPercent(minute.requests, minute.failures);
    const ofBaseline = failedPercent(minute.baselineRequests, minute.baselineFailures);
    if (ofCandidate !== undefined) candidate.push(ofCandidate);
    if (ofBaseline !== undefined) baseline.push(ofBaseline);
    if (minutes % INTERVAL !== 0) return false;
    return classified(candidate, baseline, JUDGE) !== 'pass';
  };
};

export const kayenta: Peer = {
  name: 'Kayenta',
  rule:
    `every ${INTERVAL} minutes a Mann-Whitney test of the failed share per minute, over the phase so far, candidate against baseline: ` +
    `tolerance ${JUDGE.tolerance}, confidence ${100 * JUDGE.confidence} %; fails at a score below 75, which "high" or no data is`,
  source: 'https://spinnaker.io/docs/guides/user/canary/best-practices/',
  begin,
};
