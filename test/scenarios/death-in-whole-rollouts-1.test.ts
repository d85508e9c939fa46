import { expect, it } from 'vitest';
import { dieEverywhere, GOES_ON } from './death.ts';

it.each(GOES_ON.filter((_, index) => index % 2 === 0))(
  'dies at every await and ends alike: %s',
  async (scenario) => {
    expect(await dieEverywhere(scenario)).toBeGreaterThan(500);
  },
  600_000,
);
