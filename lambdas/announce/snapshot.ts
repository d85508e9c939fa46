/** What a rollout's journal came to so far, kept beside its report: a journal of two weeks has 80 MB and is not read again for every event. */
import * as v from 'valibot';
import { valueIn } from '../../lib/aws/json-text.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { emptyLedger, type Ledger } from '../../lib/report/ledger.ts';

/** Rises with every change of the ledger's shape: then the whole journal is read once more. */
const SCHEMA = 5;

export const SNAPSHOT = 'ledger.json';

/** Grows in place, as the ledger does. */
export interface Folded {
  readonly ledger: Ledger;
  /** SHA-256 of the newest line; empty where there is none. */
  hash: string;
  /** Whole parts of the journal that were put into the bucket. */
  parts: number;
}

export const nothingFolded = (plan: Plan): Folded => ({ ledger: emptyLedger(plan), hash: '', parts: 0 });

/** −1: none. */
export const revisionOf = ({ ledger }: Folded): number => ledger.newest?.revision ?? -1;

/** The plan is left out: it never changes, and entry 0 has it. */
export const snapshotOf = ({ ledger: { plan: _, ...ledger }, hash, parts }: Folded): string =>
  JSON.stringify({ schema: SCHEMA, hash, parts, ledger });

const schema = v.object({
  schema: v.literal(SCHEMA),
  hash: v.string(),
  parts: v.pipe(v.number(), v.integer()),
  ledger: v.record(v.string(), v.unknown()),
});

/** What another release wrote, or nobody of us, is worth nothing: then it is folded anew. */
export const readSnapshot = (content: string, plan: Plan): Folded => {
  const read = v.safeParse(schema, valueIn(content));
  if (!read.success) return nothingFolded(plan);
  const { hash, parts, ledger } = read.output;
  return { hash, parts, ledger: { ...(ledger as unknown as Omit<Ledger, 'plan'>), plan } };
};
