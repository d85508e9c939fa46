import { Command, type CommanderError } from 'commander';
import { advanceCommand } from './advance.ts';
import { checkCommand } from './check.ts';
import { checkOffCommand } from './check-off.ts';
import { closeCommand } from './close.ts';
import type { CommandContext } from './command-context.ts';
import { completionCommand } from './completion.ts';
import { demoCommand } from './demo.ts';
import { exportCommand } from './export.ts';
import { holdCommand } from './hold.ts';
import { incidentCommand } from './incident.ts';
import { journalCommand } from './journal.ts';
import { listCommand } from './list.ts';
import { preflightCommand } from './preflight.ts';
import { rehearseCommand } from './rehearse.ts';
import { replayCommand } from './replay.ts';
import { reportCommand } from './report.ts';
import { resumeCommand } from './resume.ts';
import { rollBackCommand } from './roll-back.ts';
import { scheduleCommand } from './schedule.ts';
import { signOffCommand } from './sign-off.ts';
import { startCommand } from './start.ts';
import { statusCommand } from './status.ts';
import { verifyCommand } from './verify.ts';

const MORE = `
Examples:
  sluice demo
  sluice check examples/ultra-fast-analyzer.yaml --requests-per-minute 12000
  sluice rehearse examples/ultra-fast-analyzer.yaml
  sluice rehearse examples/ultra-fast-analyzer.yaml --fault 'failures x50 from 00:37'
  sluice preflight plans/ultra-fast-analyzer.yaml && sluice start plans/ultra-fast-analyzer.yaml
  sluice status ultra-fast-analyzer --watch
  sluice roll-back ultra-fast-analyzer --reason "orders are lost"

Exit codes: 0 fine, 1 fault, 2 usage or invalid plan, 3 rolled back, 4 held, 8 still running.
Each command has examples of its own: sluice check --help`;

/** In the order of the help: before a rollout, during it, after it. */
const COMMANDS: readonly ((context: CommandContext) => Command)[] = [
  demoCommand,
  checkCommand,
  scheduleCommand,
  rehearseCommand,
  preflightCommand,
  startCommand,
  listCommand,
  statusCommand,
  signOffCommand,
  checkOffCommand,
  holdCommand,
  resumeCommand,
  advanceCommand,
  incidentCommand,
  rollBackCommand,
  closeCommand,
  reportCommand,
  journalCommand,
  verifyCommand,
  replayCommand,
  exportCommand,
];

/** All commands. What they need beyond their options is imported when one runs, so that --help is quick. */
export const sluiceProgram = (context: CommandContext): Command => {
  const { io } = context;
  const program = new Command('sluice')
    .description(
      'Shifts the traffic of an AWS load balancer to a new release in phases, only as fast as the evidence allows.',
    )
    .addHelpText('after', MORE)
    .helpCommand(false);
  const commands = [...COMMANDS.map((make) => make(context)), completionCommand(context, () => program)];
  for (const command of [program, ...commands]) {
    command
      .exitOverride()
      .helpOption('-h, --help', 'show this help')
      .showSuggestionAfterError()
      .showHelpAfterError(`Next: ${command === program ? 'sluice' : `sluice ${command.name()}`} --help`)
      .configureOutput({
        writeOut: (text) => io.out(text),
        writeErr: (text) => io.err(text),
        outputError: (text, write) => write(text.replace(/^error: (.)/, (_, first: string) => `sluice: ${first}`)),
        getOutHelpWidth: () => io.columns,
        getErrHelpWidth: () => io.columns,
        getOutHasColors: () => io.colour,
        getErrHasColors: () => io.colour,
      });
  }
  for (const command of commands) program.addCommand(command);
  return program;
};

/** Commander's ways out that are no errors: help that was asked for. */
export const isHelp = (error: CommanderError): boolean => error.exitCode === 0;
