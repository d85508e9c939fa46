import { Command } from 'commander';
import type { CommandContext } from './command-context.ts';
import type { ReplayOptions } from './options.ts';

const EXAMPLES = `
From the state recorded before each entry the rows of the entry are judged again, and what is decided
is compared with what was decided then: the decision, its reason, every verdict, and the numbers
behind them. Where numbers differ, today's judge is also folded on by itself, and the first decision
that comes out otherwise is told.

An entry keeps rows and not what else was seen: live weights, health and alarms are taken as the
recorded decision and state tell them. Minutes that had not settled are known only where the watch
tripped on them, so an earlier trip on such minutes is not found. What people and the watchdog
decided is not replayed.

Examples:
  sluice replay out/ultra-fast-analyzer/journal.jsonl
  sluice journal ultra-fast-analyzer > journal.jsonl && sluice replay journal.jsonl
  sluice replay journal.jsonl --json | jq '.differences[0]'

Exit codes: 0 nothing differs, 1 something does, or the chain is broken, 2 the file cannot be read, or
another release of Sluice wrote it.`;

export const replayCommand = ({ io, settle }: CommandContext): Command =>
  new Command('replay')
    .summary("run today's judge over a journal")
    .description(
      "Runs today's judge and policy over the evidence of a journal, and says what they would decide otherwise.",
    )
    .argument('<journal>', 'a journal.jsonl')
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', EXAMPLES)
    .action(async (path: string, options: ReplayOptions) => {
      const { runReplay } = await import('./run-replay.ts');
      settle(await runReplay(path, options, io), options);
    });
