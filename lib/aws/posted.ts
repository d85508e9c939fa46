/** What was posted of a rollout in Slack: one item for each rollout, in the journal's own table, beside its rollouts. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { Fault, isFault } from '../controller/fault.ts';
import type { Notice } from '../rollout/entry.ts';
import type { Environment } from './environment.ts';
import { IS_NEW, type Item, journalTableOf } from './journal-table.ts';
import { valueIn } from './json-text.ts';
import type { Deadline } from './outside.ts';

const AUDIENCES = ['everyone', 'leads', 'onCall'] as const satisfies readonly Notice['audience'][];

const instant = v.pipe(v.number(), v.integer());

const schema = v.object({
  /** Entries up to this one were told completely. */
  told: v.pipe(v.number(), v.integer()),
  /** Parts of later entries, and calls, that are posted. */
  parts: v.array(v.string()),
  /** Parts of told entries that Slack refused for one channel: tried again with every wake-up. */
  unposted: v.optional(v.array(v.object({ part: v.string(), audience: v.picklist(AUDIENCES) })), []),
  /** The message; null: not posted yet. */
  message: v.nullable(v.object({ channel: v.string(), ts: v.string() })),
  /** Entry that the message shows, since when, and what people are asked there. */
  shown: v.pipe(v.number(), v.integer()),
  shownAt: instant,
  question: v.string(),
  /** There is something that people must see in the message, and it is not shown yet. */
  isNews: v.boolean(),
  /** When somebody last gave a command. */
  answeredAt: v.nullable(instant),
  /** Open calls by their keys, with the highest level that was mentioned. */
  calls: v.record(v.string(), v.number()),
  /** What was about to be posted, and is perhaps. */
  pending: v.nullable(
    v.object({
      part: v.string(),
      channel: v.string(),
      /** Thread it belongs to; null: none. */
      thread: v.nullable(v.string()),
      /** When it was first about to be, and when it was tried last. */
      since: instant,
      triedAt: instant,
      /** Whose try it is. */
      by: v.string(),
      /** That try is over, and nobody knows what came of it. */
      unsure: v.boolean(),
    }),
  ),
});

export type Posted = v.InferOutput<typeof schema>;

/** `version`: how often it was written; 0: never. */
export interface Kept {
  readonly version: number;
  readonly posted: Posted;
}

export interface PostedItems {
  /** Consistent; undefined: nothing was posted of this rollout. */
  read(rollout: string): Promise<Kept | undefined | Fault>;
  /** Writes on top of the version that was read. `conflict`: somebody else has, and nothing was written. */
  write(rollout: string, over: number, posted: Posted): Promise<Kept | 'conflict' | Fault>;
}

export const postedItemsOf = (
  client: DynamoDBClient,
  { SLUICE_TABLE }: Pick<Environment, 'SLUICE_TABLE'>,
  deadline: Deadline,
): PostedItems => {
  const table = journalTableOf(client, SLUICE_TABLE, deadline);
  return {
    read: async (rollout) => {
      const operation = `read what was posted of ${rollout}`;
      const items = await table.read(operation, keyOf(rollout), { from: 0, limit: 1 });
      if (isFault(items) || items[0] === undefined) return isFault(items) ? items : undefined;
      const { version, posted } = items[0];
      const read = v.safeParse(schema, valueIn(posted?.S ?? ''));
      return read.success
        ? { version: Number(version?.N), posted: read.output }
        : new Fault('UNREADABLE', operation, new Error(v.summarize(read.issues)));
    },
    write: async (rollout, over, posted) => {
      const operation = `keep what was posted of ${rollout}`;
      const text = JSON.stringify(posted);
      const item: Item = {
        rollout: { S: keyOf(rollout) },
        revision: { N: '0' },
        version: { N: `${over + 1}` },
        posted: { S: text },
      };
      const onTop = { expression: '#version = :over', names: ['version'], values: { ':over': { N: `${over}` } } };
      const put = await table.put(operation, item, over === 0 ? IS_NEW : onTop);
      if (isFault(put)) return put;
      // After a lost answer the SDK asks again and meets what it wrote itself.
      const isOurs = put.put || (put.there?.version?.N === `${over + 1}` && put.there.posted?.S === text);
      return isOurs ? { version: over + 1, posted } : 'conflict';
    },
  };
};

/** No rollout's name has this sign. */
const keyOf = (rollout: string): string => `slack#${rollout}`;
