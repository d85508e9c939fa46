/** What people are told with a decision: the phase's report, the daily health check, the weekly review, the way back. */
import { describe, expect, it } from 'vitest';
import { minuteText } from '../../lib/judge/row.ts';
import type { Assessment } from '../../lib/judge/verdict.ts';
import type { Decision, Notice } from '../../lib/rollout/entry.ts';
import { noticesOf } from '../../lib/rollout/notices.ts';
import { closeDay, newReview, reviewRow } from '../../lib/rollout/review.ts';
import type { Review } from '../../lib/rollout/rollout.ts';
import { foldBusiness } from '../judge/fold.ts';
import {
  type Change,
  failedCriterion,
  go,
  HOUR,
  MINUTE,
  NOW,
  seedPlan,
  situationOf,
  stateOf,
  watchTrip,
} from './fixture.ts';

const passed: Assessment = {
  ...failedCriterion,
  verdict: 'pass',
  measured: 0.002,
  lower: 0.001,
  upper: 0.004,
  bad: 24,
  requests: 12_000,
};
const revenue = (lower: number, upper: number): Assessment => ({
  ...passed,
  text: 'not revenueDelta < -3%',
  metric: 'revenueDelta',
  claim: { kind: 'ratio', side: 'below', limit: -0.03 },
  kind: 'notAgainst',
  measured: (lower + upper) / 2,
  lower,
  upper,
  bad: null,
  requests: 46,
  of: 'blocks',
});
const gatePassed = (assessments: readonly Assessment[], autoSignOffs: readonly string[] = []): Decision => ({
  decision: 'wait',
  reason: { code: 'GATE_PASSED', assessments, autoSignOffs },
});

const told = (phase: number, decision: Decision, change: Parameters<typeof situationOf>[1] = {}): readonly Notice[] =>
  noticesOf(situationOf(phase, change), decision, null);
const textTo = (audience: Notice['audience'], notices: readonly Notice[]): string =>
  notices
    .filter((notice) => notice.audience === audience)
    .map(({ text }) => text)
    .join('\n---\n');

describe('the segments of a phase whose gate passes', () => {
  const segment = (requests: number, failures: number) => ({ requests, failures });
  const nothing = { requests: null, revenue: null, orders: null, gauges: {} };
  /** An hour in which so many of 100 requests a minute fail, of 900 of the baseline 9 do. */
  const lineWith = (failures: { readonly [name: string]: number }, baselineFailures = 9) => {
    const side = (of: (name: string) => { requests: number; failures: number }) => ({
      ...nothing,
      segments: Object.fromEntries(Object.keys(failures).map((name) => [name, of(name)])),
    });
    const rows = Array.from({ length: 60 }, (_, i) => ({
      minute: minuteText(NOW + i * MINUTE),
      weight: 10,
      candidate: side((name) => segment(100, failures[name] ?? 0)),
      baseline: side(() => segment(900, baselineFailures)),
    }));
    const { judge } = foldBusiness(seedPlan, stateOf(1).judge, rows, { phase: 1 });
    return textTo('everyone', told(1, gatePassed([passed]), { state: { judge } }))
      .split('\n')
      .find((line) => line.includes('Segments by'));
  };

  it('are told by the worst of them, with those that are proven worse', () => {
    expect(lineWith({ k12: 9, university: 1, professional: 5 })).toMatch(
      /^Segments by LearnerSegment, 4 of them, failures against the baseline's: proven worse: k12, professional; the worst is k12, 9 times \(\d.* to \d.*\)\.$/,
    );
    expect(lineWith({ k12: 1 })).toMatch(
      /baseline's: none proven worse; the worst is k12, 1 times \(0?\.?\d.* to \d.*\)\.$/,
    );
  });

  it('have no upper bound where the baseline never failed, and are not told where none are compared', () => {
    expect(lineWith({ k12: 0 }, 0)).toMatch(/none proven worse; the worst is k12, 1 times \(0 to unknown\)\.$/);
    const alone = { ...seedPlan, metrics: { gauges: {} } };
    expect(textTo('everyone', told(1, gatePassed([passed]), { plan: alone }))).not.toContain('Segments by');
  });
});

