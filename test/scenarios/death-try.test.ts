import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { dieEverywhere } from './death.ts';

const scenarios = (
  process.env.SC ??
  readdirSync('examples/scenarios')
    .map((f) => f.replace('.yaml', ''))
    .join()
).split(',');
it.each(scenarios)(
  'survives %s',
  async (s) => {
    const t = Date.now();
    const n = await dieEverywhere(s);
    console.log(s, n, 'deaths', Date.now() - t, 'ms');
    expect(n).toBeGreaterThan(50);
  },
  900000,
);
