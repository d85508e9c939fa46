/** The workspace in Slack, as far as we use it, on Slack's own client. What Slack says is turned into faults here and nowhere else. */
import {
  type Logger,
  type WebAPICallResult,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
} from '@slack/web-api';
import * as v from 'valibot';
import { Fault, isFault } from '../../lib/controller/fault.ts';
import type { Message } from '../../lib/slack/blocks.ts';

/** A message in Slack. */
export interface Address {
  /** Its id: `chat.update` and the history do not take names. */
  readonly channel: string;
  readonly ts: string;
}

/** By it a message is found again; readable by every app of the workspace, so it has no secrets. */
export interface Mark {
  readonly rollout: string;
  readonly part: string;
}

/** What Slack did not do, or did not say that it did. */
export interface Trouble {
  readonly fault: Fault;
  /** It may be done all the same: no answer came, or one that leaves it open. */
  readonly mayBeDone: boolean;
}

export const isTrouble = (value: unknown): value is Trouble =>
  typeof value === 'object' && value !== null && 'fault' in value && isFault(value.fault);

export interface Workspace {
  /** @param thread `ts` of the message that it answers; null: it stands by itself */
  post(channel: string, thread: string | null, message: Message, mark: Mark): Promise<Address | Trouble>;
  /** Idempotent. */
  update(address: Address, message: Message, mark: Mark): Promise<'updated' | Trouble>;
  /** Looks for what was posted with this mark since then; undefined: it is not there. */
  find(channel: string, thread: string | null, mark: Mark, since: number): Promise<Address | undefined | Trouble>;
}

export interface WorkspaceProps {
  readonly token: () => Promise<string | Fault>;
  /** Of the invocation: nothing is asked, or waited for, after it. */
  readonly deadline: () => AbortSignal;
  readonly now: () => number;
  readonly wait: (milliseconds: number) => Promise<void>;
  /** Default: Slack's. */
  readonly slackApiUrl?: string | undefined;
}

/** Slack mostly answers in a third of a second. */
const REQUEST_MS = 5_000;
/** Longer than this nobody waits for a rate limit: the stream comes again. */
const WAIT_AT_MOST_SECONDS = 5;
const EVENT_TYPE = 'sluice';
/** The clocks of Lambda and Slack, and a request that was under way. */
const SKEW_MS = 5 * 60_000;
/** https://docs.slack.dev/reference/methods/conversations.history recommends 200 a page. */
const PAGE = 200;
/** What is not found on so many pages counts as not there. */
const PAGES_AT_MOST = 10;

