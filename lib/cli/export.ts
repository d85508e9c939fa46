import { Command } from 'commander';
import { ACCOUNT_NOTE, withAccountOptions } from './account-options.ts';
import type { CommandContext } from './command-context.ts';
import type { ExitCode } from './exit-code.ts';
import type { ExportOptions } from './options.ts';
import type { Refusal } from './refusal.ts';

const EXAMPLES = `
The file has every minute in [from, to) as CloudWatch has it, with the columns that this plan needs: it
is what sluice rehearse --rows reads. A minute or a number that is not there is an empty cell. Times are
as in plans; without Z they are local times of the plan's zone. CloudWatch keeps minutes for 15 days.

Examples:
  sluice export plan.yaml --from 2025-10-31T12:00Z --to 2025-11-01T12:00Z --out friday.csv
  sluice rehearse plan.yaml --rows friday.csv

${ACCOUNT_NOTE}

Exit codes: 0 fine, 1 the account cannot be asked or the file cannot be written, 2 the plan is not
valid, refused, or the command line is wrong.`;

export const exportCommand = (context: CommandContext): Command =>
  withAccountOptions(
    new Command('export')
      .summary('recorded minutes of both groups, for rehearse --rows')
      .description('Writes recorded minutes of both groups as CSV, for a backtest with sluice rehearse --rows.')
      .argument('<plan>', 'a plan in YAML or JSON')
      .requiredOption('--from <time>', 'the first minute')
      .requiredOption('--to <time>', 'the minute after the last')
      .requiredOption('--out <file>', 'write it there'),
  )
    .addHelpText('after', EXAMPLES)
    .action(async (path: string, options: ExportOptions) => {
      context.settle(await exportRows(path, options, context), options);
    });

const exportRows = async (
  path: string,
  options: ExportOptions,
  context: CommandContext,
): Promise<ExitCode | Refusal> => {
  const { writeRows } = await import('./write-rows.ts');
  return writeRows(path, options, context);
};
