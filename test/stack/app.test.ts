import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { edited, SEED } from '../plan/seed-plan.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-app-'));
  mkdirSync(join(folder, 'plans'));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** As the CDK's command line runs it without an account: context and output folder come by the environment. Without bundles. */
const run = (context: Readonly<Record<string, unknown>> = {}) => {
  const { status, stderr } = spawnSync(process.execPath, ['--import', './bin/typescript.mjs', 'bin/app.ts'], {
    cwd: ROOT,
    encoding: 'utf8',
    env: {
      ...process.env,
      CDK_DEFAULT_ACCOUNT: '',
      CDK_DEFAULT_REGION: '',
      CDK_OUTDIR: join(folder, 'cdk.out'),
      CDK_VALIDATION: 'false',
      CDK_CONTEXT_JSON: JSON.stringify({
        plans: join(folder, 'plans'),
        'aws:cdk:bundling-stacks': [],
        ...context,
      }),
    },
  });
  return { status, stderr };
};

test('synthesizes a stack with the plans, and says what it costs while nothing is live', () => {
  writeFileSync(join(folder, 'plans', 'a.yaml'), SEED);
  const { status, stderr } = run({ name: 'gate' });
  expect(stderr).toContain(`Plans in ${join(folder, 'plans')}: ultra-fast-analyzer.`);
  expect(stderr).toContain('a.yaml: its start, 2025-10-31T12:00Z, is over.');
  expect(stderr).toMatch(/^A month without a live rollout costs .*us-east-1/m);
  expect(stderr).toMatch(/^ {2}\$ +\d+\.\d\d {2}together$/m);
  expect(status).toBe(0);
  expect(existsSync(join(folder, 'cdk.out', 'manifest.json'))).toBe(true);
  expect(readFileSync(join(folder, 'cdk.out', 'gate.template.json'), 'utf8')).toContain('gate-ultra-fast-analyzer');
});

test('any problem of any plan or setting fails the synth with all of them, and nothing is synthesized', () => {
  writeFileSync(join(folder, 'plans', 'a.yaml'), edited(['bake: 4h', 'bake: 4x']));
  writeFileSync(join(folder, 'plans', 'b.json'), '{');
  const { status, stderr } = run({ slack: 'C1', email: 'ring@example.org' });
  expect(status).toBe(1);
  expect(stderr).toContain('context email must be a setting of Sluice, and is none: did you mean emails?');
  expect(stderr).toContain('context slack must give workspaceId and channelId');
  expect(stderr).toMatch(/^Nothing was synthesized: \d+ problems\.$/m);
  expect(stderr).toMatch(/a\.yaml: line \d+, column \d+: phases\[1\]\.bake must .*; given: 4x/);
  expect(stderr).toMatch(/b\.json: line 1, column \d+: /);
  expect(existsSync(join(folder, 'cdk.out', 'manifest.json'))).toBe(false);
});
