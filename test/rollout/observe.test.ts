import { describe, expect, it } from 'vitest';
import type { BusinessRow, Counts, Row } from '../../lib/judge/row.ts';
import { minuteText } from '../../lib/judge/row.ts';
import { answer } from '../../lib/rollout/answer.ts';
import { standingOf } from '../../lib/rollout/bake-clock.ts';
import type { Evidence } from '../../lib/rollout/evidence.ts';
import { CLEAN_ROWS, moveCircumstances } from '../../lib/rollout/holds.ts';
import { observe } from '../../lib/rollout/observe.ts';
import type { RolloutState } from '../../lib/rollout/rollout.ts';
import type { Situation } from '../../lib/rollout/situation.ts';
import {
  evidenceOf,
  failedCriterion,
  holdOf,
  MINUTE,
  NOW,
  operator,
  seedPlan,
  situationOf,
  stateOf,
  theRule,
} from './fixture.ts';

const counts = (requests: number, failures = 0): Counts => ({
  requests,
  failures,
  unavailable: 0,
  responses: requests,
  slow: { '200ms': 0, '250ms': 0 },
});

/** Quiet minutes at 1 %, from the state's next row on. */
const rows = (state: RolloutState, count: number, failing = 0): readonly Row[] =>
  Array.from({ length: count }, (_, index) => ({
    minute: minuteText(state.next.row + index * MINUTE),
    weight: 1,
    candidate: counts(120, failing),
    baseline: counts(11_880, 99 * failing),
    hosts: true,
  }));

const seen = (state: RolloutState, given: readonly Row[]): RolloutState =>
  observe(seedPlan, state, evidenceOf(state.weight, { rows: given, now: state.next.row + (given.length + 3) * MINUTE }))
    .state;

describe('circumstances', () => {
  const blind = { code: 'BLIND', behindMinutes: 9 } as const;

  it('are over after ten rows without the cause, not after nine', () => {
    expect(CLEAN_ROWS).toBe(10);
    const begun = stateOf(0, { holds: [holdOf(blind)] });
    const cleanAfter = (count: number) => seen(begun, rows(begun, count)).holds[0]?.cleanRows;
    expect([cleanAfter(9), cleanAfter(10), cleanAfter(12)]).toEqual([9, 10, 10]);
  });

  it('begin to count anew when the cause comes back, and do not count minutes without requests', () => {
    const [again] = moveCircumstances([{ ...holdOf(blind), cleanRows: 7 }], [blind], NOW, false);
    const [neutral] = moveCircumstances([{ ...holdOf(blind), cleanRows: 7 }], [], NOW, true);
    expect([again?.cleanRows, neutral?.cleanRows]).toEqual([0, 7]);
  });

  it('leave the rows of a shared outage out of the criteria', () => {
    const state = stateOf(0);
    const outage = seen(state, rows(state, 3, 6));
    expect(outage.holds.map(({ code }) => code)).toEqual(['SHARED_OUTAGE']);
    expect(outage.judge.tallies).toEqual(seen(state, []).judge.tallies);
    expect(outage.leftOut).toEqual([state.next.row, state.next.row + 2 * MINUTE]);
  });
});

