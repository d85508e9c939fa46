import type { Entry } from './entry.ts';

/** Code reads the state that it writes and the one before; 1 is the first there is. */
const SCHEMA = 1;

export type EntryRead = { readonly ok: true; readonly entry: Entry } | { readonly ok: false; readonly problem: string };

/**
 * Reads an entry of our own journal. It was written by `record`, so its shape is trusted; tampering is what `verify` finds. Only the schema
 * of its state is looked at: another release of this code may have written it.
 */
export const readEntry = (body: string): EntryRead => {
  const entry = JSON.parse(body) as Entry;
  const { schema }: { readonly schema: number } = entry.state;
  if (schema === SCHEMA) return { ok: true, entry };
  const problem = `revision ${entry.revision} of ${entry.rollout} has state schema ${schema}, which must be ${SCHEMA} for this release of Sluice`;
  return { ok: false, problem };
};
