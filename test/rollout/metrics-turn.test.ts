/** Of which minutes a tick reads which metrics. */
import { describe, expect, it } from 'vitest';
import { metricsTurn, weightAt } from '../../lib/rollout/metrics-turn.ts';
import type { RolloutState } from '../../lib/rollout/rollout.ts';
import { HOUR, holdOf, MINUTE, operator, seedPlan, stateOf } from './fixture.ts';

/** Beginning of a whole minute whose number is a multiple of ten. */
const NOW = Math.ceil(seedPlan.start / (10 * MINUTE)) * 10 * MINUTE + 48 * HOUR;
const next = { row: NOW - 4 * MINUTE, business: NOW - 9 * MINUTE };
const economic = { ...seedPlan, pace: 'economic' as const };
const thorough = { ...seedPlan, pace: 'full' as const };
const FULL = seedPlan.phases.findLastIndex(({ weight }) => weight === 100);
const baking = (change: Partial<RolloutState> = {}) => stateOf(1, { next, ...change });
const full = (change: Partial<RolloutState> = {}, since = NOW - 25 * HOUR) => {
  const state = stateOf(FULL, { next, roseAt: NOW - 50 * HOUR });
  return { ...state, bake: { ...state.bake, startedAt: since }, ...change };
};

describe('a tick', () => {
  it('reads from the first minute that is not judged to the one that is just over', () => {
    expect(metricsTurn(seedPlan, baking(), NOW + 59_999)).toEqual({
      from: next.business,
      to: NOW,
      business: true,
      candidateOnly: false,
      slowerThan: [],
    });
    expect(metricsTurn(seedPlan, baking({ next: { row: NOW - 9, business: NOW } }), NOW)?.from).toBe(NOW - 9);
  });

  it('leaves the newest two minutes to settle where the watch compares nothing', () => {
    const judge = { ...stateOf(1).judge, watch: null };
    expect(metricsTurn(seedPlan, baking({ judge }), NOW)?.to).toBe(NOW - 2 * MINUTE);
    expect(metricsTurn(seedPlan, full(), NOW)?.to).toBe(NOW - 2 * MINUTE);
    expect(metricsTurn(seedPlan, baking({ weight: 0 }), NOW)?.to).toBe(NOW - 2 * MINUTE);
  });

  it('reads nothing before the start, after the end, or while there is nothing new', () => {
    expect(metricsTurn(seedPlan, baking({ startedAt: null }), NOW)).toBeNull();
    expect(metricsTurn(seedPlan, baking({ status: 'closed' }), NOW)).toBeNull();
    const read = { row: NOW, business: NOW };
    expect(metricsTurn(seedPlan, baking({ next: read }), NOW + 59_999)).toBeNull();
    expect(metricsTurn(seedPlan, baking({ next: read }), NOW + MINUTE)).toMatchObject({ from: NOW, to: NOW + MINUTE });
  });

  it('reads no business metrics of a plan that judges none', () => {
    const bare = {
      ...seedPlan,
      metrics: { gauges: {} },
      guards: [],
      phases: seedPlan.phases.map((phase) => ({ ...phase, advance: [] })),
    };
    expect(metricsTurn(bare, baking(), NOW)).toMatchObject({ from: next.row, business: false });
  });

  it('counts by the usual latencies of the baseline, where they are known and the watch is on', () => {
    const { judge } = stateOf(1);
    const known = { ...judge, before: { ...judge.before, latency: { p90: 80, p99: 183 } } };
    expect(metricsTurn(seedPlan, baking({ judge: known }), NOW)?.slowerThan).toEqual([80, 183]);
    expect(metricsTurn(seedPlan, baking({ judge: { ...known, watch: null } }), NOW)?.slowerThan).toEqual([]);
    const both = { judge: known };
    expect(metricsTurn(thorough, full(both), NOW)?.slowerThan).toEqual([80, 183]);
    expect(metricsTurn(economic, full(both), NOW)?.slowerThan).toEqual([]);
  });
});

describe('an economic plan', () => {
  const turn = (minute: number, state: RolloutState = full()) =>
    metricsTurn(
      economic,
      { ...state, next: { row: NOW + minute * MINUTE - 4 * MINUTE, business: NOW } },
      NOW + minute * MINUTE,
    );
  const reads = (minute: number, state?: RolloutState) => {
    const read = turn(minute, state);
    return read === null ? 'nothing' : read.business ? 'all' : 'traffic';
  };

  it('reads every other minute after a day at weight 100, and business metrics every fifth', () => {
    expect([10, 11, 12, 13, 14, 15, 16].map((minute) => reads(minute))).toEqual([
      'all',
      'nothing',
      'traffic',
      'nothing',
      'traffic',
      'all',
      'traffic',
    ]);
    expect(metricsTurn(thorough, full(), NOW + 11 * MINUTE)).toMatchObject({ business: true, candidateOnly: false });
  });

  it('reads every minute on the first day, while the bake has not begun, with a hold, or below 100', () => {
    const begun = (ago: number) => full({}, NOW + 11 * MINUTE - ago);
    expect([reads(11, begun(24 * HOUR - 1)), reads(11, begun(24 * HOUR))]).toEqual(['all', 'nothing']);
    expect(reads(11, full({ bake: { ...full().bake, startedAt: null } }))).toBe('all');
    expect(reads(11, full({ holds: [holdOf({ code: 'OPERATOR', actor: operator, why: 'x' })] }))).toBe('traffic');
    expect(reads(11, full({ weight: 99.9 }))).toBe('traffic');
  });

  it('waits for a minute that is late minute by minute', () => {
    const late = (minutes: number) => {
      const now = NOW + 11 * MINUTE;
      return metricsTurn(economic, full({ next: { row: now - minutes * MINUTE, business: now } }), now);
    };
    expect([late(6), late(7)?.from]).toEqual([null, NOW + 4 * MINUTE]);
  });

  it('reads the candidate alone once all minutes that it reads are of weight 100', () => {
    expect(turn(12)?.candidateOnly).toBe(true);
    expect(turn(12, full({ weight: 99.9 }))?.candidateOnly).toBe(false);
    expect(turn(12, full({ roseAt: NOW + 9 * MINUTE, weightBefore: 50 }))?.candidateOnly).toBe(false);
    expect(turn(12, full({ roseAt: NOW + 9 * MINUTE, weightBefore: 100 }))?.candidateOnly).toBe(true);
  });
});

describe('the weight of a minute', () => {
  const rose = stateOf(1, { roseAt: NOW + 30_000, weight: 10, weightBefore: 1 });

  it('is that of before the rise up to the minute of the rise', () => {
    expect([weightAt(NOW - 1, rose), weightAt(NOW, rose), weightAt(NOW + MINUTE, rose)]).toEqual([1, 10, 10]);
    expect(weightAt(NOW - HOUR, { ...rose, roseAt: null })).toBe(10);
  });
});
