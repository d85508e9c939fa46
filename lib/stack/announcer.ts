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

export interface AnnouncerProps {
  readonly table: Table;
  readonly announce: IFunction;
  readonly deadLetters: IQueue;
}

/**
 * Every entry that has something to say, from the journal's stream to the function that says it. Order holds within a rollout, and one
 * entry that cannot be announced keeps its lane busy for minutes, not for the day that a stream lasts.
 */
export class Announcer extends Construct {
  constructor(scope: Construct, id: string, { table, announce, deadLetters }: AnnouncerProps) {
    super(scope, id);
    new EventSourceMapping(this, 'Mapping', {
      target: announce,
      ...(table.tableStreamArn === undefined ? {} : { eventSourceArn: table.tableStreamArn }),
      // From the oldest record: what is written between the mapping's making and its first poll is announced too.
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 10,
      parallelizationFactor: 10,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      retryAttempts: 8,
      maxRecordAge: Duration.minutes(15),
      // Without the CDK's own grant: the permission stands in the table of permissions.
      onFailure: { bind: () => ({ destination: deadLetters.queueArn }) },
      // Claims, changed claims and entries without news never wake the function; nor do the items it writes itself.
      filters: [
        FilterCriteria.filter({
          eventName: FilterRule.isEqual('INSERT'),
          dynamodb: { NewImage: { notices: { N: FilterRule.exists() } } },
        }),
      ],
    });
  }
}
