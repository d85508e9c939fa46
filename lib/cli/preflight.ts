import { Command } from 'commander';
import { ACCOUNT_NOTE, withAccountOptions } from './account-options.ts';
import type { CommandContext } from './command-context.ts';
import type { ExitCode } from './exit-code.ts';
import type { PreflightOptions } from './options.ts';
import type { Refusal } from './refusal.ts';

const EXAMPLES = `
Looks at everything that must hold before the first request reaches the candidate: rules, target
groups, capacity, rollback form, metrics, alarms, permissions, topics, whether the plan can be decided.
The same is asked again at the start. In a pipe a line has four cells: verdict, what, found, what to do.

Examples:
  sluice preflight plans/ultra-fast-analyzer.yaml
  sluice preflight plans/ultra-fast-analyzer.yaml --ring     # sends a test page to the people on call
  sluice preflight plan.yaml --json | jq '.checks[] | select(.verdict == "fail")'

${ACCOUNT_NOTE}

Exit codes: 0 nothing fails (there may be warnings), 1 something fails, or the account cannot be asked,
2 the plan is not valid, refused, or the command line is wrong.`;

export const preflightCommand = (context: CommandContext): Command =>
  withAccountOptions(
    new Command('preflight')
      .summary('is the account ready for this plan?')
      .description('Asks everything that must hold before the first request reaches the candidate.')
      .argument('<plan>', 'a plan in YAML or JSON')
      .option('--ring', 'send a test page to the people on call'),
  )
    .addHelpText('after', EXAMPLES)
    .action(async (path: string, options: PreflightOptions) => {
      context.settle(await preflight(path, options, context), options);
    });

const preflight = async (
  path: string,
  options: PreflightOptions,
  context: CommandContext,
): Promise<ExitCode | Refusal> => {
  const { askPreflight } = await import('./ask-preflight.ts');
  return askPreflight(path, options, context);
};
