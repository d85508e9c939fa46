import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { EventSourceMapping, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

/** As many rollouts with one rule each as one DescribeRules reads (lib/aws/world.ts). */
export const WAKE_UPS_AT_ONCE = 20;
/** How long a wake-up may wait for others. */
export const WAIT_SECONDS = 10;
/** Of the tick function's ten (lib/stack/functions.ts): two are left for wake-ups that come by themselves. */
export const INVOCATIONS_AT_ONCE = 8;

/**
 * Gathers the minute wake-ups of many rollouts, so that one invocation ticks several and reads for all of them at once. A wake-up is worth
 * nothing after a minute: the next one is there. So one that was not done, or not received, is forgotten.
 */
export class MinuteQueue extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.minutes(1),
      // At least as long as the function may run, or Lambda refuses; as long as it is kept: nothing is handed over twice.
      visibilityTimeout: Duration.minutes(1),
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  wake(tick: IFunction): void {
    new EventSourceMapping(this, 'Mapping', {
      target: tick,
      eventSourceArn: this.queue.queueArn,
      batchSize: WAKE_UPS_AT_ONCE,
      maxBatchingWindow: Duration.seconds(WAIT_SECONDS),
      maxConcurrency: INVOCATIONS_AT_ONCE,
      reportBatchItemFailures: true,
    });
  }
}
