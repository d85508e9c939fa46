import { expect, it } from 'vitest';
import { healthyRollouts } from './healthy.ts';

it('finishes healthy rollouts, seeds 1 to 50: at most one of a hundred goes back, none waits for a person', async () => {
  const { finished, rolledBack, held } = await healthyRollouts(1, 50);
  expect({ finished: finished + rolledBack, held }).toEqual({ finished: 50, held: 0 });
  // One of a hundred may: each half allows it, and healthy-all keeps the sum.
  expect(rolledBack).toBeLessThanOrEqual(1);
}, 900_000);
