/** Which rows the bake counts, and the checkpoints that its clock passes. */
import { describe, expect, it } from 'vitest';
import { markDay } from '../../lib/judge/judge.ts';
import { minuteText, type Row } from '../../lib/judge/row.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { firstBakeRow, standingOf } from '../../lib/rollout/bake-clock.ts';
import type { Evidence } from '../../lib/rollout/evidence.ts';
import { observe } from '../../lib/rollout/observe.ts';
import { newReview } from '../../lib/rollout/review.ts';
import type { Bake, RolloutState } from '../../lib/rollout/rollout.ts';
import { evidenceOf, HOUR, holdOf, MINUTE, NOW, operator, seedPlan, stateOf } from './fixture.ts';

const withBake = (phase: number, bake: Partial<Bake>, change: Partial<RolloutState> = {}) =>
  stateOf(phase, { bake: { ...stateOf(phase).bake, ...bake }, ...change });

describe('the first row of a bake', () => {
  const startedAt = NOW + 15_000;
  const first = (phase: number, bake: Partial<Bake>, warmUpMinutes = 0) => {
    const plan = { ...seedPlan, phases: seedPlan.phases.map((each) => ({ ...each, warmUpMinutes })) };
    const row = firstBakeRow(plan, withBake(phase, { startedAt, restarts: 0, ...bake }));
    return row === null ? null : (row - NOW) / MINUTE;
  };
  it.each<[string, Parameters<typeof first>, number | null]>([
    ['is unknown until the weights were seen', [0, { startedAt: null }], null],
    ['is the second whole minute after a rise', [0, {}], 2],
    ['is that after every rise', [2, {}], 2],
    ['is the next whole minute where nothing rose', [3, {}], 1],
    ['is the second again in a bake begun anew', [3, { restarts: 1 }], 2],
    ['comes after the warm-up', [0, {}, 5], 6],
  ])('%s', (_, given, expected) => {
    expect(first(...given)).toBe(expected);
  });
  it('parts the rows of the warm-up from those before the rise', () => {
    const roseAt = NOW + 20_000;
    const state = withBake(0, { startedAt: null }, { roseAt });
    const at = (minutes: number, from = state) => standingOf(seedPlan, from, NOW + minutes * MINUTE);
    expect([at(-1), at(0), at(60)]).toEqual(['before', 'warmUp', 'warmUp']);
    expect(at(60, { ...state, roseAt: null })).toBe('before');
  });
});

const counts = (requests: number, failures: number) => ({
  requests,
  failures,
  unavailable: 0,
  responses: requests,
  slow: { '200ms': 0, '250ms': 0 },
});
const row = (minute: number, weight: number, failures = 0): Row => ({
  minute: minuteText(minute),
  weight,
  candidate: counts(10_000, failures),
  baseline: weight === 100 ? null : counts((10_000 * (100 - weight)) / weight, 0),
  hosts: true,
});
/** One row of the minute that began at NOW. */
const after = (
  state: RolloutState,
  { plan = seedPlan, failures = 0, ...evidence }: Partial<Evidence> & { plan?: Plan; failures?: number } = {},
) =>
  observe(
    plan,
    state,
    evidenceOf(state.weight, { now: NOW + 4 * MINUTE, rows: [row(NOW, state.weight, failures)], ...evidence }),
  );

describe('the bake clock', () => {
  const minutes = (bake: Partial<Bake>, change: Partial<RolloutState> = {}) =>
    after(withBake(0, { minutes: 20, checkpointsDone: 1, ...bake }, change)).state.bake.minutes;
  it.each<[string, Parameters<typeof minutes>, number]>([
    ['counts the minute in which the weights were seen', [{ startedAt: NOW + 30_000 }], 21],
    ['counts none before it', [{ startedAt: NOW + MINUTE }], 20],
    ['counts none once the gate has passed', [{}, { status: 'passed' }], 20],
    [
      'counts none while something holds',
      [{}, { holds: [holdOf({ code: 'OPERATOR', actor: operator, why: 'x' })] }],
      20,
    ],
  ])('%s', (_, given, expected) => {
    expect(minutes(...given)).toBe(expected);
  });
  it('counts none while the weights are not seen', () => {
    const rules: Evidence['rules'] = [];
    const state = withBake(
      0,
      { startedAt: null, minutes: 0 },
      { rules: [{ confirmed: 0, isConfirmed: false, sticky: false }] },
    );
    expect(after(state, { rules }).state.bake.minutes).toBe(0);
  });
  it('remembers a criterion that is proven to fail', () => {
    expect(after(stateOf(0), { failures: 5000 }).failed).toMatchObject({ text: 'errorRate < 1%', verdict: 'fail' });
    expect(after(stateOf(0)).failed).toBeNull();
  });
});

