import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { ScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { deadLetters } from './dead-letters.ts';

export interface WakeUpsProps {
  readonly name: string;
  /** ARNs of the functions that may be woken. */
  readonly wakes: readonly string[];
  /** ARN of the queue that gathers minute wake-ups, if there is one. */
  readonly minuteQueue: string | undefined;
}

/**
 * Where wake-ups live. The schedules are made at run time: CloudFormation knows no schedule that deletes itself after its one time, and
 * when a rollout begins must not depend on when a stack was deployed.
 */
export class WakeUps extends Construct {
  readonly groupName: string;
  readonly role: Role;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { name, wakes, minuteQueue }: WakeUpsProps) {
    super(scope, id);
    const stack = Stack.of(this);
    this.groupName = name;
    // Goes with the stack, and every schedule in it: what they would wake is gone too.
    new ScheduleGroup(this, 'Group', { scheduleGroupName: name, removalPolicy: RemovalPolicy.DESTROY });
    this.deadLetters = deadLetters(this, 'DeadLetters');
    this.role = new Role(this, 'Role', {
      description: `${name}: EventBridge Scheduler wakes the functions`,
      // Only schedules of this group; https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: {
            'aws:SourceAccount': stack.account,
            'aws:SourceArn': stack.formatArn({ service: 'scheduler', resource: 'schedule-group', resourceName: name }),
          },
        },
      }),
      inlinePolicies: {
        wake: new PolicyDocument({
          statements: [
            new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [...wakes] }),
            new PolicyStatement({
              actions: ['sqs:SendMessage'],
              resources: [this.deadLetters.queueArn, ...(minuteQueue === undefined ? [] : [minuteQueue])],
            }),
          ],
        }),
      },
    });
  }

  /** ARNs of all schedules of the group. */
  get schedulesArn(): string {
    return Stack.of(this).formatArn({
      service: 'scheduler',
      resource: 'schedule',
      resourceName: `${this.groupName}/*`,
    });
  }
}
