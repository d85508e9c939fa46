/** How often a property is tried: some hundred times in every run of the tests, with one seed; `FUZZ_RUNS=100000 npx vitest run test/fuzz` tries more. */
import type { Parameters } from 'fast-check';

export const runs = (least: number): Parameters<unknown> => {
  const asked = Number(process.env.FUZZ_RUNS ?? 0);
  return asked > least ? { numRuns: asked } : { numRuns: least, seed: 1 };
};