describe('a gauge at a checkpoint', () => {
  const [canary] = seedPlan.phases;
  const cpu = {
    text: 'cpu < 85%',
    metric: 'cpu',
    not: false,
    claim: { kind: 'gauge', gauge: 'cpu', side: 'below', limit: 85 },
  } as const;
  const plan: Plan = { ...seedPlan, phases: canary === undefined ? [] : [{ ...canary, advance: [cpu] }] };
  /** At the checkpoint after 15 minutes, of so many of which it is known. */
  const verdictWith = (known: number) => {
    let state = stateOf(0, { bake: { ...stateOf(0, {}, plan).bake, minutes: 0, startedAt: NOW - HOUR } }, plan);
    const minutes = Array.from({ length: 15 }, (_, i) => NOW + i * MINUTE);
    const businessRows = minutes.slice(0, known).map((at) => ({
      minute: minuteText(at),
      weight: 1,
      candidate: { requests: 10, revenue: null, orders: null, segments: {}, gauges: { cpu: 50 } },
      baseline: { requests: 990, revenue: null, orders: null, segments: {}, gauges: {} },
    }));
    state = { ...state, next: { row: NOW, business: NOW } };
    const judged = observe(
      plan,
      state,
      evidenceOf(1, { now: NOW + 14 * MINUTE, rows: minutes.slice(0, 14).map((at) => row(at, 1)), businessRows }),
    );
    return observe(plan, judged.state, evidenceOf(1, { now: NOW + 18 * MINUTE, rows: [row(NOW + 14 * MINUTE, 1)] }))
      .checkpoint?.assessments[0]?.verdict;
  };

  it('must be known of half the minutes until then, not of half the bake', () => {
    expect([verdictWith(7), verdictWith(8)]).toEqual(['insufficient', 'pass']);
  });
});

describe('a checkpoint', () => {
  const plan: Plan = {
    ...seedPlan,
    phases: seedPlan.phases.map((phase) => ({
      ...phase,
      advance: phase.advance.filter(({ claim }) => claim.kind === 'noIncidents' || claim.kind === 'share'),
    })),
  };
  const lenient: Plan = {
    ...plan,
    phases: plan.phases.map((phase) => ({
      ...phase,
      advance: phase.advance.filter(({ claim }) => claim.kind === 'noIncidents'),
    })),
  };
  const at = (bakedBefore: number, checkpointsDone: number, phase = 0) =>
    withBake(phase, { minutes: bakedBefore, checkpointsDone, passesInARow: 2, startedAt: NOW - HOUR });
  it.each([
    ['is passed with its minute', 14, 0, '15m'],
    ['is not passed a minute before', 13, 0, undefined],
    ['is passed later where the clock is beyond it', 40, 1, '30m'],
    ['is not passed twice', 15, 1, undefined],
    ['is none after the last', 5000, 4, undefined],
  ])('%s', (_, before, done, label) => {
    const { checkpoint, state } = after(at(before, done), { plan: lenient });
    expect(checkpoint?.label).toBe(label);
    expect(state.bake.checkpointsDone).toBe(done + (label === undefined ? 0 : 1));
  });
  it('counts the passes in a row, and begins anew where a criterion does not pass', () => {
    const inARow = (asked: Plan, alarms: Evidence['alarms'] = ['ok']) => {
      const { checkpoint, state } = after(at(14, 0), { plan: asked, alarms });
      return [checkpoint?.assessments.map(({ verdict }) => verdict), state.bake.passesInARow];
    };
    expect(inARow(lenient)).toEqual([['pass'], 3]);
    expect(inARow(lenient, null)).toEqual([['insufficient'], 0]);
    const [verdicts, passes] = inARow(plan, null);
    expect(verdicts).toContain('pass');
    expect(passes).toBe(0);
  });
  it('tells of the day by itself where it is daily, and the next day begins', () => {
    const daily = after(at(1439, 0, 3), { plan });
    expect(daily.checkpoint).toMatchObject({
      label: '24h',
      lastDay: [{ verdict: 'insufficient' }, {}, {}, { verdict: 'pass' }],
    });
    expect(daily.state.judge).toEqual(markDay(daily.state.judge));
    const { judge } = after(at(1438, 0, 3), { plan }).state;
    expect(judge).not.toEqual(markDay(judge));
    expect(after(at(14, 0), { plan }).checkpoint).not.toHaveProperty('lastDay');
  });
  it('closes the day of the review where it is daily, and begins a review where an entry has none', () => {
    const review = newReview(plan, NOW - HOUR);
    const { state } = after({ ...at(1439, 0, 3), review }, { plan });
    expect(state.review?.closed?.day).toMatchObject({ from: NOW - HOUR });
    expect(state.review?.closed?.day.requests).toBeGreaterThan(0);
    expect(after({ ...at(1438, 0, 3), review }, { plan }).state.review?.closed).toBeNull();
    expect(after(at(1439, 0, 3), { plan }).state.review).toMatchObject({ closed: null, weeks: 0 });
    expect(after(at(14, 0), { plan }).state.review).toBeUndefined();
  });
  it('goes on every day beyond the gate where it is daily', () => {
    const { bakeMinutes = 0, checkpointMinutes = [] } = seedPlan.phases[3] ?? {};
    const beyond = (days: number, early: number) =>
      after(at(bakeMinutes + days * 1440 - 1 - early, checkpointMinutes.length + days - 1, 3), { plan: lenient })
        .checkpoint?.label;
    expect([beyond(1, 0), beyond(1, 1), beyond(2, 0), beyond(2, 1)]).toEqual(['13d', undefined, '14d', undefined]);
  });
});
