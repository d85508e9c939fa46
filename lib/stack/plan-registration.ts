import { CfnResource, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { InvocationType, Trigger } from 'aws-cdk-lib/triggers';
import { Construct } from 'constructs';
import { assert } from '../plan/assert.ts';
import type { Settings } from './settings.ts';

export interface PlanRegistrationProps {
  readonly name: string;
  readonly logRetentionDays: Settings['logRetentionDays'];
  /** Has the plans beside its handler, so that it is another version when one of them changes. */
  readonly command: LambdaFunction;
  /** Everything a rollout needs from the first moment on. */
  readonly after: readonly Construct[];
}

/**
 * Registers deployed plans: when everything is there, and again when the function or a plan changes. The function is invoked without an
 * event and must be idempotent; that it fails fails the deployment.
 */
export class PlanRegistration extends Construct {
  constructor(scope: Construct, id: string, { name, logRetentionDays, command, after }: PlanRegistrationProps) {
    super(scope, id);
    new Trigger(this, 'Trigger', {
      handler: command,
      invocationType: InvocationType.REQUEST_RESPONSE,
      executeOnHandlerChange: true,
      executeAfter: [...after],
    });
    const { logGroupName } = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${name}-registration`,
      retention: logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    invokerOf(this).addPropertyOverride('LoggingConfig', { LogGroup: logGroupName });
  }
}

/** The CDK's own function that invokes what is triggered. Left to itself it makes a log group that keeps everything for ever. */
const invokerOf = (scope: Construct): CfnResource => {
  const provider = Stack.of(scope).node.tryFindChild('AWSCDK.TriggerCustomResourceProviderCustomResourceProvider');
  const invoker = provider?.node.tryFindChild('Handler');
  assert(
    invoker instanceof CfnResource,
    "a trigger's provider is a part of the stack, and its function is the Handler",
  );
  return invoker;
};
