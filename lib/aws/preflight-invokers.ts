/** Who may invoke the command function by its own policy, beside the identities of its account that their policies allow it. */
import * as v from 'valibot';
import { Fault, isFault } from '../controller/fault.ts';
import { valueIn } from './json-text.ts';
import type { Deadline } from './outside.ts';
import { type Signature, signedRequest, type Variables } from './signed-request.ts';

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
  const got = await signedRequest(OPERATION, { service: 'lambda', path }, signature, deadline, variables);
  if (isFault(got)) return got;
  // A function without a policy has none to be found.
  return got.status === 404 ? [] : readAnswer(got.text);
};

const readAnswer = (text: string): Invokers | Fault => {
  const answer = v.safeParse(answerSchema, valueIn(text));
  const policy = v.safeParse(policySchema, valueIn(answer.success ? answer.output.Policy : ''));
  if (!policy.success) return new Fault('UNREADABLE', OPERATION, new Error(text.slice(0, 1000)));
  const allowed = [policy.output.Statement].flat().filter(({ Effect }) => Effect === 'Allow');
  return [...new Set(allowed.flatMap(principalsOf))];
};

const listSchema = v.union([v.string(), v.array(v.string())]);

const statementSchema = v.object({
  Effect: v.string(),
  Principal: v.optional(v.union([v.string(), v.record(v.string(), listSchema)])),
});

const policySchema = v.object({ Statement: v.union([statementSchema, v.array(statementSchema)]) });
const answerSchema = v.object({ Policy: v.string() });

/** Without `Principal` a statement has `NotPrincipal`: everybody but some. */
const principalsOf = ({ Principal }: v.InferOutput<typeof statementSchema>): readonly string[] => {
  if (Principal === undefined) return ['everybody but some'];
  return typeof Principal === 'string' ? [Principal] : Object.values(Principal).flat();
};
