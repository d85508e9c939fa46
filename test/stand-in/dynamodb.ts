/** DynamoDB in this process and in memory (dynalite), and the journal's table in it. */
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import type { Service } from './server.ts';

export interface DynamoStandIn {
  readonly url: string;
  close(): Promise<void>;
}

export const dynamoStandIn = async (): Promise<DynamoStandIn> => {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, maxItemSizeKb: 400 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

/** The same behind the one address of the other services: hands every request on as it came. */
export const dynamoService =
  (url: string): Service =>
  async ({ body, headers }) => {
    const {
      authorization = '',
      'content-type': type = '',
      'x-amz-date': date = '',
      'x-amz-target': target = '',
    } = headers;
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: { authorization, 'content-type': type, 'x-amz-date': date, 'x-amz-target': target },
    });
    return { status: response.status, headers: { 'content-type': type }, body: await response.text() };
  };

/** The journal's table as the stack makes it, ready for use; any DynamoDB. */
export const createTable = async (client: DynamoDBClient, name: string): Promise<void> => {
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'rollout', AttributeType: 'S' },
        { AttributeName: 'revision', AttributeType: 'N' },
        { AttributeName: 'kind', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'rollout', KeyType: 'HASH' },
        { AttributeName: 'revision', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'directory',
          KeySchema: [
            { AttributeName: 'kind', KeyType: 'HASH' },
            { AttributeName: 'rollout', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['owner'] },
        },
      ],
    }),
  );
  for (let asked = 0; asked < 1_000; asked++) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
    const indexes = Table?.GlobalSecondaryIndexes ?? [];
    if (Table?.TableStatus === 'ACTIVE' && indexes.every(({ IndexStatus }) => IndexStatus === 'ACTIVE')) return;
  }
  throw new Error(`The table ${name} did not become active`);
};
