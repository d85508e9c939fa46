import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isInputProblem } from '../../lib/sim/input-problem.ts';
import { readTrace, type Trace, traceMean } from '../../lib/sim/trace.ts';
import { minuteTraffic } from '../../lib/sim/traffic.ts';
import { trafficModel } from '../../lib/sim/traffic-model.ts';
import { planFixture as plan } from './plan-fixture.ts';

const MINUTE = 60_000;

/** Half a day of 5-minute sums from 00:04 on, 100 to 243 requests each; the slots at 06:04 and 06:09 are missing. */
const lines = Array.from({ length: 144 }, (_, slot) => {
  const at = new Date(Date.parse('2014-04-10T00:04:00Z') + slot * 5 * MINUTE).toISOString();
  return `${at.slice(0, 19).replace('T', ' ')},${100 + slot}.0`;
}).filter((line) => !/ 06:(04|09):/.test(line));
const text = `timestamp,value\n${lines.join('\n')}\n`;

const read = (scale: number): Trace => {
  const trace = readTrace(text, scale);
  if (isInputProblem(trace)) throw new Error(trace.problem);
  return trace;
};

const requestsOf = (trace: Trace, minute: number): number | null => {
  const model = trafficModel(plan, { seed: 1, behaviours: [], trace });
  const row = minuteTraffic(model, minute, { candidate: 0.2, baseline: 0.8 }, { candidate: 0.2, baseline: 0.8 });
  return row.baseline === null && row.candidate === null
    ? null
    : (row.baseline?.requests ?? 0) + (row.candidate?.requests ?? 0);
};

describe('a trace', () => {
  it('keeps its slots and what is missing between them', () => {
    const trace = read(1);
    expect(trace.slotMinutes).toBe(5);
    expect(trace.slots).toHaveLength(144);
    expect(trace.slots.filter((slot) => slot === null)).toHaveLength(2);
  });

  it('is replayed at its own time of day, scaled, and each slot adds up exactly', () => {
    const trace = read(10);
    const slot = Date.parse('2025-10-31T10:04:00Z');
    const requests = Array.from({ length: 5 }, (_, index) => requestsOf(trace, slot + index * MINUTE) ?? 0);
    expect(requests.reduce((sum, value) => sum + value, 0)).toBe((100 + 120) * 10);
    expect(new Set(requests).size).toBeGreaterThan(1);
  });

  it('has minutes without any datapoint where a slot is missing, hosts being there', () => {
    const trace = read(10);
    const model = trafficModel(plan, { seed: 1, behaviours: [], trace });
    const row = minuteTraffic(
      model,
      Date.parse('2025-10-31T06:10:00Z'),
      { candidate: 1, baseline: 0 },
      { candidate: 1, baseline: 0 },
    );
    expect(row).toMatchObject({ candidate: null, baseline: null, hosts: true });
  });

  it('begins anew when it is over', () => {
    const trace = read(1);
    const slot = Date.parse('2025-10-31T10:04:00Z');
    expect(traceMean(trace, plan.start, slot + 12 * 60 * MINUTE)).toBe(traceMean(trace, plan.start, slot));
    expect(traceMean(trace, plan.start, plan.start - 30 * 1440 * MINUTE)).not.toBeUndefined();
  });

  it.each([
    ['time,value\n', 'line 1: must be the header timestamp,value'],
    [
      'timestamp,value\nyesterday,4\n',
      'line 2, column timestamp: must be a UTC time such as 2014-04-10 00:04:00, given "yesterday"',
    ],
    ['timestamp,value\n2014-04-10 00:04:00,-4\n', 'line 2, column value: must be a number of at least 0, given "-4"'],
    ['timestamp,value\n2014-04-10 00:04:00,\n', 'line 2, column value: must be a number of at least 0, given nothing'],
    [
      'timestamp,value\n2014-04-10 00:04:00,4\n2014-04-10 00:04:00,4\n',
      'line 3, column timestamp: must be at least a minute after the line before',
    ],
    ['timestamp,value\n2014-04-10 00:04:00,4\n', 'A trace must have at least 2 lines below its header'],
    ['', 'line 1: must be the header timestamp,value, given nothing'],
  ])('that is %j is refused with line and column', (wrong, problem) => {
    const trace = readTrace(wrong, 1);
    expect(isInputProblem(trace) ? trace.problem : '').toContain(problem);
  });

  const real = process.env.SLUICE_TRACE;
  it.skipIf(real === undefined)(
    'may be that of a real load balancer ($SLUICE_TRACE; skipped where it is unset)',
    () => {
      const trace = readTrace(readFileSync(real ?? '', 'utf8'), 1000);
      if (isInputProblem(trace)) throw new Error(trace.problem);
      expect(trace.periodMinutes).toBe(14 * 1440);
      expect(trace.slots.filter((slot) => slot === null).length).toBeGreaterThan(0);
      expect(trace.meanPerMinute).toBeGreaterThan(10_000);
    },
  );
});
