import type { Command } from 'commander';
import type { CommandContext } from './command-context.ts';
import { reasonedCommand } from './reasoned-command.ts';

export const holdCommand = (context: CommandContext): Command =>
  reasonedCommand(
    {
      name: 'hold',
      kind: 'hold',
      summary: 'let nothing rise until somebody resumes',
      description: 'Holds a rollout: the weight stays as it is, guards stay armed, nothing rises until it is resumed.',
      examples: `Operators and leads may hold. The bake clock stands still meanwhile.

Examples:
  sluice hold ultra-fast-analyzer --reason "support sees complaints, looking into them"`,
    },
    context,
  );
