/** What the judge takes from a plan before the first row. */
import { describe, expect, it } from 'vitest';
import { tablesOf } from '../../lib/judge/tables.ts';
import { planWith } from './plan.ts';

describe('the tables of a plan', () => {
  it('keep since the last rise what proven guards on revenue and segments ask for, and nothing else', () => {
    const sinceRise = (...guards: (string | object)[]) => tablesOf(planWith({ guards })).sinceRise;
    const revenue = 'revenueDelta < -5% for 10m';
    const segments = 'segmentErrorRatio > 2 for 10m';
    expect(sinceRise('errorRate > 2% for 2m')).toEqual({ ratio: false, segments: [] });
    expect(sinceRise(revenue)).toEqual({ ratio: true, segments: [] });
    expect(sinceRise(segments)).toEqual({ ratio: false, segments: ['k12', 'university'] });
    expect(sinceRise({ if: revenue, proof: 'none' }, { if: segments, proof: 'none' })).toEqual({
      ratio: false,
      segments: [],
    });
  });

  it('give the watch the strictest limit that a guard sets on failures', () => {
    const watch = (...guards: string[]) => tablesOf(planWith({ guards })).watch?.guardLimit;
    expect(watch('errorRate > 3% for 2m', 'errorRate > 2% for 5m', 'latencyP99 > 200ms for 5m')).toBe(0.02);
    expect(watch('latencyP99 > 200ms for 5m', 'availability < 99% for 5m', 'cpu > 80% for 5m')).toBeUndefined();
  });

  it('let the watch count answers where availability is counted by them', () => {
    const countsAnswers = (availability: string) => tablesOf(planWith({ availability })).watch?.countsAnswers;
    expect([countsAnswers('answered'), countsAnswers('connectionErrors')]).toEqual([true, false]);
  });

  it('are made once for a plan, and have no watch where it is off', () => {
    const plan = planWith({ watch: { off: 'a test' } });
    expect(tablesOf(plan)).toBe(tablesOf(plan));
    expect(tablesOf(plan).watch).toBeUndefined();
    const without = { ...plan, metrics: { gauges: {} } };
    expect(tablesOf(without).segments).toEqual([]);
  });
});
