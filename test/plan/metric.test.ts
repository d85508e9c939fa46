import { describe, expect, it } from 'vitest';
import { describeQuantity, formatNumber, formatQuantity, METRICS, metricOf } from '../../lib/plan/metric.ts';

const FAILURES = { kind: 'share', share: 'failures', side: 'below', limit: 0.01 } as const;
const REVENUE = { kind: 'ratio', side: 'below', limit: -0.03 } as const;

describe('the catalogue', () => {
  it('marks the metrics that say nothing at weight 100', () => {
    expect(METRICS.filter(({ needsBaseline }) => needsBaseline).map(({ name }) => name)).toEqual([
      'revenueDelta',
      'segmentErrorRatio',
      'segmentSpread',
    ]);
  });

  it('takes any other name for a gauge', () => {
    expect(metricOf('cpu')).toMatchObject({ kind: 'gauge', unit: 'own', mayGuard: true, needsBaseline: false });
  });
});

describe('formatQuantity', () => {
  it.each([
    [FAILURES, 0.00083, '0.083 %'],
    [FAILURES, 0.0188, '1.88 %'],
    [FAILURES, 0.01, '1 %'],
    [FAILURES, 1, '100 %'],
    [FAILURES, 0, '0 %'],
    [FAILURES, -0.0002, '−0.02 %'],
    [REVENUE, -0.031, '−3.1 %'],
    [REVENUE, 0.4, '40 %'],
    [{ kind: 'segmentRatio', side: 'above', limit: 2 } as const, 2.4, '2.4 times'],
    [{ kind: 'gauge', gauge: 'network', side: 'above', limit: 1 } as const, 1234567.8, '1,234,568'],
    [{ kind: 'gauge', gauge: 'cpu', side: 'above', limit: 85 } as const, 84.96, '85'],
  ])('says %j of %d as %s', (claim, value, text) => {
    expect(formatQuantity(claim, value)).toBe(text);
  });

  it('has a word for every number', () => {
    expect([Number.NaN, Infinity, -Infinity, 1e-12, 1e21, -0].map(formatNumber)).toEqual([
      'unknown',
      '∞',
      '−∞',
      '0.000001',
      '1e+21',
      '0',
    ]);
  });

  it('names what is counted', () => {
    expect(describeQuantity(FAILURES)).toBe('failed requests');
    expect(describeQuantity({ ...FAILURES, share: 'slow:200ms' })).toBe('answers slower than 200 ms');
  });
});
