/** `npm run bench`: every figure that the design limits, one part after another. Exit code 1 where a limit is missed. */
await import('./rehearsal.ts');
await import('./bundles.ts');
await import('./fold.ts');
await import('./ticks.ts');
await import('./price.ts');
