/** The function that posts in Slack, put together. */
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { dynamoDbClient, secretsClient } from '../../lib/aws/clients.ts';
import {
  installationOf,
  METRICS,
  RUN_TIME,
  readEnvironment,
  readSlackSecret,
  SLACK_BUTTONS,
  serviceName,
} from '../../lib/aws/environment.ts';
import { journalOf } from '../../lib/aws/journal.ts';
import { Deadline } from '../../lib/aws/outside.ts';
import { postedItemsOf } from '../../lib/aws/posted.ts';
import { botTokenOf } from '../../lib/aws/slack-secret.ts';
import { Fault, isFault } from '../../lib/controller/fault.ts';
import { askerOf } from './ask.ts';
import { type Done, keepCurrent, type Woken } from './keep-current.ts';
import { wokenBy } from './stream.ts';
import type { Desk } from './subject.ts';
import { workspaceOf } from './workspace.ts';

/** What a stream's event source expects: from this record on it comes again. Empty: all was done. */
export interface BatchReply {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

export interface Outside {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
  readonly wait: (milliseconds: number) => Promise<void>;
  /** Default: Slack's. */
  readonly slackApiUrl?: string | undefined;
}

/**
 * The rollouts of a batch one after the other; one that fails keeps none of the others up. Only the first failure is named: of those named,
 * the event source starts again at the lowest (https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html).
 *
 * What is refused for one channel fails no batch, or its whole lane would wait for somebody to invite the app: it is counted, an alarm tells,
 * and the rollout's next entry makes it good. The same holds of a rollout that cannot be shown at all: its journal cannot be read, or there is
 * a bug.
 */
export const slackHandler = (outside: Outside): ((event: unknown) => Promise<BatchReply>) => {
  const { variables, now, wait, slackApiUrl } = outside;
  const environment = readEnvironment(variables);
  const deadline = new Deadline();
  const metrics = new Metrics({ namespace: METRICS.namespace, serviceName: serviceName(variables) });
  const log = new Logger({ serviceName: serviceName(variables) });
  const onRefused = (fault: Fault, woken: object = {}): void => {
    metrics.addMetric(METRICS.slackRefused, MetricUnit.Count, 1);
    log.error('refused', { ...woken, fault: `${fault}`, cause: causeOf(fault) });
  };
  const dynamoDb = dynamoDbClient();
  const token = botTokenOf(secretsClient(), readSlackSecret(variables), deadline, now);
  const desk: Desk = {
    journal: journalOf(dynamoDb, environment, deadline),
    items: postedItemsOf(dynamoDb, environment, deadline),
    workspace: workspaceOf(askerOf({ token, deadline: () => deadline.signal, now, wait, slackApiUrl }), onRefused),
    installation: installationOf(environment),
    hasButtons: variables[SLACK_BUTTONS] === 'on',
    now,
    onRefused,
  };
  /** A throw is a bug, which the same entries would meet again. */
  const keep = async (woken: Woken): Promise<Done | Fault> => {
    try {
      return await keepCurrent(desk, woken);
    } catch (error) {
      return new Fault('UNREADABLE', `keep what stands in Slack of ${woken.rollout} current`, error);
    }
  };
  return async (event) => {
    deadline.begin(1000 * RUN_TIME.slack.workSeconds);
    const failed: string[] = [];
    for (const { sequenceNumber, ...woken } of wokenBy(event)) {
      const done = await keep(woken);
      if (!isFault(done)) log.info(done, { ...woken });
      else if (done.code === 'UNREADABLE') onRefused(done, woken);
      else {
        failed.push(sequenceNumber);
        log.error('not posted', { ...woken, fault: `${done}`, cause: causeOf(done) });
      }
    }
    metrics.publishStoredMetrics();
    return { batchItemFailures: failed.slice(0, 1).map((itemIdentifier) => ({ itemIdentifier })) };
  };
};

const causeOf = (fault: unknown): string =>
  fault instanceof Error && fault.cause !== undefined ? `${fault.cause}` : '';
