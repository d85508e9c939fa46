/**
 * Asks the service for 50 seconds, ten times a second. For `measure` it takes an event: how long, how often, with which delays, with the
 * cookies of one client or without, and answers what it got.
 */
import { setTimeout as sleep } from 'node:timers/promises';

interface Asked {
  readonly seconds?: number;
  readonly perSecond?: number;
  /** Milliseconds that the version waits, in turn; without them it waits as long as it does by itself. */
  readonly delays?: readonly number[];
  /** One client that keeps its cookies; begins with these. */
  readonly cookies?: string;
  readonly keepCookies?: boolean;
}

/** Epoch milliseconds, the version that answered, the status. */
export type Got = readonly [at: number, version: string, status: number];

export interface Answer {
  readonly got: readonly Got[];
  /** The client's cookies at the end. */
  readonly cookies: string;
}

export const handler = async ({
  seconds = 50,
  perSecond = 10,
  delays,
  keepCookies = false,
  cookies = '',
}: Asked): Promise<Answer> => {
  const until = Date.now() + seconds * 1000;
  const got: Got[] = [];
  const client = { cookies };
  const pending: Promise<void>[] = [];
  for (let n = 0; Date.now() < until; n += 1) {
    pending.push(
      ask(delays?.[n % delays.length], client.cookies).then(({ version, status, set }) => {
        got.push([Date.now(), version, status]);
        if (keepCookies && set !== '') client.cookies = set;
      }),
    );
    await sleep(1000 / perSecond);
  }
  await Promise.all(pending);
  return { got: got.toSorted(([a], [b]) => a - b), cookies: client.cookies };
};

const ask = async (delay: number | undefined, cookie: string) => {
  const query = delay === undefined ? '' : `?delay=${delay}`;
  const response = await fetch(`${process.env.URL}${query}`, {
    headers: cookie === '' ? {} : { cookie },
    signal: AbortSignal.timeout(30_000),
  }).catch((error: unknown) => error);
  if (!(response instanceof Response)) return { version: `${response}`, status: 0, set: '' };
  const set = response.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
  return { version: await response.text(), status: response.status, set };
};
