import { randomUUID } from 'node:crypto';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import * as v from 'valibot';
import { Fault, isFault } from '../controller/fault.ts';
import { systemClock } from './clock.ts';
import { proofOf } from './identity-proof.ts';
import { valueIn } from './json-text.ts';
import { Deadline, outside } from './outside.ts';
import type { Envelope, Reply, Request } from './request.ts';

export interface CommandFunction {
  /** Name or ARN of the command function. A name is that of a function in the caller's own account. */
  readonly functionName: string;
  /** Else the standard environment's. */
  readonly region?: string | undefined;
}

/** The function ends within 30 s; what it then says must still arrive. */
const ANSWER_MS = 40_000;

/** Only questions are asked again: whether a change that got no answer has happened, its journal tells. */
const QUESTIONS: readonly Request['ask'][] = ['list', 'status', 'journal', 'report', 'export'];

/**
 * Asks the command function, with a proof of who asks, by the standard environment's credentials, region and endpoints. A change is sent
 * once. Whatever the function refuses is a reply; a function that fails, or an answer that is none, is a `Fault` whose cause says more.
 */
export const askCommandFunction = async <R extends Request>(
  { functionName, region }: CommandFunction,
  request: R,
): Promise<Reply<R['ask']> | Fault> => {
  const client = new LambdaClient({
    ...(region === undefined ? {} : { region }),
    maxAttempts: QUESTIONS.includes(request.ask) ? 3 : 1,
    requestHandler: { connectionTimeout: 3_000, requestTimeout: ANSWER_MS, throwOnRequestTimeout: true },
  });
  const envelope = await sealed(client, functionName, request);
  const answered = isFault(envelope) ? envelope : await invoke(client, functionName, envelope);
  client.destroy();
  return answered as Reply<R['ask']> | Fault;
};

const PROVE = 'prove who asks';

const sealed = async (client: LambdaClient, to: string, asked: Request): Promise<Envelope | Fault> =>
  outside<Envelope | Fault>(
    PROVE,
    new Deadline(),
    async () => {
      const { credentials, sha256 } = client.config;
      const region = await client.config.region();
      const signer = { credentials, sha256, region, now: systemClock.now(), variables: process.env };
      const request = JSON.stringify({ to, region, id: randomUUID(), request: asked });
      return { request, proof: await proofOf(request, signer) };
    },
    unprovable,
  );

/** No region, no credentials, an expired session: the caller's own computer lacks something, and the error says what. */
const unprovable = (error: Error): Fault | undefined =>
  error.name.endsWith('ProviderError') || /^Region (?:is missing|not accepted)/.test(error.message)
    ? new Fault('REFUSED', PROVE, error)
    : undefined;

/** The function may take longer than any other operation: the client's own time-out holds, not that of `outside`. */
const invoke = async (
  client: LambdaClient,
  functionName: string,
  envelope: Envelope,
): Promise<Reply<Request['ask']> | Fault> => {
  const operation = `invoke the command function ${functionName}`;
  const output = await outside(operation, new Deadline(), () =>
    client.send(new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(envelope) })),
  );
  if (isFault(output)) return output;
  const text = Buffer.from(output.Payload ?? '').toString('utf8');
  if (output.FunctionError !== undefined) return new Fault('UNAVAILABLE', operation, errorIn(text));
  const read = v.safeParse(replySchema, valueIn(text));
  // Its own part of each reply is trusted: both ends are of the same release.
  return read.success ? (read.output as Reply<Request['ask']>) : new Fault('UNREADABLE', operation, text.slice(0, 500));
};

const replySchema = v.variant('ok', [
  v.looseObject({ ok: v.literal(true), as: v.string() }),
  v.object({ ok: v.literal(false), refused: v.string(), problems: v.array(v.string()) }),
]);

const errorSchema = v.object({ errorType: v.optional(v.string(), 'Error'), errorMessage: v.string() });

/** What a function that threw, or ran out of time, leaves as its payload. https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html */
const errorIn = (text: string): Error => {
  const read = v.safeParse(errorSchema, valueIn(text));
  return new Error(read.success ? `${read.output.errorType}: ${read.output.errorMessage}` : text.slice(0, 500));
};
