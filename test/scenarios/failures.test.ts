import { describe, expect, it } from 'vitest';
import { codes, minutesTo, run, seeds, sentenceOf } from './run.ts';

const FAULT_AT = 37;

describe('failures x50 from 00:37', () => {
  it('is decided within 11 minutes in at least 90 of 100 seeds, within 14 in all, and never goes up again', async () => {
    const minutes: number[] = [];
    for (const seed of seeds(1, 100)) {
      const ran = await run({ seed, faults: ['failures x50 from 00:37'] });
      const reason = ran.decisions.find(({ decision }) => decision === 'rollBack')?.reason.code ?? 'none';
      expect(['WATCH_TRIPPED', 'GUARD_TRIPPED'], `seed ${seed}`).toContain(reason);
      expect([ran.outcome, ran.weight, ran.violations], `seed ${seed}`).toEqual(['rolledBack', 0, []]);
      expect(
        codes(ran).filter((code) => code.startsWith('advance')),
        `seed ${seed}`,
      ).toHaveLength(1);
      minutes.push((minutesTo(ran, reason) ?? Number.POSITIVE_INFINITY) - FAULT_AT);
    }
    expect(minutes.filter((each) => each <= 11).length).toBeGreaterThanOrEqual(90);
    expect(Math.max(...minutes)).toBeLessThanOrEqual(14);
    expect(Math.min(...minutes)).toBeGreaterThan(0);
  }, 300_000);

  it('names the watch or the guard with its numbers', async () => {
    const ran = await run({ faults: ['failures x50 from 00:37'] });
    expect(sentenceOf(ran, 'WATCH_TRIPPED')).toMatch(
      /candidate served \d\.\d % of the requests but \d+\.\d % of the failures \(\d+ of \d+\), at least [\d.]+ times the baseline's rate/,
    );
  });

  it('tells when it began, was decided and verified, and the last request on the candidate', async () => {
    const { state } = await run({ faults: ['failures x50 from 00:37'] });
    const { rollback } = state;
    const began = rollback?.faultBeganAt ?? 0;
    expect(Math.abs(began - Date.parse('2025-10-31T12:37Z'))).toBeLessThanOrEqual(3 * 60_000);
    expect(began).toBeLessThan(rollback?.decidedAt ?? 0);
    expect(rollback?.decidedAt).toBeLessThan(rollback?.verifiedAt ?? 0);
    expect(Date.parse(rollback?.lastRequestMinute ?? '')).toBeLessThan(rollback?.verifiedAt ?? 0);
  });
});
