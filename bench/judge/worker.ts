/** A thread that judges what it is given, until nothing is left. */
import { parentPort, workerData } from 'node:worker_threads';
import { cellsOf, gatesOf } from './cells.ts';
import { judgeCell, judgeGates, type RunOutcome } from './judge-cell.ts';

/** A part of the runs of one cell. */
export interface Task {
  readonly of: 'cells' | 'gates';
  readonly index: number;
  readonly first: number;
  readonly count: number;
}

export interface Done {
  readonly task: Task;
  readonly outcomes: readonly RunOutcome[];
  readonly passed: number;
}

const { full }: { readonly full: boolean } = workerData;
const [cells, gates] = [cellsOf(full), gatesOf(full)];

const perform = (task: Task): Done => {
  const [cell, gate] = [cells[task.index], gates[task.index]];
  if (task.of === 'cells' && cell !== undefined)
    return { task, outcomes: judgeCell(cell, task.first, task.count), passed: 0 };
  if (task.of === 'gates' && gate !== undefined)
    return { task, outcomes: [], passed: judgeGates(gate, task.first, task.count) };
  throw new Error(`there is no ${task.of} ${task.index}`);
};

parentPort?.on('message', (task: Task) => {
  parentPort?.postMessage(perform(task));
});
