/**
 * Lets Node import this repository's TypeScript: `import './typescript.mjs'`, or `node --import ./bin/typescript.mjs`.
 *
 * Node 22.18 and newer strip types themselves. For older ones this registers a loader that strips them with esbuild and
 * keeps the result below node_modules/.cache, so that a second start needs no esbuild: `sluice --help` takes half of the
 * time it takes under tsx (docs/decisions/0004-libraries.md has the figures).
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

// Node evaluates this file twice: here, and on the thread that runs the loader.
if (isMainThread && !process.features.typescript) {
  process.setSourceMapsEnabled(true);
  register(import.meta.url);
}

const cache = new URL('../node_modules/.cache/sluice/', import.meta.url);

/** The loader: Node calls it for every module. */
export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  const text = readFileSync(new URL(url), 'utf8');
  const kept = new URL(`${createHash('sha256').update(url).update(text).digest('hex')}.mjs`, cache);
  const source = readKept(kept) ?? keep(kept, await stripTypes(url, text));
  return { format: 'module', source, shortCircuit: true };
}

async function stripTypes(url, text) {
  const { transform } = await import('esbuild');
  const options = { loader: 'ts', format: 'esm', target: 'node20', sourcefile: url, sourcemap: 'inline' };
  return (await transform(text, { ...options, sourcesContent: false })).code;
}

function readKept(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Renames into place: another process may be reading. A clone that cannot be written to works too, only slower. */
function keep(file, code) {
  try {
    const partial = new URL(`${file.href}.${process.pid}`);
    mkdirSync(cache, { recursive: true });
    writeFileSync(partial, code);
    renameSync(partial, file);
  } catch {}
  return code;
}
