/** The day and the week in words, at their edges. */
import { describe, expect, it } from 'vitest';
import { addBlock, ENOUGH_BLOCKS, NO_PRODUCTS, type Products } from '../../lib/judge/ratio.ts';
import { type BusinessRow, minuteText } from '../../lib/judge/row.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { newReview, reviewRow, reviewSales, salesOf } from '../../lib/rollout/review.ts';
import { audienceLine, passesLine, revenueLine } from '../../lib/rollout/review-words.ts';
import { holdOf, MINUTE, NOW, seedPlan, stateOf } from './fixture.ts';

const withoutRevenue: Plan = { ...seedPlan, metrics: { gauges: {} } };
const blocks = (count: number, block: readonly [number, number, number, number]): Products => {
  let products = NO_PRODUCTS;
  for (let i = 0; i < count; i++) products = addBlock(products, [1, ...block]);
  return products;
};

describe('checkpoints passed in a row', () => {
  it('say how many are needed, where any are', () => {
    const state = stateOf(3, { bake: { ...stateOf(3).bake, passesInARow: 4 } });
    expect(passesLine(seedPlan, state)).toBe('Daily checkpoints passed in a row: 4; 7 are needed.');
    const any = { ...seedPlan, phases: seedPlan.phases.map((phase) => ({ ...phase, passInARow: 0 })) };
    expect(passesLine(any, state)).toBe('Daily checkpoints passed in a row: 4.');
  });
});

describe('the audience', () => {
  it('is named where the plan names it', () => {
    expect(audienceLine(seedPlan, stateOf(3))).toBe(
      'Audience: 500,000 learners, 100 % of the requests on the candidate.',
    );
    const unnamed = { ...seedPlan, traffic: { ...seedPlan.traffic, audience: undefined } };
    expect(audienceLine(unnamed, stateOf(1))).toBe('Audience: 10 % of the requests on the candidate.');
  });
});

describe('revenue', () => {
  const week = (revenue: Products) => {
    const { week: fresh } = newReview(seedPlan, NOW);
    return { ...fresh, sales: { ...fresh.sales, revenue } };
  };

  it('of minutes without a request is not known', () => {
    const nothing = 'Revenue: no minute of it is known.';
    expect(revenueLine(seedPlan, week(NO_PRODUCTS), undefined)).toBe(nothing);
    expect(revenueLine(seedPlan, week(blocks(3, [0, 0, 0, 0])), undefined)).toBe(nothing);
    expect(revenueLine(seedPlan, week(blocks(3, [50, 100, 0, 0])), undefined)).toBe(
      'Revenue: 150 on 300 requests, 0.5 a request. There is nothing to compare it with.',
    );
  });

  it('that is nothing, or of which a side has one block only, is too little to compare', () => {
    const before = blocks(20, [0, 0, 60, 100]);
    for (const [now, then] of [
      [blocks(20, [0, 100, 0, 0]), before],
      [blocks(1, [50, 100, 0, 0]), before],
      [blocks(20, [50, 100, 0, 0]), blocks(1, [0, 0, 60, 100])],
    ] as const)
      expect(revenueLine(seedPlan, week(now), then)).toMatch(
        /before the candidate had everything; too little to compare\.$/,
      );
  });
});

describe('a review', () => {
  const sold: BusinessRow = {
    minute: minuteText(NOW),
    weight: 100,
    candidate: { requests: 100, revenue: 50, orders: null, segments: {}, gauges: {} },
    baseline: { requests: 0, revenue: null, orders: null, segments: {}, gauges: {} },
  };

  it('gathers revenue only of a plan that has it', () => {
    expect(newReview(seedPlan, NOW).week.sales.revenue).toHaveLength(15);
    const none = newReview(withoutRevenue, NOW);
    expect(none.week.sales.revenue).toEqual([]);
    expect(reviewSales(none, sold)).toBe(none);
  });

  it('does not count a hold again that lasts, beyond the ten that are named', () => {
    const row = (minute: number) => ({
      minute: minuteText(NOW + minute * MINUTE),
      weight: 100,
      candidate: null,
      baseline: null,
      hosts: true,
    });
    const hold = (minute: number) => holdOf({ code: 'OPERATOR', actor: 'x', why: '' }, NOW + minute * MINUTE);
    let review = newReview(seedPlan, NOW);
    for (let minute = 0; minute < 11; minute++) review = reviewRow(review, row(minute), { holds: [hold(minute)] });
    for (let minute = 11; minute < 20; minute++) review = reviewRow(review, row(minute), { holds: [hold(10)] });
    expect([review.day.holds.length, review.day.moreHolds, review.day.heldMinutes]).toEqual([10, 1, 20]);
  });

  it('compares the weeks with what was sold below weight 100 from the twelfth block on', () => {
    const withBlocks = (count: number) => {
      const { judge, ...state } = stateOf(1);
      const tallies = { ...judge.tallies, revenue: blocks(count, [50, 100, 450, 900]) };
      return salesOf(seedPlan, { ...state, judge: { ...judge, tallies } })?.[0];
    };
    expect([withBlocks(ENOUGH_BLOCKS - 1), withBlocks(ENOUGH_BLOCKS)]).toEqual([undefined, ENOUGH_BLOCKS]);
  });
});
