/** When a rollout ends: as planned, and as is likely. */
import { describe, expect, it } from 'vitest';
import { feasibilityOf } from '../../lib/judge/feasibility.ts';
import { finishOf } from '../../lib/judge/finish.ts';
import { planWith } from './plan.ts';

const plan = planWith({ phases: ['1%/1h', '10%/2h'] });
const HOUR = 3_600_000;
const known = (likely: readonly (number | null)[]) =>
  feasibilityOf(plan, []).map((phase, i) => ({ ...phase, needs: [], likelyBakeMinutes: likely[i] ?? null }));

describe('a rollout ends', () => {
  it('with the extensions that its criteria are likely to need', () => {
    expect(finishOf(plan, known([75, 120]))).toEqual({
      earliest: plan.start + 3 * HOUR,
      likely: plan.start + 3.25 * HOUR,
      heldIn: null,
    });
  });

  it('nobody knows when, unless every phase is known', () => {
    expect(finishOf(plan, known([60, null])).likely).toBeNull();
    expect(finishOf(plan, known([null, 120])).likely).toBeNull();
  });

  it('when an operator says so, where a gate is not decided within all extensions', () => {
    const needs = feasibilityOf(plan, [1, 1]);
    expect(finishOf(plan, needs)).toEqual({ earliest: plan.start + 3 * HOUR, likely: null, heldIn: 'phase-0' });
  });
});
