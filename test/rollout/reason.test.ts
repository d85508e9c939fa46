import { expect, it } from 'vitest';
import { neverFinishes } from '../../lib/rollout/reason.ts';

it('a rollout that was rolled back or closed never finishes; of one that is not known nobody can say', () => {
  expect(['rolledBack', 'closed', 'finished', 'baking', null].map(neverFinishes)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});
