import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { barOf } from '../../../lib/cli/demo/bar.ts';
import { doPress, type RunPress } from '../../../lib/cli/demo/do-press.ts';
import { beginRun, hasEnded, type LiveRun, nowOf, pass, stateOf } from '../../../lib/cli/demo/live-run.ts';
import { EXAMPLE } from '../workspace.ts';

const source = readFileSync(EXAMPLE, 'utf8');
const START = Date.parse('2025-10-31T12:00Z');

const begun = async (plan = source): Promise<LiveRun> => {
  const run = await beginRun(plan, 2);
  if ('refused' in run) throw new Error(run.refused.join('\n'));
  return run;
};

const EVERY = [
  'fail',
  'slow',
  'silence',
  'ticks',
  'edit',
  'signOffAll',
  'hold',
  'resume',
  'advance',
  'stand',
  'stand',
  'skip',
] as const;

/** Two virtual minutes are a second. */
const letPass = (run: LiveRun, minutes: number): Promise<void> => pass(run, minutes * 500, () => false);

const press = (run: LiveRun, name: Exclude<RunPress['press'], 'signOff' | 'speed'>): Promise<void> =>
  doPress(run, { press: name });

const skip = async (run: LiveRun): Promise<void> => {
  await press(run, 'skip');
  await pass(run, 0, () => false);
};

const codes = ({ ledger }: LiveRun): readonly string[] =>
  ledger.changes.map(({ decision }) => `${decision.decision} ${decision.reason.code}`);

const pressed = (run: LiveRun): readonly string[] =>
  run.lines
    .filter(({ by }) => by !== 'told')
    .map(({ text }) => text)
    .reverse();

/** In the first phase, ten minutes after it began. */
const inCanary = async (): Promise<LiveRun> => {
  const run = await begun();
  await letPass(run, 20);
  expect(stateOf(run)).toMatchObject({ status: 'baking', weight: 1 });
  return run;
};

/** Where the second gate has passed, and four leads are asked. */
const atSignOff = async (): Promise<LiveRun> => {
  const run = await begun();
  while (stateOf(run).phase < 1 || stateOf(run).status !== 'passed') await skip(run);
  await letPass(run, 2);
  return run;
};

