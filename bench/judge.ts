/**
 * `npm run bench:judge [-- --full]`: how often a healthy release is rolled back, and how soon a bad one is seen, by Sluice and by others on the same
 * rows. Seeded, without network. Writes bench/judge.json and the tables in docs/judge.md. Exit code 1 where a limit is missed.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { cellsOf, gatesOf, isLeftOut, lateOf, WORLDS } from './judge/cells.ts';
import { missed } from './judge/limits.ts';
import { boundsPicture, evidencePicture } from './judge/pictures.ts';
import { performAll } from './judge/pool.ts';
import type { Results } from './judge/results.ts';
import { faultRow, gateRow, healthyRow, isHealthy, lateRow } from './judge/summary.ts';
import { tables } from './judge/tables.ts';
import type { Task } from './judge/worker.ts';

const RUNS_PER_TASK = 50;

const full = process.argv.includes('--full');
const [cells, gates, lateCells] = [cellsOf(full), gatesOf(full), lateOf(full)];

const tasksOf = (of: Task['of'], each: readonly { readonly runs: number }[]): readonly Task[] =>
  each.flatMap(({ runs }, index) =>
    Array.from({ length: Math.ceil(runs / RUNS_PER_TASK) }, (_, part) => ({
      of,
      index,
      first: part * RUNS_PER_TASK,
      count: Math.min(RUNS_PER_TASK, runs - part * RUNS_PER_TASK),
    })),
  );

/** More digits than that say nothing. */
const rounded = (_: string, value: unknown): unknown =>
  typeof value === 'number' ? Number(value.toPrecision(5)) : value;

const from = process.hrtime.bigint();
const done = await performAll(
  [...tasksOf('cells', cells), ...tasksOf('late', lateCells), ...tasksOf('gates', gates)],
  full,
);
const seconds = Number(process.hrtime.bigint() - from) / 1e9;

const partsOf = (of: Task['of'], index: number) => done.filter(({ task }) => task.of === of && task.index === index);
const outcomes = cells.map((_, index) => partsOf('cells', index).flatMap((part) => part.outcomes));
const passed = gates.map((_, index) => partsOf('gates', index).reduce((sum, part) => sum + part.passed, 0));
const results: Results = {
  command: `npm run bench:judge${full ? ' -- --full' : ''}`,
  notRun: WORLDS.filter(isLeftOut).map(({ name }) => name),
  healthy: cells.flatMap((cell, index) => (isHealthy(cell) ? [healthyRow(cell, outcomes[index] ?? [])] : [])),
  faults: cells.flatMap((cell, index) => (isHealthy(cell) ? [] : [faultRow(cell, outcomes[index] ?? [])])),
  gates: gates.map((gate, index) => gateRow(gate, passed[index] ?? 0, gate.runs)),
  late: lateCells.map((cell, index) =>
    lateRow(
      cell,
      partsOf('late', index).flatMap((part) => part.late),
    ),
  ),
};

writeFileSync(new URL('./judge.json', import.meta.url), `${JSON.stringify(results, rounded, 1)}\n`);
const docs = new URL('../docs/', import.meta.url);
const [begin, end] = ['<!-- Written by `npm run bench:judge`: begin -->', '<!-- end -->'];
const page = readFileSync(new URL('judge.md', docs), 'utf8');
if (!page.includes(begin) || !page.includes(end)) throw new Error('docs/judge.md has no place for the tables');
const [before, after] = [page.slice(0, page.indexOf(begin)), page.slice(page.indexOf(end))];
writeFileSync(new URL('judge.md', docs), `${before}${begin}\n\n${tables(results)}\n\n${after}`);
writeFileSync(new URL('judge-bounds.svg', docs), boundsPicture());
writeFileSync(new URL('judge-evidence.svg', docs), evidencePicture());
console.log(tables(results));
const misses = missed(results);
for (const miss of misses) console.error(`MISSED\t${miss}`);
console.error(
  `${cells.length + gates.length + lateCells.length} cells in ${seconds.toFixed(0)} s; ${misses.length} limits missed.`,
);
process.exitCode = misses.length === 0 ? 0 : 1;
