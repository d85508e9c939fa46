import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Announcement, Announcements } from '../controller/ports.ts';
import { unreachable } from '../plan/assert.ts';
import { messageOf, subjectOf } from './announcement-texts.ts';
import type { Environment } from './environment.ts';
import { type Deadline, outside } from './outside.ts';

/**
 * One message for each announcement, to the topic of its audience. The attributes `rollout` and `audience` are for filter policies of
 * subscriptions: https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering.html
 */
export const announcementsOf = (client: SNSClient, environment: Environment, deadline: Deadline): Announcements => ({
  publish: (announcement) => {
    const { rollout, audience, subject } = announcement;
    const command = new PublishCommand({
      TopicArn: topicOf(environment, audience),
      Subject: subjectOf(subject),
      MessageStructure: 'json',
      Message: messageOf(announcement),
      MessageAttributes: { rollout: attribute(rollout), audience: attribute(audience) },
    });
    return outside(`publish to the topic of ${AUDIENCE[audience]}`, deadline, async (options) => {
      await client.send(command, options);
      return 'published' as const;
    });
  },
});

const attribute = (StringValue: string) => ({ DataType: 'String', StringValue });

const AUDIENCE: Readonly<Record<Announcement['audience'], string>> = {
  everyone: 'everyone',
  leads: 'leads',
  onCall: 'people on call',
};

const topicOf = (environment: Environment, audience: Announcement['audience']): string => {
  switch (audience) {
    case 'everyone':
      return environment.SLUICE_TOPIC_EVERYONE;
    case 'leads':
      return environment.SLUICE_TOPIC_LEADS;
    case 'onCall':
      return environment.SLUICE_TOPIC_ON_CALL;
    default:
      return unreachable(audience);
  }
};
