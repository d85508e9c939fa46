/** The day and the week that people look back on. */
import { describe, expect, it } from 'vitest';
import { addBlock, NO_PRODUCTS, type Products } from '../../lib/judge/ratio.ts';
import { type BusinessRow, minuteText, type Row } from '../../lib/judge/row.ts';
import { enterPhase } from '../../lib/rollout/apply.ts';
import { closeDay, newReview, reviewRow, reviewSales, salesOf } from '../../lib/rollout/review.ts';
import { holdLine, revenueLine, trafficLine } from '../../lib/rollout/review-words.ts';
import type { Hold, Review, Week } from '../../lib/rollout/rollout.ts';
import { holdOf, MINUTE, NOW, seedPlan, stateOf } from './fixture.ts';

const row = (minute: number, requests = 100, failures = 1): Row => ({
  minute: minuteText(NOW + minute * MINUTE),
  weight: 100,
  candidate: { requests, failures, unavailable: 0, responses: requests, slow: {} },
  baseline: null,
  hosts: true,
});
const sold = (minute: number, revenue: number | null): BusinessRow => {
  const nothing = { requests: null, revenue: null, orders: null, segments: {}, gauges: {} };
  return {
    minute: minuteText(NOW + minute * MINUTE),
    weight: 100,
    candidate: { ...nothing, requests: 100, revenue },
    baseline: nothing,
  };
};
const rows = (from: number, to: number, review: Review, holds: readonly Hold[] = []): Review => {
  let next = review;
  for (let minute = from; minute < to; minute++) next = reviewRow(next, row(minute), { holds });
  return next;
};
const fresh = newReview(seedPlan, NOW);

describe('a review', () => {
  it('sums up the day and the week, and begins each anew when it is over', () => {
    let review = fresh;
    for (let day = 0; day < 8; day++) review = closeDay(seedPlan, rows(10 * day, 10 * day + 10, review), day + 1);
    expect(review.weeks).toBe(1);
    expect(review.closed?.week).toBeNull();
    expect(review.closed?.day).toMatchObject({
      from: NOW + 70 * MINUTE,
      to: NOW + 80 * MINUTE,
      requests: 1000,
      failures: 10,
    });
    expect(review.week).toMatchObject({ from: NOW + 70 * MINUTE, requests: 1000 });
    const seventh = closeDay(seedPlan, rows(0, 10, fresh), 7);
    expect(seventh.closed?.week).toMatchObject({ requests: 1000 });
    expect(seventh.week.requests).toBe(0);
  });

  it('names each hold once, with the minutes it lasted, and again on the next day where it goes on', () => {
    const hold = holdOf({ code: 'INCIDENT_OPEN', incidents: ['db'] }, NOW);
    const held = rows(0, 5, fresh, [hold]);
    expect(held.day).toMatchObject({ heldMinutes: 5, holds: [{ code: 'INCIDENT_OPEN', since: NOW }] });
    expect(holdLine(held.day)).toBe('Holds and incidents: INCIDENT_OPEN since 2025-10-31 13:30 UTC; held for 5m.');
    expect(rows(5, 6, closeDay(seedPlan, held, 1), [hold]).day.holds).toHaveLength(1);
    expect(holdLine(rows(0, 5, fresh).day)).toBe('Holds and incidents: none.');
  });

  it('stays small: more than ten holds are counted, each in the minute in which it began', () => {
    let review = fresh;
    for (let minute = 0; minute < 15; minute++) {
      const hold = holdOf({ code: 'OPERATOR', actor: 'x', why: '' }, NOW + minute * MINUTE);
      review = rows(minute, minute + 1, review, [hold]);
    }
    expect(review.day.holds).toHaveLength(10);
    expect(review.day.moreHolds).toBe(5);
    expect(JSON.stringify(review).length).toBeLessThan(3000);
  });

  it('gathers the revenue of the candidate alone, in blocks of five minutes', () => {
    let review = fresh;
    for (let minute = 0; minute < 10; minute++) review = reviewSales(review, sold(minute, minute === 3 ? null : 50));
    expect(review.week.sales.revenue.slice(0, 5)).toEqual([2, 450, 900, 0, 0]);
  });

  it('says what there was, also where nothing came', () => {
    expect(trafficLine(rows(0, 10, fresh).day)).toBe(
      'From 2025-10-31 13:30 UTC to 2025-10-31 13:40 UTC: 1,000 requests, 10 of them failed (1 %).',
    );
    expect(trafficLine(fresh.day)).toBe('From 2025-10-31 13:30 UTC to 2025-10-31 13:30 UTC: 0 requests.');
  });
});

