import type { ExitCode } from './exit-code.ts';
import type { Io } from './io.ts';
import type { Refusal } from './refusal.ts';
import type { Surroundings } from './surroundings.ts';

/** What every command is given: where to talk, and where to leave what came of it. */
export interface CommandContext {
  readonly io: Io;
  readonly surroundings: Surroundings;
  /** Called once by a command's action; the promise is awaited by `run`. */
  readonly settle: (outcome: ExitCode | Refusal, options: { readonly json?: boolean | undefined }) => void;
}