describe('when the gate of a phase passes', () => {
  const at = Date.parse('2025-11-01T18:04Z');
  const text = textTo(
    'everyone',
    told(1, gatePassed([passed, revenue(-0.04, 0.05)]), {
      state: {
        signOffs: [go('finance', at - HOUR)],
        roseAt: Date.parse('2025-11-01T14:00Z'),
        bake: { ...stateOf(1).bake, minutes: 240 },
      },
      evidence: { now: at },
    }),
  );

  it('everyone gets its report: weight, times, and each criterion with its bounds', () => {
    expect(text).toContain('Phase ramp at 10 %: rose 2025-11-01 14:00 UTC, baked 4h of 4h, since ');
    expect(text).toContain('errorRate < 1%: pass; 0.2 %, 24 of 12,000 requests (95 %, at any time: 0.1 % to 0.4 %)');
    expect(text).toContain('Segments by LearnerSegment, 4 of them');
  });

  it('it says who has signed, who is asked until when, what comes next, and who is on call', () => {
    expect(text).toContain('Said already: finance GO by test, 2025-11-01 17:04 UTC.');
    expect(text).toContain(
      'Asked for GO or NO-GO: engineering, operations, product, until 2025-11-03 16:00 UTC; reminders 2025-11-03 04:00 UTC and 2025-11-03 10:00 UTC.',
    );
    expect(text).toContain('Next: rollout at 100 %, not before 2025-11-02 16:00 UTC.');
    expect(text).toContain('On call: engineering first, then operations, then VP Engineering.');
  });

  it('no money is projected from an interval that contains 0', () => {
    expect(text).toContain('the interval contains 0, so no difference is shown and no money is projected from it');
    const shown = textTo('everyone', told(1, gatePassed([revenue(0.01, 0.05)])));
    expect(shown).toContain("Revenue per request differs from the baseline's by 1 % to 5 %.");
    expect(shown).not.toContain('contains 0');
  });

  it('asks nobody who signs by himself', () => {
    const silent = textTo('everyone', told(0, gatePassed([passed], ['engineering'])));
    expect(silent).not.toContain('Asked for GO');
  });
});

it('a phase that begins is told with its bake, its checkpoints, what is not ticked, and who is on call', () => {
  const started: Decision = { decision: 'advance', reason: { code: 'STARTED', weight: 1, from: 0 } };
  const text = textTo('everyone', told(-1, started, { state: { ticked: ['canary/dashboards live'] } }));
  expect(text).toContain(
    'Phase canary bakes for 2h, up to 4h where it is not decided by then; checkpoints: 15m, 30m, 1h, 90m.',
  );
  expect(text).toContain(
    'Checklist of canary: 1 of 5 ticked; not yet: release tag exists; rollback rehearsed; on-call briefed; leads informed.',
  );
  expect(text).toContain('On call: engineering first');
});

it('the end is told with the last evidence, and where the report is', () => {
  const finish: Decision = { decision: 'finish', reason: { code: 'FINISHED', weight: 100, resting: 'agrees' } };
  const text = textTo('everyone', told(3, finish));
  expect(text).toContain('All 4 phases passed, in 90m.');
  expect(text).toContain('errorRate < 0.1%: insufficient');
  expect(text).toContain('sluice report ultra-fast-analyzer');
});

