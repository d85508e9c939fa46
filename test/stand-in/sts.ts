/** STS that verifies: a presigned GetCallerIdentity is answered with an ARN only when its signature is that of a key it knows. */
import { createHash, createHmac } from 'node:crypto';
import type { Answer, Asked, Service } from './server.ts';

/** One access key. */
export interface Key {
  readonly secret: string;
  /** Whose it is. */
  readonly arn: string;
  /** Of temporary credentials: must come with each request. */
  readonly token?: string;
  /** Of temporary credentials: epoch milliseconds. */
  readonly endsAt?: number;
}

/** STS takes a signed request for so long, whatever the request itself says of its expiry. */
const ACCEPTED_MS = 15 * 60_000;

/** @param keys by access key id */
export const sts =
  (keys: Readonly<Record<string, Key>>, now: () => number): Service =>
  (asked) => {
    const query = asked.url.searchParams;
    const [id = '', day = '', region = '', service = ''] = (query.get('X-Amz-Credential') ?? '').split('/');
    const key = Object.hasOwn(keys, id) ? keys[id] : undefined;
    if (key === undefined || (query.get('X-Amz-Security-Token') ?? undefined) !== key.token)
      return refusal(403, 'InvalidClientTokenId', 'The security token included in the request is invalid.');
    if (service !== 'sts') return refusal(403, 'SignatureDoesNotMatch', 'The credential is scoped to another service.');
    const at = query.get('X-Amz-Date') ?? '';
    const signed = (query.get('X-Amz-SignedHeaders') ?? '').split(';');
    if (!signed.includes('host') || signed.some((name) => asked.headers[name] === undefined))
      return refusal(403, 'SignatureDoesNotMatch', 'A signed header is missing.');
    const scope = `${day}/${region}/sts/aws4_request`;
    const text = ['AWS4-HMAC-SHA256', at, scope, sha256(canonical(asked, signed))].join('\n');
    const signingKey = [day, region, 'sts', 'aws4_request'].reduce(hmac, Buffer.from(`AWS4${key.secret}`));
    if (hmac(signingKey, text).toString('hex') !== query.get('X-Amz-Signature'))
      return refusal(403, 'SignatureDoesNotMatch', 'The request signature we calculated does not match.');
    if (Math.abs(now() - instantOf(at)) > ACCEPTED_MS)
      return refusal(403, 'SignatureDoesNotMatch', `Signature expired: ${at}.`);
    if (key.endsAt !== undefined && now() > key.endsAt)
      return refusal(403, 'ExpiredToken', 'The security token included in the request is expired.');
    return asked.operation === 'GetCallerIdentity'
      ? identity(key.arn)
      : refusal(400, 'InvalidAction', `Could not find operation ${asked.operation}.`);
  };

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
const canonical = ({ method, url, headers, body }: Asked, signed: readonly string[]): string => {
  const query = [...url.searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
    .sort();
  const lines = [...signed].sort().map((name) => `${name}:${headers[name]?.trim().replace(/ +/g, ' ')}\n`);
  return [method, url.pathname, query.join('&'), lines.join(''), signed.join(';'), sha256(body)].join('\n');
};

const escaped = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);

const instantOf = (text: string): number =>
  Date.parse(text.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));

const XML = { 'content-type': 'text/xml' };
const NAMESPACE = 'xmlns="https://sts.amazonaws.com/doc/2011-06-15/"';

/** As STS answers, for any ARN. */
export const identity = (arn: string): Answer => ({
  headers: XML,
  body: `<GetCallerIdentityResponse ${NAMESPACE}>
  <GetCallerIdentityResult>
    <Arn>${arn}</Arn>
    <UserId>AROAEXAMPLE:session</UserId>
    <Account>123456789012</Account>
  </GetCallerIdentityResult>
  <ResponseMetadata>
    <RequestId>01234567-89ab-cdef-0123-456789abcdef</RequestId>
  </ResponseMetadata>
</GetCallerIdentityResponse>
`,
});

export const refusal = (status: number, code: string, message: string): Answer => ({
  status,
  headers: XML,
  body: `<ErrorResponse ${NAMESPACE}>
  <Error>
    <Type>Sender</Type>
    <Code>${code}</Code>
    <Message>${message}</Message>
  </Error>
  <RequestId>01234567-89ab-cdef-0123-456789abcdef</RequestId>
</ErrorResponse>
`,
});
