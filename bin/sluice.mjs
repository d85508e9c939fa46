#!/usr/bin/env node
import { existsSync } from 'node:fs';

// A clone has the sources, an installed package has only dist/, which `prepack` makes.
const source = new URL('../lib/cli/main.ts', import.meta.url);
if (existsSync(source)) {
  await import('./typescript.mjs');
  await import(source.href);
} else {
  await import(new URL('../dist/main.js', import.meta.url).href);
}
