/** Entries with something to tell people, out of an event of the table's stream (NEW_IMAGE). */
import * as v from 'valibot';
import { hashOf } from '../../lib/controller/record.ts';
import { assert } from '../../lib/plan/assert.ts';
import type { Entry, Notice } from '../../lib/rollout/entry.ts';
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

/**
 * In the order of the stream. The event source's filter lets only items with `notices` through; claims, markers, entries without news and
 * deletions are left out here too, so that a stack with another filter says nothing wrong.
 */
export const entriesToTell = (event: unknown): readonly ToTell[] =>
  v.parse(eventSchema, event).Records.flatMap(({ dynamodb: { SequenceNumber, NewImage } }) => {
    if (NewImage?.notices === undefined) return [];
    const { rollout, revision, body } = NewImage;
    assert(body !== undefined, `revision ${revision.N} of ${rollout.S} has notices and therefore a body`);
    const { notices, state } = JSON.parse(body.S) as Pick<Entry, 'notices' | 'state'>;
    return [
      {
        sequenceNumber: SequenceNumber,
        rollout: rollout.S,
        revision: Number(revision.N),
        hash: hashOf(body.S),
        notices,
        isEnded: isEnded(state),
      },
    ];
  });
