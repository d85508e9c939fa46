import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { rehearseMany } from '../../lib/cli/runs-pool.ts';
import type { Behaviour } from '../../lib/sim/behaviour.ts';
import { sluice } from './captured-io.ts';
import { workspace } from './workspace.ts';

/** Finishes within a virtual day. */
const SMALL = 'examples/checkout-api.yaml';
const FAULT = ['--fault', 'failures x50 from 00:37'];

/** One thread: each takes half a second to load the sources. */
const many = (out: string, options: readonly string[], seat?: Parameters<typeof sluice>[1]) =>
  sluice(['rehearse', SMALL, ...options, '--workers', '1', '--out', out], seat);

const linesOf = (folder: string): readonly (readonly string[])[] =>
  readFileSync(join(folder, 'runs.csv'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));

describe('rehearse --runs', () => {
  test('comes to the same whatever the number of workers', async () => {
    const folder = workspace();
    const withWorkers = async (workers: string) => {
      const out = join(folder, workers);
      const told = await sluice(['rehearse', SMALL, ...FAULT, '--runs', '4', '--workers', workers, '--out', out]);
      expect(told.exit).toBe(0);
      return [told.out, ...['runs.csv', 'runs.md', 'runs.svg'].map((name) => readFileSync(join(out, name), 'utf8'))];
    };
    expect(await withWorkers('3')).toEqual(await withWorkers('1'));
  });

  test('counts the seeds up, each run is the one that --seed shows, and no journal is left', async () => {
    const out = join(workspace(), 'out');
    await many(out, [...FAULT, '--runs', '3', '--seed', '8']);
    expect(readdirSync(out).sort()).toEqual(['runs.csv', 'runs.md', 'runs.svg']);
    const lines = linesOf(out);
    expect(lines.map(([seed]) => seed)).toEqual(['seed', '8', '9', '10']);
    const single = await sluice(['rehearse', SMALL, ...FAULT, '--seed', '9', '--json', '--out', join(out, 'single')]);
    const { outcome, decisions, candidateRequests, candidateFailures } = JSON.parse(single.out);
    const rolledBack = decisions.find(({ decision }: { decision: string }) => decision === 'rollBack');
    expect(lines[2]?.slice(1, 6)).toEqual([
      outcome,
      rolledBack.reason.code,
      rolledBack.at,
      `${candidateRequests}`,
      `${candidateFailures}`,
    ]);
  });

  test('exits 0 when the runs were done, and names the seeds of those that were rolled back', async () => {
    const folder = join(workspace(), 'out');
    const { exit, out, err } = await many(folder, [...FAULT, '--runs', '2']);
    expect(exit).toBe(0);
    expect(out).toMatch(/^checkout-api-2-4, 2 runs with seeds 1 to 2: 0 % finished, .* 100 % rolled back\.$/m);
    expect(out).toMatch(/^rolled back\t(WATCH|GUARD)_TRIPPED\t2\t100 %\t15\.8 % to 100 %\t1, 2$/m);
    expect(err).toContain(`Report: ${folder}/runs.md`);
    expect(err).toContain('Exit code 0: the runs were done.');
  });

  test('gives one document with --json, where a rollback for what bends both versions is a false one', async () => {
    const { out } = await many(join(workspace(), 'out'), ['--fault', 'both slow x15', '--runs', '1', '--json']);
    expect(JSON.parse(out)).toMatchObject({
      rollout: 'checkout-api-2-4',
      runs: 1,
      seeds: { first: 1, last: 1 },
      outcomes: { rolledBack: { runs: 1, upper: 1 }, finished: { runs: 0, lower: 0 } },
      groups: [{ outcome: 'rolledBack', reason: 'HELD_TOO_LONG after CRITERION_FAILED', runs: 1, seeds: [1] }],
      falseRollbacks: { runs: 1, share: 1, seeds: [1] },
      detection: null,
    });
  });

  test.each([
    [['--runs', '0'], '--runs must be a whole number from 1 to 100000; given: 0'],
    [['--runs', '100001'], '--runs must be a whole number from 1 to 100000; given: 100001'],
    [['--runs', 'many'], '--runs must be a whole number from 1 to 100000; given: many'],
    [['--runs', '5', '--workers', '65'], '--workers must be a whole number from 1 to 64; given: 65'],
    [['--workers', '2'], '--workers must be given with --runs N: one run has one thread.'],
    [['--runs', '10', '--seed', '4294967290'], 'it would end at 4294967299.'],
    [['--runs', '5', '--fault', 'gauge cpu 95'], 'the gauge must be one that the plan judges'],
  ])('refuses %j in one sentence, and leaves nothing behind', async (options, sentence) => {
    const out = join(workspace(), 'out');
    const { exit, err } = await sluice(['rehearse', SMALL, ...options, '--out', out]);
    expect(exit).toBe(2);
    expect(err).toContain(sentence);
    expect(err).not.toContain('bug');
    expect(existsSync(out)).toBe(false);
  });

  test('refuses recorded rows, in which there is no chance', async () => {
    const folder = workspace({ 'rows.csv': 'minute,requests\n' });
    const { exit, err } = await sluice(['rehearse', SMALL, '--runs', '5', '--rows', join(folder, 'rows.csv')]);
    expect(exit).toBe(2);
    expect(err).toContain('--rows must not be given with --runs: recorded minutes are the same in every run.');
  });

  test('asks whether it may write before it rehearses', async () => {
    const folder = workspace();
    writeFileSync(join(folder, 'file'), '');
    const { exit, err } = await sluice(['rehearse', SMALL, '--runs', '2', '--out', join(folder, 'file')]);
    expect(exit).toBe(1);
    expect(err).toContain(`Cannot write to ${join(folder, 'file')}: a file is in the way.`);
    expect(err).not.toContain('Rehearsing');
  });

  test('tells the seed of a run that crashes', async () => {
    const broken = [{ text: 'broken', fromMinute: 0, toMinute: null, effect: null }] as unknown as readonly Behaviour[];
    const options = { source: readFileSync(SMALL, 'utf8'), seed: 41, faults: broken, signOffs: 'given' } as const;
    await expect(rehearseMany({ options, begins: null }, { runs: 1, workers: 1 }, () => {})).rejects.toThrow(
      /^The run with seed 41 crashed: .*null/,
    );
  });

  describe('on a terminal', () => {
    test('shows how many are done, takes that away, and draws histograms as bars that fit', async () => {
      const { live, out } = await many(join(workspace(), 'out'), [...FAULT, '--runs', '4'], {
        terminal: true,
        columns: 70,
      });
      expect(live[0]).toMatch(/^\[={6} {18}\] 1 of 4 runs: 1 rolled back$/);
      expect(live.at(-1)).toBe('');
      const bars = out.split('\n').filter((line) => line.includes('█'));
      expect(bars.length).toBeGreaterThan(1);
      expect(bars.every((line) => line.length <= 70)).toBe(true);
      expect(out).toMatch(/^From the fault to the rollback$/m);
    });
  });
});
