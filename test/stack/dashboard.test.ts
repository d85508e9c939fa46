import { beforeAll, describe, expect, test } from 'vitest';
import type { Plan } from '../../lib/plan/plan.ts';
import { type Resource, resourceOf, seedPlan, sluiceStack, templateOf, written } from './synthesized.ts';

interface Widget {
  readonly properties: {
    readonly title?: string;
    readonly period?: number;
    readonly alarms?: readonly string[];
    readonly metrics?: readonly (readonly unknown[])[];
    readonly annotations?: { readonly horizontal: readonly { readonly value: number; readonly label: string }[] };
  };
}

let name: string;
let widgets: readonly Widget[];

const dashboardOf = (plan: Plan): Resource => {
  const stack = sluiceStack({ plans: [{ ...seedPlan(), plan }] });
  return resourceOf(templateOf(stack), 'AWS::CloudWatch::Dashboard');
};

const widgetsOf = (plan: Plan): readonly Widget[] =>
  JSON.parse(written(dashboardOf(plan).Properties.DashboardBody)).widgets;

const titlesOf = (of: readonly Widget[]): readonly string[] =>
  of.flatMap(({ properties }) => (properties.title === undefined ? [] : [properties.title]));

const titles = (): readonly string[] => titlesOf(widgets);

beforeAll(() => {
  const { plan } = seedPlan();
  name = dashboardOf(plan).Properties.DashboardName;
  widgets = widgetsOf(plan);
});

const graphOf = (title: string): Widget['properties'] => {
  const found = widgets.find(({ properties }) => properties.title === title);
  if (found === undefined)
    throw new Error(`no graph ${title} among ${widgets.map(({ properties }) => properties.title)}`);
  return found.properties;
};

const limitsOf = (title: string): readonly string[] =>
  (graphOf(title).annotations?.horizontal ?? []).map(({ value, label }) => `${value} ${label}`);

const expressionsOf = (title: string): readonly string[] =>
  (graphOf(title).metrics ?? []).flatMap(([first]) =>
    typeof first === 'object' && first !== null && 'expression' in first ? [String(first.expression)] : [],
  );

