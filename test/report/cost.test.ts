import { describe, expect, it, test } from 'vitest';
import { billedForDayBefore, billedMetrics } from '../../lib/report/billed-metrics.ts';
import { costOf, metricsRead } from '../../lib/report/cost.ts';
import { PRICES, priceOf } from '../../lib/report/prices.ts';
import { reportMarkdown } from '../../lib/report/report.ts';
import { nothingSpent } from '../../lib/report/spending.ts';
import { edited } from '../plan/seed-plan.ts';
import { planOf, seedPlan, seedSource } from '../rollout/fixture.ts';
import { billedFor, dayBeforeCalls, queriesOf } from './billed-queries.ts';
import { counted } from './counted-rehearsal.ts';

const LATENCIES = ['50ms', '100ms', '150ms', '200ms', '250ms', '300ms'];

describe.each([
  ['the seed plan', seedSource],
  ['a gauge that both arms share', edited(['ServiceName: "analyzer-{arm}", ', ''])],
  [
    'more latency limits than statistics are billed as one',
    edited(['  - latencyP99 > 250ms for 5m', LATENCIES.map((limit) => `  - latencyP99 > ${limit} for 5m`).join('\n')]),
  ],
])('of %s', (_, source) => {
  it.each([
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ])('as many metrics are billed as are asked (own: %s, candidate only: %s)', (business, candidateOnly) => {
    const plan = planOf(source);
    expect(billedMetrics(plan, { business, candidateOnly })).toBe(billedFor(queriesOf(plan, business, candidateOnly)));
  });

  it('as many are billed for the day before as are asked, of a load balancer in three zones', () => {
    const plan = planOf(source);
    const calls = dayBeforeCalls(plan, ['a', 'b', 'c']);
    expect(billedForDayBefore(plan)).toBe(calls.reduce((sum, queries) => sum + billedFor(queries), 0));
  });
});

const near = (value: number, counted: number): void => {
  expect(value / counted).toBeGreaterThan(0.97);
  expect(value / counted).toBeLessThan(1.03);
};

describe('what the journal tells of a rollout is what was counted', () => {
  it.each([
    ['of an economic plan, far into its days at weight 100', seedSource, 84, undefined],
    ['of a full plan', edited(['release:', 'pace: full\nrelease:']), 20, undefined],
    ['of a rollback', seedSource, 20, 'failures x50 from 06:00'],
    ['of a rollout that is held because CloudWatch is silent', seedSource, 18, 'cloudwatch silent from 10:00 for 3h'],
  ])('%s', async (_, source, hours, fault) => {
    const counts = await counted(source, { hours, ...(fault === undefined ? {} : { fault }) });
    const { spending, plan } = counts.ledger;
    near(metricsRead(plan, spending), counts.metrics);
    near(spending.ticks, counts.ticks);
    near(spending.writeUnits, counts.writeUnits);
    near(spending.bytes, counts.bytes);
    expect(spending.messages).toBe(counts.messages);
  });
});

test('the sum is that of its lines, and what costs nothing yet is zero', () => {
  const lines = costOf(seedPlan, { ...nothingSpent(), ticks: 600, looks: 600, bytes: 1e6, messages: 3 });
  const sum = lines.slice(0, -1).reduce((total, { usd }) => total + usd, 0);
  expect(lines.at(-1)).toEqual({ what: 'together', count: Number.NaN, usd: sum });
  expect(costOf(seedPlan, nothingSpent()).map(({ usd }) => usd)).toEqual(lines.map(() => 0));
});

test('a metric of our own is paid for the hours in which it is published', () => {
  const [, own] = costOf(seedPlan, { ...nothingSpent(), ticks: 730 * 60, decisionHours: 0 });
  expect(own).toMatchObject({ count: 2 * 730, usd: 2 * PRICES.cloudWatchCustomMetric.usd });
});

test('the report says what the rollout has cost, and of when the prices are', async () => {
  const { ledger } = await counted(seedSource, { hours: 3 });
  const page = reportMarkdown(ledger);
  const usd = priceOf('getMetricData', metricsRead(ledger.plan, ledger.spending)).toFixed(2);
  expect(page).toMatch(new RegExp(`\\| CloudWatch metrics read \\| [\\d,]+ \\| ${usd} \\|`));
  expect(page).toMatch(/\| together \| {2}\| \d\.\d\d \|/);
  expect(page).toContain('List prices of us-east-1 of 2026-11-23, without free tiers, at pace economic.');
});
