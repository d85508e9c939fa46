import { Command } from 'commander';
import { ACCOUNT_NOTE, withAccountOptions } from './account-options.ts';
import type { CommandContext } from './command-context.ts';
import type { ExitCode } from './exit-code.ts';
import type { StartOptions } from './options.ts';
import type { Refusal } from './refusal.ts';

const EXAMPLES = `
A plan that was deployed with the stack was reviewed with it: it is known by the hash of its text, so
the file here must be the very same. Any other plan needs --unreviewed, a reason, and somebody who is
an operator of it and also of a deployed plan on the same load balancer. The rollout then begins by
itself at the plan's start, after a preflight.

Examples:
  sluice preflight plans/ultra-fast-analyzer.yaml
  sluice start plans/ultra-fast-analyzer.yaml
  sluice start hotfix.yaml --unreviewed --reason "checkout is down, no time for a pipeline"

${ACCOUNT_NOTE}

Exit codes: 0 it is scheduled, 1 the account cannot be asked, 2 the plan is not valid, refused, or the
command line is wrong.`;

export const startCommand = (context: CommandContext): Command =>
  withAccountOptions(
    new Command('start')
      .summary('register a rollout, which begins at its start')
      .description("Registers a rollout. It begins by itself at the plan's start.")
      .argument('<plan>', 'a plan in YAML or JSON')
      .option('--unreviewed', 'the plan was not deployed with the stack')
      .option('--reason <why>', 'needed with --unreviewed'),
  )
    .addHelpText('after', EXAMPLES)
    .action(async (path: string, options: StartOptions) => {
      context.settle(await start(path, options, context), options);
    });

const start = async (path: string, options: StartOptions, context: CommandContext): Promise<ExitCode | Refusal> => {
  const { startPlan } = await import('./start-plan.ts');
  return startPlan(path, options, context);
};
