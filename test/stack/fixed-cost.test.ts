import { expect, test } from 'vitest';
import { PRICES, priceOf } from '../../lib/report/prices.ts';
import { fixedCost, fixedCostText } from '../../lib/stack/fixed-cost.ts';

test('every price has the page of AWS that states it, and the day it was looked up', () => {
  for (const { source, date } of Object.values(PRICES)) {
    expect(source).toMatch(/^https:\/\/aws\.amazon\.com\/[a-z0-9/-]+\/pricing\//);
    expect(date).toMatch(/^2026-/);
  }
});

test('a price is that of as many units as are asked for', () => {
  expect(priceOf('lambdaRequest', 5_000_000)).toBeCloseTo(1);
  expect(priceOf('getMetricData', 500)).toBeCloseTo(0.005);
});

test('the fixed cost is the sum of its lines, and a plan costs a dashboard', () => {
  const of = (dashboards: number) => fixedCost({ alarmMetrics: 10, dashboards, keys: 1 });
  const total = (dashboards: number) => of(dashboards).at(-1)?.usd ?? 0;
  expect(
    of(2)
      .slice(0, -1)
      .reduce((sum, { usd }) => sum + usd, 0),
  ).toBeCloseTo(total(2));
  expect(total(2) - total(1)).toBeCloseTo(3);
  // Ten alarm metrics, one key, and a gigabyte each of journal, backup, reports and logs.
  expect(total(0)).toBeCloseTo(1 + 1 + 0.25 + 0.2 + 0.023 + 0.03);
});

test('the text has one line for each part, in dollars', () => {
  const text = fixedCostText(fixedCost({ alarmMetrics: 10, dashboards: 1, keys: 1 }));
  expect(text.split('\n')[0]).toContain('us-east-1');
  expect(text).toContain('  $  3.00  dashboards, one for each plan: 1');
  expect(text.split('\n').at(-1)).toMatch(/^ {2}\$ {2}5\.50 {2}together$/);
});
