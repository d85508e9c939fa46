/** Names, for people, the metric that a criterion lacks. */
import type { Claim } from '../plan/claim.ts';
import type { MetricSource, Plan } from '../plan/plan.ts';

/** `Revenue in Learn/Business (Variant ultra-fast and original)` */
export const describeMissing = (plan: Plan, claim: Claim, segment?: string): string => {
  switch (claim.kind) {
    case 'share':
      return describeTraffic(plan, claim.share);
    case 'ratio':
      return plan.metrics.revenue === undefined ? 'revenue' : describeSource(plan, plan.metrics.revenue.sum);
    case 'segmentRatio':
    case 'segmentSpread':
      return plan.metrics.segments === undefined
        ? 'segments'
        : describeSource(plan, plan.metrics.segments.requests, segment);
    case 'gauge': {
      const source = plan.metrics.gauges[claim.gauge];
      return source === undefined ? claim.gauge : describeSource(plan, source);
    }
    case 'noIncidents':
      return `the state of ${plan.incidents.alarms.length === 0 ? 'incidents' : `alarms ${plan.incidents.alarms.join(', ')}`}`;
  }
};

/** `Cpu in AWS/ECS (…) was there in only 59 of 120 minutes`; of a metric that was never there just its name. */
export const describeSparse = (name: string, seen: number, of: number, what: string): string =>
  seen <= 0 ? name : `${name} was there in only ${seen} of ${of} ${what}`;

const describeTraffic = (plan: Plan, share: string): string => {
  const metric =
    share === 'failures'
      ? 'RequestCount'
      : share !== 'unavailable'
        ? 'TargetResponseTime'
        : plan.availability === 'answered'
          ? 'HTTPCode_Target_2XX_Count to HTTPCode_Target_5XX_Count'
          : 'TargetConnectionErrorCount';
  const groups = [plan.traffic.candidate, plan.traffic.baseline].map((arn) =>
    arn.slice(arn.lastIndexOf('targetgroup/')),
  );
  return `${metric} in AWS/ApplicationELB (TargetGroup ${groups.join(' and ')})`;
};

const describeSource = (plan: Plan, source: MetricSource, segment?: string): string => {
  const { candidate, baseline } = plan.traffic.names;
  const dimensions = Object.entries(source.dimensions).map(([name, written]) => {
    const value = segment === undefined ? written : written.replaceAll('{segment}', segment);
    const both = [candidate, baseline].map((arm) => value.replaceAll('{arm}', arm));
    return `${name} ${value.includes('{arm}') ? both.join(' and ') : value}`;
  });
  return `${source.metric} in ${source.namespace}${dimensions.length === 0 ? '' : ` (${dimensions.join(', ')})`}`;
};
