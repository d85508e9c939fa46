import { expect, it } from 'vitest';
import { dieEverywhere, ENDS_EARLY } from './death.ts';

it.each(ENDS_EARLY)(
  'dies at every await and ends alike: %s',
  async (scenario) => {
    expect(await dieEverywhere(scenario)).toBeGreaterThan(500);
  },
  600_000,
);
