import { describe, expect, it } from 'vitest';
import type { Entry } from '../../lib/rollout/entry.ts';
import { codes, minutesTo, run, story } from './run.ts';

const CANARY_ENDS = Date.parse('2025-11-01T13:00Z');

const rowsOf = (bodies: readonly string[]) => bodies.flatMap((body) => (JSON.parse(body) as Entry).rows);

describe('CloudWatch is silent for 20 minutes', () => {
  const silent = 'cloudwatch silent from 00:40 to 01:00';

  it('holds BLIND; when the rows come back a breach among them rolls back, judged one by one', async () => {
    const bodies: string[] = [];
    const ran = await run({ faults: [silent, 'failures x50 from 00:45 for 6m'], sink: (body) => bodies.push(body) });
    const blind = minutesTo(ran, 'BLIND') ?? 0;
    expect(blind).toBeGreaterThanOrEqual(45);
    expect(blind).toBeLessThanOrEqual(50);
    expect(minutesTo(ran, 'WATCH_TRIPPED')).toBeLessThanOrEqual(62);
    expect([ran.outcome, ran.weight, ran.violations]).toEqual(['rolledBack', 0, []]);
    const minutes = rowsOf(bodies).map(({ minute }) => Date.parse(minute));
    expect(minutes.every((minute, index) => index === 0 || minute - (minutes[index - 1] ?? 0) === 60_000)).toBe(true);
  });

  it('goes on by itself without a breach, and skips no gate', async () => {
    const ran = await run({ faults: [silent], untilInstant: CANARY_ENDS });
    expect(codes(ran)).toContain('resume RECOVERED');
    expect(story(ran).filter((line) => /rollBack|INSUFFICIENT/.test(line))).toEqual([]);
    expect(minutesTo(ran, 'GATE_PASSED')).toBeGreaterThan(130);
    expect(codes(ran).filter((code) => code === 'wait CHECKPOINT')).toHaveLength(4);
  });

  it('does the same when CloudWatch throttles or answers partially', async () => {
    for (const how of ['throttled', 'partial']) {
      const ran = await run({ faults: [`cloudwatch ${how} from 00:40 to 01:00`], untilInstant: CANARY_ENDS });
      expect(codes(ran)).toContain('hold BLIND');
      expect(codes(ran)).toContain('resume RECOVERED');
      expect(ran.outcome).toBe('running');
    }
  });
});

describe('6 hours without ticks', () => {
  it('judges the rows in order, announces once, and advances at most once, across three checkpoints and a gate', async () => {
    const bodies: string[] = [];
    const ran = await run({
      faults: ['no ticks from 00:20 to 06:20'],
      untilInstant: CANARY_ENDS,
      sink: (body) => bodies.push(body),
    });
    const minutes = rowsOf(bodies).map(({ minute }) => Date.parse(minute));
    expect(minutes.every((minute, index) => index === 0 || minute - (minutes[index - 1] ?? 0) === 60_000)).toBe(true);
    const after = ran.announcements.filter(({ at }) => at > '2025-10-31T12:30' && at < '2025-10-31T19:00');
    expect(after.map(({ subject }) => subject)).toEqual(['ultra-fast-analyzer: GATE_PASSED (canary)']);
    expect(bodies.every((body) => (JSON.parse(body) as Entry).rows.length <= 60)).toBe(true);
    expect(ran.violations).toEqual([]);
  });

  it('lets sign-offs expire in the gap, and advances not at all', async () => {
    const ran = await run({ signOffs: 'none', faults: ['no ticks from 73:00 to 79:00'] });
    expect(story(ran).at(-1)).toMatch(/^11-03 19:0\d ramp hold SIGN_OFF_EXPIRED$/);
    expect(codes(ran).filter((code) => code.startsWith('advance'))).toHaveLength(2);
  });

  it('advances once when starts fall into the gap, and asks for a confirmation when that is too late', async () => {
    const ran = await run({ faults: ['no ticks from 25:00 to 31:00'] });
    expect(ran.outcome).toBe('held');
    expect(story(ran).at(-1)).toMatch(/^11-01 19:00 canary hold START_LATE$/);
  });
});
