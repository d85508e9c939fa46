/** The demo's server: on this computer only, and for the page that it sends. */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Refusal } from '../refusal.ts';
import { deniedHost, deniedOrigin, deniedPress } from './admit.ts';
import { POLICY_HEADER } from './demo-page.ts';
import { readPress } from './read-body.ts';
import type { RunShow } from './show-run.ts';

const HOST = '127.0.0.1';

export interface DemoServer {
  readonly url: string;
  /** Whatever else happens: what a request has met that nobody expected. */
  readonly failed: Promise<never>;
  /** At once, with all that is open. */
  readonly close: () => Promise<void>;
}

/** @param port 0: one that is free */
export const serve = async (show: RunShow, port: number): Promise<DemoServer | Refusal> => {
  const token = randomBytes(24).toString('base64url');
  let fail = (_: unknown): void => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const server = createServer((request, response) => {
    const { port: own } = server.address() as AddressInfo;
    answer(request, response, { show, token, port: own }).catch((error: unknown) => {
      // Whoever asks may go away before the whole request has come.
      if (request.complete) fail(error);
    });
  });
  const opened = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
    server.once('error', resolve);
    server.listen(port, HOST, () => resolve(null));
  });
  if (opened !== null) return unopened(port, opened);
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      show.end();
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://${HOST}:${(server.address() as AddressInfo).port}/`, failed, close };
};

const WHY: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program has it',
  EACCES: 'this user may not open it',
};

const unopened = (port: number, { code = '' }: NodeJS.ErrnoException): Refusal =>
  new Refusal(
    `Cannot open port ${port} of ${HOST}: ${WHY[code] ?? `the system says ${code}`}.`,
    [],
    'Name another with --port, or leave it out: then one that is free is taken.',
    'fault',
  );

interface Seat {
  readonly show: RunShow;
  readonly token: string;
  readonly port: number;
}

const answer = async (request: IncomingMessage, response: ServerResponse, seat: Seat): Promise<void> => {
  const { show, token, port } = seat;
  const denied = deniedHost(request, port);
  if (denied !== undefined) return refuse(response, denied.status, denied.why);
  const path = (request.url ?? '').split('?')[0];
  const route = `${request.method} ${path}`;
  if (route === 'GET /') return sendPage(response, show.page(token));
  if (route === 'GET /events') {
    const foreign = deniedOrigin(request, port);
    if (foreign !== undefined) return refuse(response, foreign.status, foreign.why);
    if (!show.watch(response)) refuse(response, 503, 'Too many pages look already: close one.');
    return;
  }
  if (route === 'POST /press') return takePress(request, response, seat);
  refuse(response, 404, `There is no ${request.method} ${path} here; the demo is at /.`);
};

const takePress = async (request: IncomingMessage, response: ServerResponse, seat: Seat): Promise<void> => {
  const denied = deniedPress(request, seat.port, seat.token);
  if (denied !== undefined) return refuse(response, denied.status, denied.why);
  const read = await readPress(request);
  if ('why' in read) return refuse(response, read.status, read.why);
  await seat.show.press(read.press);
  response.writeHead(204, HEADERS).end();
};

const HEADERS = {
  'cache-control': 'no-store',
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
} as const;

const sendPage = (response: ServerResponse, html: string): void => {
  response.writeHead(200, {
    ...HEADERS,
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': POLICY_HEADER,
  });
  response.end(html);
};

/** What is left of the request is not read. */
const refuse = (response: ServerResponse, status: number, why: string): void => {
  response.writeHead(status, { ...HEADERS, 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
  response.end(`${why}\n`);
};
