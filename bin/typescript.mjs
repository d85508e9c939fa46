/**
 * Lets Node import this repository's TypeScript: `import './typescript.mjs'`, or `node --import ./bin/typescript.mjs`; a worker thread asks
 * for it by its `execArgv`.
 *
 * Node 22.18 and newer strip types themselves. For older ones this registers a loader that strips them with esbuild and
 * keeps the result below node_modules/.cache, so that a second start needs no esbuild: `sluice --help` takes half of the
 * time it takes under tsx (docs/decisions/0004-libraries.md has the figures).
 */
import { register } from 'node:module';

if (!process.features.typescript) {
  process.setSourceMapsEnabled(true);
  register('./strip-types.mjs', import.meta.url);
}
