/** Who may invoke the command function by its own policy, beside the identities of its account that their policies allow it. */
import * as z from 'zod';
import { Fault, isFault } from '../controller/fault.ts';
import { valueIn } from './json-text.ts';
import type { Deadline } from './outside.ts';
import { type Signature, signedGet, type Variables } from './signed-get.ts';

/** Principals that the function's policy allows anything, as the policy writes them: `*`, `events.amazonaws.com`, `123456789012`. */
export type Invokers = readonly string[];

const OPERATION = "read the command function's policy";

/**
 * GetPolicy: https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html
 * @param variables the function's own environment: its name, its region, `AWS_ENDPOINT_URL_LAMBDA`
 */
export const readInvokers = async (
  signature: Signature,
  deadline: Deadline,
  variables: Variables,
): Promise<Invokers | Fault> => {
  const path = `/2015-03-31/functions/${encodeURIComponent(variables.AWS_LAMBDA_FUNCTION_NAME ?? '')}/policy`;
  const got = await signedGet(OPERATION, 'lambda', path, signature, deadline, variables);
  if (isFault(got)) return got;
  // A function without a policy has none to be found.
  return got.status === 404 ? [] : readAnswer(got.text);
};

const readAnswer = (text: string): Invokers | Fault => {
  const policy = policySchema.safeParse(valueIn(answerSchema.safeParse(valueIn(text)).data?.Policy ?? ''));
  if (!policy.success) return new Fault('UNREADABLE', OPERATION, new Error(text.slice(0, 1000)));
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
