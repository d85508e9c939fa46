/** The loader that typescript.mjs registers; Node runs it on a thread of its own. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { threadId } from 'node:worker_threads';

const cache = new URL('../node_modules/.cache/sluice/', import.meta.url);

/** Node calls it for every module. */
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

/** Renames into place: another process or thread may be reading. A clone that cannot be written to works too, only slower. */
function keep(file, code) {
  try {
    const partial = new URL(`${file.href}.${process.pid}.${threadId}`);
    mkdirSync(cache, { recursive: true });
    writeFileSync(partial, code);
    renameSync(partial, file);
  } catch {}
  return code;
}
