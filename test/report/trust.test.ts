import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { addMinute, type DifferenceSums, NO_DIFFERENCE } from '../../lib/judge/difference.ts';
import { type Comparison, noComparison } from '../../lib/report/comparison.ts';
import { type Found, findingsOf } from '../../lib/report/trust.ts';
import { planOf, stateOf } from '../rollout/fixture.ts';

const plan = planOf(readFileSync('examples/a-a.yaml', 'utf8'));
const state = stateOf(0, {}, plan);

/** Failures of both sides in an hour at 50 %, and nothing else. */
const failing = (events: number, baselineEvents: number): Comparison => {
  const minute = { requests: 1e5, baselineRequests: 1e5, events: events / 60, baselineEvents: baselineEvents / 60 };
  const sums = Array.from({ length: 60 }).reduce<DifferenceSums>((so) => addMinute(so, minute), NO_DIFFERENCE);
  const { watched, ...rest } = noComparison(plan);
  return { ...rest, watched: watched.map((each, index) => (index === 0 ? { ...each, sums } : each)) };
};

const failures = (comparison: Comparison, isOver: boolean): Found | undefined =>
  findingsOf(comparison, state, isOver).find(({ name }) => name === 'failed requests');

describe('a metric of an A/A rollout', () => {
  it('differs by its p-value at the planned end, and not before it, when nothing is said of it', () => {
    const suspect = failing(300, 210);
    expect(failures(suspect, true)).toMatchObject({ finding: 'differs' });
    expect(failures(suspect, false)).toMatchObject({ finding: 'tooLittle' });
    expect(failures(suspect, false)?.correctedP).toBeLessThan(0.05);
  });

  it('differs by its evidence at any time, also before the end', () => {
    expect(failures(failing(900, 300), false)).toMatchObject({ finding: 'differs' });
  });

  it('may differ by less than 10 %, however sure that is', () => {
    const slight = failures(failing(1_050_000, 1_000_000), true);
    expect(slight?.correctedP).toBeLessThan(1e-9);
    expect(slight).toMatchObject({ finding: 'tolerated' });
  });

  it('does not differ where three times as many would have been found, and else there is too little', () => {
    expect(failures(failing(101, 99), true)).toMatchObject({ finding: 'same' });
    expect(failures(failing(11, 9), true)).toMatchObject({ finding: 'tooLittle' });
    expect(failures(failing(0, 0), true)).toMatchObject({ finding: 'tooLittle', leastFound: null });
  });

  it('shares the level with all others that were tested', () => {
    const alone = failures(failing(300, 210), true);
    expect(alone?.correctedP).toBe(alone?.p);
    const shared = failing(300, 210);
    const [first] = shared.watched;
    const twice = {
      ...shared,
      watched: shared.watched.map((each) => ({ ...each, sums: first?.sums ?? NO_DIFFERENCE })),
    };
    // Orders have the smallest p-value, since their clumps are smaller: the rest share what is left.
    expect(failures(twice, true)?.correctedP).toBeCloseTo((alone?.p ?? 0) * (twice.watched.length - 1), 9);
  });
});
