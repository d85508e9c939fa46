/** Slack's Web API on localhost, as far as we use it: keeps what is posted, refuses what Slack refuses, and can be told to fail. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Posting {
  readonly channel: string;
  readonly ts: string;
  /** Null: it stands by itself. */
  readonly thread: string | null;
  text: string;
  blocks: readonly Shape[];
  metadata: unknown;
  /** How often it was updated. */
  updates: number;
}

// biome-ignore lint/suspicious/noExplicitAny: blocks are JSON of Slack's own shapes, which the assertions state.
type Shape = any;

export interface SlackCall {
  readonly method: string;
  readonly form: Readonly<Record<string, string>>;
}

/**
 * Instead of the answer: an answer of its own; `lost`: the effect, and then the connection breaks; `cut`: it breaks before there is an effect.
 */
export type SlackMishap =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body: string }
  | 'lost'
  | 'cut';

export interface SlackStandIn {
  readonly url: string;
  readonly postings: Posting[];
  readonly calls: SlackCall[];
  /** Names of channels with the ids of those that the app is in. */
  readonly channels: Record<string, string>;
  /** The next `times` calls of this method; `*`: of any. */
  fail(method: string, mishap: SlackMishap, times?: number): void;
  /** Nothing fails any more. */
  recover(): void;
  /** Waits with the answers of this method until it is let go on; then hands them out. */
  stop(method: string): { readonly reached: Promise<void>; readonly goOn: () => void };
  close(): Promise<void>;
}

export const rateLimited = (seconds: number): SlackMishap => ({
  status: 429,
  headers: { 'retry-after': `${seconds}` },
  body: '{"ok":false,"error":"ratelimited"}',
});

export const says = (error: string): SlackMishap => ({ status: 200, body: JSON.stringify({ ok: false, error }) });

const TOKEN = 'xoxb-test';
export const SECRET = JSON.stringify({ botToken: TOKEN });

/**
 * @param invited as `channels`, to begin with
 * @param now Slack's clock, in milliseconds
 */
