import { expect, it } from 'vitest';
import { healthyRollouts } from './healthy.ts';

it('finishes healthy rollouts, seeds 51 to 100: none goes back, none waits for a person', async () => {
  expect(await healthyRollouts(51, 100)).toMatchObject({ finished: 50, rolledBack: 0, held: 0 });
}, 900_000);