export const workspaceOf = (props: WorkspaceProps): Workspace => {
  const ask = askerOf(props);
  const metadata = ({ rollout, part }: Mark) => ({ event_type: EVENT_TYPE, event_payload: { rollout, part } });
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
      const answer = await ask(operation, 'chat.postMessage', {
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
      const answer = await ask(operation, 'chat.update', { channel, ts, ...content(message, mark) });
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

const isMark = (metadata: Readonly<Record<string, unknown>> | undefined, { rollout, part }: Mark): boolean => {
  const payload = metadata?.event_payload;
  return (
    metadata?.event_type === EVENT_TYPE &&
    typeof payload === 'object' &&
    payload !== null &&
    'rollout' in payload &&
    'part' in payload &&
    payload.rollout === rollout &&
    payload.part === part
  );
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

type Ask = (operation: string, method: string, options: Record<string, unknown>) => Promise<WebAPICallResult | Trouble>;

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

/**
 * Asks once, and once more where Slack says to wait for a few seconds. A longer wait is remembered for the method: until it is over nothing is
 * asked of it (https://docs.slack.dev/apis/web-api/rate-limits).
 */
const askerOf = ({ token, deadline, now, wait, slackApiUrl }: WorkspaceProps): Ask => {
  const quietUntil = new Map<string, number>();
  let client: { readonly token: string; readonly web: WebClient } | undefined;
  const clientFor = (secret: string): WebClient => {
    if (client?.token !== secret) client = { token: secret, web: webClient(secret, slackApiUrl) };
    return client.web;
  };
  const once = async (operation: string, method: string, options: Record<string, unknown>) => {
    const secret = await token();
    if (isFault(secret)) return { fault: secret, mayBeDone: false };
    if (deadline().aborted)
      return { fault: new Fault('UNAVAILABLE', operation, new Error('no time is left')), mayBeDone: false };
    try {
      return await clientFor(secret).apiCall(method, options);
    } catch (error) {
      return limited(error) ?? troubleOf(operation, error);
    }
  };
  return async (operation, method, options) => {
    const quiet = (quietUntil.get(method) ?? 0) - now();
    if (quiet > 0) return throttled(operation, quiet / 1000);
    for (let tries = 1; ; tries++) {
      const answer = await once(operation, method, options);
      if (!('retryAfter' in answer)) return answer;
      const { retryAfter } = answer;
      if (tries === 1 && retryAfter <= WAIT_AT_MOST_SECONDS) {
        await wait(1000 * retryAfter);
        continue;
      }
      quietUntil.set(method, now() + 1000 * retryAfter);
      return throttled(operation, retryAfter);
    }
  };
};

const throttled = (operation: string, seconds: number): Trouble => ({
  fault: new Fault('THROTTLED', operation, new Error(`Slack asks to wait for ${Math.ceil(seconds)} s`)),
  mayBeDone: false,
});

const limited = (error: unknown): { readonly retryAfter: number } | undefined =>
  error instanceof WebAPIRateLimitedError ? { retryAfter: error.retryAfter } : undefined;

const SILENT: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  setLevel: () => {},
  getLevel: () => 'error' as ReturnType<Logger['getLevel']>,
  setName: () => {},
};

const webClient = (token: string, slackApiUrl: string | undefined): WebClient =>
  new WebClient(token, {
    ...(slackApiUrl === undefined ? {} : { slackApiUrl }),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: REQUEST_MS,
    allowAbsoluteUrls: false,
    logger: SILENT,
  });

/** "Some aspect of the operation may have succeeded": https://docs.slack.dev/reference/methods/chat.postMessage#errors */
const MAY_BE_DONE: ReadonlySet<string> = new Set([
  'fatal_error',
  'internal_error',
  'request_timeout',
  'service_unavailable',
]);
/** Somebody deleted the message. */
const GONE: ReadonlySet<string> = new Set(['message_not_found', 'thread_not_found']);
const NOT_SENT: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);

/** Of one channel or one message, so that other rollouts may fare better: somebody must invite the app, or correct a plan. */
const OF_ONE: ReadonlySet<string> = new Set([
  ...['channel_not_found', 'not_in_channel', 'is_archived', 'restricted_action', 'cant_update_message'],
  ...['edit_window_closed', 'msg_too_long', 'msg_blocks_too_long', 'invalid_blocks', 'invalid_blocks_format'],
]);

class RefusedForOne extends Error {}

/** Other rollouts need not wait for it: it is not the whole workspace that refuses. */
export const isOfOne = ({ cause }: Fault): boolean => cause instanceof RefusedForOne;

/** What is none of Slack's, nor of the way there, is a bug and goes on. */
const troubleOf = (operation: string, error: unknown): Trouble => {
  if (error instanceof WebAPIPlatformError) {
    const said = error.data.error;
    if (said === 'ratelimited' || said === 'rate_limited') return throttled(operation, 1);
    // What is no word of Slack's API was said by something on the way.
    const isOpen = MAY_BE_DONE.has(said) || !/^[a-z_]+$/.test(said);
    const code = isOpen ? 'UNAVAILABLE' : GONE.has(said) ? 'NOT_FOUND' : 'REFUSED';
    const words = `Slack says ${said.slice(0, 80)}`;
    const cause = OF_ONE.has(said) ? new RefusedForOne(words) : new Error(words);
    return { fault: new Fault(code, operation, cause), mayBeDone: isOpen };
  }
  if (error instanceof WebAPIHTTPError) {
    const isOpen = error.statusCode >= 500;
    return { fault: new Fault(isOpen ? 'UNAVAILABLE' : 'REFUSED', operation, error), mayBeDone: isOpen };
  }
  if (error instanceof WebAPIRequestError)
    return { fault: new Fault('UNAVAILABLE', operation, error), mayBeDone: !NOT_SENT.has(codeOf(error.original)) };
  if (error instanceof Error && (BROKEN_OFF.has(error.name) || error.message === 'terminated'))
    return { fault: new Fault('UNAVAILABLE', operation, error), mayBeDone: true };
  if (error instanceof Error && error.message.startsWith('Retry header')) return throttled(operation, 1);
  throw error;
};

/** While the answer was read. */
const BROKEN_OFF: ReadonlySet<string> = new Set(['TimeoutError', 'AbortError']);

/** Of Node's `fetch`: why there was no connection. */
const codeOf = ({ cause }: Error): string =>
  typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
