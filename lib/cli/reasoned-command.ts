import { Command } from 'commander';
import type { Command as Asked } from '../rollout/command.ts';
import { ACCOUNT_NOTE, withAccountOptions } from './account-options.ts';
import type { CommandContext } from './command-context.ts';
import { askToConfirm } from './confirm.ts';
import type { ExitCode } from './exit-code.ts';
import { giveCommand } from './give-command.ts';
import { checkReason, checkRollout } from './given-words.ts';
import type { CommandOptions } from './options.ts';
import type { Refusal } from './refusal.ts';

interface Words {
  readonly name: string;
  readonly kind: Extract<Asked, { readonly why: string }>['kind'] &
    ('hold' | 'resume' | 'advance' | 'rollBack' | 'close');
  readonly summary: string;
  readonly description: string;
  /** What the help says beyond that, with examples. */
  readonly examples: string;
  /** What is about to happen: a person confirms it. Absent: nobody is asked. */
  readonly confirm?: (rollout: string) => string;
}

/** A command that overrides what the policy would do, so that it needs a reason. */
export const reasonedCommand = (words: Words, context: CommandContext): Command => {
  const command = new Command(words.name)
    .summary(words.summary)
    .description(words.description)
    .argument('<rollout>', 'its name')
    .requiredOption('--reason <why>', 'goes into the journal and to everyone who reads along');
  if (words.confirm !== undefined) command.option('--yes', 'do not ask; needed where there is no terminal');
  return withAccountOptions(command)
    .addHelpText('after', `\n${words.examples}\n\n${ACCOUNT_NOTE}\n\n${EXITS}`)
    .action(async (rollout: string, options: CommandOptions) => {
      context.settle(await give(words, rollout, options, context), options);
    });
};

const EXITS = 'Exit codes: 0 recorded, 1 the account cannot be asked, 2 refused, or the command line is wrong.';

const give = async (
  { kind, confirm }: Words,
  rollout: string,
  options: CommandOptions,
  context: CommandContext,
): Promise<ExitCode | Refusal> => {
  const refused = checkRollout(rollout) ?? checkReason(options.reason);
  if (refused !== undefined) return refused;
  const unconfirmed =
    confirm === undefined || options.yes === true
      ? undefined
      : await askToConfirm(context.surroundings, rollout, confirm(rollout));
  return unconfirmed ?? giveCommand(context, options, rollout, { kind, why: options.reason.trim() });
};