describe('what the weeks are compared with', () => {
  const products = (blocks: number): Products => {
    let sum = NO_PRODUCTS;
    for (let block = 0; block < blocks; block++) sum = addBlock(sum, [1, 100, 10, 100, 10]);
    return sum;
  };
  const salesAt = (weight: number, ofPhase: number, sinceRise: number) => {
    const state = stateOf(1, { weight, salesBefore: products(1) });
    const { judge } = state;
    const sold = {
      ...judge,
      tallies: { ...judge.tallies, revenue: products(ofPhase) },
      guards: { ...judge.guards, sinceRise: { ...judge.guards.sinceRise, revenue: products(sinceRise) } },
    };
    return salesOf(seedPlan, { ...state, judge: sold })?.[0];
  };

  it('is the larger of what was sold in the phase and since the rise, where it is enough', () => {
    expect(salesAt(10, 200, 300)).toBe(300);
    expect(salesAt(10, 300, 200)).toBe(300);
    expect(salesAt(10, 0, 0)).toBe(1);
  });

  it('is gathered only while both groups have traffic', () => {
    expect(salesAt(0, 200, 300)).toBe(1);
    expect(salesAt(100, 200, 300)).toBe(1);
  });
});

it('counts minutes without rows of the candidate, and those that are held', () => {
  const review = reviewRow(fresh, { ...row(0), candidate: null }, { holds: [] });
  expect(review.day).toMatchObject({ requests: 0, failures: 0, heldMinutes: 0, to: NOW + MINUTE });
});

it('tells two holds of one code apart by when they began, and two codes of one minute', () => {
  const two = [
    holdOf({ code: 'BLIND', behindMinutes: 9 }, NOW),
    holdOf({ code: 'OPERATOR', actor: 'x', why: '' }, NOW),
  ];
  const later = holdOf({ code: 'BLIND', behindMinutes: 9 }, NOW + MINUTE);
  const { day } = rows(1, 2, rows(0, 1, fresh, two), [later]);
  expect(day.holds).toHaveLength(3);
  expect(holdLine(day)).toContain('BLIND since 2025-10-31 13:30 UTC, OPERATOR since 2025-10-31 13:30 UTC, BLIND since');
  expect(holdLine({ ...day, moreHolds: 2 })).toContain(' and 2 more; held');
});

it('begins with a phase of daily checkpoints, ends with the next phase, and is kept nowhere else', () => {
  const entered = (phase: number, plan = seedPlan) => enterPhase(plan, stateOf(phase - 1), phase, NOW);
  expect(entered(3).review).toEqual(newReview(seedPlan, NOW));
  expect(entered(2).review).toBeUndefined();
  expect(
    entered(3, { ...seedPlan, phases: seedPlan.phases.map((phase) => ({ ...phase, daily: false })) }),
  ).not.toHaveProperty('review');
});

describe('the revenue of a week', () => {
  /** Blocks of 1,000 requests at so much each, in the columns of the candidate or of the baseline; every other one a tenth more. */
  const blocks = (perRequest: number, side: 'candidate' | 'baseline', count = 200): Products => {
    let products = NO_PRODUCTS;
    for (let index = 0; index < count; index++) {
      const revenue = 1000 * perRequest * (index % 2 === 0 ? 1.1 : 1);
      products = addBlock(products, side === 'candidate' ? [1, revenue, 1000, 0, 0] : [1, 0, 0, revenue, 1000]);
    }
    return products;
  };
  const week = (perRequest: number, count = 200): Week => ({
    ...fresh.week,
    sales: { ...fresh.week.sales, revenue: blocks(perRequest, 'candidate', count) },
  });
  const before = blocks(0.8, 'baseline');

  it('projects no money from an interval that contains 0, and says so there', () => {
    const line = revenueLine(seedPlan, week(0.801), before);
    expect(line).toContain(
      '0.841 a request. The baseline had 0.84 before the candidate had everything: 0.125 % (95 %, at any time: ',
    );
    expect(line).toContain('The interval contains 0, so no difference is shown and no money is projected from it.');
    expect(line).not.toContain("On this week's requests");
  });

  it.each([
    ['more', 1, /: 25 % .*On this week's requests that is 3\d,\d{3} to 4\d,\d{3}; the season/],
    ['less', 0.6, /: −25 % .*On this week's requests that is −4\d,\d{3} to −3\d,\d{3}; the season/],
  ])('says what a difference that is shown comes to: %s', (_, perRequest, expected) => {
    const line = revenueLine(seedPlan, week(perRequest), before) ?? '';
    expect(line).toMatch(expected);
    expect(line).not.toContain('contains 0');
  });

  it('compares with nothing where nothing was gathered, and with little where there is little', () => {
    expect(revenueLine(seedPlan, week(0.8), undefined)).toContain('There is nothing to compare it with.');
    expect(revenueLine(seedPlan, week(0.8, 1), before)).toContain('too little to compare');
    expect(revenueLine(seedPlan, fresh.week, before)).toBe('Revenue: no minute of it is known.');
    expect(revenueLine({ ...seedPlan, metrics: { gauges: {} } }, week(0.8), before)).toBeUndefined();
  });

  it('is compared with what both sides had since the last rise below weight 100, and keeps that', () => {
    const ramp = stateOf(1);
    const withSales = { ...ramp, judge: { ...ramp.judge, tallies: { ...ramp.judge.tallies, revenue: before } } };
    expect(salesOf(seedPlan, withSales)).toBe(before);
    expect(salesOf(seedPlan, { ...stateOf(2), salesBefore: before })).toBe(before);
    expect(salesOf(seedPlan, ramp)).toBeUndefined();
    expect(salesOf({ ...seedPlan, phases: seedPlan.phases.slice(0, 3) }, withSales)).toBeUndefined();
  });
});
