/** What somebody in the channel may ask through Amazon Q: to hold, and to roll back. */
import * as v from 'valibot';
import { command } from '../../lib/controller/command.ts';
import { isFault } from '../../lib/controller/fault.ts';
import type { World } from '../../lib/controller/ports.ts';

const schema = v.strictObject({
  ask: v.picklist(['hold', 'rollBack']),
  rollout: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,40}$/)),
  why: v.optional(v.pipe(v.string(), v.maxLength(500))),
});

/** Amazon Q shows it in the channel. */
export interface ChannelReply {
  readonly ok: boolean;
  readonly said: string;
}

export interface AskedOfChannel {
  readonly reply: ChannelReply;
  /** For the log. */
  readonly line: { readonly outcome: string; readonly ask?: string; readonly rollout?: string };
  readonly isForbidden: boolean;
}

/** @param channel `C0123ABCD`: nobody is proven but it, so it stands in the journal for whoever in it asked */
export const askOfChannel = async (world: World, channel: string, event: unknown): Promise<AskedOfChannel> => {
  const read = v.safeParse(schema, event);
  if (!read.success) {
    const said = 'the channel may ask exactly { ask: hold or rollBack, rollout, why? }; nothing was done';
    return { reply: { ok: false, said }, line: { outcome: 'forbidden: another request' }, isForbidden: true };
  }
  const { ask, rollout, why } = read.output;
  const line = { ask, rollout };
  const refuse = (said: string, isForbidden = false): AskedOfChannel => ({
    reply: { ok: false, said: `${rollout}: nothing was done: ${said}` },
    line: { ...line, outcome: `${isForbidden ? 'forbidden' : 'refused'}: ${said}` },
    isForbidden,
  });
  const head = await world.journal.head(rollout);
  if (head === undefined) return refuse('there is no such rollout');
  if (isFault(head)) return refuse(head.toString());
  const words = why === undefined || why.trim() === '' ? 'no reason was given' : why;
  const asked = { kind: ask, why: `somebody in the Slack channel ${channel}: ${words}`.slice(0, 500) } as const;
  const commanded = await command(world, rollout, asked, `chat:${channel}`);
  if (commanded.ok)
    return {
      reply: { ok: true, said: `${rollout}: ${commanded.sentence}` },
      line: { ...line, outcome: 'done' },
      isForbidden: false,
    };
  return refuse(commanded.refused, commanded.forbidden !== undefined);
};
