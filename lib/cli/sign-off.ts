import { Command, Option } from 'commander';
import { ACCOUNT_NOTE, withAccountOptions } from './account-options.ts';
import type { CommandContext } from './command-context.ts';
import type { ExitCode } from './exit-code.ts';
import type { SignOffOptions } from './options.ts';
import type { Refusal } from './refusal.ts';

const EXAMPLES = `
A sign-off is for one phase and names it: without --phase the present one is looked up, and the
criteria that the sign-off rests on are shown. The last word of a role counts; a NO-GO needs a reason.

Examples:
  sluice sign-off ultra-fast-analyzer --as product --go
  sluice sign-off ultra-fast-analyzer --as finance --no-go --reason "revenue of Friday is not in yet"
  sluice sign-off ultra-fast-analyzer --as operations --go --phase ramp

${ACCOUNT_NOTE}

Exit codes: 0 recorded, 1 the account cannot be asked, 2 refused, or the command line is wrong.`;

/** Commander takes --no-go for the contrary of --go, of which the last one given would win: here both together are refused. */
const noGoOption = (): Option => {
  const option = new Option('--no-go', 'NO-GO').conflicts('go');
  option.negate = false;
  return option;
};

export const signOffCommand = (context: CommandContext): Command =>
  withAccountOptions(
    new Command('sign-off')
      .summary("give a role's GO or NO-GO")
      .description('Gives the GO or NO-GO of a role for the present phase.')
      .argument('<rollout>', 'its name')
      .requiredOption('--as <role>', 'a role of the plan, such as product')
      .option('--go', 'GO')
      .addOption(noGoOption())
      .option('--reason <why>', 'needed with --no-go')
      .option('--phase <name>', 'the phase that it is for (default: the present one)'),
  )
    .addHelpText('after', EXAMPLES)
    .action(async (rollout: string, options: SignOffOptions) => {
      context.settle(await signOff(rollout, options, context), options);
    });

const signOff = async (
  rollout: string,
  options: SignOffOptions,
  context: CommandContext,
): Promise<ExitCode | Refusal> => {
  const { giveSignOff } = await import('./give-sign-off.ts');
  return giveSignOff(rollout, options, context);
};
