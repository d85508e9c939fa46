import type { Io } from '../../lib/cli/io.ts';
import { run } from '../../lib/cli/run.ts';
import type { Surroundings } from '../../lib/cli/surroundings.ts';

export interface Captured {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
  /** What the live line showed, in order. */
  readonly live: readonly string[];
}

interface Seat {
  readonly terminal?: boolean;
  readonly colour?: boolean;
  readonly columns?: number;
}

/** Runs a command line in this process, as in a pipe unless it is given a terminal. */
export const sluice = async (
  args: readonly string[],
  { terminal = false, colour = false, columns = 120 }: Seat = {},
  surroundings?: Surroundings,
): Promise<Captured> => {
  const out: string[] = [];
  const err: string[] = [];
  const live: string[] = [];
  const io: Io = {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    outIsTerminal: terminal,
    errIsTerminal: terminal,
    colour,
    columns,
    liveLine: async () => ({ show: (text) => live.push(text), clear: () => live.push('') }),
  };
  const exit = await run(args, io, false, surroundings);
  return { exit, out: out.join(''), err: err.join(''), live };
};
