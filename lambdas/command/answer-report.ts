import type { Replies } from '../../lib/aws/request.ts';
import { isFault } from '../../lib/controller/fault.ts';
import { type Answered, type Asked, refuse, refuseFor } from './asked.ts';

/** The report as `lambdas/announce` last wrote it, and the revision it was made from. */
export const answerReport = async (
  { readReport }: Asked,
  { rollout }: { readonly rollout: string },
): Promise<Answered<Replies['report']>> => {
  const report = await readReport(rollout);
  if (isFault(report)) return refuseFor(report);
  if (report === undefined) return refuseNone(rollout);
  return { markdown: report.content, revision: report.revision };
};

/** Whoever may read the report may pass it on, for an hour at most. */
export const answerReportLink = async (
  { linkPage }: Asked,
  { rollout }: { readonly rollout: string },
): Promise<Answered<Replies['reportLink']>> => {
  const link = await linkPage(rollout);
  if (isFault(link)) return refuseFor(link);
  return link === undefined ? refuseNone(rollout) : link;
};

const refuseNone = (rollout: string) => refuse(`there is no report of a rollout ${rollout} yet`);
