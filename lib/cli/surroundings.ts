import type { Reply, Request } from '../aws/request.ts';
import type { Fault } from '../controller/fault.ts';
import type { Instant } from '../plan/plan.ts';

/** Sends one request to the command function of an account. Trouble outside is a `Fault`; what the function refuses is a reply. */
export type AskFunction = <R extends Request>(
  where: { readonly functionName: string },
  request: R,
) => Promise<Reply<R['ask']> | Fault>;

/** Ctrl-C, for a command that goes on until it is stopped. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** From here on Ctrl-C ends the process again. */
  end(): void;
}

/** What the commands against an account need besides words: the account, the keyboard and time. Tests pass their own. */
export interface Surroundings {
  readonly ask: AskFunction;
  /** Where `--function` is not given. */
  readonly functionName: string;
  now(): Instant;
  /** One line typed by a person, empty at Ctrl-C; undefined: nobody sits at a terminal. */
  readonly question: ((text: string) => Promise<string>) | undefined;
  interruption(): Interruption;
  /** Resolves after so long, at once when the signal is given. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
}
