import { paginateListSubscriptionsByTopic, type SNSClient } from '@aws-sdk/client-sns';
import type { Fault } from '../controller/fault.ts';
import { type Deadline, outside } from './outside.ts';

/** Subscriptions of one topic, counted by protocol (`email`, `https`, `lambda`): who it is, is nobody's business here. */
export interface Subscriptions {
  readonly confirmed: Readonly<Record<string, number>>;
  readonly pending: Readonly<Record<string, number>>;
}

/** Pages of 100. */
const PAGES_AT_MOST = 20;

/** @param audience in words: "people on call" */
export const readSubscriptions = (
  client: SNSClient,
  deadline: Deadline,
  TopicArn: string,
  audience: string,
): Promise<Subscriptions | Fault> =>
  outside(`list the subscriptions to the topic of ${audience}`, deadline, async (options): Promise<Subscriptions> => {
    const confirmed: Record<string, number> = {};
    const pending: Record<string, number> = {};
    let pages = 0;
    for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic({ client }, { TopicArn }, options)) {
      for (const { SubscriptionArn = '', Protocol = 'unknown' } of Subscriptions) {
        // Instead of an ARN: PendingConfirmation, or Deleted for three days after its end.
        const counts = SubscriptionArn.startsWith('arn:') ? confirmed : pending;
        if (SubscriptionArn !== 'Deleted') counts[Protocol] = (counts[Protocol] ?? 0) + 1;
      }
      pages += 1;
      if (pages === PAGES_AT_MOST) break;
    }
    return { confirmed, pending };
  });
