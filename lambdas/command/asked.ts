import type { PageLink, Report } from '../../lib/aws/kept-report.ts';
import type { ReadAccount } from '../../lib/aws/preflight-account.ts';
import type { RefusedReply } from '../../lib/aws/request.ts';
import type { Fault } from '../../lib/controller/fault.ts';
import type { World } from '../../lib/controller/ports.ts';
import type { DeployedPlan } from './plans.ts';

/** With what every request is answered. */
export interface Asked {
  readonly world: World;
  readonly plans: readonly DeployedPlan[];
  /** Who asks: proven, never told. */
  readonly as: string;
  /** The rollout's report as it is kept; undefined: there is none yet. */
  readonly readReport: (rollout: string) => Promise<Report | undefined | Fault>;
  /** A link to its page. */
  readonly linkPage: (rollout: string) => Promise<PageLink | undefined | Fault>;
  /** What the checklist before a start asks of the account. */
  readonly readAccount: ReadAccount;
}

/** A reply without `ok` and `as`, which every one has. */
export type Answered<Reply> = Reply | RefusedReply;

export const refuse = (refused: string, problems: readonly string[] = []): RefusedReply => ({
  ok: false,
  refused,
  problems,
});

/** The refusal of somebody who did not prove who they are, or who may not ask this: it is counted. */
export const forbid = (refused: string, problems: readonly string[] = []): RefusedReply => ({
  ...refuse(refused, problems),
  forbidden: true,
});

/** Trouble outside, as a refusal that names the operation and the code. */
export const refuseFor = (fault: Fault): RefusedReply => refuse(fault.toString());
