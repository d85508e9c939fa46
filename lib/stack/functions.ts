import { Stack } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { type Environment, RUN_TIME } from '../aws/environment.ts';
import type { Files } from './function-code.ts';
import type { Settings } from './settings.ts';
import { sluiceFunction } from './sluice-function.ts';

export const FUNCTIONS = ['tick', 'command', 'announce', 'watchdog'] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

/** Made only where the stack is told of a Slack app. */
type AnyFunctionName = FunctionName | 'slack';

export interface FunctionsProps {
  readonly name: string;
  readonly logRetentionDays: Settings['logRetentionDays'];
  /** The same for all. */
  readonly environment: Environment;
  readonly permissions: Readonly<Record<FunctionName, readonly PolicyStatement[]>>;
  /** What the command function finds beside its handler. */
  readonly commandFiles: Files;
  /** The function that posts in Slack; undefined: there is none. */
  readonly slack?:
    | { readonly environment: Readonly<Record<string, string>>; readonly permissions: readonly PolicyStatement[] }
    | undefined;
}

interface Sizes {
  readonly description: string;
  /** How many may run at once, taken from the account's pool; undefined: as many as come. */
  readonly concurrency?: number;
  /** A wake-up that fails is not repeated: the next one comes within a minute, and a late one says nothing that it does not. */
  readonly isWoken?: boolean;
}

const SIZES: Readonly<Record<AnyFunctionName, Sizes>> = {
  tick: {
    description: 'One look at a rollout: read, observe, judge, decide, record, converge',
    // More than ten wait a moment for each other, within the minute they have; docs/scale.md says how many rollouts that carries.
    concurrency: 10,
    isWoken: true,
  },
  command: {
    description: 'What operators and leads ask, and the registration of deployed plans',
    concurrency: 5,
  },
  announce: {
    description: 'Tells people what the journal says, and writes reports',
  },
  watchdog: {
    description: 'Looks whether live rollouts are looked after, and lowers those that are not',
    concurrency: 1,
    isWoken: true,
  },
  slack: {
    description: 'Keeps one message in Slack for each rollout, and calls people there',
  },
};

/** Functions have fixed names: the command line finds them by name, and their roles and environment name them without a circle. */
export const functionArn = (
  scope: Construct,
  name: string,
  which: AnyFunctionName | 'slack-commands' | 'chat-actions',
): string => Stack.of(scope).formatArn({ service: 'lambda', resource: `function:${name}-${which}` });

export class Functions extends Construct {
  readonly of: Readonly<Record<FunctionName, LambdaFunction>>;

  readonly slack: LambdaFunction | undefined;

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    const made = (which: FunctionName) => this.#function(which, props, props.environment, props.permissions[which]);
    this.of = { tick: made('tick'), command: made('command'), announce: made('announce'), watchdog: made('watchdog') };
    const { slack } = props;
    this.slack =
      slack && this.#function('slack', props, { ...props.environment, ...slack.environment }, slack.permissions);
  }

  #function(
    which: AnyFunctionName,
    { name, logRetentionDays, commandFiles }: FunctionsProps,
    environment: Readonly<Record<string, string>>,
    permissions: readonly PolicyStatement[],
  ): LambdaFunction {
    return sluiceFunction(new Construct(this, which.charAt(0).toUpperCase() + which.slice(1)), {
      name,
      which,
      timeoutSeconds: RUN_TIME[which].timeoutSeconds,
      logRetentionDays,
      environment,
      permissions,
      files: which === 'command' ? commandFiles : {},
      ...SIZES[which],
    });
  }
}
