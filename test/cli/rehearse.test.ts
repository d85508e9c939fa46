import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sluice } from './captured-io.ts';
import { EXAMPLE, workspace } from './workspace.ts';

/** Finishes within a virtual day. */
const SMALL = 'examples/checkout-api.yaml';

const rows = (minutes: number, change: (minute: number) => { failures?: number } = () => ({})): string =>
  [
    'minute,requests,failures,baselineRequests,baselineFailures,slow:300ms,baselineSlow:300ms,slow:800ms,baselineSlow:800ms',
    ...Array.from({ length: minutes }, (_, minute) => `${minute},600,${change(minute).failures ?? 0},11400,9,0,0,0,0`),
  ].join('\n');

describe('rehearse', () => {
  test('runs a plan to its end and writes report, schedule and journal', async () => {
    const out = join(workspace(), 'out');
    const { exit, err } = await sluice(['rehearse', SMALL, '--out', out]);
    expect(exit).toBe(0);
    expect(readdirSync(out).sort()).toEqual(['journal.jsonl', 'report.html', 'report.md', 'schedule.md']);
    expect(readFileSync(join(out, 'report.md'), 'utf8')).toMatch(/^# Rollout checkout-api-2-4: finished/);
    expect(err).toContain(`Report: ${out}/report.md`);
    expect(err).toContain('Exit code 0: finished.');
  });

  test('writes a journal whose chain is whole', async () => {
    const out = join(workspace(), 'out');
    await sluice(['rehearse', SMALL, '--out', out]);
    const { exit, out: said } = await sluice(['verify', join(out, 'journal.jsonl'), '--json']);
    expect(exit).toBe(0);
    expect(JSON.parse(said)).toMatchObject({ whole: true, rollout: 'checkout-api-2-4' });
  });

  test('writes the same journal for the same seed, and another for another', async () => {
    const folder = workspace();
    const journal = async (name: string, seed: string): Promise<string> => {
      await sluice(['rehearse', SMALL, '--seed', seed, '--out', join(folder, name)]);
      return readFileSync(join(folder, name, 'journal.jsonl'), 'utf8');
    };
    const [first, again, other] = [await journal('a', '7'), await journal('b', '7'), await journal('c', '8')];
    expect(again === first).toBe(true);
    expect(other === first).toBe(false);
  });

  test('tells each decision as one line of six cells in a pipe', async () => {
    const { out } = await sluice(['rehearse', SMALL, '--out', join(workspace(), 'out')]);
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'));
    expect(lines.every((cells) => cells.length === 6)).toBe(true);
    expect(lines).toContainEqual([
      '2026-02-03T08:30:15.000Z',
      'five',
      '5',
      'advance',
      'STARTED',
      'The candidate goes from 0 % to 5 % of the traffic.',
    ]);
    expect(lines.at(-1)?.slice(3, 5)).toEqual(['finish', 'FINISHED']);
  });

  test('exits 3 when the rollout was rolled back, and says when and why in the first lines', async () => {
    const { exit, out, err } = await sluice([
      'rehearse',
      EXAMPLE,
      '--fault',
      'failures x50 from 00:37',
      '--json',
      '--out',
      join(workspace(), 'out'),
    ]);
    expect(exit).toBe(3);
    const document = JSON.parse(out);
    expect(Object.keys(document)).toEqual([
      'outcome',
      'weight',
      'endedAt',
      'candidateRequests',
      'candidateFailures',
      'decisions',
      'phases',
      'seed',
    ]);
    expect(document).toMatchObject({ outcome: 'rolledBack', weight: 0, seed: 1 });
    const rollBack = document.decisions.find(({ decision }: { decision: string }) => decision === 'rollBack');
    expect(rollBack).toEqual({
      at: expect.stringMatching(/^2025-10-31T12:\d\d:\d\d\.000Z$/),
      phase: 'canary',
      decision: 'rollBack',
      reason: expect.objectContaining({ code: expect.stringMatching(/^(WATCH|GUARD)_TRIPPED$/) }),
      sentence: expect.stringContaining('candidate'),
    });
    expect(document.phases).toEqual([expect.objectContaining({ phase: 'canary', weight: 1 })]);
    expect(err).toMatch(/^ultra-fast-analyzer was rolled back, \d+m after its start, at weight 0 %/);
  });

  test('exits 4 where only an operator goes on, and says what is missing', async () => {
    const { exit, err, out } = await sluice([
      'rehearse',
      EXAMPLE,
      '--requests-per-minute',
      '317',
      '--out',
      join(workspace(), 'out'),
    ]);
    expect(exit).toBe(4);
    expect(out).toMatch(/\thold\tINSUFFICIENT_DATA\t/);
    expect(err).toContain('is held for an operator');
    expect(err).toMatch(/more requests needed/);
  });

  test('a backtest ends with its rows, exit 8', async () => {
    const folder = workspace({ 'rows.csv': rows(40) });
    const { exit, out } = await sluice([
      'rehearse',
      SMALL,
      '--rows',
      join(folder, 'rows.csv'),
      '--json',
      '--out',
      join(folder, 'out'),
    ]);
    expect(exit).toBe(8);
    expect(JSON.parse(out)).toMatchObject({ outcome: 'running', candidateRequests: 40 * 600 });
  });

  test('a backtest rolls back on what was recorded', async () => {
    const folder = workspace({ 'rows.csv': rows(60, (minute) => ({ failures: minute < 20 ? 0 : 60 })) });
    const { exit } = await sluice([
      'rehearse',
      SMALL,
      '--rows',
      join(folder, 'rows.csv'),
      '--out',
      join(folder, 'out'),
    ]);
    expect(exit).toBe(3);
  });

  test('says which criteria recorded rows cannot decide', async () => {
    const recorded = rows(10).replace(
      'slow:300ms,baselineSlow:300ms,slow:800ms,baselineSlow:800ms',
      'slow:200ms,baselineSlow:200ms,slow:250ms,baselineSlow:250ms',
    );
    const folder = workspace({ 'rows.csv': recorded });
    const { err } = await sluice([
      'rehearse',
      EXAMPLE,
      '--rows',
      join(folder, 'rows.csv'),
      '--out',
      join(folder, 'out'),
    ]);
    expect(err).toContain(
      'The rows have no column unavailable and baselineUnavailable: availability > 99.9%, availability > 99.95% cannot be decided.',
    );
    expect(err).toContain('The rows have no column revenue and baselineRevenue');
  });

  test('what is typed goes before what a scenario says', async () => {
    const folder = workspace();
    const seedOf = async (...options: string[]): Promise<number> => {
      const { out } = await sluice([
        'rehearse',
        SMALL,
        '--scenario',
        'failures-x50',
        ...options,
        '--json',
        '--out',
        join(folder, 'out'),
      ]);
      return JSON.parse(out).seed;
    };
    expect(await seedOf('--seed', '5')).toBe(5);
  });

  test('lists scenarios and the forms of faults', async () => {
    const scenarios = await sluice(['rehearse', '--scenario', 'list']);
    expect(scenarios.exit).toBe(0);
    expect(scenarios.out).toMatch(/^slow-leak\t/m);
    const faults = await sluice(['rehearse', '--fault', 'list', '--json']);
    expect(JSON.parse(faults.out).faults).toContain('health unreadable');
  });

  test('a folder that cannot be written is a fault, told without a stack trace', async () => {
    const folder = workspace();
    writeFileSync(join(folder, 'file'), '');
    const { exit, err } = await sluice(['rehearse', SMALL, '--out', join(folder, 'file')]);
    expect(exit).toBe(1);
    expect(err).toContain(`Cannot write to ${join(folder, 'file')}: a file is in the way.`);
    expect(err).not.toContain('bug');
  });

  test('a fault that does not fit the plan leaves nothing behind', async () => {
    const out = join(workspace(), 'out');
    const { exit } = await sluice(['rehearse', SMALL, '--fault', 'gauge cpu 95', '--out', out]);
    expect(exit).toBe(2);
    expect(existsSync(out)).toBe(false);
  });

  describe('on a terminal', () => {
    test('shows a moving line with virtual time, weight and the last decision, and takes it away', async () => {
      const { live } = await sluice(['rehearse', SMALL, '--out', join(workspace(), 'out')], { terminal: true });
      expect(live[0]).toMatch(/^\[ {24}\] 2026-02-03 08:20 UTC {2}scheduled 0 % {2}wait: Scheduled to start/);
      expect(live.every((line) => line.length < 120)).toBe(true);
      expect(live.at(-1)).toBe('');
    });

    test('tells what happened and why in aligned lines that fit, without bakes that just go on', async () => {
      const { out } = await sluice(
        ['rehearse', EXAMPLE, '--fault', 'failures x50 from 00:37', '--out', join(workspace(), 'out')],
        { terminal: true, columns: 100 },
      );
      const lines = out.trimEnd().split('\n');
      expect(lines.every((line) => line.length <= 100)).toBe(true);
      expect(out).toMatch(/2025-10-31 12:\d\d UTC {2}canary {5}0 % {2}rollBack {2}In the last/);
      expect(out).not.toContain('Baked');
    });

    test('names no live line where there is no terminal', async () => {
      const { live } = await sluice(['rehearse', SMALL, '--out', join(workspace(), 'out')]);
      expect(live).toEqual([]);
    });
  });
});
