import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { hastySecretsClient } from '../../lib/aws/clients.ts';
import { METRICS, RUN_TIME, readSlackEnvironment, serviceName } from '../../lib/aws/environment.ts';
import { Deadline } from '../../lib/aws/outside.ts';
import { passOnOf } from '../../lib/aws/pass-on.ts';
import { slackSecretOf } from '../../lib/aws/slack-secret.ts';
import { type Door, type HttpResponse, receiveAt } from './door.ts';

const environment = readSlackEnvironment(process.env);
const deadline = new Deadline();
const door: Door = {
  app: { teamId: environment.SLUICE_SLACK_TEAM, appId: environment.SLUICE_SLACK_APP },
  secrets: slackSecretOf(hastySecretsClient(), environment.SLUICE_SLACK_SECRET, deadline, Date.now),
  now: Date.now,
  passOn: passOnOf(environment.SLUICE_SLACK_COMMANDS, deadline),
};
const logger = new Logger({ serviceName: serviceName(process.env) });
const metrics = new Metrics({ namespace: METRICS.namespace, serviceName: serviceName(process.env) });

/**
 * The only address of Sluice that anybody can reach, so it can do nothing but read one secret and hand on what Slack has signed. It answers
 * within the three seconds that Slack waits; what is asked is carried out by `lambdas/slack-commands`.
 */
export const handler = async (event: unknown): Promise<HttpResponse> => {
  deadline.begin(1000 * RUN_TIME.slackActions.workSeconds);
  const { response, line, isForbidden } = await receiveAt(door, event);
  if (isForbidden) {
    metrics.addMetric(METRICS.requestsRefused, MetricUnit.Count, 1);
    metrics.publishStoredMetrics();
  }
  logger.info('received from Slack', { ...line });
  return response;
};
