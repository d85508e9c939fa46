import type { Command } from 'commander';
import type { CommandContext } from './command-context.ts';
import { reasonedCommand } from './reasoned-command.ts';

export const advanceCommand = (context: CommandContext): Command =>
  reasonedCommand(
    {
      name: 'advance',
      kind: 'advance',
      summary: 'go to the next phase without waiting for the proof',
      description: "Goes to the next phase now: skips the bake, the gate's verdict and the sign-offs.",
      examples: `It never skips drift, an open incident, capacity, required items of the checklist, windows or
freezes. Asks for the rollout's name to be typed, unless --yes is given.

Examples:
  sluice advance checkout-api-2-4 --reason "hotfix, the old version is down"
  sluice advance checkout-api-2-4 --reason "hotfix, the old version is down" --yes`,
      confirm: (rollout) =>
        `${rollout} is about to go to its next phase without the rest of the bake, the gate's verdict and the sign-offs.`,
    },
    context,
  );
