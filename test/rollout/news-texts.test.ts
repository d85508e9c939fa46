/** The whole texts of what people are told with a decision, word for word. */
import { describe, expect, it } from 'vitest';
import { beginBake, initialJudge, type JudgeState } from '../../lib/judge/judge.ts';
import { addBlock, NO_PRODUCTS } from '../../lib/judge/ratio.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import type { Decision } from '../../lib/rollout/entry.ts';
import { newsLines, weeklyReview } from '../../lib/rollout/news-lines.ts';
import { checklistLine, onCallLine } from '../../lib/rollout/people-words.ts';
import { closeDay, newReview, reviewRow } from '../../lib/rollout/review.ts';
import { rollbackLines } from '../../lib/rollout/rollback-words.ts';
import type { Review } from '../../lib/rollout/rollout.ts';
import { phaseOf, type Situation } from '../../lib/rollout/situation.ts';
import { DAY_BEFORE, foldBusiness, times } from '../judge/fold.ts';
import { businessRow } from '../judge/rows.ts';
import {
  type Change,
  failedCriterion,
  go,
  HOUR,
  MINUTE,
  NOW,
  rollbackOf,
  seedPlan,
  situationOf,
  stateOf,
} from './fixture.ts';

const passed = { ...failedCriterion, verdict: 'pass', measured: 0.002, lower: 0.001, upper: 0.004 } as const;
const gate: Decision = { decision: 'wait', reason: { code: 'GATE_PASSED', assessments: [passed], autoSignOffs: [] } };
const text = (situation: Situation, decision: Decision): string => newsLines(situation, decision).join('\n');

const row = {
  minute: '2025-10-31T13:30Z',
  weight: 100,
  candidate: { requests: 9000, failures: 3, unavailable: 0, responses: 9000, slow: {} },
  baseline: null,
  hosts: true,
};
const dayOf = (days: number, plan = seedPlan): Review =>
  closeDay(plan, reviewRow(newReview(plan, NOW), row, { holds: [] }), days);

/** Of the seed plan's ramp, by what each segment fails in a minute of 1,000 requests; the baseline fails one in a thousand. */
const judgeOf = (failures: Readonly<Record<string, number>>): JudgeState => {
  const segments = (of: (name: string) => object) =>
    Object.fromEntries(Object.keys(failures).map((name) => [name, of(name)])) as Record<
      string,
      { requests: number; failures: number }
    >;
  const rows = times(120, (index) =>
    businessRow(
      index,
      { segments: segments((name) => ({ requests: 1000, failures: failures[name] })) },
      { segments: segments(() => ({ requests: 9000, failures: 9 })) },
    ),
  );
  return foldBusiness(
    seedPlan,
    beginBake(seedPlan, initialJudge(seedPlan, DAY_BEFORE), 1, { rise: true, restarts: 0 }),
    rows,
  ).judge;
};
const [first = '', second = '', ...others] = seedPlan.metrics.segments?.values ?? [];
const linesAbout = (words: string, situation: Situation, decision = gate): readonly string[] =>
  newsLines(situation, decision).filter((line) => line.includes(words));

