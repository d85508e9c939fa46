import { ArnFormat, Stack } from 'aws-cdk-lib';
import { Alarm, AlarmStatusWidget, type GraphWidget, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { dimensionsOf } from '../plan/metric-source.ts';
import type { MetricSource, Plan } from '../plan/plan.ts';
import { ARMS, type Arm, graph, type Line, limits, lineOf, math, namedIn, ofArm } from './graph.ts';
import { sum } from './traffic-graphs.ts';

/** What the plan itself says where to find, as far as it names it. */
export const ownGraphs = (plan: Plan): readonly GraphWidget[] => [...revenue(plan), ...segments(plan), ...gauges(plan)];

/** The alarms that count as an open incident; at most one widget. */
export const incidentAlarms = (scope: Construct, plan: Plan): readonly AlarmStatusWidget[] => {
  const { alarms } = plan.incidents;
  if (alarms.length === 0 || !namedIn(plan).has('noIncidents')) return [];
  const arnOf = (resourceName: string): string =>
    Stack.of(scope).formatArn({
      service: 'cloudwatch',
      resource: 'alarm',
      resourceName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  const shown = alarms.map((name, index) => Alarm.fromAlarmArn(scope, `Incident${index}`, arnOf(name)));
  return [new AlarmStatusWidget({ title: 'Incidents', alarms: shown, width: 24, height: 2 })];
};

const revenue = (plan: Plan): readonly GraphWidget[] => {
  const source = plan.metrics.revenue?.sum;
  if (source === undefined || !namedIn(plan).has('revenueDelta')) return [];
  const metrics = {
    cs: ownMetric(plan, source, 'candidate'),
    cr: sum(plan, 'candidate', 'RequestCount'),
    bs: ownMetric(plan, source, 'baseline'),
    br: sum(plan, 'baseline', 'RequestCount'),
  };
  return [
    graph({
      title: "Revenue per request against the baseline's",
      unit: '%',
      lines: [math('revenue', '100 * (cs / cr) / (bs / br) - 100', metrics, ofArm(plan, 'candidate'))],
      limits: limits(plan, ({ kind }) => kind === 'ratio'),
      isSigned: true,
    }),
  ];
};

/** A graph for each group, since up to fifty segments stand on it. */
const segments = (plan: Plan): readonly GraphWidget[] => {
  const { segments: of } = plan.metrics;
  const named = namedIn(plan);
  if (of === undefined || !(named.has('segmentErrorRatio') || named.has('segmentSpread'))) return [];
  return ARMS.map((arm) =>
    graph({
      title: `Failed requests by ${of.dimension}, ${plan.traffic.names[arm]}`,
      unit: '%',
      lines: of.values.map((value, index) => {
        const line = { label: value };
        const f = ownMetric(plan, of.failures, arm, line, value);
        const n = ownMetric(plan, of.requests, arm, line, value);
        return math(`segment${index}`, '100 * f / n', { f, n }, line);
      }),
    }),
  );
};

const gauges = (plan: Plan): readonly GraphWidget[] => {
  const named = namedIn(plan);
  return Object.entries(plan.metrics.gauges)
    .filter(([name]) => named.has(name))
    .map(([name, source]) => {
      const isShared = !Object.values(source.dimensions).some((value) => value.includes('{arm}'));
      return graph({
        title: name,
        unit: `${source.statistic} of ${source.metric}`,
        lines: isShared
          ? [ownMetric(plan, source, 'candidate', { label: 'both' })]
          : ARMS.map((arm) => ownMetric(plan, source, arm)),
        limits: limits(plan, (claim) => claim.kind === 'gauge' && claim.gauge === name, 1),
        isSigned: true,
      });
    });
};

const ownMetric = (
  plan: Plan,
  source: MetricSource,
  arm: Arm,
  line: Line = ofArm(plan, arm),
  segment?: string,
): Metric => lineOf({ ...source, dimensions: dimensionsOf(source, plan.traffic.names[arm], segment) }, line);
