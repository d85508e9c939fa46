/** Which requests of Slack have been carried out: a marker for each, in the journal's own table, beside its rollouts. */
import { hash } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Fault } from '../controller/fault.ts';
import type { Environment } from './environment.ts';
import { journalTableOf } from './journal-table.ts';
import type { Deadline } from './outside.ts';
import { useUp } from './used-proofs.ts';

export interface UsedRequests {
  /** `again`: it was used up before. A request is known by its signature, so it must have been checked. */
  use(signature: string): Promise<'first' | 'again' | Fault>;
}

/** Slack signs time and body together, so two presses never have one signature. */
export const usedRequestsOf = (
  client: DynamoDBClient,
  { SLUICE_TABLE }: Pick<Environment, 'SLUICE_TABLE'>,
  deadline: Deadline,
): UsedRequests => {
  const table = journalTableOf(client, SLUICE_TABLE, deadline);
  // No rollout's name has this sign.
  return { use: (signature) => useUp(table, 'use up a request of Slack', `slack#${hash('sha256', signature)}`) };
};
