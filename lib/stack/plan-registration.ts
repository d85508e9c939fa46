import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { InvocationType, Trigger } from 'aws-cdk-lib/triggers';
import { Construct } from 'constructs';

export interface PlanRegistrationProps {
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
  constructor(scope: Construct, id: string, { command, after }: PlanRegistrationProps) {
    super(scope, id);
    new Trigger(this, 'Trigger', {
      handler: command,
      invocationType: InvocationType.REQUEST_RESPONSE,
      executeOnHandlerChange: true,
      executeAfter: [...after],
    });
  }
}
