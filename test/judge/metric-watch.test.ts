/** The bets on one metric: minutes gathered into blocks, what they won, and the rows on which they won it. */
import { describe, expect, it } from 'vitest';
import {
  addMinute,
  bestBet,
  closeBlock,
  initialMetric,
  type MetricState,
  winningsOf,
  withEvenWealths,
} from '../../lib/judge/metric-watch.ts';
import { betOn, evenWealths, type Minute } from '../../lib/judge/regression.ts';
import { UNKNOWN_DAY } from '../../lib/judge/verdict.ts';
import { failuresAlone, type Watched } from '../../lib/judge/watched.ts';
import { times } from './fold.ts';

const GRAINS = 1e10;
const WATCHED: Watched = {
  metric: { kind: 'share', source: { share: 'failures', slowKey: undefined, net: false } },
  rows: 'traffic',
  bets: [
    { kind: 'share', weight: 0.6, atMost: [{ bet: 1, times: 50 }] },
    { kind: 'past', weight: 0, atMost: [] },
    { kind: 'burst', weight: 0.4, atMost: [] },
  ],
};
const DAY = { ...UNKNOWN_DAY, requestsPerMinute: 1000.4, failureShare: 0.001 };
const terms = { limit: 0.01, recentBaselineRate: 0, pastBaselineRate: 0, clumpiness: 2 };
const bad: Minute = { requests: 1000, events: 9, baselineRequests: 9000, baselineEvents: 9 };
const good: Minute = { ...bad, events: 0 };
const NONE = { staked: 0, waiting: 0 };
const begun = () => initialMetric(WATCHED, DAY);
/** The wealth of each bet, by parts that are all alike. */
const wealthy = (...each: readonly number[]) =>
  each.map((wealth, i) => times([6, 4, 3][i] ?? 0, (_) => (wealth * GRAINS) / ([6, 4, 3][i] ?? 1)));
const after = (
  state: MetricState,
  minute: Minute | undefined,
  closes: boolean,
  laid = NONE,
  stake = 0.1,
  at = '12:00',
) => addMinute(WATCHED, state, { at, minute, stake }, laid, closes, terms);

describe('a metric', () => {
  it('begins without a stake, and with an hour of the day before as its past', () => {
    expect(begun()).toEqual({
      bets: [times(6, () => 0), times(4, () => 0), times(3, () => 0)],
      since: null,
      block: null,
      past: [60_024, 60.024],
    });
    expect(initialMetric(WATCHED, UNKNOWN_DAY).past).toEqual([0, 0]);
    expect(initialMetric(WATCHED, { ...DAY, failureShare: null }).past).toEqual([0, 0]);
    expect(initialMetric(WATCHED, { ...DAY, requestsPerMinute: null }).past).toEqual([0, 0]);
  });

  it('begins anew with what was staked: on minutes all of it, on blocks without what waits', () => {
    const anew = withEvenWealths({ ...begun(), past: [9, 1] }, WATCHED, { staked: 0.5, waiting: 0.2 });
    expect(anew).toEqual({
      bets: [evenWealths('share', 0.3), evenWealths('past', 0.3), evenWealths('burst', 0.5)],
      since: null,
      block: null,
      past: [9, 1],
    });
  });
});

