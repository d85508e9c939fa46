import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { workspace } from './workspace.ts';

/** As a person's shell runs it. Processes are slow: what can be tested without one is tested elsewhere. */
const shell = (line: string) => {
  const { status, stdout, stderr } = spawnSync('bash', ['-o', 'pipefail', '-c', line], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  return { status, stdout, stderr };
};

describe('the sluice command', () => {
  test('shows its help', () => {
    const { status, stdout, stderr } = shell('node bin/sluice.mjs --help');
    expect(status).toBe(0);
    expect(stderr).toBe('');
    expect(stdout).toContain('rehearse [options] [plan]');
  });

  test('tells a shell what may follow what was typed', () => {
    const follows = (typed: string) =>
      shell(`node bin/sluice.mjs complete -- ${typed}`)
        .stdout.split('\n')
        .flatMap((line) => line.split('\t')[0] || []);
    expect(follows('roll')).toEqual(['roll-back', ':4']);
    expect(follows('demo --sp')).toEqual(['--speed', ':4']);
    expect(follows("incident ''")).toEqual(['open', 'close', ':4']);
    expect(follows('rehearse --scenario slow')).toEqual(['slow-leak', 'slow-p99-300ms', ':4']);
    // 0: the shell completes files.
    expect(follows("check ''")).toEqual([':0']);
    for (const name of ['bash', 'zsh'])
      expect(shell(`node bin/sluice.mjs completion ${name} | bash -n`).status).toBe(0);
    expect(shell('node bin/sluice.mjs completion tcsh')).toMatchObject({ status: 2, stdout: '' });
  });

  test('hands its exit code to the shell', () => {
    const folder = workspace({ 'plan.yaml': 'rollout: x' });
    const { status, stdout, stderr } = shell(`node bin/sluice.mjs check ${join(folder, 'plan.yaml')}`);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('is not a valid plan');
  });

  test('does its work to the end although nobody reads what it says', () => {
    const out = join(workspace(), 'out');
    const { status, stderr } = shell(`node bin/sluice.mjs rehearse examples/checkout-api.yaml --out ${out} | true`);
    expect(status).toBe(0);
    expect(stderr).toContain('Exit code 0: finished.');
    expect(readdirSync(out)).toContain('report.md');
  });

  test('rehearses many times on threads of its own, and Ctrl-C ends them at once', async () => {
    const out = join(workspace(), 'out');
    const many = ['bin/sluice.mjs', 'rehearse', 'examples/checkout-api.yaml', '--out', out, '--runs'];
    const { status } = shell(`node ${many.join(' ')} 2`);
    expect(status).toBe(0);
    expect(readFileSync(join(out, 'runs.csv'), 'utf8').trimEnd().split('\n')).toHaveLength(3);
    const endless = spawn('node', [...many, '100000']);
    const [said] = await once(endless.stderr, 'data');
    endless.kill('SIGINT');
    const [, signal] = await once(endless, 'close');
    expect(String(said)).toMatch(/^Rehearsing 100,000 times/);
    expect(signal).toBe('SIGINT');
  });
});
