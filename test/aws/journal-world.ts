/** The journal's adapter on a table of its own. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { vi } from 'vitest';
import { dynamoDbClient } from '../../lib/aws/clients.ts';
import { journalOf } from '../../lib/aws/journal.ts';
import { Deadline } from '../../lib/aws/outside.ts';
import type { Journal } from '../../lib/controller/ports.ts';
import { createTable } from '../stand-in/dynamodb.ts';

export interface JournalWorld {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly deadline: Deadline;
  readonly journal: Journal;
}

/** The SDK's standard environment, with everything behind one address. */
export const awsAt = (url: string): void => {
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  vi.stubEnv('AWS_ENDPOINT_URL', url);
  vi.stubEnv('AWS_DISABLE_REQUEST_COMPRESSION', 'true');
};

let tables = 0;

/** @param now what time the claims go by; it stands still unless told otherwise */
export const freshJournal = async (url: string, now: () => number = () => 0): Promise<JournalWorld> => {
  awsAt(url);
  const client = dynamoDbClient();
  const table = `journal-${tables++}`;
  await createTable(client, table);
  const deadline = new Deadline();
  deadline.begin(30_000);
  return { client, table, deadline, journal: journalOf(client, { SLUICE_TABLE: table }, deadline, now) };
};
