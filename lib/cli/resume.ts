import type { Command } from 'commander';
import type { CommandContext } from './command-context.ts';
import { reasonedCommand } from './reasoned-command.ts';

export const resumeCommand = (context: CommandContext): Command =>
  reasonedCommand(
    {
      name: 'resume',
      kind: 'resume',
      summary: 'end the holds that a person may end',
      description: 'Ends every hold that a person may end; circumstances last until they are over.',
      examples: `What else a resume means depends on the hold: sluice status names each one with what ends it. A
weight that somebody lowered outside is set again, after a look at calendar and capacity.

Examples:
  sluice resume ultra-fast-analyzer --reason "complaints were about another service"`,
    },
    context,
  );
