/** How many requests are likely to prove a share, while bad ones come as at present. */
import { describe, expect, it } from 'vitest';
import { isProvenBelow, requestsNeeded } from '../../lib/judge/bound.ts';
import { likelyNeeded } from '../../lib/judge/likely.ts';

const proving = { limit: 0.01, clumpiness: 1, beta: 0.05 };

describe('requests that are likely to prove a share', () => {
  it('are the least that can do while none is bad', () => {
    expect(likelyNeeded(proving, { share: 0, net: false })).toBe(requestsNeeded(0.01, 1, 0, 0.05));
  });

  it('grow with the share, and from the limit on no number does', () => {
    const needed = [0.0001, 0.001, 0.005, 0.008].map((share) => Number(likelyNeeded(proving, { share, net: false })));
    expect(needed).toEqual(needed.toSorted((a, b) => a - b));
    expect(new Set(needed).size).toBe(4);
    expect(likelyNeeded(proving, { share: 0.01, net: false })).toBe('never');
    expect(likelyNeeded(proving, { share: 0.02, net: false })).toBe('never');
  });

  it('prove it with the number of bad ones that nine of ten do not exceed, and one fewer does not', () => {
    const needed = Number(likelyNeeded(proving, { share: 0.001, net: false }));
    const bad = [0, 1, 2, 3, 4, 5, 6].filter((each) => isProvenBelow(each, needed, 0.01, 1, 0.05)).length - 1;
    expect(bad).toBeGreaterThan(0);
    expect(isProvenBelow(bad, needed, 0.01, 1, 0.05)).toBe(true);
    expect(isProvenBelow(bad, needed - 1, 0.01, 1, 0.05)).toBe(false);
  });

  it('net of a baseline that shows the same are known even above the limit', () => {
    expect(likelyNeeded(proving, { share: 0.02, net: true })).toBeGreaterThan(0);
    expect(likelyNeeded(proving, { share: 0.02, net: true })).not.toBe('never');
  });

  it('are at least one', () => {
    expect(likelyNeeded({ limit: 0.999, clumpiness: 1, beta: 0.9 }, { share: 1e-9, net: false })).toBe(1);
  });
});