describe('the report of a phase', () => {
  const at = Date.parse('2025-11-01T18:04Z');
  const atGate = (change: Change = {}, phase = 1) =>
    situationOf(phase, { ...change, evidence: { now: at, ...change.evidence } });

  it('of a phase that has risen, with what was said', () => {
    const signOffs = [go('finance', at - HOUR), { ...go('product', at - HOUR), answer: 'NO-GO' as const, why: 'odd' }];
    const state = { signOffs, roseAt: at - 5 * HOUR, weightBefore: 1, ticked: ['rollout/support informed'] };
    expect(text(atGate({ state }), gate)).toMatchInlineSnapshot(`
      "Phase ramp at 10 %: rose 2025-11-01 13:04 UTC, baked 85m of 4h, since 2025-10-31 12:01 UTC.
      Audience: 500,000 learners, 10 % of the requests on the candidate.
      errorRate < 1%: pass; 0.2 %, 36 of 1,200 requests (95 %, at any time: 0.1 % to 0.4 %)
      Segments by LearnerSegment, 4 of them, failures against the baseline's: none proven worse.
      Said already: finance GO by test, 2025-11-01 17:04 UTC; product NO-GO by test, 2025-11-01 17:04 UTC: odd.
      Asked for GO or NO-GO: engineering, operations, until 2025-11-03 16:00 UTC; reminders 2025-11-03 04:00 UTC and 2025-11-03 10:00 UTC.
      Next: rollout at 100 %, not before 2025-11-02 16:00 UTC.
      On call: engineering first, then operations, then VP Engineering.
      The whole report: sluice report ultra-fast-analyzer."
    `);
  });

  it('of a phase of the same weight as the one before, which has not risen', () => {
    const state = {
      roseAt: at - 5 * HOUR,
      weightBefore: 100,
      review: dayOf(3),
      bake: { ...stateOf(3).bake, startedAt: null },
    };
    expect(text(atGate({ state }, 3), gate)).toMatchInlineSnapshot(`
      "Phase stabilisation at 100 %: baked 85m of 12d.
      Audience: 500,000 learners, 100 % of the requests on the candidate.
      errorRate < 1%: pass; 0.2 %, 36 of 1,200 requests (95 %, at any time: 0.1 % to 0.4 %)
      The last day. From 2025-10-31 13:31 UTC to 2025-10-31 13:31 UTC: 0 requests.
      Since the last weekly review. From 2025-10-31 13:30 UTC to 2025-10-31 13:31 UTC: 9,000 requests, 3 of them failed (0.0333 %).
      Revenue: no minute of it is known.
      Holds and incidents: none.
      Daily checkpoints passed in a row: 0; 7 are needed.
      On call: engineering first, then operations, then VP Engineering.
      The whole report: sluice report ultra-fast-analyzer."
    `);
  });

  it('does not say since when it rose where nobody knows', () => {
    expect(linesAbout('Phase ramp', atGate({ state: { roseAt: null, weightBefore: 1 } }))).toEqual([
      expect.not.stringContaining('rose'),
    ]);
  });

  it('has the days since the last week, or what was needed where a week has just been told', () => {
    const begun = reviewRow(dayOf(7), { ...row, minute: '2025-11-07T13:30Z' }, { holds: [] });
    const since = (review: Review) => linesAbout('Since the last', atGate({ state: { review } }, 3));
    expect(since(begun)).toHaveLength(1);
    expect(since(dayOf(7))).toEqual([]);
    expect(linesAbout('in a row', atGate({ state: { review: dayOf(7) } }, 3))).toHaveLength(1);
  });

  it('names the segments that are proven worse, and the worst with its interval', () => {
    const all = Object.fromEntries([first, second, ...others].map((name) => [name, 1]));
    const said = (failures: Readonly<Record<string, number>>) =>
      linesAbout('Segments by', atGate({ state: { judge: judgeOf(failures) } }));
    expect(said({ ...all, [first]: 30, [second]: 1.5 })).toMatchInlineSnapshot(`
      [
        "Segments by LearnerSegment, 4 of them, failures against the baseline's: proven worse: k12; the worst is k12, 30 times (21.7 to 41.3).",
      ]
    `);
    expect(said(all)).toMatchInlineSnapshot(`
      [
        "Segments by LearnerSegment, 4 of them, failures against the baseline's: none proven worse; the worst is k12, 1 times (0.436 to 2.13).",
      ]
    `);
    expect(
      linesAbout('Segments by', atGate({ state: { judge: judgeOf({ ...all, [first]: 1.6 }) } })),
    ).toMatchInlineSnapshot(`
      [
        "Segments by LearnerSegment, 4 of them, failures against the baseline's: none proven worse; the worst is k12, 1.6 times (0.797 to 3.1).",
      ]
    `);
    const without: Plan = { ...seedPlan, metrics: { ...seedPlan.metrics, segments: undefined } };
    expect(linesAbout('Segments by', atGate({ plan: without }))).toEqual([]);
  });

  it('asks whoever has not spoken, but for those who sign by themselves', () => {
    const phases = seedPlan.phases.map((phase) => ({
      ...phase,
      signOff: { roles: ['engineering', 'product'], auto: ['finance'] },
    }));
    const asked = (signOffs: readonly ReturnType<typeof go>[]) =>
      linesAbout('Asked for', atGate({ plan: { ...seedPlan, phases }, state: { signOffs } }));
    expect(asked([])).toEqual([expect.stringContaining('NO-GO: engineering, product, until')]);
    expect(asked([go('product')])).toEqual([expect.stringContaining('NO-GO: engineering, until')]);
    expect(asked([go('product'), go('engineering')])).toEqual([]);
    expect(linesAbout('Said already', atGate())).toEqual([]);
  });

  it('says when the next phase may begin, whichever comes last: its own time, or some minutes after the gate', () => {
    const next = (start: number | undefined, advanceAfterMinutes: number) =>
      linesAbout(
        'Next: ',
        atGate({
          plan: { ...seedPlan, phases: seedPlan.phases.map((phase) => ({ ...phase, start, advanceAfterMinutes })) },
        }),
      )[0];
    expect(next(at + 2 * HOUR, 0)).toBe('Next: rollout at 100 %, not before 2025-11-01 20:04 UTC.');
    expect(next(at + 2 * HOUR, 180)).toBe('Next: rollout at 100 %, not before 2025-11-01 21:04 UTC.');
    expect(next(undefined, 5)).toBe('Next: rollout at 100 %, not before 2025-11-01 18:09 UTC.');
    expect(next(at - HOUR, 0)).toBe('Next: rollout at 100 %.');
    expect(next(undefined, 0)).toBe('Next: rollout at 100 %.');
  });

  it('of the last phase has nothing that comes next', () => {
    expect(linesAbout('Next: ', atGate({}, 3))).toEqual([]);
    expect(linesAbout('Checklist', atGate({}, 3))).toEqual([]);
  });
});

