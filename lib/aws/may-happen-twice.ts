import type { Request } from './request.ts';

/**
 * Whether a request that comes a second time, word for word, could do something a second time: a captured `resume` would end a hold that
 * somebody began since. Looking changes nothing. A start, a rollback and a close happen once by themselves: a name is an identity, and what
 * has ended stays ended. So the way down waits for nothing that is not its own.
 */
export const mayHappenTwice = (request: Request): boolean => {
  if (request.ask === 'preflight') return request.ring;
  return request.ask === 'command' && request.command.kind !== 'rollBack' && request.command.kind !== 'close';
};
