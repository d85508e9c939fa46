/**
 * `npm run mutants [-- NAME...]`: breaks one safety rule after another, as the patches beside this file say, and sees whether the torture or the tests
 * notice. Each works on a copy of the tree. One that nothing notices fails, and so does a patch that does not fit any more.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Below the repository, so that packages are found. */
const COPIES = join(ROOT, 'out/mutants');
const COPIED = [
  'bin',
  'lib',
  'lambdas',
  'test',
  'examples',
  'bench',
  'package.json',
  'tsconfig.json',
  'vitest.config.ts',
];
const TORTURE_RUNS = '2000';
/** The quick ones first; what fails in any of them is noticed. */
const TESTS = [
  'test/rollout',
  'test/controller',
  'test/lambdas/announce.test.ts',
  'test/scenarios/table.test.ts',
  'test/scenarios/drift.test.ts',
  'test/scenarios/capacity.test.ts',
  'test/scenarios/blindness.test.ts',
  'test/scenarios/dead-man.test.ts',
];

const run = (cwd: string, command: string, args: readonly string[]) =>
  spawnSync(command, args, { cwd, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } });

const copyTo = (copy: string): void => {
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  for (const part of COPIED) cpSync(join(ROOT, part), join(copy, part), { recursive: true });
};

const firstLineOf = (text: string, pattern: RegExp): string =>
  text
    .split('\n')
    .find((line) => pattern.test(line))
    ?.trim() ?? '';

/** By what it was noticed; undefined: by nothing. */
const noticedBy = (copy: string): string | undefined => {
  const tortured = run(copy, process.execPath, [
    '--import',
    './bin/typescript.mjs',
    'test/torture/main.ts',
    '--brief',
    '--runs',
    TORTURE_RUNS,
  ]);
  if (tortured.status !== 0)
    return `torture: ${firstLineOf(tortured.stdout, /^Seed /) || firstLineOf(tortured.stderr, /\S/)}`;
  const tested = run(copy, process.execPath, [
    join(ROOT, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--bail',
    '1',
    ...TESTS,
  ]);
  return tested.status === 0 ? undefined : `test: ${firstLineOf(tested.stdout + tested.stderr, /FAIL/)}`;
};

const patches = readdirSync(fileURLToPath(new URL('.', import.meta.url))).filter((file) => file.endsWith('.patch'));
const asked = process.argv.slice(2);
const chosen = patches.filter((patch) => asked.length === 0 || asked.some((part) => patch.includes(part))).sort();

if (chosen.length === 0) {
  console.error(`mutants: no patch has ${asked.join(' or ')} in its name; they are:\n${patches.join('\n')}`);
  process.exit(2);
}

// Without a patch nothing is noticed, or what is noticed says nothing.
const untouched = join(COPIES, 'untouched');
copyTo(untouched);
const alarm = noticedBy(untouched);
if (alarm !== undefined) throw new Error(`The tree itself is not in order: ${alarm}`);
rmSync(untouched, { recursive: true, force: true });

let missed = 0;
for (const patch of chosen) {
  const name = basename(patch, '.patch');
  const copy = join(COPIES, name);
  copyTo(copy);
  const path = join(ROOT, 'test/mutants', patch);
  const applied = run(ROOT, 'git', ['apply', `--directory=out/mutants/${name}`, path]);
  const [why = ''] = readFileSync(path, 'utf8').split('\n');
  const noticed = applied.status === 0 ? noticedBy(copy) : undefined;
  if (noticed === undefined) missed += 1;
  const outcome =
    applied.status === 0 ? (noticed ?? 'NOT NOTICED') : `DOES NOT FIT ANY MORE: ${firstLineOf(applied.stderr, /\S/)}`;
  console.log(`${name}\n  ${why}\n  ${outcome}`);
  rmSync(copy, { recursive: true, force: true });
}
console.log(`${chosen.length - missed} of ${chosen.length} noticed`);
process.exitCode = missed === 0 ? 0 : 1;
