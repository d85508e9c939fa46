#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

// A clone has the sources, an installed package has only dist/, which `prepack` makes.
const source = new URL('../lib/cli/main.ts', import.meta.url);
if (existsSync(source)) {
  const { presentBundle } = await import('./bundle.mjs');
  const bundle = await presentBundle();
  if (bundle === undefined) await import('./typescript.mjs');
  // Only with them a stack trace names our lines; they take a moment to read.
  process.setSourceMapsEnabled(process.env.SLUICE_DEBUG === '1');
  await import(bundle === undefined ? source.href : pathToFileURL(bundle).href);
} else {
  await import(new URL('../dist/main.js', import.meta.url).href);
}
