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
    expect(out).not.toContain('not decided');
  });

  test('says beforehand that 317 requests a minute cannot decide, what binds and what would suffice', async () => {
    const { exit, out } = await sluice(['check', EXAMPLE, '--requests-per-minute', '317']);
    expect(exit).toBe(0);
    expect(out).toContain(
      'It is not decided as planned at 317 requests/min, if 0.08 % fail (assumed: --failure-rate P%):',
    );
    expect(out).toContain(
      '317 requests/min × 1 % × 116 min = 368 requests; availability > 99.9% needs 10,567 requests (D = 3): use 29 % (and no less in ramp), or bake 2d12h (and start ramp later)',
    );
    expect(out).toMatch(/short\tavailability > 99\.9%\t.*\tbinds\t/);
  });

  test('says that the default traffic is enough', async () => {
    const { out } = await sluice(['check', EXAMPLE, '--requests-per-minute', '12000']);
    expect(out).toContain('Every phase gets the requests that its criteria need at 12,000 requests/min');
    expect(out).not.toContain('short');
  });

  test('warns where the rate of failures leaves too little room below the limit', async () => {
    const { out } = await sluice(['check', EXAMPLE, '--requests-per-minute', '317']);
    expect(out).toMatch(
      /rollout: .* errorRate < 0\.1% needs 1,644,242 requests at 0\.08 % bad \(10,567 without a bad one; D = 3\), so it passes only if fewer are bad than usual: bake 4d/,
    );
    expect(out).toMatch(/unlikely\terrorRate < 0\.1%/);
  });

  test('says "without a bad one" where not a single failure is bearable, and never "below 0 %"', async () => {
    const given = ['--requests-per-minute', '500', '--failure-rate', '0.001%'];
    const { out } = await sluice(['check', 'examples/checkout-api.yaml', ...given]);
    expect(out).toMatch(/enough\terrorRate < 1%\t.*\tpasses in time only without a bad one/);
    expect(out).not.toContain('below 0 %');
  });

  test('says when the rollout is likely to end, or where it stops', async () => {
    const enough = await sluice(['check', EXAMPLE, '--requests-per-minute', '12000', '--json']);
    const planned = '2025-11-15T16:00:00.000Z';
    expect(JSON.parse(enough.out).finish).toEqual({ earliest: planned, likely: planned, heldIn: null });
    const few = await sluice(['check', EXAMPLE, '--requests-per-minute', '317']);
    expect(few.out).toContain('Finish: 2025-11-15 16:00 UTC at the earliest; likely it is held in canary');
    const checkout = 'examples/checkout-api.yaml';
    const late = await sluice(['check', checkout, '--requests-per-minute', '700']);
    expect(late.out).toContain('Finish: 2026-02-03 15:30 UTC at the earliest, likely 2026-02-03 16:00 UTC.');
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

  test('says what a bake loses for metrics that settle late, and does not mention a few minutes', async () => {
    const folder = workspace({ 'late.yaml': source.replace('settle: 5m', 'settle: 10m') });
    const late = await sluice(['check', join(folder, 'late.yaml'), '--requests-per-minute', '12000']);
    expect(late.out).toContain('109 come');
    expect(late.out.match(/settle up to 10m after their minute, .*: 7m less of the bake/g)).toHaveLength(2);
    const short = workspace({
      'short.yaml': source
        .replace('settle: 5m', 'settle: 10m')
        .replace('bake: 2h', 'bake: 10m')
        .replace('[15m, 30m, 1h, 90m]', '[]'),
    });
    const none = await sluice(['check', join(short, 'short.yaml'), '--requests-per-minute', '12000']);
    expect(none.out).toContain('6m less of the bake');
    const soon = await sluice(['check', EXAMPLE, '--requests-per-minute', '12000']);
    expect(soon.out).toContain('114 come');
    expect(soon.out).not.toContain('less of the bake');
  });

  test('names the guards that are not armed at 100, and that a spread is nearly always true', async () => {
    const { out } = await sluice(['check', EXAMPLE]);
    expect(out).toMatch(/revenueDelta < -5% for 10m\t.*not armed at 100/);
    expect(out).toContain('segmentSpread is nearly always true at low error rates');
  });

  test('states how soon the watch sees failures by weight, and the smallest that it surely sees within the bake', async () => {
    const { out } = await sluice(['check', EXAMPLE, '--requests-per-minute', '12000', '--json']);
    const { watch, phases } = JSON.parse(out);
    const [canary, ramp] = watch;
    expect(canary).toMatchObject({ phase: 'canary', weight: 1, withinMinutes: phases[0].bakeMinutes });
    expect(canary.medianMinutes[2]).toBeLessThan(10);
    expect(ramp.medianMinutes[2]).toBeLessThanOrEqual(canary.medianMinutes[2]);
    for (const { medianMinutes, ninetiethMinutes, smallest, withinMinutes } of watch) {
      expect(ninetiethMinutes[1]).toBeGreaterThanOrEqual(medianMinutes[1]);
      expect(smallest.minutes).toBeLessThanOrEqual(withinMinutes);
      expect(smallest.times).toBeGreaterThan(1.1);
    }
    // What takes longer than the bake is smaller than the smallest, and what takes less is larger.
    expect(canary.ninetiethMinutes[1] <= canary.withinMinutes).toBe(canary.smallest.times <= 5);
    expect(ramp.smallest.times).toBeLessThan(canary.smallest.times);
  });

  test('says in words which failures the watch sees', async () => {
    const { out } = await sluice(['check', EXAMPLE, '--requests-per-minute', '12000']);
    expect(out).toMatch(/canary at 1 %\tfrom ×[\d.]+ within 2h\t.*×50 after \d+ min \(\d+\)/);
  });

  test('takes the failure rate and the clumps that are given, and says which are assumed', async () => {
    const traffic = ['--requests-per-minute', '12000'];
    const given = await sluice([
      'check',
      EXAMPLE,
      ...traffic,
      '--failure-rate',
      '0.01%',
      '--clumpiness',
      '1',
      '--json',
    ]);
    const { assumed, phases } = JSON.parse(given.out);
    expect(assumed).toEqual({ failureShare: 0.0001, failureRateGiven: true, clumpiness: 1 });
    expect(phases[0].needs[0]).toMatchObject({ needed: 351, presentShare: 0.0001 });
    const none = await sluice(['check', EXAMPLE, ...traffic, '--json']);
    expect(JSON.parse(none.out).assumed).toEqual({ failureShare: 0.0008, failureRateGiven: false });
  });

  test('refuses a plan with exit 2 where a gate can never pass at the failure rate given, and tells what would do', async () => {
    const rate = ['--failure-rate', '0.1%'];
    const { exit, out } = await sluice(['check', EXAMPLE, '--requests-per-minute', '12000', ...rate]);
    expect(exit).toBe(2);
    expect(out).toContain('Refused, it can never be decided at 12,000 requests/min, if 0.1 % fail:');
    expect(out).toMatch(
      /rollout: errorRate < 0\.1% can never pass at 0\.1 % bad, however long it bakes: allow 0\.1\d % bad/,
    );
    const withoutTraffic = await sluice(['check', EXAMPLE, ...rate]);
    expect(withoutTraffic.exit).toBe(2);
    expect(withoutTraffic.out).toContain('errorRate < 0.1% can never pass at 0.1 % bad');
  });

  test('only warns where a gate could never pass at a rate that is merely assumed', async () => {
    const folder = workspace({ 'tight.yaml': source.replaceAll('errorRate < 0.1%', 'errorRate < 0.05%') });
    const { exit, out } = await sluice(['check', join(folder, 'tight.yaml'), '--requests-per-minute', '12000']);
    expect(exit).toBe(0);
    expect(out).toContain('errorRate < 0.05% can never pass at 0.08 % bad');
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
