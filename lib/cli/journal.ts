import { Command } from 'commander';
import { ACCOUNT_NOTE, withAccountOptions } from './account-options.ts';
import type { CommandContext } from './command-context.ts';
import type { ExitCode } from './exit-code.ts';
import type { JournalOptions } from './options.ts';
import type { Refusal } from './refusal.ts';

const EXAMPLES = `
In a pipe, and with --json, these are the journal's own bytes, one entry per line: their chain can be
verified. On a terminal it is the story: every decision that was not just waiting.

Examples:
  sluice journal ultra-fast-analyzer
  sluice journal ultra-fast-analyzer > journal.jsonl && sluice verify journal.jsonl
  sluice journal ultra-fast-analyzer --from 1200 --limit 5 | jq .decision

${ACCOUNT_NOTE}

Exit codes: 0 fine, 1 the account cannot be asked, 2 refused, or the command line is wrong.`;

export const journalCommand = (context: CommandContext): Command =>
  withAccountOptions(
    new Command('journal')
      .summary('every decision, with its rows and its reason')
      .description('Prints the journal of a rollout: every decision, with its rows and its reason.')
      .argument('<rollout>', 'its name')
      .option('--from <revision>', 'begin with this entry (default: 0)')
      .option('--limit <n>', 'so many entries at most (default: all)'),
  )
    .addHelpText('after', EXAMPLES)
    .action(async (rollout: string, options: JournalOptions) => {
      context.settle(await journal(rollout, options, context), options);
    });

const journal = async (
  rollout: string,
  options: JournalOptions,
  context: CommandContext,
): Promise<ExitCode | Refusal> => {
  const { showJournal } = await import('./show-journal.ts');
  return showJournal(rollout, options, context);
};
