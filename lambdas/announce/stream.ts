/** Entries with something to tell people, out of an event of the table's stream (NEW_IMAGE). */
import * as v from 'valibot';
import { valueIn } from '../../lib/aws/json-text.ts';
import { hashOf } from '../../lib/controller/record.ts';
import type { Notice } from '../../lib/rollout/entry.ts';
import { isEnded } from '../../lib/rollout/situation.ts';

export interface ToTell {
  /** Of the record in its shard: where the stream goes on after a failure. */
  readonly sequenceNumber: string;
  readonly rollout: string;
  readonly revision: number;
  /** SHA-256 of the entry's exact bytes. */
  readonly hash: string;
  readonly notices: readonly Notice[];
  /** Of an ended rollout. */
  readonly isEnded: boolean;
}

const eventSchema = v.object({
  Records: v.array(
    v.object({
      dynamodb: v.object({
        SequenceNumber: v.string(),
        NewImage: v.optional(
          v.object({
            rollout: v.object({ S: v.string() }),
            revision: v.object({ N: v.string() }),
            body: v.optional(v.object({ S: v.string() })),
            notices: v.optional(v.object({ N: v.string() })),
          }),
        ),
      }),
    }),
  ),
});

/** What is told of an entry; the rest of it is what `record` wrote. */
const entrySchema = v.object({
  notices: v.array(
    v.object({ audience: v.picklist(['everyone', 'leads', 'onCall']), subject: v.string(), text: v.string() }),
  ),
  state: v.object({
    status: v.picklist(['scheduled', 'baking', 'passed', 'rollingBack', 'rolledBack', 'finished', 'closed']),
  }),
});

/**
 * In the order of the stream. The event source's filter lets only items with `notices` through; claims, markers, entries without news and
 * deletions are left out here too, so that a stack with another filter says nothing wrong.
 *
 * Throws one error about the first record that none of ours can be, before anybody is told of another one: what writes such items may have
 * written all of them.
 */
export const entriesToTell = (event: unknown): readonly ToTell[] => {
  const read = v.safeParse(eventSchema, event);
  if (!read.success) throw unreadable('the event', "must be one of the table's stream", read.issues);
  return read.output.Records.flatMap(({ dynamodb: { SequenceNumber, NewImage } }) =>
    NewImage?.notices === undefined ? [] : [toTell(SequenceNumber, NewImage)],
  );
};

type Image = NonNullable<v.InferOutput<typeof eventSchema>['Records'][number]['dynamodb']['NewImage']>;

const toTell = (sequenceNumber: string, { rollout, revision, body }: Image): ToTell => {
  const text = body?.S ?? '';
  const read = v.safeParse(entrySchema, valueIn(text));
  if (!read.success)
    throw unreadable(
      `the record ${sequenceNumber.slice(0, MOST)}`,
      'must be an entry with its notices and state',
      read.issues,
    );
  const { notices, state } = read.output;
  return {
    sequenceNumber,
    rollout: rollout.S,
    revision: Number(revision.N),
    hash: hashOf(text),
    notices,
    isEnded: isEnded(state),
  };
};

/** Characters of what was given, and of where: both come from outside. */
const MOST = 80;

const unreadable = (place: string, must: string, [issue]: readonly [v.BaseIssue<unknown>, ...unknown[]]): Error =>
  new Error(
    `Cannot announce: ${place} ${must}; at ${(v.getDotPath(issue) ?? 'its top').slice(0, MOST)} it has ${issue.received.slice(0, MOST)}`,
  );
