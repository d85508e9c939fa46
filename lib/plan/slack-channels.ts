import type { Plan } from './plan.ts';

/** The Slack channel of each audience, as written: `#name`, or an id. */
export interface SlackChannels {
  readonly everyone: string;
  readonly leads: string;
  readonly onCall: string;
}

/**
 * One channel stands for all three; leads and on call are told in that of everyone where they have none of their own. Undefined: none is named.
 * Worked out here and not when the plan is parsed: a live rollout keeps its plan as it was, which may be one channel.
 */
export const slackChannelsOf = ({ notify: { slack } }: Pick<Plan, 'notify'>): SlackChannels | undefined => {
  if (slack === undefined) return undefined;
  if (typeof slack === 'string') return { everyone: slack, leads: slack, onCall: slack };
  const { everyone, leads = everyone, onCall = everyone } = slack;
  return { everyone, leads, onCall };
};
