import { defineConfig } from 'vitest/config';
import { Tally } from './test/tally.ts';

/** The wire tests: real protocols against stand-ins for AWS, and the bundles from cdk.out. Run by `npm run test:wire`. */
export default defineConfig({
  test: {
    include: ['test/wire/**/*.test.ts'],
    reporters: ['default', new Tally()],
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    testTimeout: 300_000,
    hookTimeout: 120_000,
    // The bundles run as they are, and not as Vitest would transform them.
    server: { deps: { external: [/\/cdk\.out\//] } },
    // Each file starts stand-ins of its own.
    fileParallelism: false,
  },
});
