import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { FilterRule, type IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { readJournalStream } from './journal-stream.ts';

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
    readJournalStream(this, {
      table,
      target: announce,
      deadLetters,
      // Claims, changed claims and entries without news never wake the function; nor do the items it writes itself.
      having: { notices: { N: FilterRule.exists() } },
      more: { batchSize: 10, bisectBatchOnError: true, retryAttempts: 8, maxRecordAge: Duration.minutes(15) },
    });
  }
}
