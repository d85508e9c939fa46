/** A thread that tortures: it is sent the first seed of a batch and how many, and answers what came of them. */
import { parentPort } from 'node:worker_threads';
import { addTo, emptyTally } from './tally.ts';
import { torture } from './torture.ts';
import { drawCase } from './torture-case.ts';

export interface Batch {
  readonly from: number;
  readonly runs: number;
}

parentPort?.on('message', async ({ from, runs }: Batch) => {
  const tally = emptyTally();
  for (let seed = from; seed < from + runs; seed++) addTo(tally, seed, await torture(drawCase(seed)));
  parentPort?.postMessage(tally);
});
