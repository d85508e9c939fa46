/**
 * A look at minutes that CloudWatch may still add to. Their counts only grow, so each is taken at its worst for a rollback: what a bet wins on
 * that, the settled row will win at least. The look itself leaves no trace in the evidence: each row is still judged once, when it is settled.
 *
 * What may still come is bounded by what is there. A good answer is never a failure, so the baseline has at most as many failures as requests
 * that are not known to be answered well; and by the weights one side's requests tell how many the other must have, but for chance.
 */
import type { Minute } from './regression.ts';
import type { Row } from './row.ts';
import { hasBaseline } from './share.ts';

/** Of the requests of the minutes before; a minute with fewer is mostly still to come. */
const THERE_AT_LEAST = 0.9;
/** Standard errors by which one side's requests may differ from what the other's tell. */
const STANDARD_ERRORS = 3;

/**
 * The failures of both sides, at their worst for a rollback; undefined: too little of the minute is there.
 * @param usual the baseline's requests in a minute, of late
 */
export const worstCase = ({ candidate, baseline, weight }: Row, usual: number): Minute | undefined => {
  if (candidate === null || baseline === null || !hasBaseline(weight) || weight <= 0) return undefined;
  if (baseline.unavailable === null || baseline.requests < THERE_AT_LEAST * usual) return undefined;
  const ratio = weight / (100 - weight);
  const told = (candidate.requests - STANDARD_ERRORS * Math.sqrt(candidate.requests)) / ratio;
  const toCome = Math.max(0, told - baseline.requests);
  // Failures that are not answers, refused connections, are in both terms; that is on the safe side.
  const notWell = Math.max(0, baseline.unavailable) + baseline.failures + toCome;
  return {
    requests: Math.max(candidate.requests, baseline.requests * ratio),
    events: Math.min(candidate.failures, candidate.requests),
    baselineRequests: baseline.requests,
    baselineEvents: Math.min(notWell, baseline.requests + toCome),
  };
};
