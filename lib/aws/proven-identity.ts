import { Fault, isFault } from '../controller/fault.ts';
import type { Instant } from '../plan/plan.ts';
import { type Deadline, outside } from './outside.ts';
import { type Question, questionOf, type Refused } from './proof-check.ts';
import type { Envelope } from './request.ts';

export interface Redemption {
  readonly now: Instant;
  readonly deadline: Deadline;
  /** The function's own environment. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly fetch?: typeof globalThis.fetch;
  /** How long STS may take. */
  readonly milliseconds?: number;
}

/** The principal, as STS writes it: `arn:aws:sts::123456789012:assumed-role/Sre/session`, or of a user. */
export interface Proven {
  readonly as: string;
}

const OPERATION = 'ask STS who signed the request';
const MILLISECONDS = 3_000;
const BYTES_AT_MOST = 64 * 1024;

/**
 * Who asks, told by STS and by nobody else: what the caller wrote is only ever compared. The proof is taken to STS's own endpoints, or to
 * the one of the function's own environment; a proof that names any other place is refused before anything is sent.
 */
export const provenIdentity = async (
  envelope: Envelope,
  { now, deadline, variables, fetch = globalThis.fetch, milliseconds = MILLISECONDS }: Redemption,
): Promise<Proven | Refused | Fault> => {
  const question = questionOf(envelope, now, variables);
  if ('refused' in question) return { refused: `the proof of identity is refused: ${question.refused}` };
  const answer = await outside<StsAnswer | Fault>(
    OPERATION,
    deadline,
    ({ abortSignal }) => ask(question, fetch, AbortSignal.any([abortSignal, AbortSignal.timeout(milliseconds)])),
    broken,
  );
  return isFault(answer) ? answer : readAnswer(answer);
};

interface StsAnswer {
  readonly status: number;
  /** Undefined: more than STS ever says. */
  readonly text: string | undefined;
}

/** A redirection is not followed: it is an answer like any other that is not 200. */
const ask = async (
  { url, headers }: Question,
  fetch: typeof globalThis.fetch,
  signal: AbortSignal,
): Promise<StsAnswer> => {
  const response = await fetch(url, { headers, signal, redirect: 'manual' });
  return { status: response.status, text: await readAtMost(response, BYTES_AT_MOST) };
};

const readAtMost = async (response: Response, bytes: number): Promise<string | undefined> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    // Leaving the loop also drops the connection.
    if (length > bytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

/** `fetch` says of every broken connection that it failed, and gives the reason as a cause. */
const broken = (error: Error): Fault | undefined =>
  error instanceof TypeError && error.cause instanceof Error ? new Fault('UNAVAILABLE', OPERATION, error) : undefined;

const readAnswer = ({ status, text }: StsAnswer): Proven | Refused | Fault => {
  if (text === undefined) return new Fault('UNREADABLE', OPERATION, 'the answer is longer than 64 KiB');
  if (status === 200) {
    const as = arnIn(text);
    return as === undefined ? new Fault('UNREADABLE', OPERATION, 'the answer names no user, role or root') : { as };
  }
  const code = /<Code>([A-Za-z.]{1,80})<\/Code>/.exec(text)?.[1] ?? `status ${status}`;
  if (/^(?:Throttl|RequestLimit)/.test(code) || status === 429) return new Fault('THROTTLED', OPERATION, code);
  if (status >= 500) return new Fault('UNAVAILABLE', OPERATION, code);
  return { refused: `the proof of identity is refused by STS: ${code}` };
};

/**
 * The answer in its fixed shape. The characters are those that a plan's principals may have, none of which XML would have to escape: so no
 * XML reader is needed, and whatever has others is nobody.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
const ANSWER =
  /^(?:<\?xml[^<>]*\?>)?\s*<GetCallerIdentityResponse(?: [^<>]*)?>\s*<GetCallerIdentityResult>((?:\s*<(Arn|UserId|Account)>[^<>&]*<\/\2>)*)\s*<\/GetCallerIdentityResult>\s*(?:<ResponseMetadata>\s*<RequestId>[^<>&]*<\/RequestId>\s*<\/ResponseMetadata>\s*)?<\/GetCallerIdentityResponse>\s*$/;
const ARN = /<Arn>([^<]*)<\/Arn>/g;
const PRINCIPAL =
  /^arn:aws[a-z-]*:(?:iam|sts)::[0-9]{12}:(?:root|(?:user|assumed-role|federated-user)\/[A-Za-z0-9+=,.@_/-]{1,512})$/;

const arnIn = (text: string): string | undefined => {
  const result = ANSWER.exec(text)?.[1] ?? '';
  const [arn = '', second] = [...result.matchAll(ARN)].map((match) => match[1]);
  return second === undefined && PRINCIPAL.test(arn) ? arn : undefined;
};