describe('a run of the demo', () => {
  it('begins ten virtual minutes before the first phase, and says when it starts and what to press', async () => {
    const run = await begun();
    expect(barOf(run, 1)).toMatchObject({ clock: '2025-10-31 11:50', outcome: 'scheduled', weight: '0 %', roles: [] });
    expect(barOf(run, 1).hint).toBe(
      'In 10 virtual minutes the candidate gets 1 % of the traffic. Then press Break the candidate.',
    );
  });

  it('lets two virtual minutes pass in a second, and the candidate gets its first traffic after five', async () => {
    const run = await begun();
    await pass(run, 4900, () => false);
    expect(barOf(run, 1).weight).toBe('0 %');
    await pass(run, 300, () => false);
    expect(barOf(run, 1)).toMatchObject({ weight: '1 %', live: '1 %', phase: 'canary', outcome: 'running' });
    expect(nowOf(run)).toBe(START + 24_000);
  });

  it('falls behind rather than work on when the computer is late', async () => {
    const run = await begun();
    await pass(run, 60_000, () => true);
    expect(nowOf(run)).toBeLessThan(START - 8 * 60_000);
  });

  it('stands still when it is paused, and goes on', async () => {
    const run = await begun();
    await press(run, 'stand');
    await letPass(run, 60);
    expect(nowOf(run)).toBe(START - 600_000);
    await press(run, 'stand');
    await letPass(run, 60);
    expect(nowOf(run)).toBe(START + 50 * 60_000);
  });

  it('is rolled back when the candidate is broken, and says what was pressed and what people are told', async () => {
    const run = await inCanary();
    await press(run, 'fail');
    await letPass(run, 12);
    expect(codes(run)).toContain('rollBack WATCH_TRIPPED');
    expect(barOf(run, 1)).toMatchObject({ weight: '0 %', live: '0 %' });
    expect(pressed(run)).toEqual(['Broke the candidate: from now on 5 % of its answers are errors.']);
    expect(run.lines[0]?.text).toMatch(/^rolling back: WATCH_TRIPPED \(canary\): In the last/);
    await letPass(run, 30);
    expect(hasEnded(run)).toBe(true);
    expect(barOf(run, 1).outcome).toBe('rolledBack');
  });

  it('is rolled back when the candidate is slow', async () => {
    const run = await inCanary();
    await press(run, 'slow');
    await letPass(run, 15);
    expect(codes(run).some((code) => code.startsWith('rollBack'))).toBe(true);
  });

  it('goes on when the candidate is mended at once', async () => {
    const run = await inCanary();
    await press(run, 'fail');
    await press(run, 'fail');
    expect(barOf(run, 1).faults.fail).toBe(false);
    await letPass(run, 100);
    expect(codes(run).filter((code) => !code.startsWith('wait') && !code.startsWith('advance'))).toEqual([]);
    expect(pressed(run).at(-1)).toBe('Mended the candidate: its errors are as rare as before.');
  });

  it('holds when CloudWatch is silent, never rolls back for it, and goes on by itself when data comes again', async () => {
    const run = await inCanary();
    await press(run, 'silence');
    await letPass(run, 20);
    expect(codes(run)).toContain('hold BLIND');
    expect(barOf(run, 1)).toMatchObject({ outcome: 'held', weight: '1 %', live: '1 %' });
    await letPass(run, 120);
    await press(run, 'silence');
    await letPass(run, 30);
    expect(barOf(run, 1).outcome).toBe('running');
    expect(codes(run).some((code) => code.startsWith('rollBack'))).toBe(false);
  });

  it('puts the weights back that somebody edited upwards, and tells who it was', async () => {
    const run = await inCanary();
    await press(run, 'edit');
    expect(barOf(run, 1)).toMatchObject({ weight: '1 %', live: '50 %' });
    await letPass(run, 12);
    expect(codes(run)).toContain('correct WEIGHT_ABOVE');
    expect(barOf(run, 1)).toMatchObject({ weight: '1 %', live: '1 %' });
    expect(run.lines.map(({ text, more }) => `${text} ${more}`).join('\n')).toContain('assumed-role/Admin/kim');
  });

  it('holds where somebody lowered the weight, until the operator resumes', async () => {
    const run = await inCanary();
    for (const phase of [1, 2]) {
      await press(run, 'advance');
      await letPass(run, 5);
      expect(stateOf(run).phase).toBe(phase);
    }
    await press(run, 'edit');
    await letPass(run, 3);
    expect(codes(run)).toContain('hold WEIGHT_LOWERED_OUTSIDE');
    expect(barOf(run, 1)).toMatchObject({ weight: '100 %', live: '50 %' });
    await press(run, 'resume');
    await letPass(run, 3);
    expect(barOf(run, 1)).toMatchObject({ outcome: 'running', live: '100 %' });
  });

  it('is lowered by the watchdog when no tick comes any more, and people are called before', async () => {
    const run = await inCanary();
    await press(run, 'ticks');
    await letPass(run, 8);
    expect(run.lines[0]).toMatchObject({ by: 'told', audience: 'onCall' });
    expect(barOf(run, 1).live).toBe('1 %');
    await letPass(run, 8);
    expect(codes(run)).toContain('hold WATCHDOG');
    expect(barOf(run, 1).live).toBe('0 %');
    await press(run, 'ticks');
    await letPass(run, 5);
    expect(barOf(run, 1)).toMatchObject({ outcome: 'held', hint: expect.stringContaining('An operator ends it') });
  });

  it('opens the gate when every lead has signed, each with an identity of their own', async () => {
    const run = await atSignOff();
    expect(barOf(run, 1).hint).toBe('The gate has passed. 4 leads are asked: press Sign off.');
    await doPress(run, { press: 'signOff', role: 'product', answer: 'GO' });
    expect(barOf(run, 1).hint).toBe('The gate has passed. 3 leads are asked: press Sign off.');
    await press(run, 'signOffAll');
    expect(barOf(run, 1).roles.map(({ word }) => word)).toEqual(['GO', 'GO', 'GO', 'GO']);
    expect(new Set(stateOf(run).signOffs.map(({ actor }) => actor)).size).toBe(4);
    expect(run.lines.filter(({ by }) => by === 'refused')).toEqual([]);
    await letPass(run, 3);
    expect(codes(run).at(-1)).toBe('wait AWAITING_START');
  });

  it('holds at a NO-GO', async () => {
    const run = await atSignOff();
    await doPress(run, { press: 'signOff', role: 'finance', answer: 'NO-GO' });
    expect(barOf(run, 1)).toMatchObject({ outcome: 'held', hint: expect.stringContaining('That lead may say GO') });
    expect(barOf(run, 1).roles).toContainEqual({ role: 'finance', word: 'NO-GO' });
  });

  it('does what the operator asks, and shows why it does not', async () => {
    const run = await inCanary();
    await press(run, 'resume');
    await press(run, 'hold');
    await press(run, 'resume');
    await press(run, 'advance');
    await press(run, 'rollBack');
    expect(pressed(run)).toEqual([
      'The operator resumes.',
      'Refused: the rollout is not held.',
      'The operator holds.',
      'The operator resumes.',
      'The operator advances anyway.',
      'The operator rolls back.',
    ]);
    expect(stateOf(run)).toMatchObject({ phase: 1, status: 'rollingBack' });
  });

  it('says that there is nothing to sign before the first phase', async () => {
    const run = await begun();
    await press(run, 'signOffAll');
    await doPress(run, { press: 'signOff', role: 'product', answer: 'GO' });
    expect(pressed(run)).toEqual([
      'Sign off: no sign-off is missing at present.',
      'Sign off as product: there is nothing to sign at present.',
    ]);
  });

  it('skips from one announcement to the next, over the night and through the daily checks to the end', async () => {
    const run = await atSignOff();
    await press(run, 'signOffAll');
    const told: string[] = [];
    for (let skips = 0; !hasEnded(run) && skips < 40; skips++) {
      await skip(run);
      told.push(`${run.lines[0]?.text}`);
    }
    expect(barOf(run, 1).outcome).toBe('finished');
    // The seventh comes with the review of the week, which is said last.
    expect(told.filter((text) => text.startsWith('daily health check'))).toHaveLength(10);
    expect(told.filter((text) => text.startsWith('weekly business review'))).toHaveLength(1);
    expect(told[0]).toContain('The candidate goes from 10 % to 100 % of the traffic.');
  });

  it.each(readdirSync('examples').filter((name) => name.endsWith('.yaml')))(
    'takes every press in every state of %s',
    async (name) => {
      const run = await begun(readFileSync(`examples/${name}`, 'utf8'));
      for (let minutes = 0; minutes < 60; minutes += 20) {
        for (const each of EVERY) await press(run, each);
        await doPress(run, { press: 'signOff', role: 'nobody', answer: 'NO-GO' });
        await pass(run, 0, () => true);
        await letPass(run, 20);
        expect(barOf(run, 1).hint).not.toBe('');
      }
    },
  );

  it('stops skipping when it is asked to', async () => {
    const run = await inCanary();
    await press(run, 'skip');
    await press(run, 'skip');
    const before = nowOf(run);
    await pass(run, 500, () => false);
    expect(nowOf(run)).toBe(before + 60_000);
  });
});
