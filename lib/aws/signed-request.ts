import { SignatureV4 } from '@smithy/signature-v4';
import { Fault } from '../controller/fault.ts';
import { type Deadline, outside } from './outside.ts';
import { regionalHost } from './sts-endpoint.ts';

type Signing = ConstructorParameters<typeof SignatureV4>[0];

/** What is signed with: the credentials and the hash of any SDK client. */
export interface Signature {
  readonly credentials: Signing['credentials'];
  readonly sha256: Signing['sha256'];
}

export type Variables = Readonly<Record<string, string | undefined>>;

/** A GET, or the POST of a JSON document. */
export interface Call {
  readonly service: 'cloudtrail' | 'lambda' | 's3';
  /** From the service's root, with no character that would have to be escaped. */
  readonly path: string;
  readonly document?: { readonly target: string; readonly input: object } | undefined;
}

export interface Got {
  readonly status: number;
  readonly text: string;
  readonly header: (name: string) => string | null;
}

/**
 * One signed request of a service, for a function that asks it one thing only: the SDK's clients of Lambda and S3 would make its bundle larger
 * by 73 and 125 KB. It honours the region and `AWS_ENDPOINT_URL*` of the function's environment; it is not repeated. Throttling, refusals and
 * trouble of the service are Faults; 404 and the rest are the caller's to understand.
 */
export const signedRequest = (
  operation: string,
  { service, path, document }: Call,
  { credentials, sha256 }: Signature,
  deadline: Deadline,
  variables: Variables,
): Promise<Got | Fault> =>
  outside<Got | Fault>(
    operation,
    deadline,
    async ({ abortSignal }) => {
      const url = urlOf({ service, path }, variables);
      const { protocol, hostname, host } = url;
      const signer = signerOf(service, { credentials, sha256 }, variables);
      const sent = { ...written(document), protocol, hostname, path };
      const { headers } = await signer.sign({ ...sent, headers: { ...sent.headers, host } });
      const { method, body = null } = sent;
      const response = await fetch(url, { method, headers, body, signal: abortSignal, redirect: 'manual' });
      const { status } = response;
      const text = await response.text();
      return faultOf(operation, status, text) ?? { status, text, header: (name) => response.headers.get(name) };
    },
    (error) => broken(operation, error),
  );

const urlOf = ({ service, path }: Call, variables: Variables): URL => {
  const own = variables[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] || variables.AWS_ENDPOINT_URL;
  const url = new URL(own || `https://${regionalHost(service, variables.AWS_REGION ?? '')}`);
  url.pathname = path;
  return url;
};

const signerOf = (service: Call['service'], { credentials, sha256 }: Signature, variables: Variables): SignatureV4 =>
  // S3 takes the path as it is, others escape it once more; there is nothing to escape in ours.
  new SignatureV4({
    credentials,
    sha256,
    region: variables.AWS_REGION ?? '',
    service,
    uriEscapePath: service !== 's3',
  });

/**
 * A GET for whoever has the address, as long as it is good and the credentials are that signed it. Asks nobody.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export const signedLink = async (
  call: Pick<Call, 'service' | 'path'>,
  seconds: number,
  signature: Signature,
  variables: Variables,
): Promise<string> => {
  const url = urlOf(call, variables);
  const { protocol, hostname, host } = url;
  const headers = { host, 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD' };
  const request = { method: 'GET', protocol, hostname, path: call.path, headers };
  const { query = {} } = await signerOf(call.service, signature, variables).presign(request, { expiresIn: seconds });
  for (const [name, value] of Object.entries(query)) if (typeof value === 'string') url.searchParams.set(name, value);
  return url.href;
};

/** AWS JSON 1.1: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html */
const written = (document: Call['document']): { method: string; headers: Record<string, string>; body?: string } =>
  document === undefined
    ? { method: 'GET', headers: {} }
    : {
        method: 'POST',
        headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': document.target },
        body: JSON.stringify(document.input),
      };

const faultOf = (operation: string, status: number, text: string): Fault | undefined => {
  if (status < 300 || status === 404) return undefined;
  const cause = new Error(text.slice(0, 1000));
  if (status === 429 || (status === 503 && text.includes('SlowDown')) || (status === 400 && text.includes('Throttl')))
    return new Fault('THROTTLED', operation, cause);
  if (status >= 500) return new Fault('UNAVAILABLE', operation, cause);
  return new Fault(status >= 400 ? 'REFUSED' : 'UNREADABLE', operation, cause);
};

/** `fetch` says of every broken connection that it failed, and gives the reason as a cause. */
const broken = (operation: string, error: Error): Fault | undefined =>
  error instanceof TypeError && error.cause instanceof Error ? new Fault('UNAVAILABLE', operation, error) : undefined;
