/** The functions' bundles, from a real synth: their size, and how long they take to load beside a file that has the same of the SDK only. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundle } from '../lib/stack/function-code.ts';
import { FUNCTIONS } from '../lib/stack/functions.ts';
import { environment } from '../test/aws/environment.ts';
import { seedSource } from '../test/rollout/fixture.ts';
import { median, spread, tell } from './telling.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ROUNDS = 25;
const MEGABYTE = 1e6;

/** As `npx cdk synth` runs the app, without an account. Answers the folder of each function's bundle. */
const synthesize = (folder: string): ReadonlyMap<string, string> => {
  const plans = join(folder, 'plans');
  mkdirSync(plans);
  writeFileSync(join(plans, 'seed.yaml'), seedSource);
  const out = join(folder, 'cdk.out');
  const { status, stderr } = spawnSync(process.execPath, ['--import', './bin/typescript.mjs', 'bin/app.ts'], {
    cwd: ROOT,
    encoding: 'utf8',
    env: {
      ...process.env,
      CDK_OUTDIR: out,
      CDK_VALIDATION: 'false',
      CDK_CONTEXT_JSON: JSON.stringify({ plans, name: 'bench' }),
    },
  });
  if (status !== 0) throw new Error(`the app ended with ${status}: ${stderr}`);
  const template: Template = JSON.parse(readFileSync(join(out, 'bench.template.json'), 'utf8'));
  const functions = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function');
  return new Map(
    functions.map(({ Properties: { FunctionName = '', Code } }) => [
      FunctionName.replace('bench-', ''),
      join(out, `asset.${Code.S3Key.replace('.zip', '')}`),
    ]),
  );
};

interface Template {
  readonly Resources: Readonly<
    Record<
      string,
      {
        readonly Type: string;
        /** The CDK's own, for the trigger, has no name. */
        readonly Properties: { readonly FunctionName?: string; readonly Code: { readonly S3Key: string } };
      }
    >
  >;
}

/**
 * A file that imports what the function's sources import of the SDK, and makes its clients; bundled by the same settings. Names of types
 * are left out.
 */
const sdkAlone = (name: string, handler: string): string => {
  const folder = join(ROOT, 'node_modules/.cache/sluice/bench', name);
  mkdirSync(folder, { recursive: true });
  const imports = importsOfSdk(name, handler);
  const lines = [...imports].map(([module, names]) => `import { ${[...names].sort().join(', ')} } from '${module}';`);
  const names = [...imports.values()].flatMap((some) => [...some]);
  const made = names.filter((each) => /Client$/.test(each)).map((client) => `new ${client}({})`);
  const entry = join(folder, 'sdk.ts');
  writeFileSync(
    entry,
    [...lines, `export const clients = [${made.join(', ')}];`, `export const used = [${names.join(', ')}];`, ''].join(
      '\n',
    ),
  );
  bundle(entry, folder, {});
  return join(folder, 'index.mjs');
};

/** Itself, and the files of the bundle that it imports at once: not those that wait until they are needed. */
const loadedWith = (file: string, seen = new Set<string>()): ReadonlySet<string> => {
  seen.add(file);
  for (const [, other = ''] of readFileSync(file, 'utf8').matchAll(/(?:\bfrom|\bimport)"(\.\/[^"]+\.mjs)"/g)) {
    const path = join(dirname(file), other);
    if (!seen.has(path)) loadedWith(path, seen);
  }
  return seen;
};

/** Names by module, from the sources that the source maps tell, of what is loaded at once. */
const importsOfSdk = (name: string, handler: string): ReadonlyMap<string, ReadonlySet<string>> => {
  const maps = [...loadedWith(handler)].map((file) => JSON.parse(readFileSync(`${file}.map`, 'utf8')));
  const sources = maps.flatMap(({ sources }: { readonly sources: readonly string[] }) => sources);
  const found = new Map<string, Set<string>>();
  for (const source of sources.filter((path) => !path.includes('node_modules'))) {
    // Paths are relative to where the handler's source lies.
    const text = readFileSync(resolve(ROOT, 'lambdas', name, source), 'utf8');
    for (const [, names = '', module = ''] of text.matchAll(/import \{([^}]*)\} from '(@aws-sdk\/client-[^']*)';/g)) {
      // What the bundler left out again is not loaded either.
      if (!sources.some((path) => path.includes(`node_modules/${module}/`))) continue;
      const values = names.split(',').map((each) => each.trim());
      const known = found.get(module) ?? new Set();
      found.set(module, known);
      for (const value of values) if (value !== '' && !value.startsWith('type ')) known.add(value);
    }
  }
  return found;
};

/** Milliseconds of the imports, in a process of its own. */
const loadTime = (...files: readonly string[]): number => {
  const imports = files.map((file) => `await import(${JSON.stringify(pathToFileURL(file).href)});`).join(' ');
  const script = `const from = performance.now(); ${imports} console.log(performance.now() - from);`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    env: { ...process.env, ...environment, AWS_REGION: 'us-east-1', NODE_NO_WARNINGS: '1' },
  });
  if (status !== 0) throw new Error(`${files.join(', ')} does not load: ${stderr}`);
  return Number(stdout.trim().split('\n').at(-1));
};

const folder = mkdtempSync(join(tmpdir(), 'sluice-bundles-'));
const bundles = synthesize(folder);
for (const name of FUNCTIONS) {
  const asset = bundles.get(name);
  if (asset === undefined) throw new Error(`the template has a function ${name}`);
  const files = readdirSync(asset).map((file) => ({ file, megabytes: statSync(join(asset, file)).size / MEGABYTE }));
  const code = files.filter(({ file }) => file.endsWith('.mjs'));
  const parts = code.map(({ file, megabytes }) => `${file} ${megabytes.toFixed(3)}`);
  tell(
    `bundle of ${name}`,
    code.reduce((sum, { megabytes }) => sum + megabytes, 0),
    1,
    'MB',
    parts.join(', '),
  );
}
for (const name of FUNCTIONS) {
  const handler = join(bundles.get(name) ?? '', 'index.mjs');
  const alone = sdkAlone(name, handler);
  const parser = readdirSync(dirname(handler)).find((file) => /^parse-.*\.mjs$/.test(file));
  if (parser === undefined) throw new Error(`the bundle of ${name} has the parser of plans in a file of its own`);
  const [ours, sdk, withParser]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(loadTime(handler));
    sdk.push(loadTime(alone));
    withParser.push(loadTime(handler, join(dirname(handler), parser)));
  }
  const more = `${median(ours).toFixed(0)} ms (${spread(ours)}) to ${median(sdk).toFixed(0)} ms (${spread(sdk)}); when a text must be parsed, ${(median(withParser) - median(ours)).toFixed(0)} ms more, once`;
  tell(`load time of ${name} to its SDK alone, interleaved`, median(ours) / median(sdk), 1.3, 'times', more);
}
rmSync(folder, { recursive: true });
