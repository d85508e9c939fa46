import type { Command } from '../rollout/command.ts';
import { askAccount } from './ask-account.ts';
import type { CommandContext } from './command-context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { AccountOptions } from './options.ts';
import { isRefusal, type Refusal } from './refusal.ts';

/** What is done to a rollout, after "Cannot". */
const OPERATIONS: Readonly<Record<Command['kind'], (rollout: string) => string>> = {
  hold: (rollout) => `hold ${rollout}`,
  resume: (rollout) => `resume ${rollout}`,
  advance: (rollout) => `advance ${rollout}`,
  rollBack: (rollout) => `roll back ${rollout}`,
  close: (rollout) => `close ${rollout}`,
  signOff: (rollout) => `sign off ${rollout}`,
  checkOff: (rollout) => `check off an item of ${rollout}`,
  openIncident: (rollout) => `open an incident for ${rollout}`,
  closeIncident: (rollout) => `close an incident of ${rollout}`,
};

/** Gives one command and says what it led to. */
export const giveCommand = async (
  { surroundings, io }: CommandContext,
  options: AccountOptions,
  rollout: string,
  command: Command,
): Promise<ExitCode | Refusal> => {
  const next = `See how it stands: sluice status ${rollout}`;
  const operation = OPERATIONS[command.kind](rollout);
  const answered = await askAccount(surroundings, options, operation, { ask: 'command', rollout, command }, next);
  if (isRefusal(answered)) return answered;
  const { sentence, as } = answered;
  if (options.json === true) io.out(`${JSON.stringify({ rollout, sentence, as })}\n`);
  else {
    io.out(`${rollout}: ${sentence}\n`);
    io.err(`${next}\n`);
  }
  return EXIT.fine;
};