describe('other news', () => {
  const advance = (weight: number): Decision => ({
    decision: 'advance',
    reason: { code: 'STARTED', weight, from: 0 },
  });

  it('of a phase that begins', () => {
    expect(text(situationOf(0), advance(10))).toMatchInlineSnapshot(`
      "Phase ramp bakes for 4h, up to 8h where it is not decided by then; checkpoints: 15m, 30m, 1h, 2h, 3h.
      On call: engineering first, then operations, then VP Engineering."
    `);
    expect(text(situationOf(2), advance(100))).toMatchInlineSnapshot(`
      "Phase stabilisation bakes for 12d, up to 12d4h where it is not decided by then; checkpoints: a health check every day.
      On call: engineering first, then operations, then VP Engineering."
    `);
    const bare: Plan = {
      ...seedPlan,
      onCall: undefined,
      phases: seedPlan.phases.map((phase) => ({
        ...phase,
        checklist: [],
        checkpointMinutes: [],
        extendUpToMinutes: 0,
      })),
    };
    expect(text(situationOf(0, { plan: bare }), advance(10))).toMatchInlineSnapshot(`
      "Phase ramp bakes for 4h, up to 4h where it is not decided by then; checkpoints: none.
      On call: nobody is named; the operators are called."
    `);
    expect(text(situationOf(3), advance(100))).toBe('');
  });

  it('of the end', () => {
    const finish: Decision = { decision: 'finish', reason: { code: 'FINISHED', weight: 100, resting: 'agrees' } };
    const shortened = { ...seedPlan, phases: seedPlan.phases.slice(0, 1) };
    expect(newsLines(situationOf(3), finish).slice(0, 2)).toEqual([
      'All 4 phases passed, in 90m.',
      'The last, stabilisation, as it stands now:',
    ]);
    expect(newsLines(situationOf(0, { plan: shortened, state: { startedAt: null } }), finish)[0]).toBe(
      'All of its phase passed.',
    );
    expect(newsLines(situationOf(3), finish).at(-1)).toBe('The whole report: sluice report ultra-fast-analyzer.');
  });

  it('of a checkpoint of the hour: its criteria', () => {
    const reason = { code: 'CHECKPOINT', checkpoint: '1h', assessments: [passed] } as const;
    expect(newsLines(situationOf(1), { decision: 'wait', reason })).toHaveLength(1);
  });

  it('of a checkpoint of the day: the day, how it was guarded, and the days in a row', () => {
    const daily: Decision = {
      decision: 'wait',
      reason: { code: 'CHECKPOINT', checkpoint: '3d', assessments: [], lastDay: [passed] },
    };
    const quiet = dayOf(3);
    expect(text(situationOf(3, { state: { review: quiet } }), daily)).toMatchInlineSnapshot(`
      "The day. From 2025-10-31 13:30 UTC to 2025-10-31 13:31 UTC: 9,000 requests, 3 of them failed (0.0333 %).
      errorRate < 1%: pass; 0.2 %, 36 of 1,200 requests (95 %, at any time: 0.1 % to 0.4 %)
      Holds and incidents: none.
      Guards: 4 armed, none tripped. Regression watch: evidence 1 of 100.
      Daily checkpoints passed in a row: 0; 7 are needed.
      On call: engineering first, then operations, then VP Engineering."
    `);
    const holds = [{ code: 'GUARD_UNACQUITTED', since: NOW } as const];
    const closed = quiet.closed && { ...quiet.closed, day: { ...quiet.closed.day, holds, heldMinutes: 5 } };
    expect(text(situationOf(3, { state: { review: { ...quiet, closed } } }), daily)).toContain(
      '4 armed, one tripped and was held.',
    );
    const other = quiet.closed && {
      ...quiet.closed,
      day: { ...quiet.closed.day, holds: [{ code: 'BLIND', since: NOW } as const] },
    };
    expect(text(situationOf(3, { state: { review: { ...quiet, closed: other } } }), daily)).toContain('none tripped.');
    expect(text(situationOf(3, { state: { weight: 10 } }), daily)).toContain(`Guards: ${seedPlan.guards.length} armed`);
    expect(text(situationOf(3), daily)).not.toContain('The day.');
    const off: Plan = {
      ...seedPlan,
      regressionWatch: { off: 'measured elsewhere' } as unknown as Plan['regressionWatch'],
    };
    expect(text(situationOf(3, { plan: off }), daily)).toContain('Regression watch: off.');
  });

  it('that asks for a sign-off says how to answer; a plain wait says nothing', () => {
    const asking: Decision = {
      decision: 'wait',
      reason: { code: 'AWAITING_SIGN_OFF', missing: ['finance'], expiresAt: NOW, reminder: 0 },
    };
    expect(text(situationOf(1), asking)).toBe(
      'To answer: sluice sign-off ultra-fast-analyzer --as ROLE --go, or --no-go --reason WHY.',
    );
    expect(text(situationOf(1), { decision: 'wait', reason: { code: 'SCHEDULED', start: NOW } })).toBe('');
  });
});

