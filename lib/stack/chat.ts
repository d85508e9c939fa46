import { CfnSlackChannelConfiguration, LoggingLevel, SlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { assert } from '../plan/assert.ts';

export interface SlackChannel {
  /** `T…`; the workspace must have been authorised once, by hand, in the console of Amazon Q Developer in chat applications. */
  readonly workspaceId: string;
  /** `C…`. */
  readonly channelId: string;
}

export interface ChatProps extends SlackChannel {
  readonly name: string;
  readonly topics: readonly ITopic[];
  /** What its buttons are, and the one function that they invoke; undefined: it has none. */
  readonly buttons?: { readonly arns: readonly string[]; readonly invoke: string } | undefined;
}

/**
 * Amazon Q tells a Slack channel what the topics say. Its guardrails are what a channel can do at most, and unless they are set they are
 * AdministratorAccess: here they let it draw an alarm's metric, and invoke the function of its buttons if it has some; nothing else.
 */
export class Chat extends Construct {
  constructor(scope: Construct, id: string, { name, workspaceId, channelId, topics, buttons }: ChatProps) {
    super(scope, id);
    const readAlarms = () =>
      new PolicyStatement({
        actions: ['cloudwatch:DescribeAlarms', 'cloudwatch:GetMetricData', 'cloudwatch:GetMetricStatistics'],
        resources: ['*'],
      });
    const invoke = () =>
      buttons === undefined
        ? []
        : [new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [buttons.invoke] })];
    const guardrails = new ManagedPolicy(this, 'Guardrails', {
      description: `${name}: all that anybody in the Slack channel can do through Amazon Q`,
      statements: [readAlarms(), ...invoke()],
    });
    const role = new Role(this, 'Role', {
      description: `${name}: Amazon Q draws alarms in Slack`,
      // AWS does not say that this service sends an `aws:SourceAccount`; a condition on it could lock it out. The role reads, and presses.
      assumedBy: new ServicePrincipal('chatbot.amazonaws.com'),
    });
    for (const statement of [readAlarms(), ...invoke()]) role.addToPolicy(statement);
    const channel = new SlackChannelConfiguration(this, 'Channel', {
      slackChannelConfigurationName: name,
      slackWorkspaceId: workspaceId,
      slackChannelId: channelId,
      notificationTopics: [...topics],
      guardrailPolicies: [guardrails],
      role,
      loggingLevel: LoggingLevel.ERROR,
    });
    const made = channel.node.defaultChild;
    assert(made instanceof CfnSlackChannelConfiguration, "a channel's only child is its resource");
    if (buttons !== undefined) made.customizationResourceArns = [...buttons.arns];
  }
}
