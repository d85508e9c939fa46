import { LoggingLevel, SlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

export interface SlackChannel {
  /** `T…`; the workspace must have been authorised once, by hand, in the console of Amazon Q Developer in chat applications. */
  readonly workspaceId: string;
  /** `C…`. */
  readonly channelId: string;
}

export interface ChatProps extends SlackChannel {
  readonly name: string;
  readonly topics: readonly ITopic[];
}

/**
 * Amazon Q tells a Slack channel what the topics say. Its guardrails are what a channel can do at most, and unless they are set they are
 * AdministratorAccess: here they let it draw an alarm's metric, and nothing else.
 */
export class Chat extends Construct {
  constructor(scope: Construct, id: string, { name, workspaceId, channelId, topics }: ChatProps) {
    super(scope, id);
    const readAlarms = () =>
      new PolicyStatement({
        actions: ['cloudwatch:DescribeAlarms', 'cloudwatch:GetMetricData', 'cloudwatch:GetMetricStatistics'],
        resources: ['*'],
      });
    const guardrails = new ManagedPolicy(this, 'Guardrails', {
      description: `${name}: all that anybody in the Slack channel can do through Amazon Q`,
      statements: [readAlarms()],
    });
    const role = new Role(this, 'Role', {
      description: `${name}: Amazon Q draws alarms in Slack`,
      // AWS does not say that this service sends an `aws:SourceAccount`; a condition on it could lock it out. The role only reads.
      assumedBy: new ServicePrincipal('chatbot.amazonaws.com'),
    });
    role.addToPolicy(readAlarms());
    new SlackChannelConfiguration(this, 'Channel', {
      slackChannelConfigurationName: name,
      slackWorkspaceId: workspaceId,
      slackChannelId: channelId,
      notificationTopics: [...topics],
      guardrailPolicies: [guardrails],
      role,
      loggingLevel: LoggingLevel.ERROR,
    });
  }
}
