import { defineConfig } from 'vitest/config';

/** The unit tests of the pure rooms, for Stryker: without those that rehearse or simulate at length. */
export default defineConfig({
  test: {
    include: ['test/{plan,judge,rollout}/**/*.test.ts'],
    exclude: ['test/judge/figures.test.ts', 'test/judge/worlds.test.ts', 'test/judge/watch-estimate.test.ts'],
  },
});
