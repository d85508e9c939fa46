/**
 * A CloudWatch alarm on the candidate's share of failed requests: 3 of 5 minutes above 1 %.
 *
 * - The share is metric math, failures (missing ones filled with 0) by requests; a minute without requests has no value.
 * - Missing values count as not breaching, as AWS advises where a metric does not report all the time. (Its advice for a rollback alarm on one
 *   that does, to count them as breaching, would roll back at night.)
 * - CloudWatch fetches more than the 5 minutes it evaluates. Of these it takes the newest 5 values that are there, and only what then still
 *   lacks is filled in. How much more it fetches AWS does not say; in its example, and here, it is 2.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html and
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
import { failedPercent, type Peer, type PeerRollout } from './peer.ts';

const BREACHING = 3;
const EVALUATED = 5;
const FETCHED = EVALUATED + 2;
const LIMIT_PERCENT = 1;

const begin = (): PeerRollout => {
  const fetched: (number | undefined)[] = [];
  return ({ requests, failures }) => {
    fetched.push(failedPercent(requests, failures));
    if (fetched.length > FETCHED) fetched.shift();
    const evaluated = fetched.filter((value) => value !== undefined).slice(-EVALUATED);
    return evaluated.filter((value) => value > LIMIT_PERCENT).length >= BREACHING;
  };
};

export const cloudwatchAlarm: Peer = {
  name: 'CloudWatch alarm',
  rule: `${BREACHING} of ${EVALUATED} minutes with more than ${LIMIT_PERCENT} % failed requests; missing minutes do not breach`,
  source: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html',
  begin,
};
