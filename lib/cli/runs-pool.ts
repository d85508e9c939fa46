import { Worker } from 'node:worker_threads';
import type { Instant } from '../plan/plan.ts';
import type { BriefRun } from '../sim/brief-run.ts';
import type { RehearsalOptions } from '../sim/rehearsal.ts';

/** What the runs have in common; their seeds count up from that of the options. */
export interface SameForAll {
  readonly options: Omit<RehearsalOptions, 'sink' | 'onEntry'>;
  /** When the release first is at fault; null: never. */
  readonly begins: Instant | null;
}

export interface Many {
  readonly runs: number;
  readonly workers: number;
}

/** Most of what a rehearsal makes is waste at once: with room for it V8 tidies up half as often. */
const YOUNG_MEGABYTES = 192;

/**
 * All runs, ascending by seed, whoever was quick and however many worked on them: a seed is handed out when a worker is free. The first
 * run that throws ends all others, and its seed is told. Nothing has to be stopped at Ctrl-C: the threads end with the process.
 *
 * @param onRun called with every run as soon as it is done
 */
export const rehearseMany = async (
  same: SameForAll,
  { runs, workers }: Many,
  onRun: (run: BriefRun) => void,
): Promise<readonly BriefRun[]> => {
  const done: BriefRun[] = [];
  const threads = Array.from({ length: Math.min(workers, runs) }, () => startWorker(same));
  let handedOut = 0;
  const handOut = (thread: Worker): number => {
    const seed = same.options.seed + handedOut++;
    thread.postMessage(seed);
    return seed;
  };
  const work = (thread: Worker): Promise<void> =>
    new Promise((resolve, reject) => {
      let seed = handOut(thread);
      thread.on('message', (run: BriefRun) => {
        done.push(run);
        onRun(run);
        if (handedOut === runs) resolve();
        else seed = handOut(thread);
      });
      thread.on('error', (cause) =>
        reject(new Error(`The run with seed ${seed} crashed: ${cause.message}`, { cause })),
      );
      thread.on('exit', () => reject(new Error(`The run with seed ${seed} ended its thread`)));
    });
  try {
    await Promise.all(threads.map(work));
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
  return done.sort((one, other) => one.seed - other.seed);
};

/** Sources need what strips their types on Node 20; a bundle has the worker beside it. */
const startWorker = (workerData: SameForAll): Worker => {
  const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_MEGABYTES };
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL('./runs-worker.js', import.meta.url), { workerData, resourceLimits });
  const execArgv = ['--import', new URL('../../bin/typescript.mjs', import.meta.url).href];
  return new Worker(new URL('./runs-worker.ts', import.meta.url), { workerData, resourceLimits, execArgv });
};
