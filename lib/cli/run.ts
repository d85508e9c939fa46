import { CommanderError } from 'commander';
import { COMPLETE, complete } from './completion.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { Io } from './io.ts';
import { processSurroundings } from './process-surroundings.ts';
import { isHelp, sluiceProgram } from './program.ts';
import { isRefusal, type Refusal } from './refusal.ts';
import type { Surroundings } from './surroundings.ts';
import { withWaitingLine } from './waiting-line.ts';

/**
 * Runs one command line and answers its exit code. Whatever happens is told here and nowhere else: a refusal as its sentences, a bug as
 * one line, with its stack trace only where SLUICE_DEBUG=1 asks for it.
 *
 * @param args without the name of the program
 * @param debug show the stack trace of a bug
 * @param surroundings the account, the keyboard and the clock
 */
export const run = async (
  args: readonly string[],
  io: Io,
  debug = false,
  surroundings: Surroundings = processSurroundings(),
): Promise<ExitCode> => {
  const settled: { exit: ExitCode } = { exit: EXIT.fine };
  const program = sluiceProgram({
    ...withWaitingLine({ io, surroundings }),
    settle: (outcome, { json = false }) => {
      settled.exit = isRefusal(outcome) ? refuse(outcome, json, io) : outcome;
    },
  });
  try {
    if (args[0] === COMPLETE && args[1] === '--') {
      await complete(program, args.slice(2));
      return EXIT.fine;
    }
    await program.parseAsync(args, { from: 'user' });
    return settled.exit;
  } catch (error) {
    // Commander has told what was wrong with the command line.
    if (error instanceof CommanderError) return isHelp(error) ? EXIT.fine : EXIT.usage;
    io.err(describeBug(error, debug));
    return EXIT.fault;
  }
};

const refuse = (refusal: Refusal, json: boolean, io: Io): ExitCode => {
  const { sentence, problems, next, kind } = refusal;
  if (json)
    io.out(`${JSON.stringify({ refused: sentence, problems: 'details' in refusal ? refusal.details : problems })}\n`);
  const lines = [`sluice: ${sentence}`, ...problems.map((problem) => `  ${problem.replaceAll('\n', '\n  ')}`)];
  io.err(`${[...lines, ...(next === undefined ? [] : [next])].join('\n')}\n`);
  return kind === 'usage' ? EXIT.usage : EXIT.fault;
};

const describeBug = (error: unknown, debug: boolean): string => {
  const message = error instanceof Error ? error.message : String(error);
  const stack = debug && error instanceof Error ? `${stackOf(error)}\n` : '';
  const next = debug ? '' : 'Run the same command with SLUICE_DEBUG=1 to see where.\n';
  return `sluice: ${message}\nThis is a bug in Sluice, not in your plan.\n${stack}${next}`;
};

/** With what it was thrown for: the crash of another thread has its place there. */
const stackOf = ({ stack, cause }: Error): string =>
  cause instanceof Error ? `${stack}\nbecause of ${stackOf(cause)}` : `${stack}`;
