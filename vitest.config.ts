import { defineConfig } from 'vitest/config';
import { Tally } from './test/tally.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/wire/**', 'test/browser/**'],
    reporters: ['default', new Tally()],
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    // Files share what they import, which isolated would take as long as the quick tests themselves. So a test leaves nothing behind.
    isolate: false,
    // Some tests rehearse a hundred rollouts of fifteen days each; what runs longer than this hangs.
    testTimeout: 120_000,
    // Vitest leaves one core free; whole rehearsals are all there is to do.
    maxWorkers: '100%',
  },
});
