/** Which rollouts have new entries, out of an event of the table's stream (NEW_IMAGE). */
import * as v from 'valibot';
import type { Woken } from './keep-current.ts';

export interface WokenBy extends Woken {
  /** Of its first record: where the stream goes on after a failure. */
  readonly sequenceNumber: string;
}

const eventSchema = v.object({
  Records: v.array(
    v.object({
      dynamodb: v.object({
        SequenceNumber: v.string(),
        NewImage: v.optional(
          v.object({
            rollout: v.object({ S: v.string() }),
            revision: v.object({ N: v.pipe(v.string(), v.regex(/^[0-9]{1,15}$/)) }),
            body: v.optional(v.object({ S: v.string() })),
          }),
        ),
      }),
    }),
  ),
});

/**
 * In the order in which they first appear. The event source's filter lets only entries through; what is none is left out here too. What an
 * entry says is read from the journal itself: an event may be hours old.
 */
export const wokenBy = (event: unknown): readonly WokenBy[] => {
  const read = v.safeParse(eventSchema, event);
  if (!read.success) throw new Error(`Cannot post: the event must be one of the table's stream; ${where(read.issues)}`);
  const woken = new Map<string, WokenBy>();
  for (const { dynamodb } of read.output.Records) {
    const { NewImage, SequenceNumber: sequenceNumber } = dynamodb;
    if (NewImage?.body === undefined) continue;
    const rollout = NewImage.rollout.S;
    const revision = Number(NewImage.revision.N);
    const known = woken.get(rollout) ?? { rollout, from: revision, upTo: revision, sequenceNumber };
    woken.set(rollout, {
      ...known,
      from: Math.min(known.from, revision),
      upTo: Math.max(known.upTo, revision),
    });
  }
  return [...woken.values()];
};

/** Characters of what was given, and of where: both come from outside. */
const MOST = 80;

const where = ([issue]: readonly [v.BaseIssue<unknown>, ...unknown[]]): string =>
  `at ${(v.getDotPath(issue) ?? 'its top').slice(0, MOST)} it has ${issue.received.slice(0, MOST)}`;
