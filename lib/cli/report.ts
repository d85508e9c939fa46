import { Command } from 'commander';
import { ACCOUNT_NOTE, withAccountOptions } from './account-options.ts';
import { askAccount } from './ask-account.ts';
import type { CommandContext } from './command-context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { checkRollout } from './given-words.ts';
import type { ReportOptions } from './options.ts';
import { isRefusal, type Refusal } from './refusal.ts';

const EXAMPLES = `
Its first page answers what was shipped and decided, when, by whom and on which numbers.

Examples:
  sluice report ultra-fast-analyzer
  sluice report ultra-fast-analyzer --out report.md
  sluice report ultra-fast-analyzer --json | jq -r .revision

${ACCOUNT_NOTE}

Exit codes: 0 fine, 1 the account cannot be asked or the file cannot be written, 2 refused, or the
command line is wrong.`;

export const reportCommand = (context: CommandContext): Command =>
  withAccountOptions(
    new Command('report')
      .summary('the report of a rollout, so far or in the end')
      .description('Prints the report of a rollout as Markdown, so far or in the end.')
      .argument('<rollout>', 'its name')
      .option('--out <file>', 'write it there'),
  )
    .addHelpText('after', EXAMPLES)
    .action(async (rollout: string, options: ReportOptions) => {
      context.settle(await report(rollout, options, context), options);
    });

const report = async (
  rollout: string,
  options: ReportOptions,
  { surroundings, io }: CommandContext,
): Promise<ExitCode | Refusal> => {
  const refused = checkRollout(rollout);
  if (refused !== undefined) return refused;
  const operation = `read the report of ${rollout}`;
  const answered = await askAccount(
    surroundings,
    options,
    operation,
    { ask: 'report', rollout },
    'All names: sluice list',
  );
  if (isRefusal(answered)) return answered;
  const { markdown, revision } = answered;
  if (options.out !== undefined) {
    const { writeOutputFile } = await import('./output-file.ts');
    const unwritten = writeOutputFile(options.out, markdown);
    if (unwritten !== undefined) return unwritten;
    io.err(`Wrote ${options.out}, up to revision ${revision}.\n`);
  }
  if (options.json === true) io.out(`${JSON.stringify({ rollout, revision, markdown })}\n`);
  else if (options.out === undefined) io.out(markdown);
  return EXIT.fine;
};
