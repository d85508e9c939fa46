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
  if (report === undefined) return refuse(`there is no report of a rollout ${rollout} yet`);
  return { markdown: report.content, revision: report.revision };
};
