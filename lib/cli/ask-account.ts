import type { Replies, Request } from '../aws/request.ts';
import { type FaultCode, isFault } from '../controller/fault.ts';
import { faultRefusal, unknownOf } from './fault-words.ts';
import type { AccountOptions } from './options.ts';
import { Refusal } from './refusal.ts';
import type { Surroundings } from './surroundings.ts';

/** What the command function answered; `as` is the principal that it took us for. */
export type Answered<Ask extends Request['ask']> = { readonly as: string } & Replies[Ask];

/**
 * Asks the command function once. A fault and a refusal are told alike: what could not be done, why, and what to do next.
 *
 * @param operation in words, after "Cannot": "read the status of shop-7"
 * @param next what to do where the function refuses
 */
export const askAccount = async <R extends Request>(
  { ask, functionName }: Surroundings,
  options: AccountOptions,
  operation: string,
  request: R,
  next?: string,
): Promise<Answered<R['ask']> | Refusal> => {
  const name = options.function ?? functionName;
  const reply = await ask({ functionName: name }, request);
  if (isFault(reply)) return faultRefusal(operation, name, request, reply);
  if (reply.ok) return reply;
  const { refused, problems } = reply;
  const told = toldFault(refused);
  if (told === undefined) return new Refusal(`Cannot ${operation}: ${sentence(refused)}`, problems, next);
  const what = `${unknownOf(request, told) ?? 'Try again.'} If it stays so, look into the log of the command function.`;
  return new Refusal(`Cannot ${operation}: ${sentence(refused)}`, problems, what, 'fault');
};

/** The function answered, and met trouble itself: it tells a `Fault` as that tells itself. */
const toldFault = (refused: string): FaultCode | undefined =>
  /^([A-Z_]+): cannot /.exec(refused)?.[1] as FaultCode | undefined;

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
