import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { App, Stack } from 'aws-cdk-lib';
import { Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { bundle, type Files, functionCode } from '../../lib/stack/function-code.ts';
import { FUNCTIONS } from '../../lib/stack/functions.ts';
import { environment } from '../aws/environment.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let folder: string;

beforeEach(() => {
  vi.stubEnv('CDK_VALIDATION', 'false');
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  folder = mkdtempSync(join(tmpdir(), 'sluice-code-'));
  writeFileSync(join(folder, 'part.ts'), 'export const two: number = 1 + 1;\n');
  writeFileSync(
    join(folder, 'handler.ts'),
    "import { two } from './part.ts';\nexport const handler = async (): Promise<number> => two;\n",
  );
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** Really bundles; answers the folder of the asset, whose name is its hash. */
const assetOf = (files: Files, outdir = join(folder, 'cdk.out')): string => {
  const app = new App({ outdir, autoSynth: false });
  new LambdaFunction(new Stack(app, 'stack'), 'Function', {
    code: functionCode(join(folder, 'handler.ts'), files),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
  });
  app.synth();
  const [asset, ...others] = readdirSync(outdir).filter((name) => name.startsWith('asset.'));
  expect(others).toEqual([]);
  return join(outdir, asset ?? '');
};

const hashOf = (asset: string): string => /asset\.([0-9a-f]{64})$/.exec(asset)?.[1] ?? '';

/** What the handler of a bundle answers, in a process of its own. */
const answerOf = (asset: string): string => {
  const url = JSON.stringify(pathToFileURL(join(asset, 'index.mjs')).href);
  const call = `import(${url}).then(async (it) => console.log(await it.handler()))`;
  return spawnSync(process.execPath, ['-e', call], { encoding: 'utf8', cwd: asset }).stdout;
};

const sourcesIn = (asset: string, map: string): readonly string[] =>
  JSON.parse(readFileSync(join(asset, map), 'utf8')).sources;

/** The file, and what it imports at once. */
const loadedWith = (folder: string, file: string, seen: Set<string> = new Set()): ReadonlySet<string> => {
  seen.add(file);
  const text = readFileSync(join(folder, file), 'utf8');
  for (const [, other = ''] of text.matchAll(/(?:\bfrom|\bimport)"\.\/([^"]+\.mjs)"/g))
    if (!seen.has(other)) loadedWith(folder, other, seen);
  return seen;
};

test('a bundle runs by itself, with a source map that keeps no sources, and its files beside it', () => {
  const asset = assetOf({ 'plans.json': '[]\n' });
  expect(readdirSync(asset).sort()).toEqual(['index.mjs', 'index.mjs.map', 'plans.json']);
  expect(readFileSync(join(asset, 'plans.json'), 'utf8')).toBe('[]\n');
  expect(answerOf(asset)).toBe('2\n');
  // The other file was small enough to vanish into this one.
  expect(sourcesIn(asset, 'index.mjs.map')).toContain('handler.ts');
  expect(JSON.parse(readFileSync(join(asset, 'index.mjs.map'), 'utf8')).sourcesContent).toBeUndefined();
});

test('a package in CommonJS may require what Node has itself', () => {
  mkdirSync(join(folder, 'node_modules', 'old'), { recursive: true });
  writeFileSync(
    join(folder, 'node_modules', 'old', 'index.js'),
    "exports.two = require('node:path').sep.length + 1;\n",
  );
  writeFileSync(
    join(folder, 'handler.ts'),
    "import old from 'old';\nexport const handler = async (): Promise<number> => old.two;\n",
  );
  expect(answerOf(assetOf({}))).toBe('2\n');
});

test("the function that posts in Slack begins, with Slack's client in it", () => {
  bundle(join(ROOT, 'lambdas/slack/handler.ts'), folder, {});
  const url = JSON.stringify(pathToFileURL(join(folder, 'index.mjs')).href);
  const { stdout } = spawnSync(
    process.execPath,
    ['-e', `import(${url}).then(async (it) => console.log(JSON.stringify(await it.handler({ Records: [] }))))`],
    { encoding: 'utf8', env: { ...process.env, ...environment, SLUICE_SLACK_SECRET: 's', AWS_REGION: 'us-east-1' } },
  );
  expect(JSON.parse(stdout)).toEqual({ batchItemFailures: [] });
});

test('what a handler imports on demand is a file of its own beside it', () => {
  writeFileSync(
    join(folder, 'handler.ts'),
    "export const handler = async (): Promise<number> => (await import('./part.ts')).two;\n",
  );
  const asset = assetOf({});
  expect(answerOf(asset)).toBe('2\n');
  expect(sourcesIn(asset, 'index.mjs.map')).toEqual(['handler.ts']);
  expect(readdirSync(asset).filter((file) => /^part-.*\.mjs$/.test(file))).toHaveLength(1);
});

test.each(FUNCTIONS)('%s loads the parser of plans, and what only the checklist needs, on demand', (name) => {
  bundle(join(ROOT, 'lambdas', name, 'handler.ts'), folder, {});
  const atOnce = loadedWith(folder, 'index.mjs');
  const packages = new Set(
    [...atOnce]
      .flatMap((file) => sourcesIn(folder, `${file}.map`))
      .map((source) => source.split('node_modules/')[1] ?? ''),
  );
  const of = (name: string): boolean => [...packages].some((path) => path.startsWith(`${name}/`));
  expect(['yaml', 'zod', '@aws-sdk/client-ecs'].filter(of)).toEqual([]);
  expect(of('@aws-sdk/client-dynamodb')).toBe(true);
  expect(readdirSync(folder).some((file) => /^parse-.*\.mjs$/.test(file))).toBe(true);
});

test('the same sources give the same asset, wherever it is made', () => {
  const [here, there] = [assetOf({}), assetOf({}, join(folder, 'deeper', 'down', 'cdk.out'))];
  expect(hashOf(here)).toMatch(/^[0-9a-f]{64}$/);
  expect(hashOf(there)).toBe(hashOf(here));
});

test('another plan gives another asset, so that a deploy registers it', () => {
  const [before, after] = ['a', 'b'].map((source) =>
    hashOf(assetOf({ 'plans.json': JSON.stringify([{ source }]) }, join(folder, source))),
  );
  expect(after).not.toBe(before);
});

test('another source gives another asset', () => {
  const before = hashOf(assetOf({}, join(folder, 'before')));
  writeFileSync(join(folder, 'part.ts'), 'export const two: number = 2 + 2;\n');
  expect(hashOf(assetOf({ 'unused.txt': '' }, join(folder, 'after')))).not.toBe(before);
});

test('functions of one app do not get the bundle of each other', () => {
  const outdir = join(folder, 'both');
  const stack = new Stack(new App({ outdir, autoSynth: false }), 'stack');
  for (const id of ['One', 'Other'])
    new LambdaFunction(stack, id, {
      code: functionCode(join(folder, 'handler.ts'), { 'name.txt': id }),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
    });
  const names = readdirSync(outdir).filter((name) => name.startsWith('asset.'));
  expect(names.map((name) => readFileSync(join(outdir, name, 'name.txt'), 'utf8')).sort()).toEqual(['One', 'Other']);
});
