import { Command } from 'commander';
import { ACCOUNT_NOTE, withAccountOptions } from './account-options.ts';
import { askAccount } from './ask-account.ts';
import type { CommandContext } from './command-context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { AccountOptions } from './options.ts';
import { isRefusal, type Refusal } from './refusal.ts';

const EXAMPLES = `
In a pipe a line has seven cells: rollout, release, status, phase, weight, time of the newest entry,
holds.

Examples:
  sluice list
  sluice list | awk -F'\\t' '$7 != "" { print $1, $7 }'
  sluice list --json | jq -r '.rollouts[] | select(.status == "baking") | .rollout'

${ACCOUNT_NOTE}

Exit codes: 0 fine, 1 the account cannot be asked, 2 refused, or the command line is wrong.`;

export const listCommand = (context: CommandContext): Command =>
  withAccountOptions(
    new Command('list')
      .summary('all rollouts of the account, and how they stand')
      .description('Lists all rollouts that there ever were, and how they stand.'),
  )
    .addHelpText('after', EXAMPLES)
    .action(async (options: AccountOptions) => {
      context.settle(await list(options, context), options);
    });

const list = async (options: AccountOptions, { surroundings, io }: CommandContext): Promise<ExitCode | Refusal> => {
  const answered = await askAccount(surroundings, options, 'list the rollouts', { ask: 'list' });
  if (isRefusal(answered)) return answered;
  const { rollouts } = answered;
  if (options.json === true) io.out(`${JSON.stringify({ rollouts })}\n`);
  else {
    const { listText } = await import('./list-text.ts');
    io.out(listText(rollouts, io));
    if (rollouts.length === 0) io.err('There is no rollout yet: sluice start PLAN registers one.\n');
  }
  return EXIT.fine;
};
