import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sluice } from './captured-io.ts';
import { EXAMPLE, workspace } from './workspace.ts';

const small = readFileSync('examples/checkout-api.yaml', 'utf8');

describe('schedule', () => {
  test('writes the schedule document to stdout', async () => {
    const { exit, out, err } = await sluice(['schedule', EXAMPLE]);
    expect(exit).toBe(0);
    expect(err).toBe('');
    expect(out).toMatch(/^# Schedule of rollout ultra-fast-analyzer/);
    expect(out).toContain('500,000 learners');
  });

  test('writes document and calendar into a folder, and says where', async () => {
    const folder = join(workspace(), 'made', 'here');
    const { exit, out, err } = await sluice(['schedule', EXAMPLE, '--out', folder]);
    expect(exit).toBe(0);
    expect(out).toBe('');
    expect(err).toBe(`Wrote ${join(folder, 'schedule.md')} and ${join(folder, 'sluice.ics')}.\n`);
    expect(readdirSync(folder)).toEqual(['schedule.md', 'sluice.ics']);
    expect(readFileSync(join(folder, 'sluice.ics'), 'utf8')).toMatch(/^BEGIN:VCALENDAR\r\n/);
  });

  test('draws a folder of plans as one programme, in which later ones wait for earlier ones', async () => {
    const { exit, out } = await sluice(['schedule', 'examples/programme', '--json']);
    expect(exit).toBe(0);
    const { rollouts } = JSON.parse(out);
    expect(rollouts.map(({ rollout }: { rollout: string }) => rollout)).toEqual([
      'catalogue-8',
      'recommendations-3',
      'search-5',
    ]);
    expect(rollouts[1].begins >= rollouts[0].ends).toBe(true);
    expect(rollouts[0].milestones[0]).toMatchObject({ kind: 'start', phase: 'canary' });
  });

  test('refuses two rollouts that would own a rule at the same time', async () => {
    const folder = workspace({ 'a.yaml': small, 'b.yaml': small.replace('checkout-api-2-4', 'checkout-api-2-5') });
    const { exit, out, err } = await sluice(['schedule', folder]);
    expect(exit).toBe(2);
    expect(out).toBe('');
    expect(err).toContain('do not fit together');
    expect(err).toContain('both own');
  });

  test('refuses plans that wait for each other', async () => {
    const after = (name: string, other: string): string =>
      small.replace('checkout-api-2-4', name).replace('zone:', `after: [${other}]\nzone:`);
    const folder = workspace({ 'a.yaml': after('one', 'two'), 'b.yaml': after('two', 'one') });
    const { exit, err } = await sluice(['schedule', folder]);
    expect(exit).toBe(2);
    expect(err).toContain('one after two after one');
  });

  test('tells the problems of all plans of a folder, each below its file', async () => {
    const folder = workspace({
      'a.yaml': small.replace('weight: 5%', 'weight: 0%'),
      'b.yml': 'rollout: x',
      'c.txt': 'no plan',
    });
    const { exit, err } = await sluice(['schedule', folder]);
    expect(exit).toBe(2);
    expect(err).toContain('2 things stand in the way.');
    expect(err).toMatch(/a\.yaml is not a valid plan: 1 problem\.\n {4}line \d+, column \d+: phases\[0\]\.weight/);
    expect(err).toContain('b.yml is not a valid plan');
  });

  test('refuses a folder without plans', async () => {
    const { exit, err } = await sluice(['schedule', workspace({ 'a.txt': '' })]);
    expect(exit).toBe(2);
    expect(err).toContain('must be a folder with plans');
  });
});
