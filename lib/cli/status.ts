import { Command } from 'commander';
import { ACCOUNT_NOTE, withAccountOptions } from './account-options.ts';
import type { CommandContext } from './command-context.ts';
import type { ExitCode } from './exit-code.ts';
import type { StatusOptions } from './options.ts';
import type { Refusal } from './refusal.ts';

const EXAMPLES = `
Says where it stands and why, the weight wanted and seen, the criteria with their numbers, what holds
and what ends it, who has signed off, and what comes next. --watch goes on until the rollout has ended:
on a terminal the picture is kept current, in a pipe there is a line for each new entry (time, phase,
weight, decision, reason, sentence). Ctrl-C ends it; the rollout does not notice.

Examples:
  sluice status ultra-fast-analyzer
  sluice status ultra-fast-analyzer --watch
  sluice status ultra-fast-analyzer --watch >> rollout.log
  sluice status ultra-fast-analyzer --json | jq '.criteria[] | select(.verdict != "pass")'

${ACCOUNT_NOTE}

Exit codes: 0 finished, 1 the account cannot be asked, 2 refused, or the command line is wrong,
3 rolled back or rolling back, 4 held or closed by people, 8 scheduled or still running.`;

export const statusCommand = (context: CommandContext): Command =>
  withAccountOptions(
    new Command('status')
      .summary('how a rollout stands, why, and what comes next')
      .description('Says how a rollout stands, why, and what comes next.')
      .argument('<rollout>', 'its name')
      .option('--watch', 'go on until it has ended'),
  )
    .addHelpText('after', EXAMPLES)
    .action(async (rollout: string, options: StatusOptions) => {
      context.settle(await status(rollout, options, context), options);
    });

const status = async (
  rollout: string,
  options: StatusOptions,
  context: CommandContext,
): Promise<ExitCode | Refusal> => {
  if (options.watch === true) {
    const { watchStatus } = await import('./watch-status.ts');
    return watchStatus(rollout, options, context);
  }
  const { showStatus } = await import('./show-status.ts');
  return showStatus(rollout, options, context);
};
