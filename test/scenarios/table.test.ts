import { describe, expect, it } from 'vitest';
import { minutesTo, type Ran, run, seedSource, shortSource, story } from './run.ts';

interface Row {
  readonly scenario: string;
  readonly faults: readonly string[];
  /** The code that must come. */
  readonly code: string;
  /** Minutes after the plan's start: not before, and not after. */
  readonly between: readonly [number, number];
  readonly outcome: Ran['outcome'];
  readonly weight: number;
  readonly source?: string;
}

const H = 60;
const RAMP = 26 * H;
const ROLLOUT = 52 * H;

const unwatchedSource = `${seedSource}\nregressionWatch: { off: a test of what comes after the watch }\n`;

/** Scenario, reason code, latest time, outcome. Rows settle in 4 minutes: a fault at minute 37 is first judged at 41. */
const TABLE: readonly Row[] = [
  {
    scenario: 'p99 rises from 46 to 300 ms',
    faults: ['p99 300ms from 00:37'],
    code: 'WATCH_TRIPPED',
    between: [42, 50],
    outcome: 'rolledBack',
    weight: 0,
  },
  {
    scenario: 'p99 rises from 46 to 300 ms, and nobody watches',
    faults: ['p99 300ms from 00:37'],
    code: 'CRITERION_FAILED',
    source: unwatchedSource,
    between: [41, 80],
    outcome: 'rolledBack',
    weight: 0,
  },
  {
    scenario: 'p99 of 300 ms, and the guard proves it',
    faults: ['p99 300ms from 00:37'],
    code: 'GUARD_TRIPPED',
    source: unwatchedSource,
    between: [41, 150],
    outcome: 'rolledBack',
    weight: 0,
  },
  {
    scenario: 'targets hang',
    faults: ['hanging 50% from 00:37'],
    code: 'GUARD_TRIPPED',
    between: [41, 48],
    outcome: 'rolledBack',
    weight: 0,
  },
  {
    scenario: 'revenue −40 % at 10 %',
    faults: [`revenue -40% from 26:00`],
    code: 'GUARD_TRIPPED',
    between: [RAMP + 100, RAMP + 150],
    outcome: 'rolledBack',
    weight: 0,
  },
  {
    scenario: 'one segment of four fails ten times as often',
    faults: ['segment 2 failures x10 from 26:30'],
    code: 'WATCH_TRIPPED',
    between: [RAMP + 34, RAMP + 75],
    outcome: 'rolledBack',
    weight: 0,
  },
  {
    scenario: 'slow leak to 50 times over six hours',
    faults: ['leak x50 over 6h from 00:30'],
    code: 'WATCH_TRIPPED',
    between: [34, 150],
    outcome: 'rolledBack',
    weight: 0,
  },
  {
    scenario: 'flapping every three minutes',
    faults: ['flapping x50 every 3m from 00:37'],
    code: 'WATCH_TRIPPED',
    between: [41, 60],
    outcome: 'rolledBack',
    weight: 0,
  },
  {
    scenario: 'orders fall to zero',
    faults: ['orders -100% from 00:30'],
    code: 'WATCH_TRIPPED',
    between: [35, 90],
    outcome: 'rolledBack',
    weight: 0,
  },
  {
    scenario: 'orders fall to zero, and nobody watches',
    faults: ['orders -100% from 00:30'],
    code: 'GUARD_TRIPPED',
    source: unwatchedSource,
    between: [100, 165],
    outcome: 'rolledBack',
    weight: 0,
  },
  {
    scenario: 'bad overnight: below the guard, and not raised at 14:00',
    faults: ['failures 1.2% from 15:00'],
    code: 'WATCH_TRIPPED',
    between: [15 * H + 4, 15 * H + 40],
    outcome: 'rolledBack',
    weight: 0,
  },
  {
    scenario: 'slow overnight: below the guard, and seen at night',
    faults: ['p99 230ms from 15:00'],
    code: 'WATCH_TRIPPED',
    between: [15 * H + 4, 15 * H + 40],
    outcome: 'rolledBack',
    weight: 0,
  },
  {
    scenario: 'slow overnight, and nobody watches: the gate passed at noon, and asked once more at 14:00 it fails',
    faults: ['p99 230ms from 15:00'],
    code: 'GATE_STALE',
    source: unwatchedSource,
    between: [RAMP, RAMP + 1],
    outcome: 'rolledBack',
    weight: 0,
  },
  {
    scenario: 'no healthy candidate target',
    faults: ['candidate targets 0 of 20 from 00:37'],
    code: 'CANDIDATE_UNHEALTHY',
    between: [38, 39],
    outcome: 'rolledBack',
    weight: 0,
  },
  {
    scenario: 'a shared outage begins 3 minutes after a rise and stays',
    faults: ['both fail 30% from 26:03'],
    code: 'OUTAGE_AFTER_RISE',
    between: [RAMP + 18, RAMP + 24],
    outcome: 'rolledBack',
    weight: 0,
  },
  {
    scenario: 'a database fails for both for 3 minutes at weight 100 on day 9',
    faults: ['both fail 60% from 9d 03:00 for 3m'],
    code: 'GUARD_UNACQUITTED',
    between: [9 * 24 * H + 3 * H + 3, 9 * 24 * H + 3 * H + 8],
    outcome: 'held',
    weight: 100,
    source: seedSource,
  },
  {
    scenario: 'somebody sets the weight to 0 by hand',
    faults: ['weight 0 by hand from 27:00'],
    code: 'WEIGHT_LOWERED_OUTSIDE',
    between: [27 * H, 27 * H + 1],
    outcome: 'held',
    weight: 10,
  },
  {
    scenario: 'a rule is pointed at a third target group',
    faults: ['foreign rule from 27:00'],
    code: 'RULE_FOREIGN',
    between: [27 * H, 27 * H + 1],
    outcome: 'held',
    weight: 10,
  },
  {
    scenario: 'a rule is deleted',
    faults: ['gone rule from 27:00'],
    code: 'RULE_FOREIGN',
    between: [27 * H, 27 * H + 1],
    outcome: 'held',
    weight: 10,
  },
  {
    scenario: '10 → 100 % onto a candidate with 4 of 20 targets',
    faults: ['candidate targets 4 of 20 from 27:00'],
    code: 'CANDIDATE_TOO_SMALL',
    between: [ROLLOUT, ROLLOUT + 1],
    outcome: 'held',
    weight: 10,
  },
  {
    scenario: 'an incident is open and stays',
    faults: ['incident from 01:00'],
    code: 'INCIDENT_OPEN',
    between: [H, H + 2],
    outcome: 'held',
    weight: 1,
  },
  {
    scenario: 'the candidate reports nothing',
    faults: ['weight 0 by hand from 00:20'],
    code: 'WEIGHT_LOWERED_OUTSIDE',
    between: [20, 21],
    outcome: 'held',
    weight: 1,
  },
];

describe('scenarios', () => {
  it.each(TABLE)(
    '$scenario: $code, $outcome',
    async ({ faults, code, between, outcome, weight, source }) => {
      const ran = await run({ faults, source: source ?? shortSource });
      const minutes = minutesTo(ran, code);
      expect(minutes, story(ran).slice(-12).join('\n')).toBeGreaterThanOrEqual(between[0]);
      expect(minutes).toBeLessThanOrEqual(between[1]);
      expect([ran.outcome, ran.weight, ran.violations, ran.refusals]).toEqual([outcome, weight, [], []]);
    },
    60_000,
  );

  it('does not roll back for one bad minute of 10 %', async () => {
    const ran = await run({
      faults: ['failures 10% from 00:37 for 1m'],
      untilInstant: Date.parse('2025-11-01T13:00Z'),
    });
    expect(story(ran).filter((line) => /rollBack|hold/.test(line))).toEqual([]);
  });
});
