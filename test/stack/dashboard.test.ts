import { beforeAll, describe, expect, test } from 'vitest';
import { resourceOf, sluiceStack, templateOf, written } from './synthesized.ts';

interface Widget {
  readonly properties: {
    readonly title?: string;
    readonly period?: number;
    readonly metrics?: readonly (readonly unknown[])[];
    readonly annotations?: { readonly horizontal: readonly { readonly value: number; readonly label: string }[] };
  };
}

let name: string;
let widgets: readonly Widget[];

beforeAll(() => {
  const { Properties } = resourceOf(templateOf(sluiceStack()), 'AWS::CloudWatch::Dashboard');
  name = Properties.DashboardName;
  widgets = JSON.parse(written(Properties.DashboardBody)).widgets;
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
    for (const { properties } of widgets) if (properties.title !== undefined) expect(properties.period).toBe(60);
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
    expect(expressionsOf("Candidate's share of the requests")).toEqual(['100 * c / (c + b)']);
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
});
