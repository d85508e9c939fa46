/** Minutes that are not settled, taken at their worst for a rollback. */
import { describe, expect, it } from 'vitest';
import { worstCase } from '../../lib/judge/early.ts';
import { counts, row } from './rows.ts';

const ours = counts(100, { failures: 7 });

describe('a minute that is not settled', () => {
  it('has the baseline’s failures and unanswered requests, and all that are still to come', () => {
    // 100 candidate requests at 10 % tell of (100 − 3·10)·9 = 630 at least; 1,000 are usual, 900 are there.
    const seen = worstCase(row(0, ours, counts(900, { failures: 5, unavailable: 2 })), 1000);
    expect(seen?.baselineRequests).toBe(900);
    expect(seen?.baselineEvents).toBe(2 + 5 + 100);
    expect(seen?.events).toBe(7);
    expect(seen?.requests).toBeCloseTo(1000 / 9 + 3 * Math.sqrt(1000 / 9), 9);
  });

  it('is taken for as large as the candidate’s requests tell, where that is more than is usual or there', () => {
    const seen = worstCase(row(0, counts(400), counts(100)), 200);
    expect(seen?.baselineEvents).toBeCloseTo((400 - 60) * 9 - 100, 9);
    expect(seen?.requests).toBe(400);
  });

  it('with more requests than are usual or told has no more to come', () => {
    const seen = worstCase(row(0, counts(20, { failures: 30 }), counts(9000, { failures: 5, unavailable: -3 }), 1), 10);
    expect(seen).toMatchObject({ events: 20, baselineRequests: 9000, baselineEvents: 5 });
    expect(seen?.requests).toBeCloseTo(9000 / 99 + 3 * Math.sqrt(9000 / 99), 9);
  });

  it('has no more failures than requests', () => {
    const seen = worstCase(row(0, ours, counts(1000, { failures: 800, unavailable: 700 })), 1000);
    expect(seen?.baselineEvents).toBe(1000);
  });

  it('says nothing where a side, its answers, or what is usual is not known, or one side has all the traffic', () => {
    const theirs = counts(900);
    expect(worstCase(row(0, ours, theirs), 1)).toBeDefined();
    expect(worstCase(row(0, ours, theirs, 0.1), 1)).toBeDefined();
    expect([
      worstCase(row(0, null, theirs), 900),
      worstCase(row(0, ours, null), 900),
      worstCase(row(0, ours, counts(900, { unavailable: null })), 900),
      worstCase(row(0, ours, theirs), 0),
      worstCase(row(0, ours, theirs, 100), 900),
      worstCase(row(0, ours, theirs, 0), 900),
    ]).toEqual(Array.from({ length: 6 }, () => undefined));
  });
});
