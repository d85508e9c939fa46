import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { FunctionUrl, FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { type Environment, RUN_TIME, type SlackEnvironment } from '../aws/environment.ts';
import type { Settings } from './settings.ts';
import { sluiceFunction } from './sluice-function.ts';

/** The app that people decide with. */
export interface SlackApp {
  readonly teamId: string;
  readonly appId: string;
}

interface SlackActionsProps extends SlackApp {
  /** Name or ARN of a secret that holds JSON with `signingSecret` and `botToken`. */
  readonly secret: string;
  readonly name: string;
  readonly logRetentionDays: Settings['logRetentionDays'];
  readonly environment: Environment;
  /** Of the function behind the address, and of the one that carries out. */
  readonly permissions: Readonly<Record<'slackActions' | 'slackCommands', readonly PolicyStatement[]>>;
}

/** Whoever finds the address can keep so many busy: a flood costs little, and keeps nothing waiting that was accepted before. */
const AT_ONCE = 3;

/**
 * The buttons of our own Slack app. Two functions: one with an address that anybody can reach, which checks Slack's signature and may do
 * next to nothing; and one without an address, which carries out and has permissions.
 */
export class SlackActions extends Construct {
  constructor(scope: Construct, id: string, props: SlackActionsProps) {
    super(scope, id);
    const { name, logRetentionDays, permissions, secret, teamId, appId } = props;
    const slack = {
      SLUICE_SLACK_SECRET: secret,
      SLUICE_SLACK_TEAM: teamId,
      SLUICE_SLACK_APP: appId,
      SLUICE_SLACK_COMMANDS: `${name}-slack-commands`,
    } satisfies SlackEnvironment;
    sluiceFunction(new Construct(this, 'Commands'), {
      name,
      which: 'slack-commands',
      description: 'What people ask with the buttons in Slack, proven once more and carried out',
      timeoutSeconds: RUN_TIME.slackCommands.timeoutSeconds,
      logRetentionDays,
      environment: { ...props.environment, ...slack },
      permissions: permissions.slackCommands,
      concurrency: AT_ONCE,
      // Repeated it would meet its own marker. Who pressed is not told of a minute that nobody answered: they press again.
      isWoken: true,
    });
    const door = sluiceFunction(new Construct(this, 'Door'), {
      name,
      which: 'slack-actions',
      description: 'The address of the Slack app: checks the signature, asks for a reason, hands on',
      timeoutSeconds: RUN_TIME.slackActions.timeoutSeconds,
      logRetentionDays,
      environment: slack,
      permissions: permissions.slackActions,
      concurrency: AT_ONCE,
    });
    // Slack has no credentials of AWS: its signature over the raw body is the proof, and without it nothing is read.
    const url = new FunctionUrl(this, 'Url', { function: door, authType: FunctionUrlAuthType.NONE });
    new CfnOutput(Stack.of(this), 'SlackRequestUrl', { value: url.url });
  }
}
