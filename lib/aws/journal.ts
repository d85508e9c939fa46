import { createHash } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Fault, isFault } from '../controller/fault.ts';
import type { Journal } from '../controller/ports.ts';
import { assert } from '../plan/assert.ts';
import { ownedBy } from '../plan/owned.ts';
import type { Instant, Plan } from '../plan/plan.ts';
import { describeProblem } from '../plan/problem.ts';
import type { Entry } from '../rollout/entry.ts';
import { readEntry } from '../rollout/read-entry.ts';
import { readPlan } from '../rollout/read-plan.ts';
import { claimItemOf, claimsOf } from './claims.ts';
import type { Environment } from './environment.ts';
import { IS_NEW, type Item, journalTableOf } from './journal-table.ts';
import type { Deadline } from './outside.ts';

/**
 * An item holds at most 400 KB, its attributes' names and values counted
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html); half a KB is left for those beside the body.
 */
const BODY_BYTES_AT_MOST = 400 * 1024 - 512;

/**
 * The journal on one DynamoDB table. An entry is one item, written once on the condition that its revision is not there. That it lies on
 * top of its predecessor is not asked of DynamoDB: the writer has read that predecessor consistently, and entries are never deleted.
 *
 * @param now for the age of claims
 */
export const journalOf = (
  client: DynamoDBClient,
  { SLUICE_TABLE }: Pick<Environment, 'SLUICE_TABLE'>,
  deadline: Deadline,
  now: () => Instant = Date.now,
): Journal => {
  const table = journalTableOf(client, SLUICE_TABLE, deadline);
  /** Entry 0 never changes. */
  const plans = new Map<string, Plan>();

  const entries: Journal['entries'] = async (rollout, from, limit) => {
    if (limit < 1) return [];
    const operation = `read the entries of ${rollout}`;
    const items = await table.read(operation, rollout, { from, limit });
    return isFault(items) ? items : bodiesOf(items, operation);
  };
  const head: Journal['head'] = async (rollout) => {
    const operation = `read the journal of ${rollout}`;
    const items = await table.read(operation, rollout, { from: 0, limit: 1, newestFirst: true });
    const bodies = isFault(items) ? items : bodiesOf(items, operation);
    if (isFault(bodies)) return bodies;
    const [body] = bodies;
    return body === undefined ? undefined : { body, hash: createHash('sha256').update(body).digest('hex') };
  };
  const headEntry = async (rollout: string): Promise<Entry | undefined | Fault> => {
    const found = await head(rollout);
    if (found === undefined || isFault(found)) return found;
    const read = readEntry(found.body);
    return read.ok ? read.entry : new Fault('UNREADABLE', `read the journal of ${rollout}`, new Error(read.problem));
  };
  const plan: Journal['plan'] = async (rollout) => {
    const known = plans.get(rollout);
    if (known !== undefined) return known;
    const bodies = await entries(rollout, 0, 1);
    const read = isFault(bodies) ? bodies : await planIn(bodies[0], rollout);
    if (!isFault(read)) plans.set(rollout, read);
    return read;
  };
  const claims = claimsOf({ table, now, headOf: headEntry });
  const owned = async (rollout: string): Promise<readonly string[] | Fault> => {
    const known = await plan(rollout);
    if (!isFault(known)) return keysOf(known).map(claimItemOf);
    if (known.code !== 'NOT_FOUND' && known.code !== 'UNREADABLE') return known;
    // Without a plan the index says it; what it does not know yet is void in ten minutes.
    const items = await table.directory(`list what ${rollout} owns`, 'claim');
    return isFault(items) ? items : items.filter(({ owner }) => owner?.S === rollout).map(nameOf);
  };

  return {
    head,
    entries,
    plan,
    append: async (rollout, revision, body) => {
      const operation = `append revision ${revision} to the journal of ${rollout}`;
      const bytes = Buffer.byteLength(body);
      if (bytes > BODY_BYTES_AT_MOST) return new Fault('REFUSED', operation, tooLarge(bytes));
      const put = await table.put(operation, itemOf(rollout, revision, body), IS_NEW);
      if (isFault(put)) return put;
      // After a lost answer the SDK asks again and meets what it wrote itself.
      return put.put || put.there?.body?.S === body ? 'appended' : 'conflict';
    },
    claim: claims.claim,
    free: async (rollout) => {
      const items = await owned(rollout);
      return isFault(items) ? items : claims.free(rollout, items);
    },
    status: async (rollout) => {
      const entry = await headEntry(rollout);
      return entry === undefined || isFault(entry) ? entry : entry.state.status;
    },
    list: async (which) => {
      const items = await table.directory('list the rollouts', which === 'all' ? 'rollout' : 'claim');
      if (isFault(items)) return items;
      return [...new Set(items.map((item) => (which === 'all' ? nameOf(item) : (item.owner?.S ?? ''))))].sort();
    },
  };
};

const nameOf = ({ rollout }: Item): string => rollout?.S ?? '';

/** One that comes after others has claimed its own name before it could claim anything else. */
const keysOf = (plan: Plan): readonly string[] => [...(plan.after.length > 0 ? [plan.rollout] : []), ...ownedBy(plan)];

const tooLarge = (bytes: number): Error =>
  new Error(
    `an entry must have at most ${BODY_BYTES_AT_MOST} bytes, which is what a DynamoDB item holds; it has ${bytes}`,
  );

/** `notices` is for the filter of the table's stream: most entries have nothing to tell people. `kind` makes a rollout appear in the index. */
const itemOf = (rollout: string, revision: number, body: string): Item => {
  const entry = JSON.parse(body) as Pick<Entry, 'rollout' | 'revision' | 'notices'>;
  assert(entry.rollout === rollout && entry.revision === revision, 'an entry is kept under its own name and revision');
  return {
    rollout: { S: rollout },
    revision: { N: `${revision}` },
    body: { S: body },
    ...(entry.notices.length > 0 ? { notices: { N: `${entry.notices.length}` } } : {}),
    ...(revision === 0 ? { kind: { S: 'rollout' } } : {}),
  };
};

const bodiesOf = (items: readonly Item[], operation: string): readonly string[] | Fault => {
  const bodies = items.flatMap(({ body }) => body?.S ?? []);
  if (bodies.length === items.length) return bodies;
  return new Fault('UNREADABLE', operation, new Error('every entry must have a body; one has none'));
};

const planIn = async (body: string | undefined, rollout: string): Promise<Plan | Fault> => {
  const operation = `read the plan of ${rollout}`;
  if (body === undefined) return new Fault('NOT_FOUND', operation);
  const read = await readPlan(JSON.parse(body) as Pick<Entry, 'plan'>);
  if (read.ok) return read.plan;
  return new Fault('UNREADABLE', operation, new Error(read.problems.map(describeProblem).join('\n')));
};