describe('a minute', () => {
  it('of a block that is not complete is bet on by bursts alone', () => {
    const state = after(begun(), bad, false);
    expect(state.bets).toEqual([times(6, () => 0), times(4, () => 0), betOn('burst', [0, 0, 0], bad, 0.1, terms)]);
    expect(state).toMatchObject({ since: null, block: ['12:00', 1, 1000, 9, 9000, 9, 1, 9], past: begun().past });
  });

  it('of a block that is not complete is bet on by falls, too', () => {
    const orders: Watched = {
      metric: { kind: 'orders' },
      rows: 'business',
      bets: [{ kind: 'fall', weight: 1, atMost: [] }],
    };
    const state = initialMetric(orders, DAY);
    const few: Minute = { requests: 1000, events: 3, baselineRequests: 9000, baselineEvents: 400 };
    const { bets } = addMinute(orders, state, { at: '12:00', minute: few, stake: 0.1 }, NONE, false, terms);
    expect(bets).toEqual([betOn('fall', evenWealths('fall', 0), few, 0.1, terms)]);
  });

  it('that completes its block is bet on with those before it, by what was laid for them and by the past', () => {
    const first = after(begun(), bad, false);
    const second = after(first, bad, true, { staked: 0.1, waiting: 0.1 }, 0.2, '12:01');
    const counts = { requests: 2000, events: 18, baselineRequests: 18_000, baselineEvents: 18 };
    const withPast = { ...terms, pastBaselineRate: 61.024 / 60_024 };
    const [share = [], past = [], burst = []] = second.bets;
    for (const [actual, expected] of [
      [
        share,
        betOn(
          'share',
          times(6, () => 0),
          counts,
          0.1 + 0.2,
          withPast,
        ),
      ],
      [
        past,
        betOn(
          'past',
          times(4, () => 0),
          counts,
          0.1 + 0.2,
          withPast,
        ),
      ],
      [burst, betOn('burst', first.bets[2] ?? [], bad, 0.2, terms)],
    ] as const)
      for (const [i, wealth] of expected.entries()) expect(Math.abs((actual[i] ?? 0) - wealth)).toBeLessThan(2);
    expect(second.block).toBeNull();
    expect(second.since).toEqual(['12:00', 2, 2000, 18, 18_000, 18, 2, 9]);
    const kept = (59 / 60) ** 2;
    expect(second.past[0]).toBe(Math.round(kept * 60_024 + 18_000));
    expect(second.past[1]).toBeCloseTo(kept * 60.024 + 18, 3);
    expect(String(second.past[1]).length).toBeLessThan(8);
  });

  it('in which nothing is won ends the run of rows, and one of which nothing is known moves no past', () => {
    const won = after(begun(), bad, true);
    expect(won.since).not.toBeNull();
    const lost = after({ ...won, bets: wealthy(0.01, 0.1, 0.01) }, good, true, { staked: 0.1, waiting: 0 }, 0);
    expect(lost.since).toBeNull();
    expect(after(won, undefined, true, { staked: 0.1, waiting: 0 }, 0).past).toEqual(won.past);
  });

  it('goes on with the run while anything is won, also where less than before', () => {
    const rich = { ...begun(), bets: wealthy(3, 3, 3), since: ['11:00', 4, 1, 1, 1, 1, 1, 1] as const };
    expect(after(rich, good, true, { staked: 1, waiting: 0 }, 0).since?.[0]).toBe('11:00');
    const poor = { ...begun(), bets: wealthy(0.1, 3, 0.1) };
    expect(after(poor, bad, true, { staked: 1, waiting: 0 }, 0).since?.[0]).toBe('12:00');
    expect(after(poor, good, true, { staked: 1, waiting: 0 }, 0).since).toBeNull();
  });
});

describe('a block that is closed early', () => {
  it('is bet on with what it has, and bursts are left as they are', () => {
    const first = after(begun(), bad, false);
    const closed = closeBlock(WATCHED, first, { staked: 0.1, waiting: 0.1 }, terms);
    expect(closed.bets[0]).toEqual(
      betOn(
        'share',
        times(6, () => 0),
        bad,
        0.1,
        terms,
      ),
    );
    expect(closed.bets[2]).toEqual(first.bets[2]);
    expect(closed).toMatchObject({ block: null, since: ['12:00', 1, 1000, 9, 9000, 9, 1, 9] });
  });

  it('of which there is none changes nothing but what waits', () => {
    const closed = closeBlock(WATCHED, begun(), { staked: 0.1, waiting: 0.1 }, terms);
    expect(closed.past).toEqual(begun().past);
    expect(closed.bets[0]).toEqual(evenWealths('share', 0.1));
    expect(closed.since).toBeNull();
  });
});

describe('what a metric adds to the wealth', () => {
  const staked = { staked: 1, waiting: 0 };

  it('is what its bets have won or lost, by their weights', () => {
    expect(winningsOf(WATCHED, wealthy(3, 9, 2), staked)).toBeCloseTo(0.6 * 2 + 0.4 * 1, 9);
    expect(winningsOf(WATCHED, wealthy(0.5, 9, 0.5), staked)).toBeCloseTo(-0.5, 9);
    expect(winningsOf(WATCHED, wealthy(3, 9, 2), { staked: 0.5, waiting: 0.2 })).toBeCloseTo(
      0.6 * (0.7 + 3 - 1) + 0.4 * (0.5 + 2 - 1),
      9,
    );
  });

  it('counts a bet at most so many times as much as the one that backs it', () => {
    expect(winningsOf(WATCHED, wealthy(900, 2, 1), staked)).toBeCloseTo(0.6 * 99, 6);
    expect(winningsOf(WATCHED, wealthy(900, 100, 1), staked)).toBeCloseTo(0.6 * 899, 6);
  });

  it('is told by the bet that has won most of what counts', () => {
    expect(bestBet(WATCHED, wealthy(3, 99, 2), staked)).toBe('share');
    expect(bestBet(WATCHED, wealthy(3, 99, 9), staked)).toBe('burst');
    expect(bestBet(WATCHED, wealthy(900, 0.01, 2), staked)).toBe('burst');
    const [failures = WATCHED] = failuresAlone;
    expect(failures.bets.map(({ kind }) => kind)).toContain(bestBet(failures, [], NONE));
    expect(bestBet({ ...WATCHED, bets: [] }, [], NONE)).toBe('share');
  });
});
