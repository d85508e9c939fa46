import { expect, it } from 'vitest';
import { healthyRollouts } from './healthy.ts';

/**
 * Seed 62 is chance: just after the rise to 100 % three minutes in a row have twice the usual failures, which proves `errorRate < 0.1%` wrong, and
 * nobody resumes. Of candidates that fail at a criterion's limit it may be one in twenty; 0.08 % is near it.
 */
it('finishes healthy rollouts, seeds 51 to 100, but for one that a criterion near the usual rate stops', async () => {
  expect(await healthyRollouts(51, 100)).toMatchObject({ finished: 49, rolledBack: 1, held: 0 });
}, 900_000);
