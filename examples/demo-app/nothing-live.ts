/** Whether anybody is disturbed when all traffic of the demo is moved to and fro. */
import type { Reply } from '../../lib/aws/request.ts';
import { type Fault, isFault } from '../../lib/controller/fault.ts';
import { isEnded } from '../../lib/rollout/situation.ts';
import type { Weights } from './account.ts';

/**
 * Says by what it is known that no rollout is live, nor scheduled, nor between its phases; throws one error where one is, or where that is
 * not known. A rollout that is at 0 or at 100 % shows nothing in the weights.
 * @param listed what the command function answers to `list`. Where there is no such function, no rollout runs.
 * @param functionName of the command function
 */
export const nothingLive = (listed: Reply<'list'> | Fault, { a, b }: Weights, functionName: string): string => {
  if (a > 0 && b > 0)
    throw new Error(`Cannot measure: one version must have all traffic, but a has weight ${a} and b has ${b}`);
  if (isFault(listed)) {
    if (isMissing(listed)) return `there is no function ${functionName} here, and SLUICE_FUNCTION names no other`;
    throw new Error(`${NOT_KNOWN}: ${listed}. It was said: ${listed.cause}`);
  }
  if (!listed.ok) throw new Error(`${NOT_KNOWN}: ${functionName} refuses: ${listed.refused}`);
  const live = listed.rollouts.filter((rollout) => !isEnded(rollout));
  if (live.length === 0) return `${functionName} lists ${listed.rollouts.length}, and all have ended`;
  const each = live.map(({ rollout, status }) => `${rollout} is ${status}`).join(', ');
  throw new Error(`Cannot measure: every rollout must have ended, but ${each}. To end one: npx sluice close ROLLOUT`);
};

const NOT_KNOWN = 'Cannot measure: it must be known that every rollout has ended, and it is not';

/** Lambda says the same of a key that is missing, of a function that is there: its error has another name. */
const isMissing = ({ code, cause }: Fault): boolean =>
  code === 'NOT_FOUND' && cause instanceof Error && cause.name === 'ResourceNotFoundException';