describe('the dashboard of a plan', () => {
  test('is named after the rollout and shows single minutes', () => {
    expect(name).toBe('sluice-ultra-fast-analyzer');
    for (const { properties } of widgets) if (properties.metrics !== undefined) expect(properties.period).toBe(60);
  });

  test('shows the failures of both groups as the judge counts them, with the guard and the criteria as lines', () => {
    expect(expressionsOf('Failed requests')).toEqual([
      '100 * (error_candidate_e5 + error_candidate_ec + error_candidate_eu + error_candidate_ei) / error_candidate_r',
      '100 * (error_baseline_e5 + error_baseline_ec + error_baseline_eu + error_baseline_ei) / error_baseline_r',
    ]);
    expect(limitsOf('Failed requests')).toEqual([
      '1.5 guard errorRate > 1.5% for 2m',
      '1 canary: errorRate < 1%',
      '0.5 ramp: errorRate < 0.5%',
      '0.1 rollout: errorRate < 0.1%, stabilisation: errorRate < 0.1%',
    ]);
  });

  test('shows for each latency limit the share of slower answers, counted and not estimated', () => {
    expect(expressionsOf('Answers slower than 200 ms')).toEqual([
      '100 * slow200_candidate_s / slow200_candidate_n',
      '100 * slow200_baseline_s / slow200_baseline_n',
    ]);
    const statistics = (graphOf('Answers slower than 200 ms').metrics ?? []).flatMap((each) =>
      each.flatMap((part) => (typeof part === 'object' && part !== null && 'stat' in part ? [part.stat] : [])),
    );
    expect(statistics).toEqual(['TC(0.2:)', 'SampleCount', 'TC(0.2:)', 'SampleCount']);
    expect(limitsOf('Answers slower than 250 ms')).toEqual(['1 guard latencyP99 > 250ms for 5m']);
  });

  test('shows the weight as the share of requests, with the phases as lines', () => {
    expect(expressionsOf("Candidate's share of the requests")).toEqual(['100 * weight_c / (weight_c + weight_b)']);
    expect(limitsOf("Candidate's share of the requests")).toEqual([
      '1 canary',
      '10 ramp',
      '100 rollout',
      '100 stabilisation',
    ]);
  });

  test('shows requests and healthy targets of both groups by the names of the versions', () => {
    for (const title of ['Requests per minute', 'Healthy targets']) {
      const metrics = graphOf(title).metrics ?? [];
      expect(metrics.map((each) => each.slice(0, 6))).toEqual(
        ['analyzer-ultra-fast/943f017f100becff', 'analyzer-original/73e2d6bc24d8a067'].map((group) => [
          'AWS/ApplicationELB',
          title === 'Healthy targets' ? 'HealthyHostCount' : 'RequestCount',
          'LoadBalancer',
          'app/learn/50dc6c495c0c9188',
          'TargetGroup',
          `targetgroup/${group}`,
        ]),
      );
      expect(metrics.map((each) => each[6])).toMatchObject([{ label: 'ultra-fast' }, { label: 'original' }]);
    }
  });

  test('shows the percentiles that the plan only wants to see', () => {
    for (const percentile of ['p50', 'p95', 'p99.9']) {
      const metrics = graphOf(`Response time, ${percentile}`).metrics ?? [];
      expect(metrics).toHaveLength(2);
      for (const [, name, , , , , how] of metrics)
        expect([name, how]).toMatchObject(['TargetResponseTime', { stat: percentile }]);
    }
    expect(titles()).not.toContain('Response time, p99');
  });

  test('shows gauges, those that are judged with their limits and those that only are to be seen', () => {
    const memory = graphOf('memory').metrics ?? [];
    expect(memory.map((each) => each.slice(0, 6))).toEqual(
      ['analyzer-ultra-fast', 'analyzer-original'].map((service) => [
        'AWS/ECS',
        'MemoryUtilization',
        'ClusterName',
        'learn',
        'ServiceName',
        service,
      ]),
    );
    expect(memory.map((each) => each[6])).toMatchObject([{ label: 'ultra-fast' }, { label: 'original' }]);
    expect(graphOf('network').metrics?.[0]).toContain('NetworkRxBytes');
    expect(limitsOf('memory')).toEqual([]);
    expect(limitsOf('cpu')).toEqual(['85 guard cpu > 85% for 10m']);
  });

  test('shows unanswered requests, revenue and segments, as far as the plan names them', () => {
    expect(expressionsOf('Requests without an answer')[0]).toBe(
      '100 * (unanswered_candidate_r - unanswered_candidate_a2 - unanswered_candidate_a3 - unanswered_candidate_a4 - unanswered_candidate_a5) / unanswered_candidate_r',
    );
    expect(limitsOf('Requests without an answer')).toContain('1 guard availability < 99% for 5m');
    expect(expressionsOf("Revenue per request against the baseline's")).toEqual([
      '100 * (revenue_cs / revenue_cr) / (revenue_bs / revenue_br) - 100',
    ]);
    expect(limitsOf("Revenue per request against the baseline's")).toContain('-5 guard revenueDelta < -5% for 10m');
    for (const arm of ['ultra-fast', 'original']) {
      const title = `Failed requests by LearnerSegment, ${arm}`;
      expect(expressionsOf(title)).toHaveLength(4);
      const metrics = JSON.stringify(graphOf(title).metrics);
      for (const value of ['k12', 'university', 'professional', 'enterprise'])
        expect(metrics).toContain(`"LearnerSegment","${value}"`);
      expect(metrics).toContain(`"Variant","${arm}"`);
    }
    const bare = widgetsOf({ ...seedPlan().plan, show: ['latencyP50'], phases: [], guards: [] });
    expect(titlesOf(bare)).toEqual([
      'Failed requests',
      'Response time, p50',
      "Candidate's share of the requests",
      'Requests per minute',
      'Healthy targets',
    ]);
  });

  test('counts only refused connections as unanswered where the plan does', () => {
    const webSockets = widgetsOf({ ...seedPlan().plan, availability: 'connectionErrors' });
    expect(titlesOf(webSockets)).toContain('Requests with a connection error');
  });

  test('draws a gauge that both groups share once', () => {
    const { plan } = seedPlan();
    const { cpu } = plan.metrics.gauges;
    if (cpu === undefined) throw new Error('the seed plan has a gauge cpu');
    const queue = { ...cpu, dimensions: { QueueName: 'learn' } };
    const shared = widgetsOf({ ...plan, show: ['queue'], metrics: { ...plan.metrics, gauges: { queue } } });
    const graph = shared.find(({ properties }) => properties.title === 'queue');
    expect(graph?.properties.metrics?.map((each) => each.at(-1))).toMatchObject([{ label: 'both' }]);
  });

  test('shows the alarms that count as an open incident, where the plan asks for none to be open', () => {
    const incidents = widgets.find(({ properties }) => properties.title === 'Incidents');
    expect(incidents?.properties.alarms).toEqual([expect.stringMatching(/:alarm:learn-critical-incident$/)]);
  });
});
