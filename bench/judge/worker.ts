/** A thread that judges what it is given, until nothing is left. */
import { parentPort, workerData } from 'node:worker_threads';
import { cellsOf, gatesOf, lateOf } from './cells.ts';
import { judgeCell, judgeGates, judgeLate, type LateRun, type RunOutcome } from './judge-cell.ts';

/** A part of the runs of one cell. */
export interface Task {
  readonly of: 'cells' | 'gates' | 'late';
  readonly index: number;
  readonly first: number;
  readonly count: number;
}

export interface Done {
  readonly task: Task;
  readonly outcomes: readonly RunOutcome[];
  readonly late: readonly LateRun[];
  readonly passed: number;
}

const { full }: { readonly full: boolean } = workerData;
const [cells, gates, lateCells] = [cellsOf(full), gatesOf(full), lateOf(full)];

const perform = (task: Task): Done => {
  const { of, index, first, count } = task;
  const nothing = { task, outcomes: [], late: [], passed: 0 };
  const [cell, gate, late] = [cells[index], gates[index], lateCells[index]];
  if (of === 'cells' && cell !== undefined) return { ...nothing, outcomes: judgeCell(cell, first, count) };
  if (of === 'gates' && gate !== undefined) return { ...nothing, passed: judgeGates(gate, first, count) };
  if (of === 'late' && late !== undefined) return { ...nothing, late: judgeLate(late, first, count) };
  throw new Error(`there is no ${task.of} ${task.index}`);
};

parentPort?.on('message', (task: Task) => {
  parentPort?.postMessage(perform(task));
});
