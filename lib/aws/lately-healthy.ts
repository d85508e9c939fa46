/** How many targets were healthy lately, from CloudWatch: one metric in a call that a tick makes anyway, where Elastic Load Balancing takes one call for each target group. */
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { isFault } from '../controller/fault.ts';
import type { Targets } from '../controller/ports.ts';
import { MINUTE_MS } from '../plan/duration.ts';
import type { ReadSeries } from './metric-data.ts';
import { hostsQuery } from './metric-queries.ts';
import type { Deadline } from './outside.ts';

/** The newest minutes that are over. The last one may not be reported yet; without any the metric says nothing of now. */
const MINUTES = 4;

/** Metrics do not wait for a slow answer either. */
const READ_MS = 10_000;

/**
 * The lowest value of the last minutes. HealthyHostCount's Minimum is the count of the load balancer's node that sees the fewest, which is
 * at most what DescribeTargetHealth counts, and less where nodes see only the targets of their own zone. Groups without health checks report
 * none.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */
export const latelyHealthyOf =
  (client: CloudWatchClient, deadline: Deadline, read: ReadSeries): NonNullable<Targets['lately']> =>
  async (plan, arm, now) => {
    const query = hostsQuery(plan, arm);
    const to = Math.floor(now / MINUTE_MS) * MINUTE_MS;
    const asking = { client, deadline, bound: AbortSignal.timeout(READ_MS) };
    const span = { from: to - MINUTES * MINUTE_MS, to, periodSeconds: MINUTE_MS / 1000 };
    const seriesOf = await read(asking, `read how many targets of the ${arm} are healthy`, [query], span);
    if (isFault(seriesOf)) return undefined;
    // The call may have been made for a longer span.
    const values = [...seriesOf(query)].flatMap(([minute, value]) => (minute >= span.from ? [value] : []));
    if (values.length === 0) return undefined;
    const healthy = Math.min(...values);
    return { healthy, registered: healthy };
  };
