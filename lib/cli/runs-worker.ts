/** A thread that rehearses: it is sent seeds one by one and answers each with its run. What it throws, the main thread hears of. */
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../plan/assert.ts';
import { runBriefly } from '../sim/brief-run.ts';
import type { SameForAll } from './runs-pool.ts';

const { options, begins } = workerData as SameForAll;
const port = parentPort;
assert(port !== null, 'a worker is started as a thread');

port.on('message', async (seed: number) => {
  const run = await runBriefly({ ...options, seed }, begins);
  assert(!('refused' in run), 'a plan that begins with one seed begins with every seed');
  port.postMessage(run);
});
