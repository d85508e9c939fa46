import { Duration } from 'aws-cdk-lib';
import {
  Dashboard,
  GraphWidget,
  type HorizontalAnnotation,
  MathExpression,
  Metric,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { parseRuleArn, parseTargetGroupArn } from '../plan/arn.ts';
import { assert } from '../plan/assert.ts';
import type { Claim } from '../plan/claim.ts';
import { formatDuration } from '../plan/duration.ts';
import type { Plan } from '../plan/plan.ts';

export interface PlanDashboardProps {
  readonly name: string;
  readonly plan: Plan;
}

type Arm = 'candidate' | 'baseline';
const ARMS: readonly Arm[] = ['candidate', 'baseline'];
const COLOURS: Readonly<Record<Arm, string>> = { candidate: '#d62728', baseline: '#1f77b4' };
const MINUTE = Duration.minutes(1);
const WIDTH = 12;

/** What the rollout is judged by, of both groups side by side and minute by minute, with the plan's own limits as lines. */
export class PlanDashboard extends Construct {
  constructor(scope: Construct, id: string, { name, plan }: PlanDashboardProps) {
    super(scope, id);
    const graphs = [errorRate(plan), ...slowShares(plan), weight(plan), requests(plan), healthyHosts(plan)];
    new Dashboard(this, 'Dashboard', {
      dashboardName: `${name}-${plan.rollout}`,
      widgets: [[heading(plan)], ...inRows(graphs)],
    });
  }
}

const heading = ({ rollout, release, phases }: Plan): TextWidget =>
  new TextWidget({
    width: 2 * WIDTH,
    height: 2,
    markdown: `**${rollout}**, release ${release}: ${phases
      .map(({ name, weight, bakeMinutes }) => `${name} ${weight} % for ${formatDuration(bakeMinutes)}`)
      .join(', ')}. Minutes of the last three still change.`,
  });

const errorRate = (plan: Plan): GraphWidget =>
  graph(
    'Failed requests',
    '%',
    ARMS.map((arm) =>
      // A code that did not occur is not reported, and counts as 0 here; groups of functions fail with metrics of their own.
      math(plan, arm, 'error', '100 * (e5 + ec + eu + ei) / r', {
        e5: sum(plan, arm, 'HTTPCode_Target_5XX_Count'),
        ec: sum(plan, arm, 'TargetConnectionErrorCount'),
        eu: sum(plan, arm, 'LambdaUserError'),
        ei: sum(plan, arm, 'LambdaInternalError'),
        r: sum(plan, arm, 'RequestCount'),
      }),
    ),
    limits(plan, (claim) => claim.kind === 'share' && claim.share === 'failures'),
  );

/** One for each threshold of the plan: how many answers were slower, counted as the judge counts them. */
const slowShares = (plan: Plan): readonly GraphWidget[] => {
  const shares = claimsOf(plan).flatMap(({ claim }) =>
    claim.kind === 'share' && claim.share.startsWith('slow:') ? [claim.share] : [],
  );
  return [...new Set(shares)].map((share) => {
    const milliseconds = Number(share.slice('slow:'.length, -'ms'.length));
    return graph(
      `Answers slower than ${milliseconds} ms`,
      '%',
      ARMS.map((arm) =>
        math(plan, arm, `slow${milliseconds}`, '100 * s / n', {
          s: metric(plan, arm, 'TargetResponseTime', `TC(${milliseconds / 1000}:)`),
          n: metric(plan, arm, 'TargetResponseTime', Stats.SAMPLE_COUNT),
        }),
      ),
      limits(plan, (claim) => claim.kind === 'share' && claim.share === share),
    );
  });
};

const weight = (plan: Plan): GraphWidget =>
  graph(
    "Candidate's share of the requests",
    '%',
    [
      new MathExpression({
        expression: '100 * c / (c + b)',
        usingMetrics: { c: sum(plan, 'candidate', 'RequestCount'), b: sum(plan, 'baseline', 'RequestCount') },
        label: plan.traffic.names.candidate,
        color: COLOURS.candidate,
        period: MINUTE,
      }),
    ],
    plan.phases.map(({ name, weight }) => ({ value: weight, label: name, color: '#7f7f7f' })),
  );

const requests = (plan: Plan): GraphWidget =>
  graph(
    'Requests per minute',
    'requests',
    ARMS.map((arm) => sum(plan, arm, 'RequestCount')),
    [],
  );

const healthyHosts = (plan: Plan): GraphWidget =>
  graph(
    'Healthy targets',
    'targets',
    ARMS.map((arm) => metric(plan, arm, 'HealthyHostCount', Stats.MINIMUM)),
    [],
  );

const graph = (
  title: string,
  unit: string,
  left: (Metric | MathExpression)[],
  leftAnnotations: readonly HorizontalAnnotation[],
): GraphWidget =>
  new GraphWidget({
    title,
    left,
    leftAnnotations: [...leftAnnotations],
    leftYAxis: { label: unit, min: 0, showUnits: false },
    width: WIDTH,
    height: 7,
    period: MINUTE,
  });

const math = (
  plan: Plan,
  arm: Arm,
  prefix: string,
  expression: string,
  metrics: Readonly<Record<string, Metric>>,
): MathExpression => {
  // Identifiers are those of the whole graph, on which both arms stand.
  const own = (id: string): string => `${prefix}_${arm}_${id}`;
  return new MathExpression({
    expression: expression.replace(/\b[a-z][a-z0-9]*\b/g, own),
    usingMetrics: Object.fromEntries(Object.entries(metrics).map(([id, each]) => [own(id), each])),
    label: plan.traffic.names[arm],
    color: COLOURS[arm],
    period: MINUTE,
  });
};

const sum = (plan: Plan, arm: Arm, metricName: string): Metric => metric(plan, arm, metricName, Stats.SUM);

const metric = (plan: Plan, arm: Arm, metricName: string, statistic: string): Metric => {
  const { traffic } = plan;
  const rule = parseRuleArn(traffic.rules[0] ?? '');
  const group = parseTargetGroupArn(traffic[arm]);
  assert(rule !== undefined && group !== undefined, "a valid plan's ARNs can be read");
  return new Metric({
    namespace: 'AWS/ApplicationELB',
    metricName,
    dimensionsMap: { LoadBalancer: rule.loadBalancer, TargetGroup: group.targetGroup },
    statistic,
    period: MINUTE,
    label: traffic.names[arm],
    color: COLOURS[arm],
  });
};

interface Said {
  readonly claim: Claim;
  /** As written, and where. */
  readonly label: string;
  readonly isGuard: boolean;
}

const claimsOf = ({ guards, phases }: Plan): readonly Said[] => [
  ...guards.map(({ claim, text }) => ({ claim, label: `guard ${text}`, isGuard: true })),
  ...phases.flatMap(({ name, advance }) =>
    advance.map(({ claim, text }) => ({ claim, label: `${name}: ${text}`, isGuard: false })),
  ),
];

/** Shares in percent; criteria with the same limit share a line. */
const limits = (plan: Plan, belongs: (claim: Claim) => boolean): readonly HorizontalAnnotation[] => {
  const labels = new Map<string, { value: number; labels: string[]; isGuard: boolean }>();
  for (const { claim, label, isGuard } of claimsOf(plan)) {
    if (claim.kind !== 'share' || !belongs(claim)) continue;
    const value = Number((100 * claim.limit).toPrecision(9));
    const key = `${value} ${isGuard}`;
    const line = labels.get(key) ?? { value, labels: [], isGuard };
    labels.set(key, { ...line, labels: [...line.labels, label] });
  }
  return [...labels.values()].map(({ value, labels, isGuard }) => ({
    value,
    label: labels.join(', '),
    color: isGuard ? '#8c564b' : '#2ca02c',
  }));
};

const inRows = (graphs: readonly GraphWidget[]): GraphWidget[][] =>
  graphs.flatMap((left, index) => {
    const right = graphs[index + 1];
    if (index % 2 === 1) return [];
    return [right === undefined ? [left] : [left, right]];
  });
