import { describe, expect, it } from 'vitest';
import { weightOf } from '../../lib/sim/rules.ts';
import { codes, minutesTo, run } from './run.ts';

const ROLLOUT = 52 * 60;

/** The live weight after every step from the fault on, without repeats. */
const weightsAfter = async (minute: number, faults: readonly string[], more: Parameters<typeof run>[0] = {}) => {
  const weights: number[] = [];
  const ran = await run({
    ...more,
    faults,
    afterStep: ({ world, plan }) => {
      const weight = Math.max(...world.data.rules.map(weightOf));
      if (world.data.now >= plan.start + minute * 60_000 && weights.at(-1) !== weight) weights.push(weight);
    },
  });
  return { ran, weights };
};

describe('the way back', () => {
  it('goes down in steps onto a baseline that was scaled in to 5 of 20 and grows, with people called from the moment it narrowed', async () => {
    const faults = ['baseline targets 5 of 20 growing 1/min from 54:00', 'failures x200 from 54:30'];
    const { ran, weights } = await weightsAfter(ROLLOUT + 120, faults);
    expect(weights.slice(0, 3)).toEqual([100, 62.2, 54.6]);
    expect(weights.at(-1)).toBe(0);
    expect(weights).toEqual(weights.toSorted((a, b) => b - a));
    expect([ran.outcome, ran.weight, ran.violations]).toEqual(['rolledBack', 0, []]);
    const narrow = ran.announcements.find(({ subject }) => subject.includes('WAY_BACK_NARROW'));
    expect(narrow?.audience).toBe('onCall');
    expect(minutesTo(ran, 'WAY_BACK_NARROW')).toBeLessThanOrEqual(ROLLOUT + 126);
  });

  it('shifts nothing onto a baseline without healthy targets, and calls people again and again', async () => {
    const { ran, weights } = await weightsAfter(
      ROLLOUT + 120,
      ['baseline targets 0 of 20 from 54:00', 'failures x200 from 54:30'],
      {
        untilInstant: Date.parse('2025-11-02T20:00Z'),
      },
    );
    expect(weights).toEqual([100]);
    expect(codes(ran)).toContain('rollBack GUARD_TRIPPED');
    expect(ran.announcements.filter(({ subject }) => subject.includes('not complete')).length).toBeGreaterThanOrEqual(
      10,
    );
  });

  it('rolls back when health is unreadable: only a known lack counts', async () => {
    const { ran, weights } = await weightsAfter(ROLLOUT + 120, [
      'health unreadable from 54:00',
      'failures x200 from 54:30',
    ]);
    expect(weights).toEqual([100, 0]);
    expect(ran.outcome).toBe('rolledBack');
  });
});

describe('the way up', () => {
  it('goes on by itself when the candidate has grown', async () => {
    const ran = await run({ faults: ['candidate targets 4 of 20 from 27:00 to 52:30'] });
    expect(codes(ran)).toContain('hold CANDIDATE_TOO_SMALL');
    expect(codes(ran)).toContain('resume RECOVERED');
    expect([ran.outcome, ran.weight]).toEqual(['finished', 100]);
  });

  it('does not rise while health is unreadable', async () => {
    const ran = await run({ faults: ['health unreadable from 51:50 to 53:00'] });
    expect(minutesTo(ran, 'CANDIDATE_TOO_SMALL')).toBeLessThanOrEqual(ROLLOUT + 1);
    expect(ran.outcome).toBe('finished');
  });
});
