import type { Replies, Request } from '../aws/request.ts';
import { isFault } from '../controller/fault.ts';
import { faultRefusal } from './fault-words.ts';
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
  if (isFault(reply)) return faultRefusal(operation, name, reply);
  if (reply.ok) return reply;
  const { refused, problems } = reply;
  return isToldFault(refused)
    ? new Refusal(`Cannot ${operation}: ${sentence(refused)}`, problems, TRY_AGAIN, 'fault')
    : new Refusal(`Cannot ${operation}: ${sentence(refused)}`, problems, next);
};

/** The function answered, and met trouble itself: it tells a `Fault` as that tells itself. */
const isToldFault = (refused: string): boolean => /^[A-Z_]+: cannot /.test(refused);

const TRY_AGAIN = 'Try again; if it stays so, look into the log of the command function.';

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
