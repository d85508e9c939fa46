/** The journal's table in Amazon's own engine, as the template has it, and its stream as the event source mapping reads it. */
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { type Assembly, physicalName, REGION } from './bundles.ts';
import { askJson } from './signed-only-in-name.ts';

export interface StreamRecord {
  readonly eventName: string;
  readonly dynamodb: { readonly NewImage?: Readonly<Record<string, { readonly S?: string; readonly N?: string }>> };
}

export interface JournalStream {
  /** What was written since it was last asked, in order. */
  read(): Promise<readonly StreamRecord[]>;
  /** Owners of rules and target groups, each once for each that it owns. */
  owners(): Promise<readonly string[]>;
}

/** @param accessKeyId DynamoDB Local has one database for each: that of the functions */
export const journalStream = async (url: string, assembly: Assembly, accessKeyId: string): Promise<JournalStream> => {
  const [table] = assembly.of('AWS::DynamoDB::Table');
  if (table === undefined) throw new Error('the template has no table');
  const { StreamSpecification, DeletionProtectionEnabled, ...properties } = table.Properties;
  const { SSESpecification: _, PointInTimeRecoverySpecification: __, ...plain } = properties;
  const credentials = { accessKeyId, secretAccessKey: 'any' };
  const client = new DynamoDBClient({ endpoint: url, region: REGION, credentials });
  const TableName = physicalName(table.id);
  await client.send(
    new CreateTableCommand({
      ...(plain as CreateTableCommandInput),
      TableName,
      // CloudFormation says nothing of it, since a stream that is specified is enabled.
      StreamSpecification: { StreamEnabled: true, ...StreamSpecification },
    }),
  );
  const ask = <T>(operation: string, input: unknown): Promise<T> =>
    askJson<T>(url, 'dynamodb', `DynamoDBStreams_20120810.${operation}`, input);
  const { Streams } = await ask<{ Streams: { StreamArn: string }[] }>('ListStreams', { TableName });
  const StreamArn = Streams[0]?.StreamArn;
  const told = await ask<{ StreamDescription: { Shards: { ShardId: string }[] } }>('DescribeStream', { StreamArn });
  // It begins a second one after four hours, which no test lasts.
  const ShardId = told.StreamDescription.Shards[0]?.ShardId;
  const begun = await ask<{ ShardIterator: string }>('GetShardIterator', {
    StreamArn,
    ShardId,
    ShardIteratorType: 'TRIM_HORIZON',
  });
  let iterator = begun.ShardIterator;
  return {
    owners: async () => {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName,
          IndexName: 'directory',
          KeyConditionExpression: 'kind = :claim',
          ExpressionAttributeValues: { ':claim': { S: 'claim' } },
        }),
      );
      return Items.flatMap(({ owner }) => owner?.S ?? []);
    },
    read: async () => {
      const records: StreamRecord[] = [];
      for (;;) {
        const page = await ask<{ Records: StreamRecord[]; NextShardIterator: string }>('GetRecords', {
          ShardIterator: iterator,
        });
        iterator = page.NextShardIterator;
        if (page.Records.length === 0) return records;
        records.push(...page.Records);
      }
    },
  };
};

/** The exact bytes of that rollout's entry; none: the record tells of a claim, a marker or another rollout. */
export const lineOf = ({ dynamodb }: StreamRecord, rollout: string | undefined): readonly string[] => {
  const { body, rollout: of } = dynamodb.NewImage ?? {};
  return body?.S === undefined || of?.S !== rollout ? [] : [body.S];
};

/**
 * Whether a record meets a filter of the mapping: lists of values, or of `{ exists: true }`, at the ends of a tree.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
 */
export const meets = (pattern: unknown, value: unknown): boolean => {
  if (Array.isArray(pattern))
    return pattern.some((each) => (typeof each === 'object' ? (value !== undefined) === each.exists : each === value));
  return Object.entries(pattern as object).every(([key, each]) =>
    meets(each, (value as Readonly<Record<string, unknown>> | undefined)?.[key]),
  );
};