describe('a weight that somebody or the watchdog lowered', () => {
  const lowered = { code: 'WEIGHT_LOWERED_OUTSIDE', rule: theRule, live: 0, recorded: 10 } as const;
  const watchdog = { code: 'WATCHDOG', staleMinutes: 10 } as const;
  const withoutCandidate = (state: RolloutState, count: number) =>
    rows(state, count).map((row) => ({ ...row, weight: 10, candidate: counts(0), baseline: counts(12_000) }));
  const atTen = (state: RolloutState, count: number) =>
    rows(state, count).map((row) => ({ ...row, weight: 10, candidate: counts(1200), baseline: counts(10_800) }));
  const codes = (state: RolloutState) => state.holds.map(({ code }) => code);

  it('would be called silent and badly split without its hold', () => {
    const state = stateOf(1);
    expect(codes(seen(state, withoutCandidate(state, 20)))).toEqual(['NO_DATA', 'SPLIT_OFF']);
  });

  it.each<[string, Partial<RolloutState>]>([
    ['recorded rows', { recorded: true }],
    [
      'sticky rules, were it one of them',
      { rules: [false, true].map((sticky) => ({ confirmed: 10, isConfirmed: true, sticky })) },
    ],
  ])('is not called badly split with %s, and silent all the same', (_, change) => {
    const state = stateOf(1, change);
    expect(codes(seen(state, withoutCandidate(state, 20)))).toEqual(['NO_DATA']);
  });

  it('leaves badly split rows out of the criteria, from the one that tells', () => {
    const state = stateOf(1);
    const uneven = rows(state, 12).map((row) => ({
      ...row,
      weight: 10,
      candidate: counts(6000),
      baseline: counts(6000),
    }));
    const split = seen(state, uneven);
    expect([codes(split), split.leftOut]).toEqual([
      ['SPLIT_OFF'],
      [state.next.row + 9 * MINUTE, state.next.row + 11 * MINUTE],
    ]);
  });

  it('does not hide an outage of both, and leaves no row out by itself', () => {
    const state = stateOf(0, { holds: [holdOf(watchdog)] });
    expect(codes(seen(state, rows(state, 3, 6)))).toEqual(['WATCHDOG', 'SHARED_OUTAGE']);
    const quiet = seen(state, rows(state, 3));
    expect(quiet.leftOut).toBeNull();
    expect(quiet.judge.tallies).not.toEqual(state.judge.tallies);
  });

  it.each([lowered, watchdog])('is held for that alone, by $code', (reason) => {
    const state = stateOf(1, { holds: [holdOf(reason)] });
    expect(codes(seen(state, withoutCandidate(state, 20)))).toEqual([reason.code]);
  });

  it.each([
    ['is set again by a resume', 0],
    ['was set again by whoever lowered it', 10],
  ])('says nothing about the split after it %s', (_, live) => {
    const state = stateOf(1, { holds: [holdOf(lowered)] });
    const held = seen(state, withoutCandidate(state, 20));
    const answered = answer(situationOf(1, { live, state: held }), { kind: 'resume', why: 'looked at it' }, operator);
    if ('refused' in answered) throw new Error(answered.refused);
    const { bake } = state;
    const resumed = seen({ ...answered.state, bake }, atTen(held, 1));
    expect([codes(resumed), resumed.judge.split.blocks.some((sum) => sum > 0)]).toEqual([[], false]);
  });
});

