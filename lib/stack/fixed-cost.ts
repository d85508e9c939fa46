import { PRICE_REGION, type PriceName, priceOf } from '../report/prices.ts';

/** What of the stack costs something while nothing is live. */
export interface FixedParts {
  readonly alarmMetrics: number;
  readonly dashboards: number;
  readonly keys: number;
}

export interface CostLine {
  readonly what: string;
  /** US dollars a month. */
  readonly usd: number;
}

/** Journal, its backup, reports and logs that stay of earlier rollouts: a GB holds some fifty rollouts of two weeks. */
const KEPT_GB = 1;

/** What the stack costs in a month in which nothing is live, at list prices without free tiers; the last line is the sum. */
export const fixedCost = ({ alarmMetrics, dashboards, keys }: FixedParts): readonly CostLine[] => {
  const line = (what: string, name: PriceName, units: number): CostLine => ({ what, usd: priceOf(name, units) });
  const lines = [
    line(`metrics of alarms: ${alarmMetrics}`, 'cloudWatchAlarmMetric', alarmMetrics),
    line(`dashboards, one for each plan: ${dashboards}`, 'cloudWatchDashboard', dashboards),
    line(`keys, before their first rotation: ${keys}`, 'kmsKey', keys),
    line(`${KEPT_GB} GB of journal`, 'dynamoDbStorage', KEPT_GB),
    line(`${KEPT_GB} GB of its backup`, 'dynamoDbPointInTimeRecovery', KEPT_GB),
    line(`${KEPT_GB} GB of reports`, 's3Storage', KEPT_GB),
    line(`${KEPT_GB} GB of logs`, 'logStorage', KEPT_GB),
  ];
  return [...lines, { what: 'together', usd: lines.reduce((sum, { usd }) => sum + usd, 0) }];
};

export const fixedCostText = (lines: readonly CostLine[]): string => {
  const rows = lines.map(({ what, usd }) => `  $${usd.toFixed(2).padStart(6)}  ${what}`);
  return [`A month without a live rollout costs (list prices of ${PRICE_REGION}, no free tier):`, ...rows].join('\n');
};
