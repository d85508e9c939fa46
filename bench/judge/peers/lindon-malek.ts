/**
 * The sequential test of M. Lindon and A. Malek, "Anytime-Valid Inference for Multinomial Count Data", NeurIPS 2022,
 * https://arxiv.org/abs/2011.03567, with which Netflix compares counts of errors in canaries: every failure falls on one of two arms. Of a healthy
 * candidate it is the arm's share of the requests that decides which; against that stands a Dirichlet mixture (of two arms: beta) around the
 * same shares. The Bayes factor has mean 1 under the first at all times, so it exceeds 1/alpha in at most alpha of healthy rollouts, however often
 * one looks, when failures come one by one.
 *
 * - Concentration 100 (the authors' default, https://gist.github.com/michaellindon/5ce04c744d20755c3f653fbb58c2f4dd).
 * - The shares are the weights. The paper has them fixed; with each phase a new mixture begins, and the factors are multiplied, which keeps the mean.
 * - alpha 1 %, as Sluice has it. The test has two sides; a candidate that fails less is not rolled back.
 */
import { lgamma } from 'lib-r-math.js';
import type { Peer, PeerRollout } from './peer.ts';

const CONCENTRATION = 100;
const ALPHA = 0.01;

const logBeta = (a: number, b: number): number => lgamma(a) + lgamma(b) - lgamma(a + b);

/**
 * Log of the Bayes factor against the failures being spread as the requests are.
 *
 * @param share of the requests, the candidate's; more than 0 and less than 1
 */
export const logBayesFactor = (
  failures: number,
  baselineFailures: number,
  share: number,
  concentration = CONCENTRATION,
): number => {
  const [a, b] = [concentration * share, concentration * (1 - share)];
  const mixture = logBeta(a + failures, b + baselineFailures) - logBeta(a, b);
  return mixture - failures * Math.log(share) - baselineFailures * Math.log(1 - share);
};

const begin = (): PeerRollout => {
  let phase: number | undefined;
  let ofPhasesBefore = 0;
  let ofPhase = 0;
  let failures = 0;
  let baselineFailures = 0;
  return (minute, at) => {
    if (at.phase !== phase) {
      [phase, ofPhasesBefore, ofPhase, failures, baselineFailures] = [at.phase, ofPhasesBefore + ofPhase, 0, 0, 0];
    }
    if (at.weight <= 0 || at.weight >= 100) return false;
    if (minute.requests === null || minute.baselineRequests === null) return false;
    const [more, baselineMore] = [minute.failures ?? 0, minute.baselineFailures ?? 0];
    if (more + baselineMore === 0) return false;
    failures += more;
    baselineFailures += baselineMore;
    const share = at.weight / 100;
    ofPhase = logBayesFactor(failures, baselineFailures, share);
    const failsMore = failures > share * (failures + baselineFailures);
    return failsMore && ofPhasesBefore + ofPhase >= Math.log(1 / ALPHA);
  };
};

export const lindonMalek: Peer = {
  name: 'Lindon-Malek',
  rule:
    `every minute a sequential multinomial test of the failures on both arms, Dirichlet mixture of concentration ${CONCENTRATION} ` +
    `around the weights; rolls back at a Bayes factor of ${1 / ALPHA} (alpha ${100 * ALPHA} %) where the candidate fails more`,
  source: 'https://arxiv.org/abs/2011.03567',
  begin,
};