describe('rows', () => {
  const failing = (state: RolloutState, count: number, share: number, phase = 10) =>
    rows(state, count).map((row) => ({
      ...row,
      weight: phase,
      candidate: counts(1200, 1200 * share),
      baseline: counts(10_800, 9),
    }));
  const situation = (state: RolloutState, given: Partial<Evidence>) =>
    observe(seedPlan, state, evidenceOf(state.weight, { now: state.next.row + 30 * MINUTE, ...given }));
  const tripsOf = ({ trips }: Situation) => trips.map(({ kind, minute }) => [kind, minute]);

  it('are folded one at a time: the first that trips is remembered, of the watch and of the guards', () => {
    const state = stateOf(1);
    const given = failing(state, 12, 0.04);
    const all = tripsOf(situation(state, { rows: given }));
    const firstOf = (kind: string) =>
      given.findIndex((_, index) =>
        tripsOf(situation(state, { rows: given.slice(0, index + 1) })).some(([each]) => each === kind),
      );
    const [watch, guard] = [firstOf('watch'), firstOf('guard')];
    expect([watch >= 0, guard >= 0]).toEqual([true, true]);
    expect(all).toEqual([
      ['watch', given[watch]?.minute],
      ['guard', given[guard]?.minute],
    ]);
  });

  it('that nobody lives for are passed over, and during a rollback watched for the candidate’s last requests', () => {
    const ended = stateOf(1, { status: 'rolledBack' });
    const given = failing(ended, 4, 0.3);
    const seenThen = situation(ended, { rows: given, young: given });
    expect([seenThen.trips, seenThen.state.judge]).toEqual([[], ended.judge]);
    expect(seenThen.state.next).toEqual({ row: ended.next.row + 4 * MINUTE, business: ended.next.business });
  });

  it('are looked at early where they trip the watch even at their worst for a rollback, unless more settled ones come', () => {
    const begun = stateOf(1);
    const state = situation(begun, { rows: failing(begun, 30, 0.0025) }).state;
    const young = failing(state, 6, 0.3);
    expect(tripsOf(situation(state, { young })).map(([kind]) => kind)).toEqual(['watch']);
    expect(situation(state, { young }).state.judge).toEqual(state.judge);
    expect(tripsOf(situation(state, { young, more: true }))).toEqual([]);
    expect(tripsOf(situation(state, { young: [] }))).toEqual([]);
    const [first] = tripsOf(situation(state, { rows: young }));
    const later = rows({ ...state, next: { row: state.next.row + 6 * MINUTE, business: 0 } }, 6, 36);
    expect(tripsOf(situation(state, { rows: young, young: later }))[0]).toEqual(first);
  });

  it('are not looked at early in the warm-up, nor while they say nothing', () => {
    const begun = stateOf(1);
    const state = situation(begun, { rows: failing(begun, 30, 0.0025) }).state;
    const young = failing(state, 6, 0.3);
    const startedAt = state.next.row - MINUTE;
    const warming = { ...state, roseAt: state.next.row - 10 * MINUTE, bake: { ...state.bake, startedAt } };
    expect(tripsOf(situation(warming, { young: young.slice(0, 2) }))).toEqual([]);
    expect(tripsOf(situation(begun, { young: failing(begun, 2, 0.001) }))).toEqual([]);
  });

  it('keep what earlier parts of the tick saw', () => {
    const state = stateOf(1);
    const checkpoint = { label: '15m', assessments: [] };
    const kept = observe(seedPlan, state, evidenceOf(10), { failed: failedCriterion, checkpoint });
    expect([kept.failed, kept.checkpoint]).toEqual([failedCriterion, checkpoint]);
    expect([situation(state, {}).failed, situation(state, {}).checkpoint]).toEqual([null, null]);
  });

  it('under a shared outage are left out, as a stretch for business rows, which begins anew once these are judged', () => {
    const state = stateOf(0);
    const first = seen(state, rows(state, 3, 6));
    const clean = seen(first, rows(first, 12));
    const ends = clean.leftOut?.[1] ?? 0;
    const again = (business: number) => {
      const from = { ...clean, next: { ...clean.next, business } };
      return seen(from, rows(from, 2, 6)).leftOut;
    };
    expect(first.leftOut).toEqual([state.next.row, state.next.row + 2 * MINUTE]);
    expect(again(ends + MINUTE)?.[0]).toBeGreaterThan(ends);
    expect(again(ends + MINUTE)?.[1]).toBe(clean.next.row + MINUTE);
    const ahead = { ...state, next: { ...state.next, business: state.next.row + 60 * MINUTE } };
    expect(seen(ahead, rows(ahead, 3, 6)).leftOut).toEqual([state.next.row, state.next.row + 2 * MINUTE]);
    // Of both stretches rows are still to come: what lies between them is left out, too.
    expect(again(ends)).toEqual([state.next.row, clean.next.row + MINUTE]);
  });

  it('of business metrics go to the evidence, but those of minutes that were left out', () => {
    const state = stateOf(1);
    const business = (minute: number): BusinessRow => ({
      minute: minuteText(minute),
      weight: 10,
      candidate: { requests: 1200, revenue: 900, orders: 30, segments: {}, gauges: { cpu: 50 } },
      baseline: { requests: 10_800, revenue: 8100, orders: 270, segments: {}, gauges: { cpu: 50 } },
    });
    const at = state.next.business;
    const after = (change: Partial<RolloutState>, minute = at) => {
      const given = { ...state, ...change };
      const next = situation(given, { businessRows: [business(minute)] }).state;
      return { isCounted: next.judge.tallies.block !== given.judge.tallies.block, next: next.next };
    };
    expect(after({})).toEqual({ isCounted: true, next: { row: state.next.row, business: at + MINUTE } });
    expect(after({ leftOut: [at - MINUTE, at + MINUTE] }).isCounted).toBe(false);
    expect([after({ leftOut: [at, at] }).isCounted, after({ leftOut: [at + MINUTE, at + MINUTE] }).isCounted]).toEqual([
      false,
      true,
    ]);
    expect(after({ leftOut: [at - 2 * MINUTE, at - MINUTE] }).isCounted).toBe(true);
    const ended = after({ status: 'rollingBack' });
    expect([ended.isCounted, ended.next.business]).toEqual([false, at + MINUTE]);
  });

  it('of business metrics trip guards too', () => {
    const state = stateOf(1);
    const at = state.next.business;
    const hot = Array.from(
      { length: 12 },
      (_, index): BusinessRow => ({
        minute: minuteText(at + index * MINUTE),
        weight: 10,
        candidate: { requests: 1200, revenue: 900, orders: 30, segments: {}, gauges: { cpu: 95 } },
        baseline: { requests: 10_800, revenue: 8100, orders: 270, segments: {}, gauges: { cpu: 50 } },
      }),
    );
    expect(tripsOf(situation(state, { businessRows: hot }))).toEqual([['guard', hot[9]?.minute]]);
  });
});

