/** Speed and size of the main job, on this machine. Absolute times are of a machine; the ratios are side by side. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tick } from '../lib/controller/tick.ts';
import type { Entry } from '../lib/rollout/entry.ts';
import { begin, forkRehearsal, proceed, type Rehearsal } from '../lib/sim/rehearsal.ts';
import { median, spread, tell } from './telling.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PLAN = 'examples/ultra-fast-analyzer.yaml';
const SIX_HOURS = 'bench/six-hours.yaml';
const RUNS = 5;
const TICKS = 400;

/** A command as its own process: wall seconds, and peak memory where the command tells it. */
const timed = (args: readonly string[]): { readonly seconds: number; readonly peakMb: number } => {
  const from = process.hrtime.bigint();
  const ran = spawnSync(process.execPath, ['--import', './bench/peak-memory.mjs', ...args], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const seconds = Number(process.hrtime.bigint() - from) / 1e9;
  if (ran.status !== 0) throw new Error(`${args.join(' ')} ended with ${ran.status}: ${ran.stderr}`);
  return { seconds, peakMb: Number(/peak (\d+) kB/.exec(ran.stderr)?.[1] ?? Number.NaN) / 1024 };
};

const wholeRehearsal = (): void => {
  const out = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const runs = Array.from({ length: RUNS + 1 }, () => timed(['bin/sluice.mjs', 'rehearse', PLAN, '--out', out])).slice(
    1,
  );
  const seconds = runs.map((run) => run.seconds);
  const journalMb = statSync(join(out, 'journal.jsonl')).size / 1e6;
  tell(
    'whole rehearsal, a process with its journal',
    median(seconds),
    2.5,
    's',
    `${spread(seconds)} s, journal ${journalMb.toFixed(0)} MB`,
  );
  tell('its peak memory', median(runs.map(({ peakMb }) => peakMb)), 250, 'MB');
  rmSync(out, { recursive: true });
};

/** Two threads, since the limit is for two cores. */
const manyRehearsals = (): void => {
  const out = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const many = ['bin/sluice.mjs', 'rehearse', SIX_HOURS, '--out', out, '--workers', '2', '--runs'];
  timed([...many, '2']);
  tell('1000 rehearsals of a 6-hour plan', timed([...many, '1000']).seconds, 20, 's', 'two threads');
  rmSync(out, { recursive: true });
};

const help = (): void => {
  const seconds = Array.from({ length: RUNS + 1 }, () => timed(['bin/sluice.mjs', '--help']).seconds).slice(1);
  tell('sluice --help, a process', median(seconds), 0.35, 's', spread(seconds));
};

/** The rehearsals at minute 10 and on day 14, each with its world. */
const rehearsalsAt = async (instants: readonly number[]): Promise<readonly Rehearsal[]> => {
  const source = readFileSync(join(ROOT, PLAN), 'utf8');
  const began = await begin({ source, seed: 1, faults: [], signOffs: 'given' });
  if ('refused' in began) throw new Error(began.refused.join('\n'));
  const found: Rehearsal[] = [];
  for (const instant of instants) {
    while (began.world.data.now < began.plan.start + instant && (await proceed(began)));
    found.push(forkRehearsal(began));
  }
  return found;
};

const stateBytes = ({ world }: Rehearsal): number => {
  const entry: Entry = JSON.parse(world.data.head?.body ?? 'null');
  return JSON.stringify(entry.state).length;
};

/** Seconds of the next ticks of each rehearsal in turn, so that noise falls on both alike. */
const ticksInTurn = async (rehearsals: readonly Rehearsal[]): Promise<readonly (readonly number[])[]> => {
  const times = rehearsals.map((): number[] => []);
  for (let round = 0; round < TICKS; round++) {
    for (const [index, { world, plan }] of rehearsals.entries()) {
      world.data.now += 60_000;
      const from = process.hrtime.bigint();
      await tick(world, plan.rollout);
      times[index]?.push(Number(process.hrtime.bigint() - from) / 1e6);
    }
  }
  return times.map((each) => each.slice(TICKS / 4));
};

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`);
const [young, old] = await rehearsalsAt([10 * MINUTE, 13.5 * DAY]);
if (young === undefined || old === undefined) throw new Error('both rehearsals exist');
const [youngBytes, oldBytes] = [stateBytes(young), stateBytes(old)];
const [youngTicks = [], oldTicks = []] = await ticksInTurn([young, old]);
tell(
  'one tick, median after warm-up, day 14',
  median(oldTicks),
  0.1,
  'ms',
  `minute 10: ${median(youngTicks).toFixed(3)} ms`,
);
tell('a tick of day 14 against one of minute 10, interleaved', median(oldTicks) / median(youngTicks), 1.2, 'times');
tell(
  'state bytes of day 14 against minute 10',
  Math.abs(oldBytes / youngBytes - 1) * 100,
  10,
  '%',
  `${youngBytes} and ${oldBytes} bytes`,
);
help();
wholeRehearsal();
manyRehearsals();
