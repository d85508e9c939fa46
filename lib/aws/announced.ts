/** Which entries of the journal people were told of: a marker for each, in the journal's own table, beside its rollouts. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Fault, isFault } from '../controller/fault.ts';
import type { Environment } from './environment.ts';
import { IS_NEW, type Item, journalTableOf } from './journal-table.ts';
import type { Deadline } from './outside.ts';

export interface Announced {
  /** Consistent. */
  has(rollout: string, revision: number): Promise<boolean | Fault>;
  /** Idempotent. */
  mark(rollout: string, revision: number): Promise<'marked' | Fault>;
}

export const announcedOf = (
  client: DynamoDBClient,
  { SLUICE_TABLE }: Pick<Environment, 'SLUICE_TABLE'>,
  deadline: Deadline,
): Announced => {
  const table = journalTableOf(client, SLUICE_TABLE, deadline);
  return {
    has: async (rollout, revision) => {
      const operation = `read whether revision ${revision} of ${rollout} was announced`;
      const items = await table.read(operation, markerOf(rollout), { from: revision, limit: 1 });
      return isFault(items) ? items : items.some((item) => Number(item.revision?.N) === revision);
    },
    mark: async (rollout, revision) => {
      const marker: Item = { rollout: { S: markerOf(rollout) }, revision: { N: `${revision}` } };
      const operation = `mark revision ${revision} of ${rollout} as announced`;
      const put = await table.put(operation, marker, IS_NEW);
      return isFault(put) ? put : 'marked';
    },
  };
};

/** No rollout's name has this sign. */
const markerOf = (rollout: string): string => `announced#${rollout}`;
