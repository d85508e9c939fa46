/** The demo's server in this process, with time that passes when a test says so, and a client that may say whatever it wants. */
import { readFileSync } from 'node:fs';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { onTestFinished } from 'vitest';
import { serve } from '../../../lib/cli/demo/server.ts';
import { type RunShow, showRun } from '../../../lib/cli/demo/show-run.ts';
import { isRefusal } from '../../../lib/cli/refusal.ts';
import { EXAMPLE } from '../workspace.ts';

export interface Served {
  readonly port: number;
  readonly token: string;
  readonly html: string;
  readonly headers: IncomingHttpHeaders;
  readonly show: RunShow;
  /** So many seconds pass, in beats of a tenth. */
  readonly seconds: (count: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface Answer {
  readonly status: number | undefined;
  readonly text: string;
  readonly headers: IncomingHttpHeaders;
}

export const served = async (): Promise<Served> => {
  const clock = { now: 0 };
  const show = await showRun({ source: readFileSync(EXAMPLE, 'utf8') }, 2, () => clock.now);
  if ('refused' in show) throw new Error(show.refused.join('\n'));
  const server = await serve(show, 0);
  if (isRefusal(server)) throw new Error(server.sentence);
  onTestFinished(() => server.close());
  const port = Number(new URL(server.url).port);
  const { text, headers } = await ask(port, 'GET', '/');
  const token: string = JSON.parse(/id="demo-token">([^<]*)</.exec(text)?.[1] ?? '');
  const seconds = async (count: number): Promise<void> => {
    for (let beats = 0; beats < 10 * count; beats++) {
      clock.now += 100;
      await show.beat();
    }
  };
  return { port, token, html: text, headers, show, seconds, close: server.close };
};

/** As any program may ask: a browser would not let a page choose these headers. */
export const ask = (
  port: number,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body = '',
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, text, headers: response.headers }));
      response.on('error', reject);
    });
    asked.on('error', reject);
    asked.end(body);
  });

/** What the page does when a button is pressed, with whatever is said otherwise. */
export const press = (
  { port, token }: Served,
  body: unknown,
  otherwise: Readonly<Record<string, string | undefined>> = {},
): Promise<Answer> => {
  const headers = {
    origin: `http://127.0.0.1:${port}`,
    'sec-fetch-site': 'same-origin',
    'content-type': 'application/json',
    'x-sluice-token': token,
    ...otherwise,
  };
  const given = Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return ask(port, 'POST', '/press', Object.fromEntries(given), typeof body === 'string' ? body : JSON.stringify(body));
};

export interface Message {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: Record<string, unknown>;
}

export interface Stream {
  /** The next one of this kind. */
  readonly next: (event: string) => Promise<Message>;
  readonly ended: Promise<void>;
  readonly leave: () => void;
}

export const listen = async (port: number, headers: Readonly<Record<string, string>> = {}): Promise<Stream> => {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: '/events', headers, agent: false }, resolve).on('error', reject).end();
  });
  const come: Message[] = [];
  let wake = (): void => {};
  let rest = '';
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    const parts = `${rest}${chunk}`.split('\n\n');
    rest = parts.pop() ?? '';
    come.push(...parts.map(messageIn));
    wake();
  });
  const ended = new Promise<void>((resolve) => response.on('close', resolve));
  response.on('error', () => {});
  const next = async (event: string): Promise<Message> => {
    for (;;) {
      for (let message = come.shift(); message !== undefined; message = come.shift())
        if (message.event === event) return message;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { next, ended, leave: () => response.destroy() };
};

const messageIn = (text: string): Message => {
  const fields = new Map(
    text.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  );
  return { event: fields.get('event') ?? '', id: fields.get('id'), data: JSON.parse(fields.get('data') ?? 'null') };
};
