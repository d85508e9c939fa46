/** Hands tasks to worker threads, one after another. What comes of it does not depend on their number or pace. */
import { cpus } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Done, Task } from './worker.ts';

/** In the order of the tasks. */
export const performAll = async (tasks: readonly Task[], full: boolean): Promise<readonly Done[]> => {
  const done: Done[] = new Array(tasks.length);
  let next = 0;
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: { full } });
      let at = -1;
      const give = (): void => {
        const task = tasks[next];
        if (task === undefined) {
          resolve(worker.terminate().then(() => undefined));
          return;
        }
        at = next++;
        worker.postMessage(task);
      };
      worker.on('message', (answer: Done) => {
        done[at] = answer;
        give();
      });
      worker.on('error', reject);
      give();
    });
  await Promise.all(cpus().map(work));
  return done;
};
