import type { Command } from 'commander';
import type { CommandContext } from './command-context.ts';
import { reasonedCommand } from './reasoned-command.ts';

export const rollBackCommand = (context: CommandContext): Command =>
  reasonedCommand(
    {
      name: 'roll-back',
      kind: 'rollBack',
      summary: 'everything back to the baseline, now',
      description: 'Sends everything back to the baseline, now. Nothing is asked: down is free.',
      examples: `Operators and leads may roll back. The rollout never goes up again: a new attempt has a new name.

Examples:
  sluice roll-back ultra-fast-analyzer --reason "orders are lost"`,
    },
    context,
  );
