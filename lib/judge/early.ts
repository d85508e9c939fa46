/**
 * A look at minutes that CloudWatch may still add to. Each is taken at its worst for a rollback, so that what a bet wins on it the settled row wins
 * at least. The look leaves no trace in the evidence: each row is still judged once, when it is settled.
 *
 * Counts only grow, and a good answer is never a failure: so the baseline has at most as many failures as requests that are not known to be
 * answered well, and as many more as requests are still to come. How many those are nobody knows; they are taken for what the minutes before had,
 * or the other side's requests tell by the weights, whichever is more. A minute with more requests than that, whose failures are reported after
 * its requests and its good answers and for one side first, is what the look cannot bear.
 */
import type { Minute } from './regression.ts';
import type { Row } from './row.ts';
import { hasBaseline } from './share.ts';

/** Standard errors by which one side's requests may differ from what the other's tell. */
const STANDARD_ERRORS = 3;

/**
 * The failures of both sides, at their worst for a rollback; undefined: nothing is known of a side, or not how many requests are usual.
 * @param usual the baseline's requests in a minute, of late; 0: not known
 */
export const worstCase = ({ candidate, baseline, weight }: Row, usual: number): Minute | undefined => {
  if (candidate === null || baseline === null || !hasBaseline(weight) || weight <= 0) return undefined;
  if (baseline.unavailable === null || usual <= 0) return undefined;
  const ratio = weight / (100 - weight);
  const told = (candidate.requests - spreadOf(candidate.requests)) / ratio;
  const whole = Math.max(baseline.requests, usual, told);
  // Failures that are not answers, refused connections, are in both of the first two terms; that is on the safe side.
  const notWell = Math.max(0, baseline.unavailable) + baseline.failures + whole - baseline.requests;
  return {
    requests: Math.max(candidate.requests, whole * ratio + spreadOf(whole * ratio)),
    events: Math.min(candidate.failures, candidate.requests),
    baselineRequests: baseline.requests,
    baselineEvents: Math.min(notWell, whole),
  };
};

const spreadOf = (requests: number): number => STANDARD_ERRORS * Math.sqrt(requests);