describe('while it stabilises', () => {
  const row = {
    minute: '2025-10-31T13:30Z',
    weight: 100,
    candidate: { requests: 9000, failures: 3, unavailable: 0, responses: 9000, slow: {} },
    baseline: null,
    hosts: true,
  };
  const reviewOf = (days: number): Review =>
    closeDay(seedPlan, reviewRow(newReview(seedPlan, NOW), row, { holds: [] }), days);
  const checkpoint = (days: number) => ({
    label: `${days}d`,
    assessments: [passed],
    lastDay: [{ ...passed, measured: 0.0003 }],
  });
  const daily = (days: number): Decision => {
    const { label, ...tables } = checkpoint(days);
    return { decision: 'wait', reason: { code: 'CHECKPOINT', checkpoint: label, ...tables } };
  };
  const given = (days: number, change: Change = {}) => ({
    ...change,
    checkpoint: checkpoint(days),
    state: { review: reviewOf(days), bake: { ...stateOf(3).bake, passesInARow: 5 } },
  });

  it('everyone gets a health check every day: the day by itself, holds, guards, and the days in a row', () => {
    const notices = told(3, daily(3), given(3));
    expect(notices.map(({ audience, subject }) => `${audience} ${subject}`)).toEqual([
      'everyone ultra-fast-analyzer: daily health check 3d: CHECKPOINT (stabilisation)',
    ]);
    const text = textTo('everyone', notices);
    expect(text).toContain(
      'The day. From 2025-10-31 13:30 UTC to 2025-10-31 13:31 UTC: 9,000 requests, 3 of them failed (0.0333 %).',
    );
    expect(text).toContain('errorRate < 1%: pass; 0.03 %');
    expect(text).toContain('Holds and incidents: none.');
    expect(text).toContain('Guards: 4 armed, none tripped. Regression watch: evidence 1 of 100.');
    expect(text).toContain('Daily checkpoints passed in a row: 5; 7 are needed.');
    expect(text).toContain('On call: engineering first');
  });

  it('counts the guards that are armed at the weight, and says where the watch is off', () => {
    const withRatio = {
      ...seedPlan,
      guards: [
        ...seedPlan.guards,
        ...seedPlan.guards.slice(0, 1).map((guard) => ({
          ...guard,
          text: 'segmentErrorRatio > 9 for 5m',
          claim: { kind: 'segmentRatio', side: 'above', limit: 9 } as const,
        })),
      ],
    };
    const off = { ...withRatio, regressionWatch: { off: 'a test' } };
    expect(textTo('everyone', told(3, daily(3), given(3, { plan: off })))).toContain(
      'Guards: 4 armed, none tripped. Regression watch: off.',
    );
    const { judge } = stateOf(1, {}, withRatio);
    const at10 = told(1, daily(3), { ...given(3, { plan: withRatio }), state: { ...given(3).state, judge } });
    expect(textTo('everyone', at10)).toContain('Guards: 6 armed, none tripped. Regression watch: evidence 1 of 100.');
  });

  it('tells a checkpoint of the hour by its criteria alone', () => {
    const hourly: Decision = {
      decision: 'wait',
      reason: { code: 'CHECKPOINT', checkpoint: '15m', assessments: [passed] },
    };
    const text = textTo('everyone', told(0, hourly));
    expect(text).toContain('errorRate < 1%: pass; 0.2 %');
    expect(text).not.toContain('The day.');
  });

  it('leads get a business review with every seventh', () => {
    const notices = told(3, daily(7), given(7));
    expect(notices.map(({ audience, subject }) => `${audience} ${subject}`)[1]).toBe(
      'leads ultra-fast-analyzer: weekly business review, week 1 (stabilisation)',
    );
    const text = textTo('leads', notices);
    expect(text).toContain('9,000 requests, 3 of them failed');
    expect(text).toContain('Audience: 500,000 learners, 100 % of the requests on the candidate.');
    expect(text).toContain('Revenue: no minute of it is known.');
    expect(text).toContain('Daily checkpoints passed in a row: 5; 7 are needed.');
  });

  it('everyone gets it where the plan has no leads; nobody while rows still wait, or it goes back', () => {
    const subjects = (notices: readonly Notice[]) =>
      notices.flatMap(({ audience, subject }) => (subject.includes('weekly') ? [audience] : []));
    expect(subjects(told(3, daily(7), given(7, { plan: { ...seedPlan, leads: {} } })))).toEqual(['everyone']);
    expect(subjects(told(3, daily(7), given(7, { evidence: { more: true } })))).toEqual([]);
    const back: Decision = { decision: 'rollBack', reason: { code: 'WATCH_TRIPPED', trip: watchTrip } };
    expect(subjects(told(3, back, given(7)))).toEqual([]);
    expect(subjects(told(3, daily(6), given(6)))).toEqual([]);
  });

  it('a daily checkpoint that falls together with a stronger decision is told with its day all the same', () => {
    const held: Decision = { decision: 'hold', reason: { code: 'OPERATOR', actor: 'x', why: 'y' } };
    expect(textTo('everyone', told(3, held, given(3)))).toContain('The day. From ');
  });
});

it('a reminder says which of the two it is', () => {
  const waiting = (reminder: 0 | 1 | 2): Decision => ({
    decision: 'wait',
    reason: { code: 'AWAITING_SIGN_OFF', missing: ['finance'], expiresAt: NOW, reminder },
  });
  expect([0, 1, 2].map((count) => told(1, waiting(count as 0 | 1 | 2))[0]?.subject)).toEqual([
    'ultra-fast-analyzer: AWAITING_SIGN_OFF (ramp)',
    'ultra-fast-analyzer: reminder 1 of 2: AWAITING_SIGN_OFF (ramp)',
    'ultra-fast-analyzer: reminder 2 of 2: AWAITING_SIGN_OFF (ramp)',
  ]);
});

it('stays far below what an entry may have, also for the largest plan', () => {
  const names = Array.from({ length: 50 }, (_, index) => `segment-${index}`);
  const items = names.map((name) => ({ item: name.padEnd(200, 'x'), required: true }));
  const roles = names.slice(0, 20);
  const plan = {
    ...seedPlan,
    phases: seedPlan.phases.map((phase) => ({ ...phase, checklist: items, signOff: { roles, auto: [] } })),
    metrics: {
      ...seedPlan.metrics,
      segments: seedPlan.metrics.segments && { ...seedPlan.metrics.segments, values: names },
    },
  };
  const many = Array.from({ length: 30 }, () => ({
    ...passed,
    text: passed.text.padEnd(60, 'x'),
    missing: 'x'.repeat(200),
    segment: 'segment-1',
  }));
  const signOffs = roles.map((role) => ({ ...go(role), why: 'x'.repeat(500) }));
  const notices = told(1, gatePassed(many), { plan, state: { signOffs, ticked: [] }, evidence: { now: NOW + MINUTE } });
  expect(JSON.stringify(notices).length).toBeLessThan(30_000);
});
