import type { Io } from './io.ts';
import { liveText } from './live-text.ts';
import { terminalText } from './terminal-text.ts';
import { wrapLines } from './wrap-lines.ts';

const DEFAULT_COLUMNS = 100;
const DEFAULT_ROWS = 24;

/** The terminal or pipes of this process. NO_COLOR (https://no-color.org) and a dumb terminal turn colours off. */
export const processIo = (): Io => {
  const { stdout, stderr, env } = process;
  return {
    out: writerTo(stdout),
    err: writerTo(stderr),
    outIsTerminal: stdout.isTTY === true,
    errIsTerminal: stderr.isTTY === true,
    colour: stdout.isTTY === true && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb',
    columns: stdout.columns ?? stderr.columns ?? DEFAULT_COLUMNS,
    liveLine: async () => {
      const { createLogUpdate } = await import('log-update');
      const update = createLogUpdate(stderr);
      const draw = (text: string): void =>
        update(liveText(terminalText(text), stderr.columns || DEFAULT_COLUMNS, stderr.rows || DEFAULT_ROWS));
      return { show: draw, clear: () => update.clear() };
    },
  };
};

/** `sluice … | head` closes the pipe early. That is no fault: nothing more is written there, and the work goes on to its end. */
const writerTo = (stream: NodeJS.WriteStream): ((text: string) => void) => {
  let isOpen = true;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    isOpen = false;
  });
  return (text) => {
    if (!isOpen) return;
    stream.write(stream.isTTY === true ? wrapLines(terminalText(text), stream.columns || DEFAULT_COLUMNS) : text);
  };
};
