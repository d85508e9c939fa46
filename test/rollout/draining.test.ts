/** Rows on the way back: they are judged no more, and tell when the candidate is drained. */
import { describe, expect, it } from 'vitest';
import { minuteText, type Row } from '../../lib/judge/row.ts';
import { observe } from '../../lib/rollout/observe.ts';
import type { Rollback } from '../../lib/rollout/rollout.ts';
import { evidenceOf, MINUTE, NOW, seedPlan, stateOf, watchTrip } from './fixture.ts';

const rollback: Rollback = {
  decidedAt: NOW - MINUTE,
  reason: { code: 'WATCH_TRIPPED', trip: watchTrip },
  faultBeganAt: null,
  fromWeight: 10,
  verifiedAt: NOW - MINUTE / 2,
  lastRequestMinute: null,
  quietRows: 1,
  tailRequests: 5,
  pagedAt: NOW,
};
const row = (minute: number, requests: number | null): Row => ({
  minute: minuteText(minute),
  weight: 0,
  candidate: requests === null ? null : { requests, failures: requests, unavailable: 0, responses: requests, slow: {} },
  baseline: null,
  hosts: true,
});
const after = (change: Partial<Rollback>, ...rows: Row[]) => {
  const state = stateOf(1, { status: 'rollingBack', weight: 0, rollback: { ...rollback, ...change } });
  return { before: state, ...observe(seedPlan, state, evidenceOf(0, { rows, now: NOW + 9 * MINUTE })) };
};

describe('a row on the way back', () => {
  it.each<[string, Partial<Rollback>, Row, Partial<Rollback>]>([
    ['without requests is a quiet one', {}, row(NOW, 0), { quietRows: 2 }],
    ['that says nothing of the candidate is one, too', {}, row(NOW, null), { quietRows: 2 }],
    [
      'with requests begins the quiet ones anew, and is counted',
      {},
      row(NOW, 3),
      { quietRows: 0, tailRequests: 8, lastRequestMinute: minuteText(NOW) },
    ],
    [
      'of a minute that had begun before the weights were seen only tells of its requests',
      {},
      row(NOW - MINUTE, 3),
      { lastRequestMinute: minuteText(NOW - MINUTE) },
    ],
    ['that is quiet then is none', {}, row(NOW - MINUTE, 0), {}],
  ])('%s', (_, change, given, expected) => {
    expect(after(change, given).state.rollback).toEqual({ ...rollback, ...change, ...expected });
  });
  it('is not judged, holds nothing and bakes nothing', () => {
    const { before, state, trips, failed } = after({}, row(NOW, 1000));
    expect([trips, failed, state.holds]).toEqual([[], null, []]);
    expect([state.judge, state.bake]).toEqual([before.judge, before.bake]);
    expect(state.next).toEqual({ row: NOW + MINUTE, business: before.next.business });
  });
});

describe('rows that do not come', () => {
  const holds = (behind: number, more = false, metricsFault: string | null = null) =>
    observe(
      seedPlan,
      stateOf(0, { next: { row: NOW - behind * MINUTE, business: NOW } }),
      evidenceOf(1, { more, metricsFault }),
    ).state.holds.map(({ reason }) => reason);
  it('blind us after more than eight minutes, with what keeps them away', () => {
    expect(holds(8)).toEqual([]);
    expect(holds(9)).toEqual([{ code: 'BLIND', behindMinutes: 9, fault: undefined }]);
    expect(holds(9, false, 'read CloudWatch')).toEqual([{ code: 'BLIND', behindMinutes: 9, fault: 'read CloudWatch' }]);
  });
  it('do not while more of them follow in the same tick', () => {
    expect(holds(60, true)).toEqual([]);
  });
  it('do not on the way back', () => {
    expect(after({}).state.holds).toEqual([]);
  });
});
