import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCriterion, parseGuard } from '../../lib/plan/criterion.ts';

const OPTIONS = { proof: 'proven', inSharedOutage: 'hold' } as const;

describe('parseCriterion', () => {
  it.each([
    ['errorRate < 1%', false, { kind: 'share', share: 'failures', side: 'below', limit: 0.01 }],
    ['errorRate<0.5%', false, { kind: 'share', share: 'failures', side: 'below', limit: 0.005 }],
    ['availability > 99.9%', false, { kind: 'share', share: 'unavailable', side: 'below', limit: 0.001 }],
    ['availability > 99.95%', false, { kind: 'share', share: 'unavailable', side: 'below', limit: 0.0005 }],
    ['latencyP50 < 20ms', false, { kind: 'share', share: 'slow:20ms', side: 'below', limit: 0.5 }],
    ['latencyP90 < 200ms', false, { kind: 'share', share: 'slow:200ms', side: 'below', limit: 0.1 }],
    ['latencyP95 < 200ms', false, { kind: 'share', share: 'slow:200ms', side: 'below', limit: 0.05 }],
    ['latencyP99 < 0.2s', false, { kind: 'share', share: 'slow:200ms', side: 'below', limit: 0.01 }],
    ['latencyP999 < 1.5 s', false, { kind: 'share', share: 'slow:1500ms', side: 'below', limit: 0.001 }],
    ['not revenueDelta < -3%', true, { kind: 'ratio', side: 'below', limit: -0.03 }],
    ['revenueDelta > 2%', false, { kind: 'ratio', side: 'above', limit: 0.02 }],
    ['not segmentErrorRatio > 2', true, { kind: 'segmentRatio', side: 'above', limit: 2 }],
    ['segmentSpread < 5%', false, { kind: 'segmentSpread', side: 'below', limit: 0.05 }],
    ['cpu < 85%', false, { kind: 'gauge', gauge: 'cpu', side: 'below', limit: 85 }],
    ['queueDepth < 1000', false, { kind: 'gauge', gauge: 'queueDepth', side: 'below', limit: 1000 }],
    ['satisfaction > 4.2', false, { kind: 'gauge', gauge: 'satisfaction', side: 'above', limit: 4.2 }],
    ['not cpu > 85%', true, { kind: 'gauge', gauge: 'cpu', side: 'above', limit: 85 }],
    ['not queueDepth < 1', true, { kind: 'gauge', gauge: 'queueDepth', side: 'below', limit: 1 }],
    ['not errorRate > 2%', true, { kind: 'share', share: 'failures', side: 'above', limit: 0.02 }],
    ['noIncidents', false, { kind: 'noIncidents' }],
    ['latencyP99 < 1ms', false, { kind: 'share', share: 'slow:1ms', side: 'below', limit: 0.01 }],
    ['latencyP99 < 3600s', false, { kind: 'share', share: 'slow:3600000ms', side: 'below', limit: 0.01 }],
    ['segmentErrorRatio < 1000', false, { kind: 'segmentRatio', side: 'below', limit: 1000 }],
  ])('reads %s', (text, not, claim) => {
    expect(parseCriterion(text)).toMatchObject({ value: { not, claim } });
  });

  it('keeps the text as written, with single blanks', () => {
    expect(parseCriterion('  not   revenueDelta <  -3% ')).toMatchObject({
      value: { text: 'not revenueDelta < -3%', metric: 'revenueDelta' },
    });
  });

  it.each([
    ['', /must be an expression/],
    ['< 1%', /must be an expression/],
    ['error-rate < 1%', /must be an expression/],
    ['errorRate', /must compare errorRate with a limit: `errorRate < 1%`/],
    ['errorRate <= 1%', /must compare with < or >, not with <=/],
    ['errorRate = 1%', /must compare with < or >, not with =/],
    ['errorRate < one%', /must compare with a plain number/],
    ['errorRate < 1e-2%', /must compare with a plain number/],
    ['errorRate < 1%%', /must compare with a plain number/],
    ['errorRate < 1', /must give the limit of errorRate in %/],
    ['errorRate < 5ms', /must give the limit of errorRate in %/],
    ['errorRate < 0%', /between 0% and 100%/],
    ['errorRate < 100%', /between 0% and 100%/],
    ['errorRate < -1%', /between 0% and 100%/],
    ['errorRate > 1%', /must say what is good, `errorRate < 1%`, or after `not` what is bad, `not errorRate > 1%`/],
    ['not errorRate < 1%', /must say what is good/],
    ['availability < 99%', /must say what is good, `availability > 99.9%`/],
    ['not revenueDelta < -100%', /between -100% and 1000%/],
    ['latencyP99 < 200', /in ms or s/],
    ['latencyP99 < 1%', /in ms or s/],
    ['latencyP99 < 0ms', /between 1ms and 3600s/],
    ['segmentErrorRatio < 2%', /as a plain number/],
    ['segmentErrorRatio < 0', /above 0/],
    ['cpu < 85ms', /metric's own unit/],
    ['latencyP99 < 3600.001s', /between 1ms and 3600s/],
    ['segmentErrorRatio < 1000.1', /at most 1000/],
    ['cpu < 85s', /metric's own unit/],
    ['cpu', /`cpu > 85`$|`cpu < 85`$/],
    ['latencyP99', /`latencyP99 < 200ms`$/],
    ['segmentErrorRatio', /`segmentErrorRatio < 2`$/],
    ['revenueDelta', /`revenueDelta > -3%`$/],
    ['availability', /`availability > 99.9%`$/],
    ['noIncidents < 1', /must be `noIncidents` alone/],
    ['not noIncidents', /must be `noIncidents` alone/],
    ['errorRate < 1% for 5m', /only guards have a duration/],
  ])('refuses %j', (text, must) => {
    expect(parseCriterion(text)).toEqual({ must: expect.stringMatching(must) });
  });

  it('answers any text', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom('not ', 'errorRate', 'cpu', ' < ', ' > ', '1', '%', '-', '.', 'ms', ' for ', '5m', ' '),
        ),
        (parts) => {
          const parsed = parseCriterion(parts.join(''));
          expect('value' in parsed || parsed.must.startsWith('must ')).toBe(true);
        },
      ),
      { numRuns: 500, seed: 1 },
    );
  });
});

