import { describe, expect, it } from 'vitest';
import { needsOf } from '../../lib/judge/needs.ts';
import { planWith, seedPlan } from './plan.ts';

describe('what a plan needs', () => {
  it('is every threshold, business metric, segment and gauge that it judges; what is only shown is not read', () => {
    expect(needsOf(seedPlan)).toEqual({
      slowMilliseconds: [200, 250],
      revenue: true,
      orders: true,
      revenueAlone: true,
      segments: ['k12', 'university', 'professional', 'enterprise'],
      gauges: ['cpu'],
      business: true,
      businessSettleMinutes: 5,
    });
  });

  it('is revenue of the candidate alone where days of weight 100 are reviewed, and nowhere else', () => {
    const withoutDays = { ...seedPlan, phases: seedPlan.phases.map((phase) => ({ ...phase, daily: false })) };
    expect(needsOf(withoutDays).revenueAlone).toBe(false);
    expect(needsOf({ ...seedPlan, metrics: { gauges: seedPlan.metrics.gauges } }).revenueAlone).toBe(false);
  });

  it('leaves out a gauge that nobody looks at, and names each threshold once, ascending', () => {
    const plan = planWith({ advance: ['latencyP99 < 1s', 'latencyP50 < 80ms'], guards: ['latencyP95 > 80ms for 5m'] });
    expect(needsOf(plan)).toMatchObject({ slowMilliseconds: [80, 1000], orders: false, gauges: [] });
  });

  it('is nothing of its own where gauges are only shown: no business row, and none that is late', () => {
    const { gauges } = seedPlan.metrics;
    const slow = Object.fromEntries(Object.entries(gauges).map(([name, of]) => [name, { ...of, settleMinutes: 30 }]));
    const judging = { ...seedPlan, metrics: { gauges: slow } };
    expect(needsOf(judging)).toMatchObject({ gauges: ['cpu'], business: true, businessSettleMinutes: 30 });
    const showing = { ...judging, guards: [] };
    expect(needsOf(showing)).toMatchObject({ gauges: [], business: false, businessSettleMinutes: 0 });
    expect(needsOf(showing)).toMatchObject({ revenue: false, orders: false, segments: [] });
    expect(needsOf(showing)).toBe(needsOf(showing));
  });
});