export const slackStandIn = async (
  invited: Readonly<Record<string, string>>,
  now: () => number,
): Promise<SlackStandIn> => {
  const channels = { ...invited };
  const postings: Posting[] = [];
  const calls: SlackCall[] = [];
  const mishaps: { method: string; mishap: SlackMishap; times: number }[] = [];
  const stops: { method: string; reached: () => void; let: Promise<void> }[] = [];
  let made = 0;
  const idOf = (channel = ''): string | undefined =>
    Object.values(channels).includes(channel) ? channel : channels[channel.replace('#', '')];

  const effects: Readonly<Record<string, (form: SlackCall['form']) => object>> = {
    'chat.postMessage': (form) => {
      const channel = idOf(form.channel);
      if (channel === undefined) return refused('channel_not_found');
      const thread = form.thread_ts ?? null;
      if (thread !== null && !postings.some(({ ts }) => ts === thread)) return refused('thread_not_found');
      const wrong = problemIn(form);
      if (wrong !== undefined) return refused(wrong);
      made += 1;
      const ts = `${Math.floor(now() / 1000)}.${`${made}`.padStart(6, '0')}`;
      postings.push({ channel, ts, thread, ...contentOf(form), updates: 0 });
      return { ok: true, channel, ts };
    },
    'chat.update': (form) => {
      if (idOf(form.channel) !== form.channel) return refused('channel_not_found');
      const found = postings.find(({ ts, channel }) => ts === form.ts && channel === form.channel);
      if (found === undefined) return refused('message_not_found');
      const wrong = problemIn(form);
      if (wrong !== undefined) return refused(wrong);
      Object.assign(found, contentOf(form), { updates: found.updates + 1 });
      return { ok: true, channel: found.channel, ts: found.ts };
    },
    'conversations.history': (form) =>
      idOf(form.channel) === form.channel
        ? paged(form, postings.filter(({ channel, thread }) => channel === form.channel && thread === null).reverse())
        : refused('channel_not_found'),
    'conversations.replies': (form) =>
      idOf(form.channel) === form.channel
        ? paged(
            form,
            postings.filter(({ ts, thread }) => ts === form.ts || thread === form.ts),
          )
        : refused('channel_not_found'),
    'conversations.list': () => ({
      ok: true,
      channels: Object.entries(channels).map(([name, id]) => ({ id, name })),
      response_metadata: { next_cursor: '' },
    }),
  };

  const server = createServer((request, response) => {
    void answer(request, response);
  });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const method = (request.url ?? '').replace('/api/', '');
    const form = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString('utf8')));
    calls.push({ method, form });
    const stopped = stops.find((stop) => stop.method === method);
    if (stopped !== undefined) {
      stops.splice(stops.indexOf(stopped), 1);
      stopped.reached();
      await stopped.let;
    }
    const due = mishaps.find((each) => (each.method === method || each.method === '*') && each.times > 0);
    if (due !== undefined) due.times -= 1;
    const mishap = due?.mishap;
    if (mishap === 'cut') return void request.socket.destroy();
    if (mishap !== undefined && mishap !== 'lost') return send(response, mishap.status, mishap.body, mishap.headers);
    const isKnown = request.headers.authorization === `Bearer ${TOKEN}`;
    const said = isKnown ? (effects[method]?.(form) ?? refused('unknown_method')) : refused('invalid_auth');
    if (mishap === 'lost') return void request.socket.destroy();
    send(response, 200, JSON.stringify(said));
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`,
    postings,
    calls,
    channels,
    fail: (method, mishap, times = 1) => void mishaps.push({ method, mishap, times }),
    recover: () => {
      mishaps.length = 0;
    },
    stop: (method) => {
      let reached = () => {};
      let goOn = () => {};
      const isReached = new Promise<void>((resolve) => {
        reached = resolve;
      });
      const isLet = new Promise<void>((resolve) => {
        goOn = resolve;
      });
      stops.push({ method, reached, let: isLet });
      return { reached: isReached, goOn };
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const refused = (error: string) => ({ ok: false, error });

const send = (response: ServerResponse, status: number, body: string, headers = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body);
};

const contentOf = ({ text = '', blocks = '[]', metadata = 'null' }: SlackCall['form']) => ({
  text,
  blocks: JSON.parse(blocks) as readonly Shape[],
  metadata: JSON.parse(metadata) as unknown,
});

/** Two a page, so that there are pages. */
const paged = (
  { oldest = '0', cursor = '0', include_all_metadata: all }: SlackCall['form'],
  found: readonly Posting[],
) => {
  const from = Number(cursor);
  const since = found.filter(({ ts }) => Number(ts) > Number(oldest));
  const more = from + 2 < since.length ? `${from + 2}` : '';
  const messages = since
    .slice(from, from + 2)
    .map(({ ts, text, metadata }) => ({ type: 'message', ts, text, ...(all === 'true' ? { metadata } : {}) }));
  return { ok: true, messages, has_more: more !== '', response_metadata: { next_cursor: more } };
};

/** Limits of https://docs.slack.dev/reference/block-kit */
const problemIn = (form: SlackCall['form']): string | undefined => {
  const { blocks, text } = contentOf(form);
  if (text.length > 40_000) return 'msg_too_long';
  const isWrong =
    blocks.length > 50 ||
    blocks.some((block) => {
      if (block.type === 'header') return block.text.type !== 'plain_text' || tooLong(block.text.text, 150);
      if (block.type === 'section') return tooLong(block.text.text, 3_000);
      if (block.type === 'context') return block.elements.some((each: Shape) => tooLong(each.text, 3_000));
      if (block.type === 'actions')
        return block.elements.length > 25 || block.elements.some((each: Shape) => tooLong(each.value, 2_000));
      return true;
    });
  return isWrong ? 'invalid_blocks' : undefined;
};

const tooLong = (text: string, most: number): boolean => text.length === 0 || text.length > most;
