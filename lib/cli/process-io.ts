import type { Io } from './io.ts';

const DEFAULT_COLUMNS = 100;

/** The terminal or pipes of this process. NO_COLOR (https://no-color.org) and a dumb terminal turn colours off. */
export const processIo = (): Io => {
  const { stdout, stderr, env } = process;
  // `sluice … | head` closes the pipe early: that is no fault of ours.
  for (const stream of [stdout, stderr]) stream.on('error', leaveQuietly);
  return {
    out: (text) => stdout.write(text),
    err: (text) => stderr.write(text),
    outIsTerminal: stdout.isTTY,
    errIsTerminal: stderr.isTTY,
    colour: stdout.isTTY && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb',
    columns: stdout.columns ?? stderr.columns ?? DEFAULT_COLUMNS,
    liveLine: async () => {
      const { createLogUpdate } = await import('log-update');
      const update = createLogUpdate(stderr);
      return { show: (text) => update(text), clear: () => update.clear() };
    },
  };
};

const leaveQuietly = (error: NodeJS.ErrnoException): void => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
};
