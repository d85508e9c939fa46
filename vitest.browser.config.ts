import { defineConfig } from 'vitest/config';
import { Tally } from './test/tally.ts';

/** The page in a real Chromium. Run by `npm run test:browser`. */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.test.ts'],
    reporters: ['default', new Tally()],
    testTimeout: 60_000,
    hookTimeout: 180_000,
    // One browser at a time is enough.
    fileParallelism: false,
  },
});
