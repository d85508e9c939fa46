import { Command } from 'commander';
import type { CommandContext } from './command-context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { Io } from './io.ts';
import type { VerifyOptions } from './options.ts';
import { Refusal } from './refusal.ts';
import { whyUnreadable } from './text-file.ts';
import type { BrokenChain, WholeChain } from './verify-journal.ts';

const EXAMPLES = `
Every entry of a journal names the SHA-256 of the entry before it. A changed, missing or added line
breaks the chain; lines missing at the end do not, so compare the head's hash with the one that the
last announcement carries.

Examples:
  sluice verify out/ultra-fast-analyzer/journal.jsonl
  sluice verify journal.jsonl --json | jq -r .headHash

Exit codes: 0 the chain is whole, 1 it is broken, 2 the file cannot be read.`;

export const verifyCommand = ({ io, settle }: CommandContext): Command =>
  new Command('verify')
    .summary('follow the hash chain of a journal')
    .description('Follows the hash chain of a journal and names the first line at which it breaks.')
    .argument('<journal>', 'a journal.jsonl')
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', EXAMPLES)
    .action(async (path: string, options: VerifyOptions) => {
      settle(await verify(path, options, io), options);
    });

const verify = async (path: string, { json = false }: VerifyOptions, io: Io): Promise<ExitCode | Refusal> => {
  const { verifyJournal } = await import('./verify-journal.ts');
  try {
    const chain = await verifyJournal(path);
    io.out(json ? `${JSON.stringify(chain)}\n` : describeChain(path, chain));
    return chain.whole ? EXIT.fine : EXIT.fault;
  } catch (error) {
    const why = whyUnreadable(error);
    if (why === undefined) throw error;
    return new Refusal(`Cannot read journal ${path}: ${why}.`);
  }
};

const describeChain = (path: string, chain: WholeChain | BrokenChain): string => {
  if (!chain.whole) return `${path}: the chain breaks at line ${chain.line}: it ${chain.problem}.\n`;
  const { rollout, entries, lastRevision, lastAt, headHash } = chain;
  return [
    `${path}: the chain is whole: ${entries} entries of ${rollout}, revisions 0 to ${lastRevision}, the last of ${lastAt}.`,
    `Head: ${headHash}`,
    '',
  ].join('\n');
};
