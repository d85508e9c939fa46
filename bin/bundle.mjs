/**
 * The CLI of a clone as one bundle, made by esbuild when the sources have changed and kept below node_modules/.cache: 400 modules that
 * are loaded one by one take half a second of every start, the bundle a tenth (docs/decisions/0004-libraries.md has the figures).
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CACHE = `${ROOT}node_modules/.cache/sluice`;
const A_DAY = 86_400_000;

/** Bundles lib/cli/main.ts with what it imports into `outdir`/main.js, and beside it what threads run; parts that are imported when needed become files of their own. */
export async function bundleInto(outdir) {
  const { build } = await import('esbuild');
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['lib/cli/main.ts', 'lib/cli/runs-worker.ts'],
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: true,
    logLevel: 'silent',
    // Some packages are CommonJS and require built-in modules.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
}

/** The bundle of the present sources, made if it is not there; undefined where it can be neither found nor made. */
export async function presentBundle() {
  const folder = `${CACHE}/cli-${fingerprint()}`;
  const main = `${folder}/main.js`;
  if (existsSync(main)) return main;
  try {
    mkdirSync(CACHE, { recursive: true });
    const partial = `${folder}.${process.pid}`;
    await bundleInto(partial);
    // Renamed into place: another process may be making the same.
    if (!existsSync(folder)) renameSync(partial, folder);
    removeOld();
    return main;
  } catch {
    return existsSync(main) ? main : undefined;
  }
}

/** Of all sources and of the packages that are locked, by time and size. */
function fingerprint() {
  const hash = createHash('sha256').update(process.version);
  const files = readdirSync(`${ROOT}lib`, { recursive: true }).filter((name) => name.endsWith('.ts'));
  for (const file of [...files.sort().map((name) => `lib/${name}`), 'package-lock.json', 'bin/bundle.mjs']) {
    const { mtimeMs, size } = statSync(`${ROOT}${file}`);
    hash.update(`${file} ${mtimeMs} ${size}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}

/** Bundles of yesterday's sources; younger ones may still be in use. */
function removeOld() {
  for (const name of readdirSync(CACHE)) {
    const folder = `${CACHE}/${name}`;
    if (Date.now() - statSync(folder).mtimeMs > A_DAY) rmSync(folder, { recursive: true, force: true });
  }
}
