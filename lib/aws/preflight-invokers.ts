/** Who may invoke the command function by its own policy, beside the identities of its account that their policies allow it. */
import { SignatureV4 } from '@smithy/signature-v4';
import * as z from 'zod';
import { Fault } from '../controller/fault.ts';
import { valueIn } from './json-text.ts';
import { type Deadline, outside } from './outside.ts';
import { regionalHost } from './sts-endpoint.ts';

type Signing = ConstructorParameters<typeof SignatureV4>[0];

/** What is signed with: the credentials and the hash of any SDK client. */
export interface Signature {
  readonly credentials: Signing['credentials'];
  readonly sha256: Signing['sha256'];
}

/** Principals that the function's policy allows anything, as the policy writes them: `*`, `events.amazonaws.com`, `123456789012`. */
export type Invokers = readonly string[];

const OPERATION = "read the command function's policy";

/**
 * GetPolicy, one signed request. The SDK's client of Lambda would make the bundle larger by 73 KB for this one call.
 * https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html
 *
 * @param variables the function's own environment: its name, its region, `AWS_ENDPOINT_URL_LAMBDA`
 */
export const readInvokers = (
  { credentials, sha256 }: Signature,
  deadline: Deadline,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<Invokers | Fault> =>
  outside<Invokers | Fault>(
    OPERATION,
    deadline,
    async ({ abortSignal }) => {
      const region = variables.AWS_REGION ?? '';
      const own = variables.AWS_ENDPOINT_URL_LAMBDA || variables.AWS_ENDPOINT_URL;
      const url = new URL(own || `https://${regionalHost('lambda', region)}`);
      url.pathname = `/2015-03-31/functions/${encodeURIComponent(variables.AWS_LAMBDA_FUNCTION_NAME ?? '')}/policy`;
      const { protocol, hostname, pathname: path, host } = url;
      const signer = new SignatureV4({ credentials, sha256, region, service: 'lambda' });
      const { headers } = await signer.sign({ method: 'GET', protocol, hostname, path, headers: { host } });
      const response = await fetch(url, { headers, signal: abortSignal, redirect: 'manual' });
      return readAnswer(response.status, await response.text());
    },
    broken,
  );

/** `fetch` says of every broken connection that it failed, and gives the reason as a cause. */
const broken = (error: Error): Fault | undefined =>
  error instanceof TypeError && error.cause instanceof Error ? new Fault('UNAVAILABLE', OPERATION, error) : undefined;

/** A function without a policy has none to be found: 404. */
const readAnswer = (status: number, text: string): Invokers | Fault => {
  const cause = new Error(text.slice(0, 1000));
  if (status === 404) return [];
  if (status === 429) return new Fault('THROTTLED', OPERATION, cause);
  if (status >= 500) return new Fault('UNAVAILABLE', OPERATION, cause);
  if (status >= 400) return new Fault('REFUSED', OPERATION, cause);
  const policy = policySchema.safeParse(valueIn(answerSchema.safeParse(valueIn(text)).data?.Policy ?? ''));
  if (!policy.success) return new Fault('UNREADABLE', OPERATION, cause);
  const allowed = [policy.data.Statement].flat().filter(({ Effect }) => Effect === 'Allow');
  return [...new Set(allowed.flatMap(principalsOf))];
};

const listSchema = z.union([z.string(), z.array(z.string())]);

const statementSchema = z.object({
  Effect: z.string(),
  Principal: z.union([z.string(), z.record(z.string(), listSchema)]).optional(),
});

const policySchema = z.object({ Statement: z.union([statementSchema, z.array(statementSchema)]) });
const answerSchema = z.object({ Policy: z.string() });

/** Without `Principal` a statement has `NotPrincipal`: everybody but some. */
const principalsOf = ({ Principal }: z.output<typeof statementSchema>): readonly string[] => {
  if (Principal === undefined) return ['everybody but some'];
  return typeof Principal === 'string' ? [Principal] : Object.values(Principal).flat();
};
