/**
 * A request and its answer may fall into different minutes: a minute's "unanswered" then holds requests that are
 * answered in the next, which in turn shows less than it should, even less than 0. Sums take care of that by
 * themselves. Evidence that is folded minute by minute must not count the first and forget the second, so what a
 * minute has too little is set off against the minutes after it.
 */
import type { Row } from './row.ts';
import { hasBaseline, type Sums } from './share.ts';

/** What earlier minutes showed too little (below 0) or more than there were requests (above), per side. */
export type InFlight = readonly [candidate: number, baseline: number];

export const NONE_IN_FLIGHT: InFlight = [0, 0];

/**
 * The unanswered requests of a row's two sides, each within [0, requests], and what is left to set off. `minutes` is
 * 0 where a baseline that should have counts has none.
 */
export const setOff = (
  inFlight: InFlight,
  row: Row,
): { readonly inFlight: InFlight; readonly sums: Sums | undefined } => {
  const requests = row.candidate?.requests ?? 0;
  const candidate = one(inFlight[0], requests, row.candidate?.unavailable);
  if (!hasBaseline(row.weight)) {
    return candidate === undefined
      ? { inFlight, sums: undefined }
      : { inFlight: [candidate.left, inFlight[1]], sums: [requests, candidate.bad, 0, 0, 1] };
  }
  const baselineRequests = row.baseline?.requests ?? 0;
  const baseline = one(inFlight[1], baselineRequests, row.baseline?.unavailable);
  const left: InFlight = [candidate?.left ?? inFlight[0], baseline?.left ?? inFlight[1]];
  if (candidate === undefined) return { inFlight: left, sums: undefined };
  if (baseline === undefined) return { inFlight: left, sums: [requests, candidate.bad, 0, 0, 0] };
  return { inFlight: left, sums: [requests, candidate.bad, baselineRequests, baseline.bad, 1] };
};

const one = (before: number, requests: number, unavailable: number | null | undefined) => {
  if (unavailable === null || unavailable === undefined) return undefined;
  const owed = before + unavailable;
  const bad = Math.min(requests, Math.max(0, owed));
  // A debt larger than a minute's requests is no answer under way but a revised count: it must not hide what comes.
  return { bad, left: Math.min(requests, Math.max(-requests, owed - bad)) };
};
