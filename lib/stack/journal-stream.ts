import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import {
  EventSourceMapping,
  type EventSourceMappingProps,
  FilterCriteria,
  FilterRule,
  type IFunction,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

export interface JournalStreamProps {
  readonly table: Table;
  readonly target: IFunction;
  readonly deadLetters: IQueue;
  /** What new items of the table must have to wake the function. */
  readonly having: object;
  readonly more: Pick<EventSourceMappingProps, 'batchSize' | 'maxRecordAge' | 'bisectBatchOnError' | 'retryAttempts'>;
}

/** Hands the function what is added to the journal's table. Order holds within a rollout. */
export const readJournalStream = (
  scope: Construct,
  { table, target, deadLetters, having, more }: JournalStreamProps,
): void => {
  new EventSourceMapping(scope, 'Mapping', {
    target,
    ...(table.tableStreamArn === undefined ? {} : { eventSourceArn: table.tableStreamArn }),
    // From the oldest record: what is written between the mapping's making and its first poll is not lost.
    startingPosition: StartingPosition.TRIM_HORIZON,
    parallelizationFactor: 10,
    reportBatchItemFailures: true,
    // Without the CDK's own grant: the permission stands in the table of permissions.
    onFailure: { bind: () => ({ destination: deadLetters.queueArn }) },
    filters: [FilterCriteria.filter({ eventName: FilterRule.isEqual('INSERT'), dynamodb: { NewImage: having } })],
    ...more,
  });
};
