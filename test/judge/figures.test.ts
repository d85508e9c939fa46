import { describe, expect, it } from 'vitest';
import { delays, quantile, rehearse, usual } from './figures.ts';

const FAULT = { from: 37, times: 50 };

describe('simulated rollouts at 12,000 requests a minute', () => {
  it('none of 20 healthy ones is stopped in 26 h at 1 % and 26 h at 10 %', () => {
    for (let seed = 1; seed <= 20; seed++) {
      expect(rehearse(seed, usual, [1560, 1560])).toEqual({ watch: -1, guard: -1 });
    }
  });

  it('none of 5 healthy ones is stopped where both sides fail at 0.5 %', () => {
    for (let seed = 1; seed <= 5; seed++) {
      expect(rehearse(seed, { ...usual, rate: 0.005 }, [1560, 1560])).toEqual({ watch: -1, guard: -1 });
    }
  });

  it('failures x50 at 120 candidate requests a minute: the watch needs about 6 rows, the guard 17', () => {
    const { watch, guard } = delays(200, usual, 157, FAULT);
    expect(quantile(watch, 0.5)).toBeLessThanOrEqual(6);
    expect(quantile(watch, 0.9)).toBeLessThanOrEqual(7);
    expect(quantile(watch, 0.99)).toBeLessThanOrEqual(9);
    expect(quantile(guard, 0.5)).toBeGreaterThanOrEqual(15);
    expect(quantile(guard, 0.5)).toBeLessThanOrEqual(20);
  });

  it('failures x50 at 600 candidate requests a minute: 2 rows and 4', () => {
    const { watch, guard } = delays(60, { ...usual, requestsPerMinute: 60_000 }, 100, FAULT);
    expect(quantile(watch, 0.5)).toBeLessThanOrEqual(3);
    expect(quantile(guard, 0.5)).toBeLessThanOrEqual(5);
  });

  it('failures x50 at 10 candidate requests a minute: the watch sees them, the guard not within two hours', () => {
    const { watch, guard } = delays(30, { ...usual, requestsPerMinute: 1000 }, 157, FAULT);
    expect(quantile(watch, 0.5)).toBeLessThan(30);
    expect(quantile(guard, 0.5)).toBe(Infinity);
  });
});
