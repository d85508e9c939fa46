/** Which proofs of identity have been used up: a marker for each, in the journal's own table, beside its rollouts. */
import { hash, randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Fault, isFault } from '../controller/fault.ts';
import { assert } from '../plan/assert.ts';
import type { Environment } from './environment.ts';
import { IS_NEW, type Item, type JournalTable, journalTableOf } from './journal-table.ts';
import type { Deadline } from './outside.ts';
import type { Envelope } from './request.ts';

export interface UsedProofs {
  /** `again`: it was used up before. A proof is known by its signature, so it must have been checked. */
  use(proof: Envelope['proof']): Promise<'first' | 'again' | Fault>;
}

/** Markers stay: there is one for each command, and nothing in the table expires. */
export const usedProofsOf = (
  client: DynamoDBClient,
  { SLUICE_TABLE }: Pick<Environment, 'SLUICE_TABLE'>,
  deadline: Deadline,
): UsedProofs => {
  const table = journalTableOf(client, SLUICE_TABLE, deadline);
  return { use: (proof) => useUp(table, 'use up a proof of identity', markerOf(proof)) };
};

/** @param marker name of an item that is written once */
export const useUp = async (
  table: JournalTable,
  operation: string,
  marker: string,
): Promise<'first' | 'again' | Fault> => {
  const usedBy = randomUUID();
  const item: Item = { rollout: { S: marker }, revision: { N: '0' }, usedBy: { S: usedBy } };
  const put = await table.put(operation, item, IS_NEW);
  if (isFault(put)) return put;
  // The SDK repeats a write whose answer was lost, and then meets its own marker.
  return put.put || put.there?.usedBy?.S === usedBy ? 'first' : 'again';
};

/** No rollout's name has this sign. */
const markerOf = ({ url }: Envelope['proof']): string => {
  const signature = new URL(url).searchParams.get('X-Amz-Signature');
  assert(signature !== null, 'a proof that was checked has a signature');
  return `proof#${hash('sha256', signature)}`;
};
