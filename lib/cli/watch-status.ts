import type { CommandContext } from './command-context.ts';
import type { ExitCode } from './exit-code.ts';
import type { StatusOptions } from './options.ts';
import { readStatus } from './read-status.ts';
import { isRefusal, type Refusal } from './refusal.ts';
import { changeLine } from './rehearsal-text.ts';
import { statusDocument } from './status-document.ts';
import { statusText } from './status-text.ts';
import { exitOf, hasEnded, type StatusView } from './status-view.ts';

const INTERVAL_MS = 10_000;
/** So often in a row the account may not answer: five minutes. */
const FAULTS_AT_MOST = 30;

/** Shows how a rollout stands until it has ended or somebody presses Ctrl-C; its exit code is that of the last look. */
export const watchStatus = async (
  rollout: string,
  options: StatusOptions,
  context: CommandContext,
): Promise<ExitCode | Refusal> => {
  const { surroundings } = context;
  const first = await readStatus(rollout, options, surroundings);
  if (isRefusal(first)) return first;
  const picture = await pictureFor(options, context);
  const interruption = surroundings.interruption();
  const stop = stopped(interruption.signal);
  let view = first;
  let faults = 0;
  picture.show(view);
  while (!hasEnded(view) && !interruption.signal.aborted) {
    await surroundings.wait(INTERVAL_MS, interruption.signal);
    if (interruption.signal.aborted) break;
    const seen = await Promise.race([readStatus(rollout, options, surroundings), stop]);
    if (seen === undefined) break;
    faults = isRefusal(seen) ? faults + 1 : 0;
    if (!isRefusal(seen)) picture.show(seen);
    else if (seen.kind === 'usage' || faults > FAULTS_AT_MOST) return giveUp(seen, picture, interruption);
    else picture.trouble(seen);
    view = isRefusal(seen) ? view : seen;
  }
  interruption.end();
  picture.end(view);
  return exitOf(view);
};

/** A person who presses Ctrl-C does not wait for an account that does not answer. */
const stopped = (signal: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined), { once: true }));

const giveUp = (refusal: Refusal, picture: Picture, interruption: { readonly end: () => void }): Refusal => {
  interruption.end();
  picture.clear();
  return refusal;
};

interface Picture {
  show(view: StatusView): void;
  /** The account does not answer: said, and asked again. */
  trouble(refusal: Refusal): void;
  end(view: StatusView): void;
  clear(): void;
}

const pictureFor = (options: StatusOptions, context: CommandContext): Promise<Picture> | Picture => {
  const { io } = context;
  return io.outIsTerminal && io.errIsTerminal && options.json !== true ? liveOf(context) : linesOf(options, context);
};

/** Drawn anew with every look; in the end the last one stays. */
const liveOf = async ({ io }: CommandContext): Promise<Picture> => {
  const live = await io.liveLine();
  let last = '';
  return {
    show: (view) => {
      last = statusText(view, io);
      live.show(last);
    },
    trouble: ({ sentence }) => live.show(`${sentence} Asking again.\n${last}`),
    clear: () => live.clear(),
    end: (view) => {
      live.clear();
      io.out(statusText(view, io));
    },
  };
};

/** A line, or with --json a document, for every new entry. */
const linesOf = ({ json = false }: StatusOptions, { io }: CommandContext): Picture => {
  let shown = -1;
  return {
    show: (view) => {
      if (view.revision === shown) return;
      shown = view.revision;
      const { revision, at, state, decision, cause, plan } = view;
      const change = { revision, at, lastAt: at, phase: state.phase, weight: state.weight, decision, cause };
      io.out(`${json ? JSON.stringify(statusDocument(view)) : changeLine(plan, change)}\n`);
    },
    trouble: ({ sentence }) => io.err(`${sentence} Asking again.\n`),
    clear: () => {},
    end: () => {},
  };
};
