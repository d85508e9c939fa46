import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sluice } from './captured-io.ts';
import { EXAMPLE, workspace } from './workspace.ts';

const source = readFileSync(EXAMPLE, 'utf8');

describe('check', () => {
  test('says that a plan is valid, when what happens, and what each criterion needs', async () => {
    const { exit, out, err } = await sluice(['check', EXAMPLE]);
    expect(exit).toBe(0);
    expect(err).toBe('');
    expect(out).toContain(`${EXAMPLE} is valid`);
    expect(out).toContain('2025-11-01 14:00 UTC\tramp begins at 10 %');
    expect(out).toContain('availability > 99.9%\tneeds 10,567 requests');
  });

  test('assumes no traffic, and says how to give it', async () => {
    const { out } = await sluice(['check', EXAMPLE]);
    expect(out).toContain('give --requests-per-minute N or --traffic FILE');
    expect(out).not.toContain('cannot be decided');
  });

  test('says beforehand that 317 requests a minute cannot decide, what binds and what would suffice', async () => {
    const { exit, out } = await sluice(['check', EXAMPLE, '--requests-per-minute', '317']);
    expect(exit).toBe(0);
    expect(out).toContain('It cannot be decided as planned at 317 requests/min');
    expect(out).toContain(
      '317 requests/min × 1 % × 116 min = 368 requests; availability > 99.9% needs 10,567 requests: weight 28.8 % or bake 2d7h38m suffices',
    );
    expect(out).toMatch(/short\tavailability > 99\.9%\t.*\tbinds\t/);
  });

  test('says that the default traffic is enough', async () => {
    const { out } = await sluice(['check', EXAMPLE, '--requests-per-minute', '12000']);
    expect(out).toContain('Every phase gets the requests that its criteria need at 12,000 requests/min');
    expect(out).not.toContain('short');
  });

  test('warns where the usual rate of failures leaves too little room below the limit', async () => {
    const { out } = await sluice(['check', EXAMPLE, '--requests-per-minute', '317']);
    expect(out).toContain(
      'rollout: errorRate < 0.1% passes in time only below 0.0751 % bad; rehearsals take 0.08 % for healthy',
    );
  });

  test('says "without a bad one" where not a single failure is bearable, and never "below 0 %"', async () => {
    const { out } = await sluice(['check', 'examples/checkout-api.yaml', '--requests-per-minute', '500']);
    expect(out).toContain('five: errorRate < 1% passes in time only without a bad one; rehearsals take 0.08 %');
    expect(out).not.toContain('below 0 %');
  });

  test('shows how often a literal guard would roll back a healthy candidate, and that the proven one would not', async () => {
    const literal = source.replace('- errorRate > 1.5% for 2m', '- { if: errorRate > 1.5% for 2m, proof: none }');
    const folder = workspace({ 'literal.yaml': literal });
    const proven = await sluice(['check', EXAMPLE, '--requests-per-minute', '12000', '--json']);
    const plain = await sluice(['check', join(folder, 'literal.yaml'), '--requests-per-minute', '12000', '--json']);
    const tripsAt1 = (text: string): number => JSON.parse(text).guards[0].tripsPerDay[0].trips;
    expect(tripsAt1(proven.out)).toBe(0);
    expect(tripsAt1(plain.out)).toBeGreaterThan(1);
  });

  test('names the guards that are not armed at 100, and that a spread is nearly always true', async () => {
    const { out } = await sluice(['check', EXAMPLE]);
    expect(out).toMatch(/revenueDelta < -5% for 10m\t.*not armed at 100/);
    expect(out).toContain('segmentSpread is nearly always true at low error rates');
  });

  test('states how soon the watch sees failures by weight', async () => {
    const { out } = await sluice(['check', EXAMPLE, '--requests-per-minute', '12000', '--json']);
    const [canary, ramp] = JSON.parse(out).watch;
    expect(canary).toMatchObject({ phase: 'canary', weight: 1 });
    expect(canary.medianMinutes[2]).toBeLessThan(10);
    expect(ramp.medianMinutes[2]).toBeLessThanOrEqual(canary.medianMinutes[2]);
  });

  test('shows the keys that only later parts use', async () => {
    const { out } = await sluice(['check', EXAMPLE]);
    for (const line of [
      'incident alarm\tlearn-critical-incident',
      'notify\tSlack #deployment-updates',
      'pace\teconomic',
      'lead finance\tSlack U0FIN',
      'on call\tengineering, then operations',
    ]) {
      expect(out).toContain(line);
    }
  });

  test('takes the traffic of each phase from the hours of its bake', async () => {
    const lines = Array.from({ length: 48 }, (_, hour) =>
      `2025-01-01 ${hour % 24 < 10 ? '0' : ''}${hour % 24}:00:00`.replace('01-01', hour < 24 ? '01-01' : '01-02'),
    );
    const csv = [
      'timestamp,value',
      ...lines.map((at, hour) => `${at},${hour % 24 === 12 || hour % 24 === 13 ? 60_000 : 600}`),
    ].join('\n');
    const folder = workspace({ 'traffic.csv': csv });
    const { out, exit } = await sluice([
      'check',
      EXAMPLE,
      '--traffic',
      join(folder, 'traffic.csv'),
      '--scale',
      '2',
      '--json',
    ]);
    expect(exit).toBe(0);
    expect(JSON.parse(out).phases[0].requestsPerMinute).toBeCloseTo(2000);
  });

  test('aligns its tables on a terminal and separates cells by tabs in a pipe', async () => {
    const terminal = await sluice(['check', EXAMPLE], { terminal: true });
    const pipe = await sluice(['check', EXAMPLE]);
    expect(terminal.out).not.toContain('\t');
    expect(pipe.out).toContain('\t');
  });

  test('uses colours only where they are wanted', async () => {
    const plain = await sluice(['check', EXAMPLE], { terminal: true });
    const coloured = await sluice(['check', EXAMPLE], { terminal: true, colour: true });
    expect(plain.out).not.toContain('\u001b[');
    expect(coloured.out).toContain('\u001b[');
  });
});
