/** The minutes of a phase that count, and how far it may be extended. */
import { describe, expect, it } from 'vitest';
import { deadlineOf, extensionLimit, nextOf, unusedMinutes } from '../../lib/judge/phase-minutes.ts';
import type { Phase, Plan } from '../../lib/plan/plan.ts';
import { planWith } from './plan.ts';

const plan = planWith({ phases: ['1%/1h', '10%/2h', '50%/3h'] });
const HOUR = 3_600_000;

const withPhase = (index: number, change: Partial<Phase>): Plan => ({
  ...plan,
  phases: plan.phases.map((phase, i) => (i === index ? { ...phase, ...change } : phase)),
});
const phaseWith = (change: Partial<Phase>): Phase => {
  const [phase] = withPhase(0, change).phases;
  if (phase === undefined) throw new Error('a plan has a phase');
  return phase;
};

describe('the first minutes of a phase', () => {
  it.each([
    [3, 4],
    [2, 3],
    [1, 2],
    [0, 2],
  ])('do not count for a warm-up of %i: %i of them', (warmUpMinutes, unused) => {
    expect(unusedMinutes(withPhase(1, { warmUpMinutes }), 1)).toBe(unused);
  });

  it('are at most the whole bake, and none without a rise', () => {
    expect(unusedMinutes(withPhase(1, { warmUpMinutes: 300 }), 1)).toBe(120);
    expect(unusedMinutes(withPhase(1, { weight: 1 }), 1)).toBe(0);
    expect(unusedMinutes(withPhase(1, { weight: 1.1 }), 1)).toBe(4);
    expect(unusedMinutes(plan, 0)).toBe(4);
  });
});

describe('what follows a phase', () => {
  it('is the next one, with a start of its own or none, and after the last nothing', () => {
    expect(nextOf(plan, 0)).toEqual({ name: 'phase-1', weight: 10, latestMinutes: null });
    expect(nextOf(plan, 2)).toBeNull();
  });

  it('may begin so late as `lateBy` says, counted from when this phase begins itself', () => {
    const timed = { ...withPhase(2, { start: plan.start + 5 * HOUR }), lateByMinutes: 30 };
    expect(nextOf(timed, 1)).toMatchObject({ name: 'phase-2', latestMinutes: 4 * 60 + 30 });
    const first = { ...withPhase(1, { start: plan.start + 2 * HOUR }), lateByMinutes: 30 };
    expect(nextOf(first, 0)).toMatchObject({ name: 'phase-1', latestMinutes: 2 * 60 + 30 });
  });

  it('ends the extensions, or `extendUpTo` does, and never before the bake is over', () => {
    const timed = (hours: number, extendUpToMinutes: number) =>
      extensionLimit(
        {
          ...plan,
          lateByMinutes: 30,
          phases: withPhase(0, { extendUpToMinutes }).phases.map((phase, i) =>
            i === 1 ? { ...phase, start: plan.start + hours * HOUR } : phase,
          ),
        },
        0,
      );
    expect([timed(2, 240), timed(2, 140), timed(0.25, 240)]).toEqual([150, 140, 60]);
    expect(extensionLimit(withPhase(0, { extendUpToMinutes: 240 }), 0)).toBe(240);
  });
});

describe('the criteria must be proven', () => {
  const phase = phaseWith({ checkpointMinutes: [15, 30], bakeMinutes: 60, daily: false });

  it.each([
    [0, 60, 60],
    [1, 60, 60],
    [2, 60, 30],
    [3, 60, 15],
    [4, 60, 60],
    [2, 75, 60],
    [2, 80, 75],
    [3, 80, 60],
    [2, 90, 75],
  ])('for %i looks in a row in a bake of %i minutes by minute %i', (passInARow, bake, deadline) => {
    expect(deadlineOf({ ...phase, passInARow }, bake)).toBe(deadline);
  });

  it('at daily checkpoints by the last of these, which extensions do not add to', () => {
    const daily = { ...phase, daily: true, checkpointMinutes: [1440], bakeMinutes: 2880 };
    expect(deadlineOf({ ...daily, passInARow: 1 }, 3000)).toBe(3000);
    expect(deadlineOf({ ...daily, passInARow: 2 }, 3000)).toBe(1440);
  });
});
