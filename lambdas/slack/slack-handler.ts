/** The function that posts in Slack, put together. */
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { botTokenOf } from '../../lib/aws/bot-token.ts';
import { dynamoDbClient, secretsClient } from '../../lib/aws/clients.ts';
import {
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
import { isFault } from '../../lib/controller/fault.ts';
import { type Desk, keepCurrent } from './keep-current.ts';
import { wokenBy } from './stream.ts';
import { isOfOne, workspaceOf } from './workspace.ts';

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
 * and the rollout's next entry makes it good.
 */
export const slackHandler = (outside: Outside): ((event: unknown) => Promise<BatchReply>) => {
  const { variables, now, wait, slackApiUrl } = outside;
  const environment = readEnvironment(variables);
  const deadline = new Deadline();
  const dynamoDb = dynamoDbClient();
  const token = botTokenOf(secretsClient(), readSlackSecret(variables), deadline, now);
  const desk: Desk = {
    journal: journalOf(dynamoDb, environment, deadline),
    items: postedItemsOf(dynamoDb, environment, deadline),
    workspace: workspaceOf({ token, deadline: () => deadline.signal, now, wait, slackApiUrl }),
    hasButtons: variables[SLACK_BUTTONS] === 'on',
    now,
  };
  const metrics = new Metrics({ namespace: METRICS.namespace, serviceName: serviceName(variables) });
  const countRefused = (): void => {
    metrics.addMetric(METRICS.slackRefused, MetricUnit.Count, 1);
    metrics.publishStoredMetrics();
  };
  const log = new Logger({ serviceName: serviceName(variables) });
  return async (event) => {
    deadline.begin(1000 * RUN_TIME.slack.workSeconds);
    const failed: string[] = [];
    for (const { sequenceNumber, ...woken } of wokenBy(event)) {
      const done = await keepCurrent(desk, woken);
      if (isFault(done)) {
        if (isOfOne(done) || done.code === 'UNREADABLE') countRefused();
        else failed.push(sequenceNumber);
        log.error('not posted', { ...woken, fault: `${done}`, cause: `${done.cause}` });
      } else log.info(done, { ...woken });
    }
    return { batchItemFailures: failed.slice(0, 1).map((itemIdentifier) => ({ itemIdentifier })) };
  };
};
