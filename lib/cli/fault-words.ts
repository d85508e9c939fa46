import { mayHappenTwice } from '../aws/may-happen-twice.ts';
import type { Request } from '../aws/request.ts';
import type { Fault, FaultCode } from '../controller/fault.ts';
import { Refusal } from './refusal.ts';

/** Trouble on the way to the command function: what AWS said, and what to do about it. */
export const faultRefusal = (operation: string, functionName: string, request: Request, fault: Fault): Refusal =>
  new Refusal(
    `Cannot ${operation}: cannot ${fault.operation} (${fault.code}). ${saidBy(fault)}`.trimEnd(),
    [],
    nextAfter(fault, functionName, unknownOf(request, fault.code)),
    'fault',
  );

const saidBy = ({ cause }: Fault): string => {
  const words = (cause instanceof Error ? cause.message : typeof cause === 'string' ? cause : '').trim();
  if (words === '') return '';
  const name = cause instanceof Error && cause.name !== 'Error' ? `${cause.name}: ` : '';
  return `It was said: ${name}${/[.!?]$/.test(words) ? words : `${words}.`}`;
};

/**
 * What to do where nobody knows whether a command was done, and giving it again would do it twice; undefined: it was not, or nothing comes of
 * it. What was throttled or refused was not done.
 */
export const unknownOf = (request: Request, code: FaultCode): string | undefined =>
  request.ask === 'command' && mayHappenTwice(request) && (code === 'UNAVAILABLE' || code === 'UNREADABLE')
    ? `It may have happened: look with sluice status ${request.rollout} before you give it again.`
    : undefined;

const nextAfter = ({ code, cause }: Fault, functionName: string, unknown: string | undefined): string => {
  const said = cause instanceof Error ? `${cause.name} ${cause.message}` : '';
  switch (code) {
    case 'THROTTLED':
      return 'Try again in a minute.';
    case 'NOT_FOUND':
      return 'Name the function of the stack with --function or SLUICE_FUNCTION, and its account and region with AWS_PROFILE and AWS_REGION.';
    case 'UNREADABLE':
      return `${unknown === undefined ? '' : `${unknown} `}Look into the log of the function; where the stack is of another release than this command line, deploy it again.`;
    case 'UNAVAILABLE':
      return `${unknown ?? 'Try again.'} If it stays so, look at the network, at AWS_REGION and into the log of the function.`;
    case 'REFUSED':
      if (/Region (?:is missing|not accepted)/.test(said)) return "Name the stack's region with AWS_REGION.";
      return /Credentials|ProviderError|Token|Signature|UnrecognizedClient/.test(said)
        ? 'Give valid credentials: AWS_PROFILE after aws sso login, for example.'
        : `See whether these credentials belong to the account of the stack and may lambda:InvokeFunction on ${functionName}.`;
  }
};
