import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { rowsFile } from '../../../lib/cli/rows-file.ts';
import type { Counts } from '../../../lib/judge/row.ts';
import { isInputProblem } from '../../../lib/sim/input-problem.ts';
import { readRows } from '../../../lib/sim/recorded.ts';
import { sluice } from '../captured-io.ts';
import { EXAMPLE, workspace } from '../workspace.ts';
import { accountAt, emptyAccount, type LiveAccount, planOf, run } from './account.ts';

const source = readFileSync(EXAMPLE, 'utf8');
const plan = planOf(source);
const range = ['--from', '2025-10-31T12:05Z', '--to', '2025-10-31T22:05Z'];

const exported = async (account: LiveAccount, terminal = false) => {
  const path = join(workspace(), 'rows.csv');
  const ran = await run(account, ['export', EXAMPLE, ...range, '--out', path], { terminal });
  return { ...ran, path, text: readFileSync(path, 'utf8') };
};

describe('export', () => {
  test('writes what rehearse --rows reads back, number by number', async () => {
    const account = await accountAt('2025-10-31T23:00', { source });
    const { exit, err, path, text } = await exported(account);
    expect(exit).toBe(0);
    expect(err).toBe(
      `Wrote ${path}: 600 minutes, 0 of them without requests.\nNext: sluice rehearse ${EXAMPLE} --rows ${path}\n`,
    );
    expect(account.asked).toHaveLength(2);
    const recorded = readRows(text, plan);
    if (isInputProblem(recorded)) throw new Error(recorded.problem);
    const from = Date.parse('2025-10-31T12:05Z');
    const readings = await account.world.metrics.read(plan, from, from + 600 * 60_000, true);
    expect(recorded.rows).toHaveLength(600);
    expect(recorded.hasBusiness).toBe(true);
    expect(recorded.rows).toEqual(
      (Array.isArray(readings) ? readings : []).map(({ candidate, baseline, business }) => ({
        candidate,
        baseline,
        business,
        hosts: true,
      })),
    );
  });

  test('makes a file with which a backtest runs', async () => {
    const account = await accountAt('2025-10-31T23:00', { source });
    const { path } = await exported(account);
    const out = join(workspace(), 'out');
    const backtest = await sluice(['rehearse', EXAMPLE, '--rows', path, '--out', out, '--json']);
    expect(backtest.exit).toBe(8);
    expect(JSON.parse(backtest.out).phases[0]).toMatchObject({ phase: 'canary', bakedMinutes: 120 });
    expect(backtest.err).not.toContain('cannot be decided');
  });

  test('shows on a terminal how far it is', async () => {
    const { live } = await exported(await accountAt('2025-10-31T23:00', { source }), true);
    expect(live).toEqual(['2025-10-31 12:05 UTC: 0 of 600 minutes', '2025-10-31 18:05 UTC: 360 of 600 minutes', '']);
  });

  test('is one document about the file with --json', async () => {
    const account = await accountAt('2025-10-31T13:00', { source });
    const path = join(workspace(), 'rows.csv');
    const times = ['--from', '2025-10-31T12:05', '--to', '2025-10-31T13:35+01:00'];
    const { out, err } = await run(account, ['export', EXAMPLE, ...times, '--out', path, '--json']);
    expect(err).toBe('');
    expect(JSON.parse(out)).toEqual({
      file: path,
      from: '2025-10-31T12:05:00.000Z',
      to: '2025-10-31T12:35:00.000Z',
      minutes: 30,
      empty: 0,
      curbed: 0,
    });
  });

  test.each([
    [
      ['--from', 'yesterday', '--to', '2025-10-31T11:00Z'],
      /--from must be a date and time in whole minutes.*given: yesterday/,
    ],
    [['--from', '2025-10-31T11:00Z', '--to', '2025-10-31T11:00Z'], /--to must lie after --from/],
    [['--from', '2025-10-31T11:00Z', '--to', '2025-10-31T13:00Z'], /--to must have come, it is 2025-10-31 11:50 UTC/],
    [['--from', '2025-10-01T11:00Z', '--to', '2025-10-31T11:00Z'], /--from must lie at most 15 days back/],
  ])('%j is refused before anybody is asked, and nothing is written', async (times, problem) => {
    const account = emptyAccount({ source });
    const path = join(workspace(), 'rows.csv');
    const { exit, err } = await run(account, ['export', EXAMPLE, ...times, '--out', path]);
    expect(exit).toBe(2);
    expect(err).toMatch(problem);
    expect(account.asked).toEqual([]);
    expect(existsSync(path)).toBe(false);
  });
});

describe('a rows file', () => {
  const counts = (more: Partial<Counts>): Counts => ({
    requests: 10,
    failures: 0,
    unavailable: 0,
    responses: 10,
    slow: { '200ms': 0, '250ms': 0 },
    ...more,
  });
  const minute = (candidate: Counts | null, baseline: Counts | null) => ({
    minute: '2025-10-31T12:05Z',
    candidate,
    baseline,
    hosts: true,
  });

  test('keeps a minute with nothing as empty cells', () => {
    const { text } = rowsFile(plan, [minute(counts({}), counts({ unavailable: null })), minute(null, null)]);
    const recorded = readRows(text, plan);
    if (isInputProblem(recorded)) throw new Error(recorded.problem);
    expect(recorded.rows[0]).toMatchObject({ candidate: counts({}), baseline: counts({ unavailable: null }) });
    expect(recorded.rows[1]).toMatchObject({
      candidate: null,
      baseline: null,
      business: { candidate: { revenue: null } },
    });
    expect(text.split('\n')[2]).toMatch(/^1,+$/);
  });

  test('writes a count above the requests of its minute as these, and counts how many', () => {
    const { text, curbed } = rowsFile(plan, [minute(counts({ failures: 12, slow: { '200ms': 10.5 } }), null)]);
    expect(curbed).toBe(2);
    const recorded = readRows(text, plan);
    if (isInputProblem(recorded)) throw new Error(recorded.problem);
    expect(recorded.rows[0]?.candidate).toMatchObject({ requests: 10, failures: 10, slow: { '200ms': 10 } });
  });
});