describe('the weekly review', () => {
  const checkpoint = { label: '7d', assessments: [], lastDay: [] };
  const sold = (review: Review): Review => {
    const revenue = times(200, (index) => 1000 * (index % 2 === 0 ? 1.1 : 1)).reduce(
      (products, amount) => addBlock(products, [1, amount, 1000, 0, 0]),
      NO_PRODUCTS,
    );
    const week = review.closed?.week;
    return week
      ? {
          ...review,
          closed: { ...review.closed, week: { ...week, sales: { ...week.sales, revenue } } } as Review['closed'],
        }
      : review;
  };

  it('has the week, the audience, revenue, holds and the days in a row', () => {
    expect(
      weeklyReview(situationOf(3, { checkpoint, state: { review: sold(dayOf(7)) } }))?.join('\n'),
    ).toMatchInlineSnapshot(`
      "From 2025-10-31 13:30 UTC to 2025-10-31 13:31 UTC: 9,000 requests, 3 of them failed (0.0333 %).
      Audience: 500,000 learners, 100 % of the requests on the candidate.
      Revenue: 210,000 on 200,000 requests, 1.05 a request. There is nothing to compare it with.
      Holds and incidents: none.
      Daily checkpoints passed in a row: 0; 7 are needed.
      What Sluice has cost so far is in the report: sluice report ultra-fast-analyzer."
    `);
    const plan = { ...seedPlan, metrics: { ...seedPlan.metrics, revenue: undefined } };
    expect(weeklyReview(situationOf(3, { plan, checkpoint, state: { review: dayOf(7, plan) } }))).toHaveLength(5);
  });

  it('is none without a week that is over, or without a checkpoint', () => {
    expect(weeklyReview(situationOf(3, { checkpoint, state: { review: dayOf(3) } }))).toBeUndefined();
    expect(weeklyReview(situationOf(3, { state: { review: dayOf(7) } }))).toBeUndefined();
    expect(weeklyReview(situationOf(3, { checkpoint }))).toBeUndefined();
  });
});

