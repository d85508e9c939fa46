import { describe, expect, test } from 'vitest';
import { watchPowerOf } from '../../lib/cli/watch-power.ts';
import type { KnownDay } from '../../lib/judge/proof.ts';
import { UNKNOWN_DAY } from '../../lib/judge/verdict.ts';
import { smallestSeen } from '../../lib/judge/watch-estimate.ts';
import { planWith } from './plan.ts';

const plan = planWith({ phases: ['1%/2h', '10%/2h', '100%/2h'] });
const day = (failureShare: number, clumpSize = 2): KnownDay => ({
  ...UNKNOWN_DAY,
  failureShare,
  clumpiness: { clumpSize, isMeasured: true, blockMinutes: 1 },
});

describe('the smallest regression that the watch sees', () => {
  test.each([
    [300, 0.001, 1],
    [3000, 0.0008, 3],
    [12_000, 0.0008, 2],
    [12_000, 0.0008, 8],
    [50_000, 0.0008, 2],
    [50_000, 0.005, 2],
  ])(
    'at %i requests a minute, %d bad in clumps of %i, is between 2/3 and 3/2 of what the simulation of check says',
    (rate, share, size) => {
      const rates = plan.phases.map(() => rate);
      for (const [phase, { smallest }] of watchPowerOf(plan, rates, day(share, size)).entries()) {
        const estimate = smallestSeen(plan, phase, rate, day(share, size));
        expect((estimate ?? 0) / (smallest?.times ?? 0)).toBeGreaterThan(0.67);
        expect((estimate ?? 0) / (smallest?.times ?? 0)).toBeLessThan(1.5);
      }
    },
  );

  test('is not known without a baseline to compare with, without failures and without the watch', () => {
    expect(smallestSeen(plan, 2, 12_000, day(0.001))).toBeNull();
    expect(smallestSeen(plan, 0, 12_000, day(0))).toBeNull();
    expect(smallestSeen(plan, 0, null, day(0.001))).toBeNull();
    const off = { ...plan, regressionWatch: { off: 'measured elsewhere' } };
    expect(smallestSeen(off, 0, 12_000, day(0.001))).toBeNull();
  });

  test('does not exist where even a candidate that always fails has too few requests', () => {
    expect(smallestSeen(plan, 0, 1, day(0.001))).toBeNull();
  });
});
