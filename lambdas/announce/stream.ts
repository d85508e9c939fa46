/** Entries with something to tell people, out of an event of the table's stream (NEW_IMAGE). */
import * as z from 'zod';
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

const eventSchema = z.object({
  Records: z.array(
    z.object({
      dynamodb: z.object({
        SequenceNumber: z.string(),
        NewImage: z
          .object({
            rollout: z.object({ S: z.string() }),
            revision: z.object({ N: z.string() }),
            body: z.object({ S: z.string() }).optional(),
            notices: z.object({ N: z.string() }).optional(),
          })
          .optional(),
      }),
    }),
  ),
});

/**
 * In the order of the stream. The event source's filter lets only items with `notices` through; claims, markers, entries without news and
 * deletions are left out here too, so that a stack with another filter says nothing wrong.
 */
export const entriesToTell = (event: unknown): readonly ToTell[] =>
  eventSchema.parse(event).Records.flatMap(({ dynamodb: { SequenceNumber, NewImage } }) => {
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