describe('blindness', () => {
  const codes = (state: RolloutState, given: Partial<Evidence>) =>
    observe(seedPlan, state, evidenceOf(state.weight, given)).state.holds.map(({ code, reason }) => [code, reason]);
  const state = stateOf(1);
  const late = (minutes: number) => ({ now: state.next.row + minutes * MINUTE });

  it('begins when the newest judged row is older than eight minutes, with what CloudWatch said', () => {
    const reason = { code: 'BLIND', behindMinutes: 9, fault: undefined };
    expect(codes(state, late(8))).toEqual([]);
    expect(codes(state, late(9))).toEqual([['BLIND', reason]]);
    expect(codes(state, { ...late(9), metricsFault: 'THROTTLED' })).toEqual([
      ['BLIND', { ...reason, fault: 'THROTTLED' }],
    ]);
  });

  it('is none while more rows come in the same tick, and for a rollout that has ended', () => {
    expect(codes(state, { ...late(9), more: true })).toEqual([]);
    expect(codes({ ...state, status: 'rollingBack' }, late(9))).toEqual([]);
  });

  it('of a row says how far behind we are, and other causes do not', () => {
    const [row] = rows(state, 1);
    const blind = row === undefined ? [] : [{ ...row, candidate: null, baseline: null, hosts: false }];
    expect(codes(state, { ...late(4), rows: blind })).toEqual([['BLIND', { code: 'BLIND', behindMinutes: 4 }]]);
    const outage = rows(stateOf(0), 3, 6);
    const { holds } = seen(stateOf(0), outage);
    expect(Object.keys(holds[0]?.reason ?? {})).not.toContain('behindMinutes');
  });

  it('and ticks without rows clean nothing, and a row is counted once for its incident', () => {
    const begun = stateOf(1, {
      holds: [
        { ...holdOf({ code: 'NO_DATA', minute: '2025-10-31T13:20Z', expectedRequests: 30 }), cleanRows: 3 },
        { ...holdOf({ code: 'INCIDENT_OPEN', incidents: ['db'] }), cleanRows: 4 },
      ],
    });
    const clean = (given: Partial<Evidence>) =>
      observe(seedPlan, begun, evidenceOf(10, given)).state.holds.map(({ cleanRows }) => cleanRows);
    expect(clean({ ...late(3) })).toEqual([3, 4]);
    expect(clean({ ...late(9) })).toEqual([3, 4, 0]);
    const opened = observe(
      seedPlan,
      stateOf(0),
      evidenceOf(1, { alarms: ['alarm'], rows: rows(stateOf(0), 3), ...late(6) }),
    );
    expect(opened.state.holds.map(({ code, causeRows }) => [code, causeRows])).toEqual([['INCIDENT_OPEN', 3]]);
  });

  it('lets an incident be seen all the same, while no rows come', () => {
    expect(codes(state, { ...late(3), alarms: ['alarm'] }).map(([code]) => code)).toEqual(['INCIDENT_OPEN']);
    expect(codes({ ...state, status: 'rollingBack' }, { ...late(3), alarms: ['alarm'] })).toEqual([]);
  });
});

describe('the bake clock', () => {
  it('counts rows, stands still while anything holds, and in minutes without traffic', () => {
    const state = stateOf(0);
    const held = stateOf(0, { holds: [holdOf({ code: 'OPERATOR', actor: operator, why: 'x' })] });
    const silent = rows(state, 3).map((row) => ({ ...row, candidate: null, baseline: null }));
    const baked = (from: RolloutState, given: readonly Row[]) => seen(from, given).bake.minutes - from.bake.minutes;
    expect([baked(state, rows(state, 3)), baked(held, rows(held, 3)), baked(state, silent)]).toEqual([3, 0, 0]);
  });

  it('has its first row after the warm-up, and not before the second whole minute', () => {
    const startedAt = NOW + 15_000;
    const state = stateOf(0, { roseAt: NOW - 45_000, bake: { ...stateOf(0).bake, startedAt } });
    const floor = Math.floor(startedAt / MINUTE) * MINUTE;
    const at = (minutes: number, plan = seedPlan) => standingOf(plan, state, floor + minutes * MINUTE);
    expect([at(-2), at(0), at(3), at(4)]).toEqual(['before', 'warmUp', 'warmUp', 'bake']);
    const cold = { ...seedPlan, phases: seedPlan.phases.map((phase) => ({ ...phase, warmUpMinutes: 0 })) };
    expect([at(1, cold), at(2, cold)]).toEqual(['warmUp', 'bake']);
  });
});
