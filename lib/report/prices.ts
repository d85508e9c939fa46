/** List prices of AWS without free tiers. The only file with prices: the stack's fixed cost and a rollout's cost are reckoned from it. */

export const PRICE_REGION = 'us-east-1';

export interface Price {
  readonly usd: number;
  /** So many units cost that. */
  readonly per: number;
  readonly unit: string;
  /** When it was looked up. */
  readonly date: string;
  /** The page of AWS that states it. */
  readonly source: string;
  /** Where the figure was read: AWS draws the tables of its pages with scripts. Null: from memory of that page, not confirmed. */
  readonly readFrom: string | null;
}

export const PRICES = {
  lambdaRequest: {
    usd: 0.2,
    per: 1_000_000,
    unit: 'requests',
    date: '2026-11-23',
    source: 'https://aws.amazon.com/lambda/pricing/',
    readFrom: 'https://git.mcrn.ar/mariano/lambda_local_runner/src/branch/main/docs/lambdas-md/lambda-13-cost.md',
  },
  lambdaArmGigabyteSecond: {
    usd: 0.0000133334,
    per: 1,
    unit: 'GB-seconds',
    date: '2026-11-23',
    source: 'https://aws.amazon.com/lambda/pricing/',
    readFrom: 'https://cloudchipr.com/blog/aws-lambda-pricing',
  },
  getMetricData: {
    usd: 0.01,
    per: 1000,
    unit: 'metrics requested',
    date: '2026-11-23',
    source: 'https://aws.amazon.com/cloudwatch/pricing/',
    readFrom: 'https://support.site24x7.com/portal/en/kb/articles/aws-cloudwatch-metrics-cost-calculation',
  },
  cloudWatchAlarmMetric: {
    usd: 0.1,
    per: 1,
    unit: 'metrics of alarms, a month',
    date: '2026-11-23',
    source: 'https://aws.amazon.com/cloudwatch/pricing/',
    readFrom: 'https://c3x.dev/resources/aws/aws_cloudwatch_metric_alarm',
  },
  cloudWatchDashboard: {
    usd: 3,
    per: 1,
    unit: 'dashboards, a month',
    date: '2026-11-23',
    source: 'https://aws.amazon.com/cloudwatch/pricing/',
    readFrom: 'https://www.factualminds.com/blog/amazon-cloudwatch-pricing-metrics-logs-alarms-dashboards/',
  },
  cloudWatchCustomMetric: {
    usd: 0.3,
    per: 1,
    unit: 'metrics, a month, by the hour in which they are published',
    date: '2026-11-23',
    source: 'https://aws.amazon.com/cloudwatch/pricing/',
    readFrom: 'https://signoz.io/guides/cloudwatch-pricing',
  },
  logIngestion: {
    usd: 0.5,
    per: 1,
    unit: 'GB',
    date: '2026-11-23',
    source: 'https://aws.amazon.com/cloudwatch/pricing/',
    readFrom: 'https://www.factualminds.com/blog/amazon-cloudwatch-pricing-metrics-logs-alarms-dashboards/',
  },
  logStorage: {
    usd: 0.03,
    per: 1,
    unit: 'GB compressed, a month',
    date: '2026-11-23',
    source: 'https://aws.amazon.com/cloudwatch/pricing/',
    readFrom: null,
  },
  dynamoDbWrite: {
    usd: 0.625,
    per: 1_000_000,
    unit: 'write request units of 1 KB',
    date: '2026-11-23',
    source: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
    readFrom: 'https://airbyte.com/data-engineering-resources/dynamodb-pricing',
  },
  dynamoDbRead: {
    usd: 0.125,
    per: 1_000_000,
    unit: 'read request units of 4 KB',
    date: '2026-11-23',
    source: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
    readFrom: 'https://airbyte.com/data-engineering-resources/dynamodb-pricing',
  },
  dynamoDbStorage: {
    usd: 0.25,
    per: 1,
    unit: 'GB, a month',
    date: '2026-11-23',
    source: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
    readFrom: null,
  },
  dynamoDbPointInTimeRecovery: {
    usd: 0.2,
    per: 1,
    unit: 'GB, a month',
    date: '2026-11-23',
    source: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
    readFrom: null,
  },
  dynamoDbStreamRead: {
    usd: 0,
    per: 100_000,
    unit: 'GetRecords calls by Lambda, which are free; others cost 0.02',
    date: '2026-11-23',
    source: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
    readFrom: null,
  },
  snsPublish: {
    usd: 0.5,
    per: 1_000_000,
    unit: 'requests of 64 KB',
    date: '2026-11-23',
    source: 'https://aws.amazon.com/sns/pricing/',
    readFrom: 'https://www.factualminds.com/blog/amazon-sns-pricing-publishes-fanout-protocols/',
  },
  snsEmail: {
    usd: 2,
    per: 100_000,
    unit: 'e-mails',
    date: '2026-11-23',
    source: 'https://aws.amazon.com/sns/pricing/',
    readFrom: 'https://www.factualminds.com/blog/amazon-sns-pricing-publishes-fanout-protocols/',
  },
  s3Put: {
    usd: 0.005,
    per: 1000,
    unit: 'PUT requests',
    date: '2026-11-23',
    source: 'https://aws.amazon.com/s3/pricing/',
    readFrom:
      'https://www.cloudkaramchari.com/blog/understanding-per-1000-put-copy-post-or-list-requests-in-amazon-s3-pricing/',
  },
  s3Get: {
    usd: 0.0004,
    per: 1000,
    unit: 'GET requests',
    date: '2026-11-23',
    source: 'https://aws.amazon.com/s3/pricing/',
    readFrom: null,
  },
  s3Storage: {
    usd: 0.023,
    per: 1,
    unit: 'GB, a month',
    date: '2026-11-23',
    source: 'https://aws.amazon.com/s3/pricing/',
    readFrom: 'https://deepeshsoni.com/archives/256',
  },
  schedulerInvocation: {
    usd: 1,
    per: 1_000_000,
    unit: 'invocations',
    date: '2026-11-23',
    source: 'https://aws.amazon.com/eventbridge/pricing/',
    readFrom: 'https://cloudburn.io/blog/amazon-eventbridge-pricing',
  },
  sqsRequest: {
    usd: 0.4,
    per: 1_000_000,
    unit: 'requests',
    date: '2026-11-23',
    source: 'https://aws.amazon.com/sqs/pricing/',
    readFrom: null,
  },
  kmsKey: {
    usd: 1,
    per: 1,
    unit: 'keys, a month, and as much again for each of the first two rotations',
    date: '2026-11-23',
    source: 'https://aws.amazon.com/kms/pricing/',
    readFrom: 'https://aws.amazon.com/kms/pricing/',
  },
  kmsRequest: {
    usd: 0.03,
    per: 10_000,
    unit: 'requests',
    date: '2026-11-23',
    source: 'https://aws.amazon.com/kms/pricing/',
    readFrom: 'https://www.wring.co/blog/aws-kms-pricing-guide',
  },
} as const satisfies Readonly<Record<string, Price>>;

export type PriceName = keyof typeof PRICES;

/** Price of so many units in US dollars. */
export const priceOf = (name: PriceName, units: number): number => (PRICES[name].usd * units) / PRICES[name].per;

/** The day on which the oldest of these prices was looked up. */
export const PRICE_DATE: string = Object.values(PRICES)
  .map(({ date }) => date)
  .reduce((oldest, date) => (date < oldest ? date : oldest));
