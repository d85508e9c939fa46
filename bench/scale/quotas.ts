/** What AWS allows an account in one region, as it publishes it, as token buckets. */

export interface Quota {
  /** Tokens at most, and how many come back in a second. */
  readonly burst: number;
  readonly perSecond: number;
  readonly of: string;
  readonly source: string;
}

const CLOUDWATCH = 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html';
const DYNAMODB = 'https://repost.aws/knowledge-center/on-demand-table-throttling-dynamodb';

/** Read on 2026-11-26; CloudWatch's figures from an older copy of its page, today's are drawn by a script. */
export const QUOTAS = {
  describes: {
    burst: 40,
    perSecond: 10,
    of: 'Describe calls of Elastic Load Balancing, of everybody in the account together',
    source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-api-throttling.html',
  },
  getMetricData: { burst: 50, perSecond: 50, of: 'GetMetricData calls', source: CLOUDWATCH },
  datapoints: {
    burst: 180_000,
    perSecond: 180_000,
    of: 'datapoints of GetMetricData, of the last three hours',
    source: CLOUDWATCH,
  },
  describeAlarms: { burst: 9, perSecond: 9, of: 'DescribeAlarms calls', source: CLOUDWATCH },
  writes: { burst: 4000, perSecond: 4000, of: 'write units of a new table on demand', source: DYNAMODB },
  reads: { burst: 12_000, perSecond: 12_000, of: 'read units of a new table on demand', source: DYNAMODB },
  wakeUps: {
    burst: 1000,
    perSecond: 1000,
    of: 'invocations by EventBridge Scheduler',
    source: 'https://docs.aws.amazon.com/scheduler/latest/UserGuide/scheduler-quotas.html',
  },
} as const satisfies Readonly<Record<string, Quota>>;

export type QuotaName = keyof typeof QUOTAS;

export class TokenBucket {
  readonly #quota: Quota;
  #tokens: number;
  #at = 0;

  constructor(quota: Quota) {
    this.#quota = quota;
    this.#tokens = quota.burst;
  }

  /** @param at milliseconds, never earlier than before */
  take(at: number, tokens: number): boolean {
    const { burst, perSecond } = this.#quota;
    this.#tokens = Math.min(burst, this.#tokens + ((at - this.#at) / 1000) * perSecond);
    this.#at = at;
    if (this.#tokens < tokens) return false;
    this.#tokens -= tokens;
    return true;
  }
}
