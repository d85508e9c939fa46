import { describe, expect, test } from 'vitest';
import type { Io } from '../../lib/cli/io.ts';
import { run } from '../../lib/cli/run.ts';

/** A terminal whose stdout breaks in a way that nobody has thought of. */
const broken = (err: string[]): Io => ({
  out: () => {
    throw new Error('Broken invariant: paper is never out');
  },
  err: (text) => err.push(text),
  outIsTerminal: false,
  errIsTerminal: false,
  colour: false,
  columns: 100,
  liveLine: async () => ({ show: () => {}, clear: () => {} }),
});

describe('a bug', () => {
  test('is told as one, without a stack trace, exit 1', async () => {
    const err: string[] = [];
    expect(await run(['check', 'examples/checkout-api.yaml'], broken(err))).toBe(1);
    expect(err.join('')).toBe(
      'sluice: Broken invariant: paper is never out\nThis is a bug in Sluice, not in your plan.\nRun the same command with SLUICE_DEBUG=1 to see where.\n',
    );
  });

  test('shows where it is when asked to', async () => {
    const err: string[] = [];
    await run(['check', 'examples/checkout-api.yaml'], broken(err), true);
    expect(err.join('')).toMatch(/\n\s+at .*run\.test\.ts/);
  });

  test('shows what it was thrown for too, which may lie on another thread', async () => {
    const err: string[] = [];
    const io: Io = {
      ...broken(err),
      out: () => {
        throw new Error('The run crashed', { cause: new TypeError('no such tide') });
      },
    };
    await run(['check', 'examples/checkout-api.yaml'], io, true);
    expect(err.join('')).toMatch(/because of TypeError: no such tide\n\s+at /);
  });
});
