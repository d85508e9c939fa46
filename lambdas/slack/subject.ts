/** What keeping a rollout current in Slack works on. */
import type { PostedItems } from '../../lib/aws/posted.ts';
import type { Fault } from '../../lib/controller/fault.ts';
import type { Journal } from '../../lib/controller/ports.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import type { SlackChannels } from '../../lib/plan/slack-channels.ts';
import type { Entry } from '../../lib/rollout/entry.ts';
import type { Book } from './post-once.ts';
import type { Workspace } from './workspace.ts';

export interface Desk {
  readonly journal: Pick<Journal, 'plan' | 'head' | 'entries'>;
  readonly items: PostedItems;
  readonly workspace: Workspace;
  readonly installation: string;
  /** Another function answers the message's buttons. */
  readonly hasButtons: boolean;
  readonly now: () => number;
  /** Told what Slack refused of one channel or one message, beside which everything else goes on. */
  onRefused(fault: Fault): void;
}

/** A rollout with its plan, its channels, and the newest entry. */
export interface Subject {
  readonly desk: Desk;
  readonly book: Book;
  readonly plan: Plan;
  readonly channels: SlackChannels;
  readonly head: Entry;
  /** Channels that took nothing in this run, and why: they are asked once, and everything else goes on. */
  readonly closed: Map<string, Fault>;
}
