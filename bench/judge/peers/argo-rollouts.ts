/**
 * Argo Rollouts: a background analysis with the success rate that its documentation measures with Prometheus.
 *
 * - A measurement every 5 minutes over the last 5. The example's query takes `irate` over them, which reads the newest two values only; here
 *   all five minutes count, which is steadier at few requests.
 * - No value at all is an error; more than 4 in a row (the default `consecutiveErrorLimit`) end the analysis. Without a request the query
 *   divides 0 by 0, and what is not a number does not meet the success condition: the measurement failed.
 * - The analysis fails when more measurements than `failureLimit` failed since it began, however far apart; then the rollout aborts. Inconclusive
 *   it would be only with a failure condition beside the success condition.
 *
 * https://argo-rollouts.readthedocs.io/en/stable/features/analysis/ (background analysis),
 * https://github.com/argoproj/argo-rollouts/blob/master/analysis/analysis.go (assessMetricStatus) and
 * https://github.com/argoproj/argo-rollouts/blob/master/utils/evaluate/evaluate.go
 */
import type { Peer, PeerMinute, PeerRollout } from './peer.ts';

const INTERVAL = 5;
const FAILURE_LIMIT = 3;
const CONSECUTIVE_ERROR_LIMIT = 4;

type Measurement = 'successful' | 'failed' | 'error';

const measured = (window: readonly PeerMinute[], leastSuccess: number): Measurement => {
  const known = window.filter((minute) => minute.requests !== null);
  if (known.length === 0) return 'error';
  const requests = known.reduce((total, minute) => total + (minute.requests ?? 0), 0);
  const failures = known.reduce((total, minute) => total + (minute.failures ?? 0), 0);
  return (requests - failures) / requests >= leastSuccess ? 'successful' : 'failed';
};

const begin = (leastSuccess: number): PeerRollout => {
  const window: PeerMinute[] = [];
  let failed = 0;
  let errorsInARow = 0;
  return (minute) => {
    window.push(minute);
    if (window.length < INTERVAL) return false;
    const measurement = measured(window.splice(0), leastSuccess);
    errorsInARow = measurement === 'error' ? errorsInARow + 1 : 0;
    if (measurement === 'failed') failed++;
    return failed > FAILURE_LIMIT || errorsInARow > CONSECUTIVE_ERROR_LIMIT;
  };
};

const requiring = (leastSuccess: number, name: string): Peer => ({
  name,
  rule:
    `every ${INTERVAL} minutes the success rate of the last ${INTERVAL} must be at least ${100 * leastSuccess} %; ` +
    `aborts at failed measurement ${FAILURE_LIMIT + 1} (failureLimit ${FAILURE_LIMIT})`,
  source: 'https://argo-rollouts.readthedocs.io/en/stable/features/analysis/',
  begin: () => begin(leastSuccess),
});

/** The documentation's own example: 95 %. */
export const argoRollouts: Peer = requiring(0.95, 'Argo Rollouts');

/** The same with the limit that the other rules have. */
export const argoRolloutsAtOnePercent: Peer = requiring(0.99, 'Argo Rollouts at 1 %');
