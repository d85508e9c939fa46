import { Fault, isFault } from '../controller/fault.ts';
import type { Environment } from './environment.ts';
import type { Deadline } from './outside.ts';
import { type Signature, signedLink, signedRequest, type Variables } from './signed-request.ts';

/** A file of a rollout's report, and the revision of the newest entry it was made from. */
export interface Report {
  readonly content: string;
  readonly revision: number;
}

/** What people read: the report as text, and as a page. */
export type Kept = 'report.md' | 'report.html';

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
  name: Kept = 'report.md',
): Promise<Report | undefined | Fault> => {
  const operation = `read ${name} of the report of ${rollout}`;
  const path = pathOf(SLUICE_REPORTS, rollout, name);
  const got = await signedRequest(operation, { service: 's3', path }, signature, deadline, variables);
  if (isFault(got)) return got;
  if (got.status === 404) {
    const isMissing = got.text.includes('<Code>NoSuchKey</Code>');
    return isMissing ? undefined : new Fault('NOT_FOUND', operation, new Error(got.text.slice(0, 1000)));
  }
  return { content: got.text, revision: Number(got.header('x-amz-meta-revision') ?? -1) };
};

const pathOf = (bucket: string, rollout: string, name: Kept): string => `/${bucket}/${rollout}/${name}`;

/** Whoever has the link reads the page, and nothing else. */
export interface PageLink {
  readonly url: string;
  /** At most: it ends sooner where the function's own credentials do. */
  readonly minutes: number;
  readonly revision: number;
}

const LINK_MINUTES = 60;

/** A link to the page of a rollout; undefined: there is none yet. It is read once, since a link to nothing would be answered in S3's own words. */
export const linkKeptPage = async (
  signature: Signature,
  environment: Pick<Environment, 'SLUICE_REPORTS'>,
  deadline: Deadline,
  variables: Variables,
  rollout: string,
): Promise<PageLink | undefined | Fault> => {
  const page = await readKeptReport(signature, environment, deadline, variables, rollout, 'report.html');
  if (page === undefined || isFault(page)) return page;
  const path = pathOf(environment.SLUICE_REPORTS, rollout, 'report.html');
  const url = await signedLink({ service: 's3', path }, 60 * LINK_MINUTES, signature, variables);
  return { url, minutes: LINK_MINUTES, revision: page.revision };
};
