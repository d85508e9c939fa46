import { Argument, Command } from 'commander';
import { ACCOUNT_NOTE, withAccountOptions } from './account-options.ts';
import type { CommandContext } from './command-context.ts';
import { giveCommand } from './give-command.ts';
import { checkReason, checkRollout } from './given-words.ts';
import type { CommandOptions } from './options.ts';

const EXAMPLES = `
While an incident is open nothing rises. Operators and leads may open one, operators close it. The
alarms that the plan names open and close theirs by themselves.

Examples:
  sluice incident open ultra-fast-analyzer db-failover --reason "the database fails over"
  sluice incident close ultra-fast-analyzer db-failover --reason "over since 14:10"

${ACCOUNT_NOTE}

Exit codes: 0 recorded, 1 the account cannot be asked, 2 refused, or the command line is wrong.`;

export const incidentCommand = (context: CommandContext): Command =>
  withAccountOptions(
    new Command('incident')
      .summary('open or close a critical incident')
      .description('Opens or closes a critical incident: while one is open nothing rises.')
      .addArgument(new Argument('<what>', 'open or close').choices(['open', 'close']))
      .argument('<rollout>', 'its name')
      .argument('<incident>', 'what the incident is called')
      .requiredOption('--reason <why>', 'goes into the journal and to everyone who reads along'),
  )
    .addHelpText('after', EXAMPLES)
    .action(async (what: string, rollout: string, name: string, options: CommandOptions) => {
      const refused = checkRollout(rollout) ?? checkReason(options.reason);
      const kind = what === 'open' ? 'openIncident' : 'closeIncident';
      const asked = { kind, name, why: options.reason.trim() } as const;
      context.settle(refused ?? (await giveCommand(context, options, rollout, asked)), options);
    });
