import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { plansFile, readPlans, type Target } from '../../lib/stack/deployed-plans.ts';
import { edited, SEED } from '../plan/seed-plan.ts';

const ANYWHERE: Target = { account: undefined, region: undefined };
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-plans-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const problemsOf = (target = ANYWHERE): readonly string[] => {
  const read = readPlans(folder, target);
  return read.ok ? [] : read.problems;
};

test('reads every YAML and JSON file of the folder in the order of their names, and nothing else', () => {
  const second = write('b.yml', SEED);
  const first = write('a.yaml', edited(['rollout: ultra-fast-analyzer', 'rollout: other']));
  write('readme.md', 'Plans of the team.');
  const read = readPlans(folder, ANYWHERE);
  expect(read.ok && read.plans.map(({ file, plan }) => [file, plan.rollout])).toEqual([
    [first, 'other'],
    [second, 'ultra-fast-analyzer'],
  ]);
});

test('a folder that is empty has no plans', () => {
  expect(readPlans(folder, ANYWHERE)).toEqual({ ok: true, plans: [] });
});

test('refuses a folder that is not there: nobody deploys without plans by a mistyped name', () => {
  const missing = join(folder, 'missing');
  const problems = [`${missing}: the folder of plans must exist, though it may be empty; it is not there`];
  expect(readPlans(missing, ANYWHERE)).toEqual({ ok: false, problems });
});

test('tells every problem of every file with its place, what must hold and what was given', () => {
  const a = write('a.yaml', edited(['weight: 10%', 'weight: 10.55%'], ['bake: 4h', 'bake: 4x']));
  write('b.yaml', SEED);
  const c = write('c.json', '{}');
  const problems = problemsOf();
  expect(problems[0]).toMatch(
    new RegExp(`^${a}: line 26, column 13: phases\\[1\\]\\.weight must .*; given: 10\\.55%$`),
  );
  expect(problems[1]).toMatch(new RegExp(`^${a}: line 27, column 11: phases\\[1\\]\\.bake must .*; given: 4x$`));
  expect(problems.filter((problem) => problem.startsWith(c)).length).toBeGreaterThan(1);
  expect(problems.some((problem) => problem.includes('b.yaml'))).toBe(false);
});

test('refuses two plans with the same name', () => {
  const a = write('a.yaml', SEED);
  const b = write('b.yaml', SEED);
  expect(problemsOf()).toEqual([
    `${b}: rollout must be a name of its own, since it is the rollout's identity; given: ultra-fast-analyzer, as in ${a}`,
  ]);
});

test('refuses a plan for rules that the functions could not write', () => {
  const a = write('a.yaml', SEED);
  expect(problemsOf({ account: '123456789012', region: 'us-east-1' })).toEqual([]);
  expect(problemsOf({ account: '210987654321', region: 'eu-west-1' })).toEqual([
    `${a}: traffic.rules must lie in the stack's account 210987654321; given: 123456789012`,
    `${a}: traffic.rules must lie in the stack's region eu-west-1; given: us-east-1`,
  ]);
});

test('refuses a file that is too large to be a plan', () => {
  const a = write('a.yaml', `${SEED}\n#${'x'.repeat(64 * 1024)}`);
  expect(problemsOf()).toEqual([expect.stringMatching(`^${a}: the plan must have at most 65536 bytes; given: \\d+$`)]);
});

test('hands the command function each plan as written, known by the SHA-256 of its text', () => {
  write('a.yaml', SEED);
  const read = readPlans(folder, ANYWHERE);
  expect(read.ok && JSON.parse(plansFile(read.plans))).toEqual([
    { file: join(folder, 'a.yaml'), source: SEED, hash: createHash('sha256').update(SEED).digest('hex') },
  ]);
});