describe('people', () => {
  const { onCall } = seedPlan;

  it('on call are named in turn', () => {
    expect(onCallLine(seedPlan)).toBe('On call: engineering first, then operations, then VP Engineering.');
    expect(onCallLine({ ...seedPlan, onCall: onCall && { ...onCall, escalation: undefined } })).toBe(
      'On call: engineering first, then operations.',
    );
    expect(onCallLine({ ...seedPlan, onCall: undefined })).toBe('On call: nobody is named; the operators are called.');
  });

  it('have a checklist, of which eight open items are named', () => {
    const items = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ item: `i${index}`, required: index === 0 }));
    const line = (count: number, ticked: readonly string[]) =>
      checklistLine(stateOf(0, { ticked }), {
        ...phaseOf(seedPlan, stateOf(0)),
        name: 'canary',
        checklist: items(count),
      });
    expect(line(0, [])).toBeUndefined();
    expect(line(2, ['canary/i0', 'canary/i1'])).toBe('Checklist of canary: all 2 ticked.');
    expect(line(2, ['canary/i1', 'ramp/i0'])).toBe('Checklist of canary: 1 of 2 ticked; not yet: i0 (required).');
    expect(line(8, [])).toMatch(/i6; i7\.$/);
    expect(line(10, [])).toMatch(/i6; i7 and 2 more\.$/);
  });
});

describe('the way back', () => {
  const rollback = rollbackOf();

  it('before anything is seen of it', () => {
    expect(rollbackLines(seedPlan, rollback).join('\n')).toMatchInlineSnapshot(`
      "Not decided on rows, so no fault is dated; decided 2025-10-31 13:30 UTC at 10 %; weight 0 not seen yet; no request on the candidate since then.
      Now: fix the release, and start it under a new name; this one never rises again.
      The minutes that proved it, beside the baseline's, and who was told when: sluice report ultra-fast-analyzer."
    `);
  });

  it('with all its times', () => {
    const complete = {
      ...rollback,
      faultBeganAt: NOW - 4 * MINUTE,
      verifiedAt: NOW + MINUTE,
      lastRequestMinute: '2025-10-31T13:33Z',
      tailRequests: 1200,
    };
    expect(rollbackLines({ ...seedPlan, mode: 'aa' }, complete).join('\n')).toMatchInlineSnapshot(`
      "Fault began 2025-10-31 13:26 UTC; decided 2025-10-31 13:30 UTC (after 4m) at 10 %; weight 0 seen on every rule 2025-10-31 13:31 UTC (after 5m); last request on the candidate 2025-10-31 13:33 UTC; 1,200 requests came after weight 0 was seen.
      Now: find out why two groups with the same release differ, and repeat the A/A rollout under a new name.
      The minutes that proved it, beside the baseline's, and who was told when: sluice report ultra-fast-analyzer."
    `);
    expect(rollbackLines(seedPlan, { ...complete, tailRequests: 0, faultBeganAt: NOW })[0]).not.toMatch(
      /requests came|decided [^;]*after/,
    );
  });
});
