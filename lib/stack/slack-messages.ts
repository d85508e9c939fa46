import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { FilterRule, type IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { readJournalStream } from './journal-stream.ts';

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
    readJournalStream(this, {
      table,
      target: slack,
      deadLetters,
      // Neither claims nor markers, nor what the function itself keeps there.
      having: { body: { S: FilterRule.exists() } },
      more: { batchSize: 1000, maxRecordAge: Duration.hours(6) },
    });
  }
}
