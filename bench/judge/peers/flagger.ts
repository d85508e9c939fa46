/**
 * Flagger: the analysis of its tutorials, with the builtin check of the success rate.
 *
 * - A check every minute over that minute, while the candidate gets requests at all.
 * - A check without a value failed: Flagger takes it for a release that gets no traffic (since February 2022 also where Prometheus answers
 *   that it is not a number, which it does without a request).
 * - Failed checks are counted since the rollout began; nothing between sets them back. At `threshold` it rolls back. (Its controller does so when
 *   it next runs, a minute later.)
 *
 * https://docs.flagger.app/tutorials/istio-progressive-delivery, https://docs.flagger.app/usage/metrics,
 * https://github.com/fluxcd/flagger/blob/main/pkg/controller/scheduler.go (advanceCanary),
 * https://github.com/fluxcd/flagger/blob/main/pkg/controller/scheduler_metrics.go and https://github.com/fluxcd/flagger/pull/1095
 */
import { failedPercent, type Peer, type PeerRollout } from './peer.ts';

const THRESHOLD = 5;
const LEAST_SUCCESS_PERCENT = 99;

const begin = (): PeerRollout => {
  let failedChecks = 0;
  return ({ requests, failures }, { weight }) => {
    if (weight === 0) return false;
    const failed = failedPercent(requests, failures);
    if (failed === undefined || 100 - failed < LEAST_SUCCESS_PERCENT) failedChecks++;
    return failedChecks >= THRESHOLD;
  };
};

export const flagger: Peer = {
  name: 'Flagger',
  rule:
    `every minute the success rate of that minute must be at least ${LEAST_SUCCESS_PERCENT} %; no data is a failed check; ` +
    `rolls back at failed check ${THRESHOLD} (threshold ${THRESHOLD})`,
  source: 'https://docs.flagger.app/usage/metrics',
  begin,
};
