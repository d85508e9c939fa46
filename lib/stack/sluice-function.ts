import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, EventInvokeConfig, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { type Files, functionCode } from './function-code.ts';
import type { Settings } from './settings.ts';

export interface SluiceFunctionProps {
  /** Of the installation. */
  readonly name: string;
  /** Folder below `lambdas`, and the rest of the function's name. */
  readonly which: string;
  readonly description: string;
  readonly timeoutSeconds: number;
  readonly logRetentionDays: Settings['logRetentionDays'];
  readonly environment: Readonly<Record<string, string>>;
  readonly permissions: readonly PolicyStatement[];
  /** What it finds beside its handler. */
  readonly files?: Files;
  /** How many may run at once, taken from the account's pool; undefined: as many as come. */
  readonly concurrency?: number | undefined;
  /** An event that fails is not repeated, and none older than a minute is taken. */
  readonly isWoken?: boolean | undefined;
}

/** A third of a processor: a tick mostly waits for AWS, and loads its code at a cold start. */
const MEMORY_MB = 512;

/** A function of the controller, with its log and a role that may do what the table of permissions says and nothing else. */
export const sluiceFunction = (scope: Construct, props: SluiceFunctionProps): LambdaFunction => {
  const { name, which, description, timeoutSeconds, environment, permissions, files, concurrency } = props;
  const functionName = `${name}-${which}`;
  const logGroup = new LogGroup(scope, 'Logs', {
    logGroupName: `/aws/lambda/${functionName}`,
    retention: props.logRetentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const made = new LambdaFunction(scope, 'Function', {
    functionName,
    description,
    code: functionCode(`lambdas/${which}/handler.ts`, files),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    memorySize: MEMORY_MB,
    timeout: Duration.seconds(timeoutSeconds),
    environment: { ...environment, NODE_OPTIONS: '--enable-source-maps', POWERTOOLS_SERVICE_NAME: name },
    logGroup,
    // What the CDK would add on its own is left out: permissions are those of the table, and no others.
    role: roleOf(scope, functionName, logGroup, permissions).withoutPolicyUpdates(),
    ...(concurrency === undefined ? {} : { reservedConcurrentExecutions: concurrency }),
  });
  if (props.isWoken === true)
    new EventInvokeConfig(scope, 'Asynchronous', {
      function: made,
      retryAttempts: 0,
      maxEventAge: Duration.seconds(60),
    });
  return made;
};

const roleOf = (
  scope: Construct,
  functionName: string,
  logGroup: LogGroup,
  statements: readonly PolicyStatement[],
): Role =>
  new Role(scope, 'Role', {
    description: `${functionName}: what the function may do`,
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    inlinePolicies: {
      logs: new PolicyDocument({
        statements: [
          new PolicyStatement({
            actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
            resources: [logGroup.logGroupArn],
          }),
        ],
      }),
      work: new PolicyDocument({ statements: [...statements] }),
    },
  });
