/** The caller's side of the proof of identity; the function's is proven-identity.ts. */
import { hash } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Instant } from '../plan/plan.ts';
import type { Envelope } from './request.ts';
import { stsEndpoint } from './sts-endpoint.ts';

/** Binds the signature to the request: hex SHA-256 of its exact text. */
export const DIGEST_HEADER = 'x-sluice-request-sha256';

/** How long a proof may be used, in seconds. */
export const PROOF_SECONDS = 60;

/** What asks STS for the identity of whoever signed; every identity may, and no policy can forbid it. */
export const IDENTITY_QUERY = { Action: 'GetCallerIdentity', Version: '2011-06-15' } as const;

export const digestOf = (request: string): string => hash('sha256', request);

type Signing = ConstructorParameters<typeof SignatureV4>[0];

export interface Signer {
  readonly credentials: Signing['credentials'];
  readonly sha256: Signing['sha256'];
  readonly region: string;
  readonly now: Instant;
  /** The caller's environment: `AWS_ENDPOINT_URL_STS`, `AWS_ENDPOINT_URL`. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/**
 * A question to STS, "who am I", signed and not asked: whoever is handed it may ask it within a minute and learns who signed, and nothing
 * else. The digest of the request is among the signed headers, so it proves who asks for this request only. It is a secret for that minute.
 */
export const proofOf = async (request: string, signer: Signer): Promise<Envelope['proof']> => {
  const { credentials, sha256, region, now, variables } = signer;
  const endpoint = stsEndpoint(region, variables);
  const signature = new SignatureV4({ credentials, sha256, region, service: 'sts' });
  const headers = { [DIGEST_HEADER]: digestOf(request) };
  const signed = await signature.presign(
    {
      method: 'GET',
      protocol: endpoint.protocol,
      hostname: endpoint.hostname,
      path: '/',
      query: { ...IDENTITY_QUERY },
      headers: { ...headers, host: endpoint.host },
    },
    { expiresIn: PROOF_SECONDS, signingDate: new Date(now) },
  );
  const query = Object.entries(signed.query ?? {}).map(
    ([name, value]) => `${name}=${encodeURIComponent(String(value))}`,
  );
  return { url: `${endpoint.origin}/?${query.join('&')}`, headers };
};
