/** How many CloudWatch metrics one tick reads at most: what CloudWatch is asked, and what it costs. */
import { describe, expect, it } from 'vitest';
import { parseCriterion, parseGuard } from '../../lib/plan/criterion.ts';
import type { PlanDraft } from '../../lib/plan/draft.ts';
import { metricQueries } from '../../lib/plan/queries.ts';

const criterion = (text: string) => {
  const read = parseCriterion(text);
  return 'value' in read ? read.value : undefined;
};
const guard = (text: string) => {
  const read = parseGuard(text, { proof: 'proven', inSharedOutage: 'hold' });
  return 'value' in read ? read.value : undefined;
};
const SOURCE = {
  namespace: 'A',
  metric: 'B',
  statistic: 'Sum',
  dimensions: {},
  missing: 'unknown',
  settleMinutes: 3,
} as const;

const advancing = (...texts: readonly string[]): PlanDraft => ({ phases: [{ advance: texts.map(criterion) }] });

describe('the metric queries of a tick', () => {
  it.each<readonly [string, PlanDraft, number]>([
    ['the traffic: twelve for each of the two groups', {}, 24],
    ['metrics that are counted in the traffic', advancing('errorRate < 1%', 'availability > 99%', 'noIncidents'), 24],
    ['a threshold of latency, for each group', advancing('latencyP99 < 200ms'), 26],
    ['the same threshold of two percentiles, once', advancing('latencyP99 < 200ms', 'latencyP50 < 0.2s'), 26],
    ['two thresholds', advancing('latencyP99 < 200ms', 'latencyP99 < 201ms'), 28],
    ['a gauge that is judged, for each group', advancing('cpu < 85%'), 26],
    ['the same gauge twice, once', advancing('cpu < 85%', 'not cpu > 90%'), 26],
    ['two gauges', advancing('cpu < 85%', 'memory < 85%'), 28],
    [
      'what several phases and guards judge',
      {
        phases: [{ advance: [criterion('cpu < 85')] }, { advance: [criterion('latencyP99 < 200ms')] }],
        guards: [guard('memory > 85 for 5m'), guard('latencyP99 > 250ms for 5m'), guard('cpu > 90 for 5m')],
      },
      32,
    ],
    ['revenue, for each group', { metrics: { revenue: { sum: SOURCE } } }, 26],
    ['revenue and its orders', { metrics: { revenue: { sum: SOURCE, orders: SOURCE } } }, 28],
    ['two for each segment and group', { metrics: { segments: { values: ['a', 'b', 'c'] } } }, 36],
    ['no gauge that is only defined or charted', { metrics: { gauges: { cpu: SOURCE } }, show: ['cpu'] }, 24],
    [
      'nothing of what could not be read',
      {
        phases: [undefined, {}, { advance: [undefined] }],
        guards: [undefined],
        metrics: { segments: { values: undefined } },
      },
      24,
    ],
  ])('are %s', (_, draft, queries) => {
    expect(metricQueries(draft)).toBe(queries);
  });
});
