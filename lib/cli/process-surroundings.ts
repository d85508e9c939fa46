import { setTimeout as after } from 'node:timers/promises';
import type { Surroundings } from './surroundings.ts';

const FUNCTION_NAME = 'sluice-command';

/** The account that the standard environment names, the terminal of this process and its clock. */
export const processSurroundings = (): Surroundings => ({
  // The AWS SDK takes longer to load than everything else together: only commands that ask an account pay for it.
  ask: async (where, request) => {
    // On Node 20, which we support, the SDK would announce in eight lines with every command when it will not.
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
    const { askCommandFunction } = await import('../aws/invoke-command.ts');
    return askCommandFunction(where, request);
  },
  functionName: process.env.SLUICE_FUNCTION || FUNCTION_NAME,
  now: () => Date.now(),
  question: process.stdin.isTTY === true && process.stderr.isTTY === true ? askAtTerminal : undefined,
  interruption: () => {
    const controller = new AbortController();
    const stop = (): void => controller.abort();
    process.once('SIGINT', stop);
    return { signal: controller.signal, end: () => process.removeListener('SIGINT', stop) };
  },
  wait: async (milliseconds, signal) => {
    try {
      await after(milliseconds, undefined, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  },
});

const askAtTerminal = async (text: string): Promise<string> => {
  const { createInterface } = await import('node:readline');
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    // Ctrl-C and Ctrl-D close it without an answer; a promise that never settles would end the process with a warning.
    const leave = (): void => {
      process.stderr.write('\n');
      resolve('');
    };
    reader.once('close', leave);
    reader.once('SIGINT', () => reader.close());
    reader.question(text, (answer) => {
      reader.removeListener('close', leave);
      reader.close();
      resolve(answer.trim());
    });
  });
};
