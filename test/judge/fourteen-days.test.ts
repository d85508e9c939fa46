import { describe, expect, it } from 'vitest';
import { beginBake, type JudgeState } from '../../lib/judge/judge.ts';
import { begin, fold, foldBusiness } from './fold.ts';
import { seedPlan } from './plan.ts';
import { businessRow, drawFrom, drawRow } from './rows.ts';

/** Everything but the values: keys, lengths of lists, and which values are texts or null. */
const shapeOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]));
  }
  return typeof value === 'number' ? 'number' : 'text or null';
};

const business = (requests: number) => ({
  requests,
  revenue: requests * 0.8 + (requests % 7),
  segments: Object.fromEntries(
    ['k12', 'university', 'professional', 'enterprise'].map((name) => [
      name,
      { requests: requests / 4, failures: requests % 3 },
    ]),
  ),
  gauges: { cpu: 55 },
});

describe('the state over fourteen days', () => {
  const run = (judge: JudgeState, phase: number, weight: number, from: number, length: number): JudgeState => {
    const draw = drawFrom(7);
    let state = beginBake(seedPlan, judge, phase, { rise: phase < 3, restarts: 0 });
    for (let i = from; i < from + length; i++) {
      const drawn = drawRow(draw, i, weight, { requestsPerMinute: 12_000, rate: 0.0008, dispersion: 2 });
      state = fold(seedPlan, state, [drawn], { phase }).judge;
      const sides = [business(drawn.candidate?.requests ?? 0), business(drawn.baseline?.requests ?? 0)] as const;
      state = foldBusiness(
        seedPlan,
        state,
        [weight < 100 ? businessRow(i, ...sides, weight) : businessRow(i, sides[0], {}, weight)],
        { phase },
      ).judge;
    }
    return state;
  };

  it('is of one shape from the first row of a phase to the last, and hardly larger on day 14 than at minute 10', () => {
    const early = run(begin(seedPlan), 0, 1, 0, 10);
    const canary = run(early, 0, 1, 10, 1500);
    const ramp = run(canary, 1, 10, 1510, 1500);
    const full = run(ramp, 2, 100, 3010, 1440);
    const late = run(full, 3, 100, 4450, 16_000);
    const bytes = (state: JudgeState) => JSON.stringify(state).length;
    // The run of evidence that the watch remembers comes and goes.
    const shape = ({ watch, ...state }: JudgeState) =>
      shapeOf({ ...state, ...watch, metrics: watch?.metrics.map(({ bets }) => bets) });
    expect(shape(canary)).toEqual(shape(early));
    expect(shape(ramp)).toEqual(shape(run(canary, 1, 10, 1510, 10)));
    expect(shape(late)).toEqual(shape(run(full, 3, 100, 4450, 10)));
    expect(bytes(early)).toBeLessThan(4500);
    expect(bytes(late)).toBeLessThan(4500);
    expect(bytes(late) / bytes(early)).toBeGreaterThan(0.8);
    expect(bytes(late) / bytes(early)).toBeLessThan(1.1);
    // In between come the sums of segments and the digits of revenue.
    expect(bytes(ramp)).toBeLessThan(5000);
  });
});
