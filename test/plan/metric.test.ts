import { describe, expect, it } from 'vitest';
import type { Claim } from '../../lib/plan/claim.ts';
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

  it('knows what can be no guard', () => {
    expect(METRICS.filter(({ mayGuard }) => !mayGuard).map(({ name }) => name)).toEqual([
      'segmentSpread',
      'noIncidents',
    ]);
  });

  it.each([
    ['errorRate', 'above', 'percent', 'share'],
    ['availability', 'below', 'percent', 'share'],
    ['latencyP50', 'above', 'time', 'share'],
    ['latencyP999', 'above', 'time', 'share'],
    ['revenueDelta', 'below', 'percent', 'ratio'],
    ['segmentErrorRatio', 'above', 'times', 'segments'],
    ['segmentSpread', 'above', 'percent', 'segments'],
    ['noIncidents', undefined, 'none', 'state'],
    ['cpu', undefined, 'own', 'gauge'],
  ])('says on which side %s is bad, its unit and its kind', (name, bad, unit, kind) => {
    expect(metricOf(name)).toMatchObject({ name, bad, unit, kind });
  });

  it('knows by percentile which share of answers may be slower than the limit', () => {
    const tails = METRICS.flatMap(({ name, tail }) => (tail === undefined ? [] : [[name, tail]]));
    expect(Object.fromEntries(tails)).toEqual({
      latencyP50: 0.5,
      latencyP90: 0.1,
      latencyP95: 0.05,
      latencyP99: 0.01,
      latencyP999: 0.001,
    });
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
    [{ kind: 'segmentSpread', side: 'below', limit: 0.05 } as const, 0.0123, '1.23 %'],
    [{ kind: 'segmentRatio', side: 'above', limit: 2 } as const, 2.4, '2.4 times'],
    [{ kind: 'gauge', gauge: 'network', side: 'above', limit: 1 } as const, 1234567.8, '1,234,568'],
    [{ kind: 'gauge', gauge: 'cpu', side: 'above', limit: 85 } as const, 84.96, '85'],
  ])('says %j of %d as %s', (claim, value, text) => {
    expect(formatQuantity(claim, value)).toBe(text);
  });

  it('has a word for every number', () => {
    expect([Number.NaN, Infinity, -Infinity, 1e-12, 1e21, -0, 0].map(formatNumber)).toEqual([
      'unknown',
      '∞',
      '−∞',
      '0.000001',
      '1e+21',
      '0',
      '0',
    ]);
  });

  it('says incidents as their bare number', () => {
    expect(formatQuantity({ kind: 'noIncidents' }, 2)).toBe('2');
  });
});

describe('a number', () => {
  it.each([
    [0.5, '0.5'],
    [1, '1'],
    [10, '10'],
    [100, '100'],
    [12.34, '12.3'],
    [999, '999'],
    [999.4, '999'],
    [-12.5, '−12.5'],
  ])('below a thousand has three significant digits and no zeros behind them: %d is %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it.each([
    [999.5, '1,000'],
    [999.9, '1,000'],
    [1000, '1,000'],
    [1000.4, '1,000'],
    [1234.5, '1,235'],
    [12345, '12,345'],
    [123456, '123,456'],
    [1234567, '1,234,567'],
    [-12345.6, '−12,346'],
  ])('that is said with four digits and more is whole, and grouped: %d is %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it.each([
    [1e-9, '0.000001'],
    [-9.9e-7, '−0.000001'],
    [1e-6, '0.000001'],
    [0.000001004, '0.000001'],
    [0.00000123456, '0.00000123'],
    [-0.00012345, '−0.000123'],
    [0.0009996, '0.001'],
  ])('is said as a millionth where it is less, but not as nothing: %d is %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });
});

describe('describeQuantity', () => {
  it.each<readonly [Claim, string]>([
    [FAILURES, 'failed requests'],
    [{ ...FAILURES, share: 'unavailable' }, 'unanswered requests'],
    [{ ...FAILURES, share: 'slow:200ms' }, 'answers slower than 200 ms'],
    [{ ...FAILURES, share: 'slow:0.5ms' }, 'answers slower than 0.5 ms'],
    [REVENUE, "revenue per request against the baseline's"],
    [{ kind: 'segmentRatio', side: 'above', limit: 2 }, "largest ratio of a segment's error rate to the baseline's"],
    [
      { kind: 'segmentSpread', side: 'below', limit: 0.05 },
      "largest difference of a segment's success share from the baseline's",
    ],
    [{ kind: 'gauge', gauge: 'cpu', side: 'above', limit: 85 }, 'cpu'],
    [{ kind: 'noIncidents' }, 'open incidents'],
  ])('names what %j is about', (claim, words) => {
    expect(describeQuantity(claim)).toBe(words);
  });
});
