/**
 * `npm run torture -- --seed S --runs N`: tortures so many rollouts, and says what came of them. One that does what must never happen is shrunk,
 * and written as a case that can be kept in `cases/` and run again with `--case FILE`. `--brief` only names the first.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { shrink } from './shrink.ts';
import { emptyTally, merge, type Tally } from './tally.ts';
import { torture } from './torture.ts';
import { drawCase, type TortureCase } from './torture-case.ts';

const OUT = 'out/torture';
const BATCH = 100;
/** So many failures are enough to stop for. */
const FAILURES = 5;

/** One line, and how to ask. */
const misused = (what: string): never => {
  console.error(
    `torture: ${what}\nAsk: npm run torture -- [--seed S] [--runs N] [--workers W] [--brief], or --case FILE`,
  );
  return process.exit(2);
};

const wholeOf = (name: string, text: string): number => {
  const whole = Number(text);
  if (!Number.isSafeInteger(whole) || whole < 1)
    return misused(`--${name} must be a whole number from 1 on, given ${text}`);
  return whole;
};

const asked = () =>
  parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      runs: { type: 'string', default: '1000' },
      workers: { type: 'string', default: String(availableParallelism()) },
      case: { type: 'string' },
      brief: { type: 'boolean', default: false },
    },
  }).values;

const readOptions = (): ReturnType<typeof asked> => {
  try {
    return asked();
  } catch (trouble) {
    return misused((trouble as Error).message);
  }
};
const options = readOptions();

/** One file, so that a thread need not strip types: that would take a third of the time. */
const bundle = async (folder: string): Promise<string> => {
  const outfile = join(folder, 'worker.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('worker.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    sourcemap: 'inline',
    banner: { js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);" },
  });
  return outfile;
};

const tortureMany = async (seed: number, runs: number, workers: number): Promise<Tally> => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-torture-'));
  const tally = emptyTally();
  let next = seed;
  const end = seed + runs;
  try {
    const file = await bundle(folder);
    const work = (): Promise<void> =>
      new Promise((resolve, reject) => {
        const thread = new Worker(file, { resourceLimits: { maxYoungGenerationSizeMb: 192 } });
        const handOut = (): void => {
          if (next >= end || tally.failed.length >= (options.brief ? 1 : FAILURES))
            return void thread.terminate().then(() => resolve());
          const batch = { from: next, runs: Math.min(BATCH, end - next) };
          next += batch.runs;
          thread.postMessage(batch);
        };
        thread.on('message', (done: Tally) => {
          merge(tally, done);
          progress(tally.runs, runs);
          handOut();
        });
        thread.on('error', reject);
        handOut();
      });
    await Promise.all(Array.from({ length: Math.min(workers, Math.ceil(runs / BATCH)) }, work));
  } finally {
    rmSync(folder, { recursive: true });
  }
  if (process.stderr.isTTY) process.stderr.write('\n');
  return tally;
};

const progress = (done: number, runs: number): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${runs} rollouts`);
};

const listOf = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .toSorted((one, other) => other[1] - one[1])
    .map(([what, count]) => `${count} ${what}`)
    .join(', ');

/** Names the seed, what it did, and its shortest reproduction. */
const tell = async (seed: number, violations: readonly string[]): Promise<void> => {
  console.log(`\nSeed ${seed}: ${violations.join('\n  ')}`);
  if (options.brief) return;
  const { shortest, tortured } = await shrink(drawCase(seed));
  const path = join(OUT, `seed-${seed}.json`);
  mkdirSync(OUT, { recursive: true });
  writeFileSync(path, `${JSON.stringify(shortest, null, 2)}\n`);
  console.log(`Shrunk to: ${tortured.violations.join('\n  ')}`);
  for (const line of [...shortest.behaviours, ...shortest.troubles, ...shortest.orders])
    console.log(`  ${typeof line === 'string' ? line : JSON.stringify(line)}`);
  console.log(
    `Again: npm run torture -- --case ${path}. To keep it: move it to test/torture/cases/ under a name that says what it shows.`,
  );
};

const main = async (): Promise<number> => {
  if (options.case !== undefined) {
    if (!existsSync(options.case)) misused(`--case must be a file, given ${options.case}, which does not exist`);
    const given = JSON.parse(readFileSync(options.case, 'utf8')) as TortureCase;
    const { violations, end } = await torture(given);
    console.log(violations.length === 0 ? `Nothing that must not happen; it ended ${end}.` : violations.join('\n'));
    return violations.length === 0 ? 0 : 1;
  }
  const [seed, runs, workers] = [
    wholeOf('seed', options.seed),
    wholeOf('runs', options.runs),
    wholeOf('workers', options.workers),
  ];
  const began = performance.now();
  const tally = await tortureMany(seed, runs, workers);
  const seconds = (performance.now() - began) / 1000;
  console.log(
    `${tally.runs} rollouts from seed ${seed}, ${tally.ticks} ticks, ${seconds.toFixed(0)} s on ${workers} threads (${((1000 * seconds) / tally.runs).toFixed(1)} ms each).`,
  );
  console.log(`Ends: ${listOf(tally.ends)}.`);
  console.log(`Suffered: ${listOf(tally.suffered)}.`);
  console.log(
    `Zombies, writes that a rollback had overtaken: ${tally.zombies}, undone within ${tally.zombieMinutes.toFixed(1)} minutes.`,
  );
  const told = options.brief ? tally.failed.slice(0, 1) : tally.failed;
  for (const { seed: failed, violations } of told) await tell(failed, violations);
  console.log(
    tally.failed.length === 0 ? 'Nothing that must not happen.' : `${tally.failed.length} did what must not happen.`,
  );
  return tally.failed.length === 0 ? 0 : 1;
};

process.exitCode = await main();
