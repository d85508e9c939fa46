import type { CommandContext } from './command-context.ts';
import type { LiveLine } from './io.ts';

type Waiting = Pick<CommandContext, 'io' | 'surroundings'>;

const EVERY_MS = 1_000;

/** Whoever waits for an account longer than a second sees for what, and for how long. A command that draws a live line itself says so itself. */
export const withWaitingLine = ({ io, surroundings }: Waiting): Waiting => {
  if (!io.errIsTerminal) return { io, surroundings };
  let isDrawing = false;
  // Loaded when it is needed: most answers come sooner.
  const waitFor = (name: string): (() => Promise<void>) => {
    let line: Promise<LiveLine> | undefined;
    let seconds = 0;
    let isOver = false;
    const clock = setInterval(() => {
      seconds += 1;
      line ??= io.liveLine();
      void line.then(({ show }) => isOver || show(`Waiting for ${name} for ${seconds} s`));
    }, EVERY_MS);
    return async () => {
      isOver = true;
      clearInterval(clock);
      (await line)?.clear();
    };
  };
  return {
    io: {
      ...io,
      liveLine: () => {
        isDrawing = true;
        return io.liveLine();
      },
    },
    surroundings: {
      ...surroundings,
      ask: async (where, request) => {
        const end = isDrawing ? async () => {} : waitFor(where.functionName);
        try {
          return await surroundings.ask(where, request);
        } finally {
          await end();
        }
      },
    },
  };
};
