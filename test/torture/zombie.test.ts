import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { torture } from './torture.ts';
import type { TortureCase } from './torture-case.ts';

const overtaken = JSON.parse(
  readFileSync(new URL('cases/rise-overtaken-by-a-rollback.json', import.meta.url), 'utf8'),
) as TortureCase;

/** A tick records the rise, stands still at its write for up to four minutes, and writes after the rollback was recorded. */
const zombies = async () => Promise.all(Array.from({ length: 60 }, (_, seed) => torture({ ...overtaken, seed })));

describe('a tick that writes a rise after somebody has rolled back', () => {
  it('is undone by the next tick, whenever it writes within four minutes', async () => {
    const seen = await zombies();
    const late = seen.filter(({ zombieMinutes }) => zombieMinutes > 0);
    expect(late.length).toBeGreaterThan(10);
    // A tick every minute, and up to 20 seconds for its wake-up.
    expect(Math.max(...late.map(({ zombieMinutes }) => zombieMinutes))).toBeLessThan(1.34);
    expect(seen.flatMap(({ violations }) => violations)).toEqual([]);
    expect(seen.every(({ end }) => end === 'rolledBack')).toBe(true);
  });

  it('finds ticks for five minutes after the weight was seen at 0: longer than a tick and its write can last', async () => {
    const { rollback } = await torture({ ...overtaken, troubles: [] });
    expect(rollback).not.toBeNull();
    expect(rollback?.endedAfterMinutes).toBeGreaterThanOrEqual(5);
  });
});
