import { expect } from 'vitest';
import { codes, run, seedSource } from './run.ts';

export interface Tally {
  readonly finished: number;
  readonly rolledBack: number;
  readonly held: number;
}

/** Whole healthy rollouts of 15 days; those that finish must have gone the whole way, with every sign-off. */
export const healthyRollouts = async (from: number, to: number): Promise<Tally> => {
  const tally = { finished: 0, rolledBack: 0, held: 0, running: 0 };
  for (let seed = from; seed <= to; seed++) {
    const ran = await run({ source: seedSource, seed });
    tally[ran.outcome] += 1;
    expect(ran.violations, `seed ${seed}`).toEqual([]);
    expect(ran.refusals, `seed ${seed}`).toEqual([]);
    if (ran.outcome === 'finished') expectWholeWay(ran);
  }
  expect(tally.running).toBe(0);
  return tally;
};

const expectWholeWay = (ran: Awaited<ReturnType<typeof run>>): void => {
  expect(ran.weight).toBe(100);
  expect(ran.endedAt.slice(0, 16)).toMatch(/^2025-11-15T16:/);
  expect(codes(ran).filter((code) => code.startsWith('advance'))).toEqual(
    Array.from({ length: 4 }, () => 'advance STARTED'),
  );
  const reasons = ran.decisions.map(({ reason }) => reason);
  const signed = reasons.flatMap((reason) =>
    reason.code === 'COMMANDED' && reason.command.startsWith('sign-off') ? [reason] : [],
  );
  expect(signed.map(({ command }) => command).toSorted()).toEqual([
    'sign-off engineering GO',
    'sign-off finance GO',
    'sign-off operations GO',
    'sign-off product GO',
  ]);
  expect(signed.every(({ actor }) => actor.startsWith('arn:aws:sts::123456789012:assumed-role/'))).toBe(true);
  const gates = reasons.flatMap((reason) => (reason.code === 'GATE_PASSED' ? [reason.autoSignOffs.length] : []));
  expect(gates).toEqual([4, 0, 0, 0]);
};