describe('parseGuard', () => {
  it.each([
    ['errorRate > 1.5% for 2m', 2, { kind: 'share', share: 'failures', side: 'above', limit: 0.015 }],
    ['latencyP99 > 250ms for 5m', 5, { kind: 'share', share: 'slow:250ms', side: 'above', limit: 0.01 }],
    ['availability < 99% for 5m', 5, { kind: 'share', share: 'unavailable', side: 'above', limit: 0.01 }],
    ['revenueDelta < -5% for 10m', 10, { kind: 'ratio', side: 'below', limit: -0.05 }],
    ['segmentErrorRatio > 3 for 15m', 15, { kind: 'segmentRatio', side: 'above', limit: 3 }],
    ['errorRate > 1% for 1m', 1, { kind: 'share', share: 'failures', side: 'above', limit: 0.01 }],
    ['cpu > 85 % for 10m', 10, { kind: 'gauge', gauge: 'cpu', side: 'above', limit: 85 }],
    ['healthyWorkers < 3 for 1h', 60, { kind: 'gauge', gauge: 'healthyWorkers', side: 'below', limit: 3 }],
  ])('reads %s', (text, forMinutes, claim) => {
    expect(parseGuard(text, OPTIONS)).toEqual({ value: expect.objectContaining({ forMinutes, claim, ...OPTIONS }) });
  });

  it.each([
    ['errorRate > 1.5%', /must give a limit and a duration: `errorRate > 1% for 5m`/],
    ['errorRate for 5m', /must give a limit and a duration/],
    ['availability for 5m', /must give a limit and a duration: `availability < 99.9% for 5m`$/],
    ['cpu > 85', /must give a limit and a duration: `cpu > 85 for 5m`$/],
    ['errorRate > 1% for 61m', /1m to 1h/],
    ['errorRate > 0% for 5m', /between 0% and 100%/],
    ['errorRate > 1.5% for 90s', /must give a duration such as 2m or 1h after `for`/],
    ['errorRate > 1.5% for 0m', /1m to 1h/],
    ['errorRate > 1.5% for 2h', /1m to 1h/],
    ['errorRate < 1.5% for 2m', /must say what must not happen/],
    ['not errorRate > 1.5% for 2m', /without `not`/],
    ['segmentSpread > 5% for 5m', /can only be a criterion/],
    ['noIncidents', /can only be a criterion/],
  ])('refuses %j', (text, must) => {
    expect(parseGuard(text, OPTIONS)).toEqual({ must: expect.stringMatching(must) });
  });
});
