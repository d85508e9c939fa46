import { Command } from 'commander';
import { ACCOUNT_NOTE, withAccountOptions } from './account-options.ts';
import type { CommandContext } from './command-context.ts';
import { giveCommand } from './give-command.ts';
import { checkRollout } from './given-words.ts';
import type { AccountOptions } from './options.ts';

const EXAMPLES = `
A required item blocks the start of its phase. sluice status shows what is not ticked yet.

Examples:
  sluice check-off ultra-fast-analyzer "release tag exists"

${ACCOUNT_NOTE}

Exit codes: 0 recorded, 1 the account cannot be asked, 2 refused, or the command line is wrong.`;

export const checkOffCommand = (context: CommandContext): Command =>
  withAccountOptions(
    new Command('check-off')
      .summary('tick an item of the checklist')
      .description('Ticks an item of the checklist of a phase that is still to come, or of the present one.')
      .argument('<rollout>', 'its name')
      .argument('<item>', 'as the plan has it'),
  )
    .addHelpText('after', EXAMPLES)
    .action(async (rollout: string, item: string, options: AccountOptions) => {
      const refused = checkRollout(rollout);
      context.settle(refused ?? (await giveCommand(context, options, rollout, { kind: 'checkOff', item })), options);
    });
