import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { torture } from './torture.ts';
import { drawCase, type TortureCase } from './torture-case.ts';

const CASES = new URL('cases/', import.meta.url);
const SEEDS = 150;

describe('a tortured rollout', () => {
  it(`does nothing that it must not, and comes to an end: ${SEEDS} seeds`, async () => {
    const failed: string[] = [];
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { violations } = await torture(drawCase(seed));
      if (violations.length > 0) failed.push(`seed ${seed}: ${violations.join('; ')}`);
    }
    expect(failed).toEqual([]);
  }, 60_000);

  it('is the same whenever the same seed is drawn', async () => {
    expect(await torture(drawCase(42))).toEqual(await torture(drawCase(42)));
  });

  it.each(readdirSync(CASES))('found %s once, and it is mended', async (file) => {
    const given = JSON.parse(readFileSync(new URL(file, CASES), 'utf8')) as TortureCase;
    expect((await torture(given)).violations).toEqual([]);
  });
});
