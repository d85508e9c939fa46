import { Command } from 'commander';
import { ACCOUNT_NOTE, withAccountOptions } from './account-options.ts';
import { askAccount } from './ask-account.ts';
import type { CommandContext } from './command-context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { checkRollout } from './given-words.ts';
import type { ReportOptions } from './options.ts';
import { isRefusal, Refusal } from './refusal.ts';

const EXAMPLES = `
Its first page answers what was shipped and decided, when, by whom and on which numbers.

Examples:
  sluice report ultra-fast-analyzer
  sluice report ultra-fast-analyzer --out report.md
  sluice report ultra-fast-analyzer --json | jq -r .revision
  sluice report ultra-fast-analyzer --link       # the page, for a browser

The page has what the Markdown has, and charts. Whoever has the link reads it, for an hour at most;
it is not logged and not kept.

${ACCOUNT_NOTE}

Exit codes: 0 fine, 1 the account cannot be asked or the file cannot be written, 2 refused, or the
command line is wrong.`;

export const reportCommand = (context: CommandContext): Command =>
  withAccountOptions(
    new Command('report')
      .summary('the report of a rollout, so far or in the end')
      .description('Prints the report of a rollout as Markdown, so far or in the end.')
      .argument('<rollout>', 'its name')
      .option('--out <file>', 'write it there')
      .option('--link', 'print a link to the report as a page, good for an hour at most'),
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
  if (options.link === true) return link(rollout, options, { surroundings, io });
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

const link = async (
  rollout: string,
  options: ReportOptions,
  { surroundings, io }: Pick<CommandContext, 'surroundings' | 'io'>,
): Promise<ExitCode | Refusal> => {
  if (options.out !== undefined)
    return new Refusal('--link cannot go with --out: a link is printed, and the page is not fetched.');
  const operation = `link to the report of ${rollout}`;
  const request = { ask: 'reportLink', rollout } as const;
  const answered = await askAccount(surroundings, options, operation, request, 'All names: sluice list');
  if (isRefusal(answered)) return answered;
  const { url, minutes, revision } = answered;
  if (options.json === true) io.out(`${JSON.stringify({ rollout, revision, url, minutes })}\n`);
  else {
    io.out(`${url}\n`);
    io.err(`Up to revision ${revision}. Whoever has this link can read the page, for ${minutes} minutes at most.\n`);
  }
  return EXIT.fine;
};
