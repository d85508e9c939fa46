import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { journalTableOf } from '../../lib/aws/journal-table.ts';
import { Deadline } from '../../lib/aws/outside.ts';
import { isFault } from '../../lib/controller/fault.ts';
import { createTable } from '../stand-in/dynamodb.ts';
import { type Running, startDynamoDbLocal } from './processes.ts';
import { until } from './until.ts';

const TABLE = 'warm-up';

/**
 * DynamoDB Local that has answered every kind of request once. Java loads what it needs when it is asked, which on a busy machine takes longer
 * than our clients wait; DynamoDB itself does not.
 */
export const startWarmDynamoDb = async (): Promise<Running> => {
  const dynamo = await startDynamoDbLocal();
  const client = new DynamoDBClient({
    endpoint: dynamo.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'warmup', secretAccessKey: 'test' },
  });
  await createTable(client, TABLE);
  await until('answer of DynamoDB Local', 60, () => askAll(client), dynamo.output);
  client.destroy();
  return dynamo;
};

const askAll = async (client: DynamoDBClient): Promise<true | undefined> => {
  const table = journalTableOf(client, TABLE, new Deadline());
  const key = { rollout: { S: 'one' }, revision: { N: '0' } };
  const isNew = { expression: 'attribute_not_exists(#revision)', names: ['revision'] };
  const answers = [
    await table.put('write', { ...key, kind: { S: 'rollout' } }, isNew),
    await table.put('write again', key, isNew),
    await table.read('read', 'one', { from: 0, limit: 1 }),
    await table.directory('list', 'rollout'),
    await table.delete('delete', key, { expression: 'attribute_exists(#revision)', names: ['revision'] }),
  ];
  return answers.some(isFault) ? undefined : true;
};
