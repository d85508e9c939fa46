import { describe, expect, it } from 'vitest';
import type { Counts, Row } from '../../lib/judge/row.ts';
import { minuteText } from '../../lib/judge/row.ts';
import { answer } from '../../lib/rollout/answer.ts';
import { standingOf } from '../../lib/rollout/bake-clock.ts';
import { CLEAN_ROWS, moveCircumstances } from '../../lib/rollout/holds.ts';
import { observe } from '../../lib/rollout/observe.ts';
import type { RolloutState } from '../../lib/rollout/rollout.ts';
import { evidenceOf, holdOf, MINUTE, NOW, operator, seedPlan, situationOf, stateOf, theRule } from './fixture.ts';

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
