/** What is looked at before a proof of identity is taken anywhere: it must be a question to STS about this very request, and no other. */
import type { Instant } from '../plan/plan.ts';
import { DIGEST_HEADER, digestOf, IDENTITY_QUERY, PROOF_SECONDS } from './identity-proof.ts';
import type { Envelope } from './request.ts';
import { isStsHost, ownStsEndpoint } from './sts-endpoint.ts';

/** A question that may be asked: nothing in it is what the caller wrote, everything is what was checked. */
export interface Question {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Refused {
  /** A clause: why. */
  readonly refused: string;
}

/** Clocks of people's computers may run ahead of ours by this much. */
const AHEAD_MS = 5_000;

/** The query, complete: each must be there once, but for the token of temporary credentials. */
const QUERY: Readonly<Record<string, RegExp>> = {
  Action: new RegExp(`^${IDENTITY_QUERY.Action}$`),
  Version: new RegExp(`^${IDENTITY_QUERY.Version}$`),
  'X-Amz-Algorithm': /^AWS4-HMAC-SHA256$/,
  'X-Amz-Credential': /^[A-Za-z0-9]{3,128}\/[0-9]{8}\/[a-z0-9-]{1,40}\/sts\/aws4_request$/,
  'X-Amz-Date': /^[0-9]{8}T[0-9]{6}Z$/,
  'X-Amz-Expires': /^[1-9][0-9]{0,5}$/,
  'X-Amz-SignedHeaders': new RegExp(`^host;${DIGEST_HEADER}$`),
  'X-Amz-Signature': /^[0-9a-f]{64}$/,
  'X-Amz-Security-Token': /^[A-Za-z0-9+/=_.-]{1,6000}$/,
};
const OPTIONAL = 'X-Amz-Security-Token';

/**
 * @param variables the function's own environment: where STS is, if not at AWS; the request never says
 */
export const questionOf = (
  { request, proof }: Envelope,
  now: Instant,
  variables: Readonly<Record<string, string | undefined>>,
): Question | Refused => {
  const refused =
    headerComplaint(request, proof.headers) ??
    placeComplaint(proof.url, variables) ??
    queryComplaint(new URL(proof.url).searchParams) ??
    ageComplaint(new URL(proof.url).searchParams, now);
  if (refused !== undefined) return { refused };
  const { origin, searchParams } = new URL(proof.url);
  const query = [...searchParams].map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  return { url: `${origin}/?${query}`, headers: { [DIGEST_HEADER]: digestOf(request) } };
};

const headerComplaint = (request: string, headers: Readonly<Record<string, string>>): string | undefined => {
  const names = Object.keys(headers);
  if (names.length !== 1 || names[0] !== DIGEST_HEADER) return `its headers must be ${DIGEST_HEADER} and no other`;
  return headers[DIGEST_HEADER] === digestOf(request) ? undefined : 'it was made for another request';
};

/**
 * A text that is not in the parser's own form may mean one place to us and another to whoever reads it next: upper case, a default port,
 * an odd dot, a control character. It is refused as a whole.
 */
const placeComplaint = (text: string, variables: Readonly<Record<string, string | undefined>>): string | undefined => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.href !== text) return 'its URL must be a URL in its normal form';
  if (url.username !== '' || url.password !== '' || url.hash !== '' || url.pathname !== '/')
    return 'its URL must have the path / and no user, password or fragment';
  if (url.origin === ownStsEndpoint(variables)?.origin) return undefined;
  if (url.protocol === 'https:' && url.port === '' && isStsHost(url.hostname)) return undefined;
  return 'its URL must be that of AWS STS';
};

const queryComplaint = (query: URLSearchParams): string | undefined => {
  const names = [...query.keys()];
  const alien = names.find((name) => !Object.hasOwn(QUERY, name));
  if (alien !== undefined) return 'its URL has a parameter that does not belong there';
  const doubled = names.find((name, index) => names.indexOf(name) !== index);
  if (doubled !== undefined) return `its URL has the parameter ${doubled} twice`;
  const wrong = Object.entries(QUERY).find(([name, form]) => {
    const value = query.get(name);
    return value === null ? name !== OPTIONAL : !form.test(value);
  });
  return wrong === undefined ? undefined : `its URL must have a parameter ${wrong[0]} that fits`;
};

/**
 * STS itself takes a presigned question for 15 minutes, whatever it says of its expiry: the minute is kept here.
 * https://github.com/aws/aws-sdk-go/issues/2167
 */
const ageComplaint = (query: URLSearchParams, now: Instant): string | undefined => {
  const seconds = Number(query.get('X-Amz-Expires'));
  if (seconds > PROOF_SECONDS) return `it must expire within ${PROOF_SECONDS} s; it says ${seconds} s`;
  const at = instantOf(query.get('X-Amz-Date') ?? '');
  if (Number.isNaN(at)) return 'its date is none';
  const times = `it is of ${new Date(at).toISOString()}, and here it is ${new Date(now).toISOString()}`;
  if (now - at > seconds * 1000) return `it has expired: ${times}`;
  if (at - now > AHEAD_MS) return `it lies in the future: ${times}; set the clock`;
  return undefined;
};

/** `20251031T120000Z` */
const instantOf = (text: string): Instant =>
  Date.parse(text.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
