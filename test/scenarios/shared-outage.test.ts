import { describe, expect, it } from 'vitest';
import { codes, minutesTo, run, seeds, shortSource } from './run.ts';

const RAMP_STARTS = Date.parse('2025-11-01T14:30Z');

describe('both sides fail at 5 % for 8 minutes', () => {
  it('holds, never rolls back, and goes on ten clean rows later with a bake longer by the time held, 100 seeds', async () => {
    for (const seed of seeds(1, 100)) {
      const ran = await run({ seed, faults: ['both fail 5% from 00:50 for 8m'], untilInstant: RAMP_STARTS });
      const told = codes(ran);
      expect(told, `seed ${seed}`).toContain('hold SHARED_OUTAGE');
      expect(told, `seed ${seed}`).toContain('resume RECOVERED');
      expect(
        told.filter((code) => code.startsWith('rollBack')),
        `seed ${seed}`,
      ).toEqual([]);
      expect(
        told.filter((code) => code.startsWith('advance')),
        `seed ${seed}`,
      ).toHaveLength(2);
      expect(ran.violations, `seed ${seed}`).toEqual([]);
      const [held, recovered, gate] = ['SHARED_OUTAGE', 'RECOVERED', 'GATE_PASSED'].map((code) =>
        Math.floor(minutesTo(ran, code) ?? Number.NaN),
      );
      // The outage ends at 00:58: its last bad row is one of the last (failures clump) or, in a window of two minutes, the next. Ten clean
      // rows follow, and rows settle in 4 minutes.
      expect(recovered, `seed ${seed}`).toBeGreaterThanOrEqual(66);
      expect(recovered, `seed ${seed}`).toBeLessThanOrEqual(73);
      const extended = 15 * told.filter((code) => code === 'extend EXTENDED').length;
      const longer = (gate ?? 0) - 124 - extended;
      expect(Math.abs(longer - ((recovered ?? 0) - (held ?? 0))), `seed ${seed}`).toBeLessThanOrEqual(2);
    }
  }, 300_000);

  it('leaves the rows of the outage out of the criteria', async () => {
    const ran = await run({ faults: ['both fail 5% from 00:50 for 8m'], untilInstant: RAMP_STARTS });
    const gate = ran.decisions.find(({ reason }) => reason.code === 'GATE_PASSED')?.reason;
    const errorRate =
      gate?.code === 'GATE_PASSED' ? gate.assessments.find(({ metric }) => metric === 'errorRate') : undefined;
    expect(errorRate?.measured).toBeLessThan(0.002);
  });
});

describe('a guard with inSharedOutage: rollBack', () => {
  it('rolls back although the baseline fails too', async () => {
    const source = shortSource.replace(
      '  - errorRate > 1.5% for 2m',
      '  - { if: "errorRate > 1.5% for 2m", inSharedOutage: rollBack }',
    );
    const ran = await run({ source, faults: ['both fail 30% from 00:50'], untilInstant: RAMP_STARTS });
    expect(ran.outcome).toBe('rolledBack');
    expect(codes(ran)).toContain('rollBack GUARD_TRIPPED');
  });
});
