import type { Command } from 'commander';
import type { CommandContext } from './command-context.ts';
import { reasonedCommand } from './reasoned-command.ts';

export const closeCommand = (context: CommandContext): Command =>
  reasonedCommand(
    {
      name: 'close',
      kind: 'close',
      summary: 'end a rollout without touching a weight',
      description:
        'Ends a rollout without touching a weight and frees its rules: the way out for people in an incident.',
      examples: `Nothing watches the candidate afterwards. To go back to the baseline use sluice roll-back. Asks for
the rollout's name to be typed, unless --yes is given.

Examples:
  sluice close ultra-fast-analyzer --reason "we set the weights by hand until the incident is over"
  sluice close ultra-fast-analyzer --reason "never started" --yes`,
      confirm: (rollout) =>
        `${rollout} is about to be closed: the weights stay as they are, and nothing watches the candidate any more.`,
    },
    context,
  );
