import { defineConfig } from 'vitest/config';

/** The unit tests of the pure rooms, for Stryker: without those that rehearse or simulate at length. */
export default defineConfig({
  test: {
    isolate: false,
    include: ['test/{plan,judge,rollout}/**/*.test.ts'],
    exclude: [
      'test/judge/figures.test.ts',
      'test/judge/fourteen-days.test.ts',
      'test/judge/watch-estimate.test.ts',
      'test/judge/worlds.test.ts',
      'test/plan/hostile.test.ts',
    ],
    // Mutated code is slow: every branch of it looks up which mutant is active.
    testTimeout: 60_000,
  },
});
