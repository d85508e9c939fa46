import { Fault, isFault } from '../controller/fault.ts';
import type { Environment } from './environment.ts';
import type { Deadline } from './outside.ts';
import { type Signature, signedRequest, type Variables } from './signed-request.ts';

/** A file of a rollout's report, and the revision of the newest entry it was made from. */
export interface Report {
  readonly content: string;
  readonly revision: number;
}

/** Name of the file that people read. */
const REPORT = 'report.md';

/**
 * The report that `lambdas/announce` keeps of a rollout; undefined: there is none yet.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export const readKeptReport = async (
  signature: Signature,
  { SLUICE_REPORTS }: Pick<Environment, 'SLUICE_REPORTS'>,
  deadline: Deadline,
  variables: Variables,
  rollout: string,
): Promise<Report | undefined | Fault> => {
  const operation = `read ${REPORT} of the report of ${rollout}`;
  const path = `/${SLUICE_REPORTS}/${rollout}/${REPORT}`;
  const got = await signedRequest(operation, { service: 's3', path }, signature, deadline, variables);
  if (isFault(got)) return got;
  if (got.status === 404) {
    const isMissing = got.text.includes('<Code>NoSuchKey</Code>');
    return isMissing ? undefined : new Fault('NOT_FOUND', operation, new Error(got.text.slice(0, 1000)));
  }
  return { content: got.text, revision: Number(got.header('x-amz-meta-revision') ?? -1) };
};
