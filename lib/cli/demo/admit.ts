/** Who may ask the demo's server: the page that it has sent itself, and nobody else who is open in the same browser. */
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export interface Denied {
  readonly status: 403 | 415;
  /** A sentence. */
  readonly why: string;
}

/**
 * A name that leads here but is not ours would be another site's (DNS rebinding), so only our own are answered.
 * Undefined: it is one of them.
 */
export const deniedHost = ({ headers }: IncomingMessage, port: number): Denied | undefined =>
  namesOf(port).includes(headers.host ?? '')
    ? undefined
    : {
        status: 403,
        why: `The demo answers at ${namesOf(port).join(' and ')}; asked for: ${headers.host ?? 'nothing'}.`,
      };

/**
 * Browsers say where a request comes from: https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site.
 * Whoever says nothing is no browser, and needs the token all the same.
 */
export const deniedOrigin = ({ headers }: IncomingMessage, port: number): Denied | undefined => {
  const { origin } = headers;
  const site = headers['sec-fetch-site'];
  const isOurs =
    (origin === undefined || namesOf(port).some((name) => origin === `http://${name}`)) &&
    (site === undefined || site === 'same-origin');
  return isOurs
    ? undefined
    : { status: 403, why: `Only the demo's own page may ask for this; asked from: ${origin ?? site}.` };
};

export const deniedPress = (request: IncomingMessage, port: number, token: string): Denied | undefined => {
  const origin = deniedOrigin(request, port);
  if (origin !== undefined) return origin;
  const given = request.headers['x-sluice-token'];
  if (typeof given !== 'string' || !isSame(given, token))
    return { status: 403, why: 'The token must be the one in the page.' };
  const type = request.headers['content-type'] ?? 'nothing';
  if (!/^application\/json(;|$)/.test(type))
    return { status: 415, why: `The content type must be application/json; given: ${type}.` };
  return undefined;
};

/** Browsers leave out the port that is usual for http. */
const namesOf = (port: number): readonly string[] =>
  ['127.0.0.1', 'localhost'].flatMap((host) => (port === 80 ? [host, `${host}:80`] : [`${host}:${port}`]));

const isSame = (given: string, token: string): boolean => {
  const [one, other] = [Buffer.from(given), Buffer.from(token)];
  return one.length === other.length && timingSafeEqual(one, other);
};
