/** The workspace in Slack, as far as we use it. */
import type { WebAPICallResult } from '@slack/web-api';
import * as v from 'valibot';
import { Fault } from '../../lib/controller/fault.ts';
import type { Message } from '../../lib/slack/blocks.ts';
import { type Ask, isOfBlocks, isTrouble, type Trouble } from './ask.ts';

/** A message in Slack. */
export interface Address {
  /** Its id: `chat.update` and the history do not take names. */
  readonly channel: string;
  readonly ts: string;
}

/** By it a message is found again; readable by every app of the workspace, so it has no secrets. */
export interface Mark {
  readonly installation: string;
  readonly rollout: string;
  readonly part: string;
}

export interface Workspace {
  /** @param thread `ts` of the message that it answers; null: it stands by itself */
  post(channel: string, thread: string | null, message: Message, mark: Mark): Promise<Address | Trouble>;
  /** Idempotent. */
  update(address: Address, message: Message, mark: Mark): Promise<'updated' | Trouble>;
  /** Looks for what was posted with this mark since then; undefined: it is not there. */
  find(channel: string, thread: string | null, mark: Mark, since: number): Promise<Address | undefined | Trouble>;
}

const EVENT_TYPE = 'sluice';
/** The clocks of Lambda and Slack, and a request that was under way. */
const SKEW_MS = 5 * 60_000;
/** https://docs.slack.dev/reference/methods/conversations.history recommends 200 a page. */
const PAGE = 200;
/** What is not found on so many pages counts as not there. */
const PAGES_AT_MOST = 10;

/** @param onRefused is told of blocks that Slack does not take; the words are said without them */
export const workspaceOf = (ask: Ask, onRefused: (fault: Fault) => void): Workspace => {
  const metadata = ({ installation, rollout, part }: Mark) => ({
    event_type: EVENT_TYPE,
    event_payload: { installation, rollout, part },
  });
  const say = async (operation: string, method: string, options: Record<string, unknown>) => {
    const answer = await ask(operation, method, options);
    if (!isTrouble(answer) || !isOfBlocks(answer.fault)) return answer;
    onRefused(answer.fault);
    return ask(operation, method, { ...options, blocks: [] });
  };
  // Nothing in the texts is made a link, a mention or a picture that was not meant so.
  const content = ({ text, blocks }: Message, mark: Mark) => ({
    text,
    blocks,
    parse: 'none',
    metadata: metadata(mark),
  });
  const idOf = async (channel: string): Promise<string | Trouble> =>
    channel.startsWith('#') ? idNamed(ask, channel.slice(1)) : channel;
  return {
    post: async (channel, thread, message, mark) => {
      const operation = `post ${mark.part} of ${mark.rollout} in ${channel}`;
      const answer = await say(operation, 'chat.postMessage', {
        channel,
        ...content(message, mark),
        link_names: false,
        unfurl_links: false,
        unfurl_media: false,
        ...(thread === null ? {} : { thread_ts: thread }),
      });
      if (isTrouble(answer)) return answer;
      const read = v.safeParse(v.object({ channel: v.string(), ts: v.string() }), answer);
      return read.success ? read.output : { fault: new Fault('UNREADABLE', operation, answer), mayBeDone: true };
    },
    update: async ({ channel, ts }, message, mark) => {
      const operation = `update the message of ${mark.rollout} in ${channel}`;
      const answer = await say(operation, 'chat.update', { channel, ts, ...content(message, mark) });
      return isTrouble(answer) ? answer : 'updated';
    },
    find: async (name, thread, mark, since) => {
      const channel = await idOf(name);
      if (isTrouble(channel)) return channel;
      const oldest = `${Math.floor((since - SKEW_MS) / 1000)}.000000`;
      const asked = { channel, oldest, limit: PAGE, include_all_metadata: true };
      const operation = `look for ${mark.part} of ${mark.rollout} in ${name}`;
      const method = thread === null ? 'conversations.history' : 'conversations.replies';
      const more = thread === null ? {} : { ts: thread };
      return paged(ask, operation, method, { ...asked, ...more }, (page) => {
        const found = v.parse(messagesSchema, page).messages.find(({ metadata: said }) => isMark(said, mark));
        return found === undefined ? undefined : { channel, ts: found.ts };
      });
    },
  };
};

const messagesSchema = v.object({
  messages: v.fallback(
    v.array(
      v.object({ ts: v.string(), metadata: v.fallback(v.optional(v.record(v.string(), v.unknown())), undefined) }),
    ),
    [],
  ),
});

const isMark = (metadata: Readonly<Record<string, unknown>> | undefined, mark: Mark): boolean => {
  const payload = metadata?.event_payload;
  if (metadata?.event_type !== EVENT_TYPE || typeof payload !== 'object' || payload === null) return false;
  const said: Partial<Mark> = payload;
  return said.installation === mark.installation && said.rollout === mark.rollout && said.part === mark.part;
};

const channelsSchema = v.object({
  channels: v.fallback(v.array(v.object({ id: v.string(), name: v.optional(v.string()) })), []),
});

/** Only where an answer was lost before the channel's id was known. */
const idNamed = async (ask: Ask, name: string): Promise<string | Trouble> => {
  const operation = `find the channel #${name}`;
  const asked = { types: 'public_channel,private_channel', exclude_archived: true, limit: 1000 };
  const found = await paged(
    ask,
    operation,
    'conversations.list',
    asked,
    (page) => v.parse(channelsSchema, page).channels.find((channel) => channel.name === name)?.id,
  );
  return (
    found ?? { fault: new Fault('REFUSED', operation, new Error('the app sees no such channel')), mayBeDone: false }
  );
};

const paged = async <T>(
  ask: Ask,
  operation: string,
  method: string,
  asked: Record<string, unknown>,
  look: (page: WebAPICallResult) => T | undefined,
): Promise<T | undefined | Trouble> => {
  let cursor: string | undefined;
  for (let pages = 0; pages < PAGES_AT_MOST; pages++) {
    const page = await ask(operation, method, { ...asked, ...(cursor === undefined ? {} : { cursor }) });
    if (isTrouble(page)) return page;
    const found = look(page);
    if (found !== undefined) return found;
    cursor = page.response_metadata?.next_cursor;
    if (cursor === undefined || cursor === '') return undefined;
  }
  return {
    fault: new Fault('UNREADABLE', operation, new Error('there is too much to look through')),
    mayBeDone: false,
  };
};
