import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Io } from '../../lib/cli/io.ts';
import type { Surroundings } from '../../lib/cli/surroundings.ts';
import { withWaitingLine } from '../../lib/cli/waiting-line.ts';
import { emptyAccount } from './account/account.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const ioOf = (live: string[], terminal = true): Io => ({
  out: () => {},
  err: () => {},
  outIsTerminal: terminal,
  errIsTerminal: terminal,
  colour: false,
  columns: 80,
  liveLine: async () => ({ show: (text) => live.push(text), clear: () => live.push('') }),
});

/** An account that takes so long with its answer. */
const after = (seconds: number): Surroundings => ({
  ask: async (where, request) => {
    await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
    return emptyAccount().ask(where, request);
  },
  functionName: 'sluice-command',
  now: () => 0,
  question: undefined,
  interruption: () => ({ signal: new AbortController().signal, end: () => {} }),
  wait: async () => {},
});

const shownBy = async (seconds: number, terminal = true, draws = false): Promise<readonly string[]> => {
  const live: string[] = [];
  const { io, surroundings } = withWaitingLine({ io: ioOf(live, terminal), surroundings: after(seconds) });
  if (draws) await io.liveLine();
  const reply = surroundings.ask({ functionName: 'sluice-command' }, { ask: 'list' });
  await vi.advanceTimersByTimeAsync(1000 * seconds);
  expect(await reply).toMatchObject({ ok: true });
  await vi.advanceTimersByTimeAsync(10_000);
  return live;
};

it('says for how long an account has not answered, and takes the line away with the answer', async () => {
  expect(await shownBy(3.5)).toEqual([
    'Waiting for sluice-command for 1 s',
    'Waiting for sluice-command for 2 s',
    'Waiting for sluice-command for 3 s',
    '',
  ]);
});

it.each([
  ['before an answer that comes within a second', 0.9, true, false],
  ['in a pipe', 3.5, false, false],
  ['where the command draws a live line itself', 3.5, true, true],
])('draws nothing %s', async (_, seconds, terminal, draws) => {
  expect(await shownBy(seconds, terminal, draws)).toEqual([]);
});
