/** What CloudWatch bills for a read, counted from the queries of the adapter. */
import {
  allBusiness,
  allTraffic,
  businessQueries,
  latencyQueries,
  type Query,
  trafficQueries,
  zoneQueries,
} from '../../lib/aws/metric-queries.ts';
import type { Plan } from '../../lib/plan/plan.ts';

/** By metric, and five statistics of one metric are one. */
export const billedFor = (
  queries: readonly Pick<Query, 'namespace' | 'metric' | 'dimensions' | 'statistic'>[],
): number => {
  const statistics = new Map<string, Set<string>>();
  for (const { namespace, metric, dimensions, statistic } of queries) {
    const key = JSON.stringify([namespace, metric, Object.entries(dimensions).toSorted()]);
    statistics.set(key, (statistics.get(key) ?? new Set()).add(statistic));
  }
  return [...statistics.values()].reduce((sum, { size }) => sum + Math.ceil(size / 5), 0);
};

export const queriesOf = (
  plan: Plan,
  business: boolean,
  candidateOnly: boolean,
  slowerThan: readonly number[] = [],
): readonly Query[] => {
  const arms = candidateOnly ? (['candidate'] as const) : (['candidate', 'baseline'] as const);
  const own = (['candidate', 'baseline'] as const).flatMap((arm) =>
    allBusiness(businessQueries(plan, arm, candidateOnly ? 'alone' : 'compared')),
  );
  return [...arms.flatMap((arm) => allTraffic(trafficQueries(plan, arm, false, slowerThan))), ...(business ? own : [])];
};

/** The queries of each call: statistics of one metric are one only within a call. */
export const dayBeforeCalls = (plan: Plan, zones: readonly string[]): readonly (readonly Query[])[] => [
  allTraffic(trafficQueries(plan, 'baseline', false)),
  Object.values(latencyQueries(plan)),
  zones.flatMap((zone) => {
    const { answered, connectionErrors } = zoneQueries(plan, zone);
    return [...answered, connectionErrors];
  }),
];
