/** Replay must not tell differences that are none: rollouts with every kind of trouble are decided again by the code that has just decided them. */
import { expect, it } from 'vitest';
import { torture } from '../torture/torture.ts';
import { drawCase } from '../torture/torture-case.ts';
import { replayed } from './kept-journals.ts';

/** Each was told otherwise once: by what its entries tell of rules, health and alarms. */
const ONCE_WRONG = [132, 174, 380, 461, 492, 958, 1434, 1504, 2680, 3691, 3882, 4164, 6135];

it('decides every entry of a tortured rollout as it was decided', async () => {
  const complaints: string[] = [];
  let entries = 0;
  for (const seed of [...Array.from({ length: 20 }, (_, index) => index + 1), ...ONCE_WRONG]) {
    const lines: string[] = [];
    await torture(drawCase(seed), (line) => lines.push(line));
    entries += lines.length;
    complaints.push(...replayed(lines.map((line) => JSON.parse(line))).map((each) => `seed ${seed}: ${each}`));
  }
  expect(complaints).toEqual([]);
  expect(entries).toBeGreaterThan(1000);
});
