import { type GraphWidget, type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { parseRuleArn, parseTargetGroupArn } from '../plan/arn.ts';
import { assert } from '../plan/assert.ts';
import { METRICS } from '../plan/metric.ts';
import type { Plan } from '../plan/plan.ts';
import { ARMS, type Arm, claimsOf, graph, limits, lineOf, math, namedIn, ofArm } from './graph.ts';

/** What the load balancer says of both groups. */
export const trafficGraphs = (plan: Plan): readonly GraphWidget[] => [
  errorRate(plan),
  ...unanswered(plan),
  ...slowShares(plan),
  ...percentiles(plan),
  weight(plan),
  requests(plan),
  healthyHosts(plan),
];

const errorRate = (plan: Plan): GraphWidget =>
  graph({
    title: 'Failed requests',
    unit: '%',
    lines: ARMS.map((arm) =>
      // A code that did not occur is not reported, and counts as 0 here; groups of functions fail with metrics of their own.
      mathOf(plan, arm, 'error', '100 * (e5 + ec + eu + ei) / r', {
        e5: sum(plan, arm, 'HTTPCode_Target_5XX_Count'),
        ec: sum(plan, arm, 'TargetConnectionErrorCount'),
        eu: sum(plan, arm, 'LambdaUserError'),
        ei: sum(plan, arm, 'LambdaInternalError'),
        r: sum(plan, arm, 'RequestCount'),
      }),
    ),
    limits: limits(plan, (claim) => claim.kind === 'share' && claim.share === 'failures'),
  });

/** An answer may be counted a minute after its request, so single minutes go below zero. */
const unanswered = (plan: Plan): readonly GraphWidget[] => {
  if (!namedIn(plan).has('availability')) return [];
  const refusedOnly = plan.availability === 'connectionErrors';
  return [
    graph({
      title: refusedOnly ? 'Requests with a connection error' : 'Requests without an answer',
      unit: '%',
      lines: ARMS.map((arm) => {
        const r = sum(plan, arm, 'RequestCount');
        return refusedOnly
          ? mathOf(plan, arm, 'refused', '100 * c / r', { c: sum(plan, arm, 'TargetConnectionErrorCount'), r })
          : mathOf(plan, arm, 'unanswered', '100 * (r - a2 - a3 - a4 - a5) / r', {
              ...Object.fromEntries(
                [2, 3, 4, 5].map((code) => [`a${code}`, sum(plan, arm, `HTTPCode_Target_${code}XX_Count`)]),
              ),
              r,
            });
      }),
      limits: limits(plan, (claim) => claim.kind === 'share' && claim.share === 'unavailable'),
      isSigned: true,
    }),
  ];
};

/** One for each threshold of the plan: how many answers were slower, counted as the judge counts them. */
const slowShares = (plan: Plan): readonly GraphWidget[] => {
  const shares = claimsOf(plan).flatMap(({ claim }) =>
    claim.kind === 'share' && claim.share.startsWith('slow:') ? [claim.share] : [],
  );
  return [...new Set(shares)].map((share) => {
    const milliseconds = Number(share.slice('slow:'.length, -'ms'.length));
    return graph({
      title: `Answers slower than ${milliseconds} ms`,
      unit: '%',
      lines: ARMS.map((arm) =>
        mathOf(plan, arm, `slow${milliseconds}`, '100 * s / n', {
          s: metric(plan, arm, 'TargetResponseTime', `TC(${milliseconds / 1000}:)`),
          n: metric(plan, arm, 'TargetResponseTime', Stats.SAMPLE_COUNT),
        }),
      ),
      limits: limits(plan, (claim) => claim.kind === 'share' && claim.share === share),
    });
  });
};

/** Of `show` only: a latency that is judged is judged by the share of slower answers. */
const percentiles = (plan: Plan): readonly GraphWidget[] =>
  plan.show.flatMap((name) => {
    const tail = METRICS.find((metric) => metric.name === name)?.tail;
    if (tail === undefined) return [];
    const percentile = Number((100 * (1 - tail)).toPrecision(6));
    return [
      graph({
        title: `Response time, p${percentile}`,
        unit: 'seconds',
        lines: ARMS.map((arm) => metric(plan, arm, 'TargetResponseTime', Stats.percentile(percentile))),
      }),
    ];
  });

const weight = (plan: Plan): GraphWidget =>
  graph({
    title: "Candidate's share of the requests",
    unit: '%',
    lines: [
      math(
        'weight',
        '100 * c / (c + b)',
        { c: sum(plan, 'candidate', 'RequestCount'), b: sum(plan, 'baseline', 'RequestCount') },
        ofArm(plan, 'candidate'),
      ),
    ],
    limits: plan.phases.map(({ name, weight }) => ({ value: weight, label: name, color: '#7f7f7f' })),
  });

const requests = (plan: Plan): GraphWidget =>
  graph({
    title: 'Requests per minute',
    unit: 'requests',
    lines: ARMS.map((arm) => sum(plan, arm, 'RequestCount')),
  });

const healthyHosts = (plan: Plan): GraphWidget =>
  graph({
    title: 'Healthy targets',
    unit: 'targets',
    lines: ARMS.map((arm) => metric(plan, arm, 'HealthyHostCount', Stats.MINIMUM)),
  });

const mathOf = (plan: Plan, arm: Arm, prefix: string, expression: string, metrics: Readonly<Record<string, Metric>>) =>
  math(`${prefix}_${arm}`, expression, metrics, ofArm(plan, arm));

export const sum = (plan: Plan, arm: Arm, name: string): Metric => metric(plan, arm, name, Stats.SUM);

const metric = (plan: Plan, arm: Arm, name: string, statistic: string): Metric => {
  const { traffic } = plan;
  const rule = parseRuleArn(traffic.rules[0] ?? '');
  const group = parseTargetGroupArn(traffic[arm]);
  assert(rule !== undefined && group !== undefined, "a valid plan's ARNs can be read");
  const dimensions = { LoadBalancer: rule.loadBalancer, TargetGroup: group.targetGroup };
  return lineOf({ namespace: 'AWS/ApplicationELB', metric: name, statistic, dimensions }, ofArm(plan, arm));
};
