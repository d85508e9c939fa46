/** What must be proven of a share before a rollout, and what it takes. */
import { describe, expect, it } from 'vitest';
import { isProvenBelow, requestsNeeded } from '../../lib/judge/bound.ts';
import {
  bearableShareOf,
  clumpinessIn,
  fewestRequests,
  type KnownDay,
  leastLimitOf,
  neededAtRateOf,
  type Proof,
  proofOf,
} from '../../lib/judge/proof.ts';
import type { Claim } from '../../lib/plan/claim.ts';
import { planWith } from './plan.ts';

const plan = planWith({});
const day: KnownDay = {
  failureShare: 0.001,
  unavailableShare: 0.002,
  slowShares: { '200ms': 0.003 },
  clumpiness: { clumpSize: 2, isMeasured: true, blockMinutes: 1 },
};
const below = { side: 'below', limit: 0.01 } as const;
const share = (of: 'failures' | 'unavailable' | 'slow:200ms' | 'slow:250ms') =>
  ({ kind: 'share', share: of, ...below }) as const;
const proof: Proof = { ...below, beta: 0.05, clumpiness: 1, parts: 1, present: null };
const at = (present: number, net = false) => ({ share: present, net });

describe('what must be proven', () => {
  it.each([
    [share('failures'), at(0.001)],
    [share('unavailable'), at(0.002, true)],
    [share('slow:200ms'), at(0.003)],
    [share('slow:250ms'), null],
  ])('of %j is the claim, with what is bad at present', (claim, present) => {
    expect(proofOf(plan, claim, day)).toEqual({ ...below, beta: 0.05, clumpiness: 2, parts: 1, present });
  });

  it('of unanswered requests is not net where connection errors are counted', () => {
    const refused = planWith({ availability: 'connectionErrors' });
    expect(proofOf(refused, share('unavailable'), day)?.present).toEqual(at(0.002));
  });

  it('is not known of a day that nobody measured, and clumps are then assumed', () => {
    const unknown = { ...day, failureShare: null, slowShares: null, clumpiness: null };
    expect(proofOf(plan, share('failures'), unknown)).toMatchObject({
      present: null,
      clumpiness: clumpinessIn(unknown),
    });
    expect(proofOf(plan, share('slow:200ms'), unknown)?.present).toBeNull();
    expect(clumpinessIn(day)).toBe(2);
    expect(clumpinessIn(unknown)).toBe(3);
  });

  it('of a spread is a part of β for each side of each segment, net of the present failures', () => {
    expect(proofOf(plan, { kind: 'segmentSpread', ...below }, day)).toEqual({
      ...below,
      beta: 0.0125,
      clumpiness: 2,
      parts: 2,
      present: at(0.001, true),
    });
    const unknown = { ...day, failureShare: null };
    expect(proofOf(plan, { kind: 'segmentSpread', ...below }, unknown)?.present).toBeNull();
  });

  it.each<Claim>([
    { kind: 'segmentSpread', side: 'above', limit: 0.01 },
    { kind: 'segmentRatio', ...below },
    { kind: 'ratio', ...below },
    { kind: 'gauge', gauge: 'cpu', ...below },
    { kind: 'noIncidents' },
  ])('of %j cannot be told beforehand', (claim) => {
    expect(proofOf(plan, claim, day)).toBeNull();
  });
});

describe('requests', () => {
  it('are the fewest when all are good, or bad for a claim of more, in every part', () => {
    const good = requestsNeeded(0.01, 1, 0, 0.05);
    expect(fewestRequests(proof)).toBe(good);
    expect(fewestRequests({ ...proof, parts: 3 })).toBe(3 * Number(good));
    const bad = Number(fewestRequests({ ...proof, side: 'above' }));
    expect(bad).toBeGreaterThan(0);
    expect(bad).toBeLessThan(10);
  });

  it('at the present rate are more, and of a claim of more nobody asks', () => {
    const needed = Number(neededAtRateOf({ ...proof, present: at(0.001) }));
    expect(needed).toBeGreaterThan(Number(fewestRequests(proof)));
    expect(neededAtRateOf({ ...proof, present: at(0.001), parts: 2 })).toBe(2 * needed);
    expect(neededAtRateOf({ ...proof, present: at(0.02) })).toBe('never');
    expect(neededAtRateOf({ ...proof, present: at(0.02), parts: 2 })).toBe('never');
    expect(neededAtRateOf(proof)).toBeNull();
    expect(neededAtRateOf({ ...proof, side: 'above', present: at(0.001) })).toBeNull();
  });
});

describe('with the requests that are expected', () => {
  const least = (expected: number, change: Partial<Proof> = {}) => leastLimitOf({ ...proof, ...change }, expected);

  it('the least limit that they prove is known to 1 %', () => {
    for (const present of [null, at(0.001)]) {
      const limit = Number(least(200, { present }));
      const needed = (of: number) => {
        const asked = { ...proof, present, limit: of };
        return Number(neededAtRateOf(asked) ?? fewestRequests(asked));
      };
      expect(needed(limit)).toBeLessThanOrEqual(200);
      expect(needed(limit / 1.01)).toBeGreaterThan(200);
    }
  });

  it('no limit above 10 % is named, and none for a claim of more', () => {
    const atMost = Number(fewestRequests({ ...proof, limit: 0.1 }));
    expect(least(atMost)).toBeGreaterThan(0.09);
    expect(least(atMost)).toBeLessThanOrEqual(0.1);
    expect(least(atMost - 1)).toBeNull();
    expect(least(1e6, { side: 'above' })).toBeNull();
    expect(least(1e6, { present: at(0.2) })).toBeNull();
  });

  it('the largest share of bad ones that they bear is known', () => {
    const bearable = Number(bearableShareOf({ ...proof, parts: 2 }, 20_000));
    expect(isProvenBelow(bearable * 10_000, 10_000, 0.01, 1, 0.05)).toBe(true);
    expect(isProvenBelow((bearable + 1e-9) * 10_000, 10_000, 0.01, 1, 0.05)).toBe(false);
    const fewest = Number(fewestRequests(proof));
    expect(bearableShareOf(proof, fewest)).toBeGreaterThanOrEqual(0);
    expect(bearableShareOf(proof, fewest - 1)).toBeNull();
    expect(bearableShareOf({ ...proof, side: 'above' }, 1e6)).toBeNull();
  });
});
