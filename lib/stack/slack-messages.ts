import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import {
  EventSourceMapping,
  FilterCriteria,
  FilterRule,
  type IFunction,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface SlackMessagesProps {
  readonly table: Table;
  readonly slack: IFunction;
  readonly deadLetters: IQueue;
}

/**
 * Every entry of the journal to the function that posts in Slack: also those without news, so that the message stays current. It is the
 * second reader of the stream, and there is no third (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html).
 *
 * Order holds within a rollout. While Slack is down a batch comes again and again, for hours; those after it lose nothing by that, since
 * whatever is posted next makes everything good.
 */
export class SlackMessages extends Construct {
  constructor(scope: Construct, id: string, { table, slack, deadLetters }: SlackMessagesProps) {
    super(scope, id);
    new EventSourceMapping(this, 'Mapping', {
      target: slack,
      ...(table.tableStreamArn === undefined ? {} : { eventSourceArn: table.tableStreamArn }),
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 1000,
      parallelizationFactor: 10,
      reportBatchItemFailures: true,
      maxRecordAge: Duration.hours(6),
      // Without the CDK's own grant: the permission stands in the table of permissions.
      onFailure: { bind: () => ({ destination: deadLetters.queueArn }) },
      // Neither claims nor markers, nor what the function itself keeps there.
      filters: [
        FilterCriteria.filter({
          eventName: FilterRule.isEqual('INSERT'),
          dynamodb: { NewImage: { body: { S: FilterRule.exists() } } },
        }),
      ],
    });
  }
}
