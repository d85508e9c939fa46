import { Command } from 'commander';
import type { CommandContext } from './command-context.ts';
import type { ExitCode } from './exit-code.ts';
import type { Io } from './io.ts';
import type { ScheduleOptions } from './options.ts';
import type { Refusal } from './refusal.ts';

const EXAMPLES = `
The document has times, weights, audience, criteria, on-call and automated actions. A folder is a
whole programme: all its plans in one schedule, with their dependencies. Cycles are refused, and
two rollouts that would own a rule at the same time.

Examples:
  sluice schedule examples/ultra-fast-analyzer.yaml
  sluice schedule examples/ultra-fast-analyzer.yaml --out out/schedule
  sluice schedule examples/programme --json | jq .rollouts

Exit codes: 0 fine, 1 the files cannot be written, 2 a plan is not valid or the plans do not fit
together.`;

export const scheduleCommand = ({ io, settle }: CommandContext): Command =>
  new Command('schedule')
    .summary('the schedule of a plan, or of a folder of plans, for people and calendars')
    .description('Writes the schedule of a plan, or of a folder of plans, for people and calendars.')
    .argument('<plan>', 'a plan in YAML or JSON, or a folder of plans')
    .option('--out <dir>', 'write schedule.md and sluice.ics (for calendars) there')
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', EXAMPLES)
    .action(async (path: string, options: ScheduleOptions) => {
      settle(await schedule(path, options, io), options);
    });

const schedule = async (path: string, options: ScheduleOptions, io: Io): Promise<ExitCode | Refusal> => {
  const { writeSchedule } = await import('./write-schedule.ts');
  return writeSchedule(path, options, io);
};
