/** Slack as an app meets it: it signs what it sends, opens a window once for each press, and takes five answers to each. */
import { createHmac } from 'node:crypto';
import { vi } from 'vitest';

const TEAM = 'T0EXAMPLE';
const APP = 'A0EXAMPLE';
export const SIGNING_SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
const BOT_TOKEN = 'xoxb-test';
export const SECRET = JSON.stringify({ signingSecret: SIGNING_SECRET, botToken: BOT_TOKEN });

/** Answers to one press; more are refused: https://docs.slack.dev/interactivity/handling-user-interaction */
const ANSWERS = 5;

export interface Window {
  readonly callback_id: string;
  readonly private_metadata: string;
  readonly title: { readonly text: string };
}

export interface Answer {
  readonly replyTo: string;
  readonly text: string;
  readonly response_type: string;
  readonly replace_original: boolean;
  readonly blocks?: readonly {
    readonly elements?: readonly { readonly action_id: string; readonly value: string }[];
  }[];
}

export interface By {
  readonly user?: string;
  readonly team?: string;
  readonly userTeam?: string;
  readonly app?: string;
}

export interface SlackStandIn {
  readonly windows: Window[];
  /** The next window comes too late for Slack. */
  beLate(): void;
  readonly answers: Answer[];
  /** Every address that was asked. */
  readonly asked: string[];
  /** Payload of a press on a button. */
  press(element: { readonly action_id: string; readonly value: string }, by?: By): object;
  /** Payload of the newest window, sent with a reason. */
  submit(why: string | null, by?: By): object;
}

/** In place of `fetch` until `vi.unstubAllGlobals`. */
export const slackStandIn = (): SlackStandIn => {
  const windows: Window[] = [];
  let isLate = false;
  const answers: Answer[] = [];
  const asked: string[] = [];
  const triggers = new Set<string>();
  let presses = 0;
  const answer = (url: string, init: RequestInit): Response => {
    const message = JSON.parse(String(init.body));
    if (url === 'https://slack.com/api/views.open') {
      if (new Headers(init.headers).get('authorization') !== `Bearer ${BOT_TOKEN}`)
        return Response.json({ ok: false, error: 'invalid_auth' });
      if (isLate) {
        isLate = false;
        return Response.json({ ok: false, error: 'expired_trigger_id' });
      }
      if (!triggers.delete(message.trigger_id)) return Response.json({ ok: false, error: 'exchanged_trigger_id' });
      windows.push(message.view);
      return Response.json({ ok: true });
    }
    if (answers.filter(({ replyTo }) => replyTo === url).length === ANSWERS)
      return Response.json({ ok: false, error: 'used_url' }, { status: 404 });
    answers.push({ replyTo: url, ...message });
    return new Response('ok');
  };
  const { fetch } = globalThis;
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    // Other stand-ins.
    if (url.startsWith('http://127.0.0.1:')) return fetch(url, init);
    asked.push(url);
    return answer(url, init);
  });
  const who = ({ user = 'U0ENG', team = TEAM, userTeam = TEAM, app = APP }: By) => ({
    team: { id: team, domain: 'learn' },
    user: { id: user, username: 'somebody', team_id: userTeam },
    api_app_id: app,
  });
  return {
    windows,
    beLate: () => {
      isLate = true;
    },
    answers,
    asked,
    press: (element, by = {}) => {
      presses += 1;
      triggers.add(`trigger.${presses}`);
      return {
        type: 'block_actions',
        ...who(by),
        trigger_id: `trigger.${presses}`,
        container: { type: 'message' },
        channel: { id: 'C0EXAMPLE', name: 'deployment-updates' },
        response_url: `https://hooks.slack.com/actions/${TEAM}/${presses}/abc`,
        actions: [{ type: 'button', block_id: 'b', action_ts: `${presses}.0`, ...element }],
      };
    },
    submit: (why, by = {}) => ({
      type: 'view_submission',
      ...who(by),
      trigger_id: 'unused',
      view: { ...windows.at(-1), state: { values: { why: { why: { type: 'plain_text_input', value: why } } } } },
      response_urls: [],
    }),
  };
};

export const formOf = (payload: unknown): string =>
  new URLSearchParams({ payload: JSON.stringify(payload) }).toString();

export interface Signing {
  readonly secret?: string;
  /** Epoch milliseconds. */
  readonly at?: number;
}

export const signed = (body: string, { secret = SIGNING_SECRET, at = Date.now() }: Signing = {}) => {
  const timestamp = `${Math.floor(at / 1000)}`;
  const signature = `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
  return { timestamp, signature, body };
};

/** As a Function URL hands a request over. */
export const urlEvent = ({ timestamp, signature, body }: ReturnType<typeof signed>) => ({
  version: '2.0',
  routeKey: '$default',
  rawPath: '/',
  rawQueryString: '',
  headers: {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': signature,
  },
  requestContext: { accountId: 'anonymous', http: { method: 'POST', path: '/', sourceIp: '192.0.2.1' } },
  body,
  isBase64Encoded: false,
});
