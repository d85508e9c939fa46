/** What the absence of counts says: nobody came, the candidate is silent, or we are blind. */
import type { Row } from './row.ts';
import { hasBaseline } from './share.ts';
import type { RowCause, Stage } from './verdict.ts';

/** Below this, no requests may be chance. */
const EXPECTED_AT_LEAST = 25;

export interface Heard {
  /** Candidate requests expected over the minutes in a row in which none were reported. */
  readonly expected: number;
  readonly cause: RowCause | undefined;
  /** A minute without requests on either side, and CloudWatch was not silent: it says nothing, for or against. */
  readonly neutral: boolean;
}

export const hear = (expectedBefore: number, row: Row, stage: Stage): Heard => {
  const requests = row.candidate?.requests ?? 0;
  const baselineRequests = row.baseline?.requests ?? 0;
  if (row.candidate === null && row.baseline === null && !row.hosts) {
    return { expected: expectedBefore, cause: { code: 'BLIND' }, neutral: false };
  }
  if (requests > 0) return { expected: 0, cause: undefined, neutral: false };
  if (baselineRequests <= 0) return { expected: expectedBefore, cause: undefined, neutral: true };
  if (stage !== 'bake' || !hasBaseline(row.weight)) return { expected: 0, cause: undefined, neutral: false };
  const expected = expectedBefore + (baselineRequests * row.weight) / (100 - row.weight);
  const isSilent = expected >= EXPECTED_AT_LEAST;
  return {
    expected,
    cause: isSilent ? { code: 'NO_DATA', minute: row.minute, expectedRequests: expected } : undefined,
    neutral: false,
  };
};
