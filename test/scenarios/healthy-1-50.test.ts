import { expect, it } from 'vitest';
import { healthyRollouts } from './healthy.ts';

it('finishes healthy rollouts, seeds 1 to 50: one may go back, none waits for a person', async () => {
  const { finished, rolledBack, held } = await healthyRollouts(1, 50);
  expect({ all: finished + rolledBack, held }).toEqual({ all: 50, held: 0 });
  // Of a hundred seeds at most one: the other half (healthy-51-100) allows none.
  expect(rolledBack).toBeLessThanOrEqual(1);
}, 900_000);
