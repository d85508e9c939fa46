import { describe, expect, it } from 'vitest';
import { needsOf } from '../../lib/judge/needs.ts';
import { planWith, seedPlan } from './plan.ts';

describe('what a plan needs', () => {
  it('is every threshold, business metric, segment and gauge that it judges or shows', () => {
    expect(needsOf(seedPlan)).toEqual({
      slowMilliseconds: [200, 250],
      revenue: true,
      orders: true,
      segments: ['k12', 'university', 'professional', 'enterprise'],
      gauges: ['cpu', 'memory', 'network'],
      business: true,
    });
  });

  it('leaves out a gauge that nobody looks at, and names each threshold once, ascending', () => {
    const plan = planWith({ advance: ['latencyP99 < 1s', 'latencyP50 < 80ms'], guards: ['latencyP95 > 80ms for 5m'] });
    expect(needsOf(plan)).toMatchObject({ slowMilliseconds: [80, 1000], orders: false, gauges: [] });
  });
});
