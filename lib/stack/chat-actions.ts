import { Stack } from 'aws-cdk-lib';
import { CfnCustomAction } from 'aws-cdk-lib/aws-chatbot';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { type ChatEnvironment, type Environment, RUN_TIME } from '../aws/environment.ts';
import type { Settings } from './settings.ts';
import { sluiceFunction } from './sluice-function.ts';

interface ChatActionsProps {
  readonly name: string;
  readonly channelId: string;
  readonly logRetentionDays: Settings['logRetentionDays'];
  readonly environment: Environment;
  readonly permissions: readonly PolicyStatement[];
}

const BUTTONS = [
  { ask: 'hold', says: 'Hold' },
  { ask: 'rollBack', says: 'Roll back' },
] as const;

/**
 * Buttons under what Amazon Q says in its channel. They run one command under the role of the channel, so whoever is in it may press
 * them, and nobody is proven but the channel: hold and roll back, which are safe whoever asks.
 */
export class ChatActions extends Construct {
  /** For the channel's configuration. */
  readonly buttonArns: readonly string[];

  constructor(scope: Construct, id: string, props: ChatActionsProps) {
    super(scope, id);
    const { name, channelId, logRetentionDays, permissions } = props;
    const chat = { SLUICE_CHAT_CHANNEL: channelId } satisfies ChatEnvironment;
    const { functionName } = sluiceFunction(this, {
      name,
      which: 'chat-actions',
      description: 'What anybody in the Slack channel may ask through Amazon Q: hold, roll back',
      timeoutSeconds: RUN_TIME.chatActions.timeoutSeconds,
      logRetentionDays,
      environment: { ...props.environment, ...chat },
      permissions,
      concurrency: 1,
    });
    this.buttonArns = BUTTONS.map(({ ask, says }) => this.#button(`${name}-${ask}`, ask, says, functionName));
  }

  /**
   * Neither the variables nor the words of `lambda invoke` are in the reference of the resource; both are as others use them:
   * https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-actions.html
   */
  #button(actionName: string, ask: string, buttonText: string, functionName: string): string {
    const { region } = Stack.of(this);
    return new CfnCustomAction(this, `Button-${ask}`, {
      actionName,
      definition: {
        commandText: `lambda invoke --function-name ${functionName} --payload {"ask":"${ask}","rollout":"$rollout"} --region ${region}`,
      },
      attachments: [
        {
          buttonText,
          notificationType: 'Custom',
          variables: { rollout: 'event.metadata.additionalContext.rollout' },
          criteria: [{ operator: 'HAS_VALUE', variableName: 'rollout' }],
        },
      ],
    }).attrCustomActionArn;
  }
}
