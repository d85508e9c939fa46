/** Lambda for the bundles: each is loaded once, from its folder in cdk.out, with the environment that the template gives it. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Asked, Service } from '../stand-in/server.ts';
import { ACCOUNT, type Assembly, REGION } from './bundles.ts';

type Handler = (event: unknown, context: { readonly invokedFunctionArn: string }) => Promise<unknown>;

type Variables = Readonly<Record<string, string>>;

const functionArn = (name: string): string => `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;

export interface Functions {
  /** Events and answers are JSON, as on the wire. Throws what the handler throws. */
  invoke(functionName: string, event: unknown): Promise<unknown>;
  /** How often each was invoked. */
  readonly invocations: Map<string, number>;
  /** The API's Invoke, for whoever has only the address. */
  readonly service: Service;
}

/** @param variables what Lambda adds to the template's: region, credentials, endpoints */
export const loadFunctions = async (
  assembly: Assembly,
  names: readonly string[],
  variables: Variables,
): Promise<Functions> => {
  const invocations = new Map<string, number>();
  const environmentOf = (name: string): Variables => ({
    ...assembly.environmentOf(name),
    ...variables,
    AWS_LAMBDA_FUNCTION_NAME: name,
  });
  const handlers = new Map<string, Handler>();
  for (const name of names) {
    const url = pathToFileURL(join(assembly.bundleOf(name), 'index.mjs')).href;
    const { handler } = await inEnvironment(environmentOf(name), () => import(url) as Promise<{ handler: Handler }>);
    handlers.set(name, handler);
  }
  const invoke = async (name: string, event: unknown): Promise<unknown> => {
    const handler = handlers.get(name);
    if (handler === undefined) throw new Error(`there is no function ${name}`);
    invocations.set(name, (invocations.get(name) ?? 0) + 1);
    const context = { invokedFunctionArn: functionArn(name) };
    const answer = await inEnvironment(environmentOf(name), () => handler(JSON.parse(JSON.stringify(event)), context));
    return answer === undefined ? null : JSON.parse(JSON.stringify(answer));
  };
  return { invoke, invocations, service: (asked) => answerInvoke(invoke, asked) };
};

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
const answerInvoke = async (invoke: Functions['invoke'], { method, url, body }: Asked) => {
  const name = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(url.pathname)?.[1];
  if (method !== 'POST' || name === undefined) return { status: 404, body: '{}' };
  try {
    return { body: JSON.stringify(await invoke(decodeURIComponent(name), JSON.parse(body))) };
  } catch (error) {
    const { name: errorType, message: errorMessage } = error as Error;
    const headers = { 'x-amz-function-error': 'Unhandled' };
    return { headers, body: JSON.stringify({ errorType, errorMessage }) };
  }
};

/**
 * Every function has a process of its own at AWS, and here the one process has one environment at a time: nothing runs at the same time as
 * a function but whoever waits for its answer.
 */
export const inEnvironment = async <T>(variables: Variables, work: () => Promise<T>): Promise<T> => {
  const before = Object.fromEntries(Object.keys(variables).map((name) => [name, process.env[name]]));
  Object.assign(process.env, variables);
  try {
    return await work();
  } finally {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
};
