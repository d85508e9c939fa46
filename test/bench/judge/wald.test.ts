import { describe, expect, it } from 'vitest';
import { waldLimit } from '../../../bench/judge/peers/wald.ts';

describe("Wald's limit", () => {
  it('agrees with a calculation by hand', () => {
    // 10 requests/min of which 0.1 % fail: 0.01 failures/min. Twice as many: 0.01 (2 ln 2 - 1) = 0.003863 a minute; ln 100 = 4.60517.
    const { minutes, failures } = waldLimit({ requestsPerMinute: 10, failureRate: 0.001, times: 2, alpha: 0.01 });
    expect(minutes).toBeCloseTo(4.60517 / 0.003862944, 1);
    expect(failures).toBeCloseTo((4.60517 / 0.003862944) * 0.02, 3);
  });

  it.each([
    [50, 63],
    [1_000, 4],
    [50_000, 1],
  ])(
    'is, for fifty times as many failures and 1 % of %d requests/min, %d min begun and 1.6 failures',
    (total, expected) => {
      const limit = waldLimit({ requestsPerMinute: total / 100, failureRate: 0.001, times: 50, alpha: 0.01 });
      expect(Math.ceil(limit.minutes)).toBe(expected);
      expect(limit.failures).toBeCloseTo(1.6, 1);
    },
  );

  it('falls with traffic in proportion, and needs as many failures', () => {
    const of = { failureRate: 0.001, times: 5, alpha: 0.01 };
    const [slow, fast] = [waldLimit({ ...of, requestsPerMinute: 1 }), waldLimit({ ...of, requestsPerMinute: 10 })];
    expect(slow.minutes / fast.minutes).toBeCloseTo(10, 9);
    expect(slow.failures).toBeCloseTo(fast.failures, 9);
  });
});
