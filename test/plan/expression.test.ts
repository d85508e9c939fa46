/** An expression, taken apart. */
import { describe, expect, it } from 'vitest';
import { parseExpression } from '../../lib/plan/expression.ts';

const compared = (metric: string, side: 'below' | 'above', amount: number, unit: string) => ({
  not: false,
  metric,
  comparison: { side, amount, unit },
  forMinutes: undefined,
});

describe('an expression', () => {
  it.each([
    ['errorRate < 1%', compared('errorRate', 'below', 1, '%')],
    ['errorRate<1%', compared('errorRate', 'below', 1, '%')],
    ['errorRate >1 %', compared('errorRate', 'above', 1, '%')],
    ['p99 < 250ms', compared('p99', 'below', 250, 'ms')],
    ['p99 < 250 ms', compared('p99', 'below', 250, 'ms')],
    ['p99 < 0.25 s', compared('p99', 'below', 0.25, 's')],
    ['a > 12', compared('a', 'above', 12, '')],
    ['delta < -3.125%', compared('delta', 'below', -3.125, '%')],
    ['a < 123456789012345', compared('a', 'below', 123456789012345, '')],
    ['a < 0.123456789', compared('a', 'below', 0.123456789, '')],
  ])('reads %s', (text, expected) => {
    expect(parseExpression(text)).toEqual({ value: { text, ...expected } });
  });

  it('knows `not` and `for`, and a metric that stands alone', () => {
    expect(parseExpression('not errorRate > 1.5% for 2m')).toEqual({
      value: {
        ...compared('errorRate', 'above', 1.5, '%'),
        text: 'not errorRate > 1.5% for 2m',
        not: true,
        forMinutes: 2,
      },
    });
    expect(parseExpression(' noIncidents\n')).toEqual({
      value: { text: 'noIncidents', not: false, metric: 'noIncidents', comparison: undefined, forMinutes: undefined },
    });
    expect(parseExpression('not  noIncidents')).toMatchObject({ value: { not: true, text: 'not noIncidents' } });
    expect(parseExpression('notable < 1')).toMatchObject({ value: { not: false, metric: 'notable' } });
  });

  it.each([
    '',
    'not',
    'not < 1',
    '1a < 1',
    'a-b < 1',
    'xx, a < 1',
    'a < 1 for',
    'a < 1 and b',
    'a < 1 for 2m 3m',
    'a b',
  ])('is not read from %j', (text) => {
    expect(parseExpression(text)).toEqual({
      must: 'must be an expression such as `errorRate < 1%`, `not revenueDelta < -3%` or `noIncidents`',
    });
  });

  it.each(['<=', '>=', '=', '=='])('does not compare with %s', (sign) => {
    expect(parseExpression(`a ${sign} 1`)).toEqual({ must: `must compare with < or >, not with ${sign}` });
  });

  it.each([
    'one',
    '1e3',
    '.5',
    '5.',
    '--1',
    '+1',
    '1x',
    'x1',
    '1 min',
    '1234567890123456',
    '0.1234567890',
    '1m',
    '1%%',
  ])('does not compare with the limit %s', (limit) => {
    const read = parseExpression(`a < ${limit}`);
    expect('must' in read ? read.must : '').toMatch(
      /^must (compare with a plain number and its unit: %, ms, s, or none|be an expression)/,
    );
  });

  it('lasts for whole minutes', () => {
    expect(parseExpression('a < 1 for 90s')).toEqual({ must: 'must give a duration such as 2m or 1h after `for`' });
    expect(parseExpression('a < 1 for 0m')).toMatchObject({ value: { forMinutes: 0 } });
  });
});
