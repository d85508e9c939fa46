import { describe, expect, it } from 'vitest';
import { run } from './run.ts';

const journalOf = async (seed: number): Promise<string> => {
  const bodies: string[] = [];
  await run({ seed, untilInstant: Date.parse('2025-11-01T16:00Z'), sink: (body) => bodies.push(body) });
  return bodies.join('\n');
};

describe('determinism', () => {
  it('writes the same journal, byte for byte, for the same seed', async () => {
    expect(await journalOf(7)).toBe(await journalOf(7));
  });
  it('writes another one for another seed', async () => {
    expect(await journalOf(7)).not.toBe(await journalOf(8));
  });
});
