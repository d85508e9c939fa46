/** Hands something to another function, which carries it out in its own time. */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { type Fault, isFault } from '../controller/fault.ts';
import { LIMITS } from './clients.ts';
import { type Deadline, outside } from './outside.ts';

/** Made once in a function's life. Handed over once: whoever pressed sees that it failed, and presses again. */
export const passOnOf = (FunctionName: string, deadline: Deadline) => {
  const client = new LambdaClient({
    ...LIMITS,
    maxAttempts: 1,
    requestHandler: { ...LIMITS.requestHandler, requestTimeout: 1_500 },
  });
  return async (event: object): Promise<'passed' | Fault> => {
    const command = new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: JSON.stringify(event) });
    const answer = await outside(`hand over to ${FunctionName}`, deadline, (options) => client.send(command, options));
    return isFault(answer) ? answer : 'passed';
  };
};
