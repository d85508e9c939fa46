import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { METRICS, RUN_TIME, readChatEnvironment, readEnvironment, serviceName } from '../../lib/aws/environment.ts';
import { Deadline } from '../../lib/aws/outside.ts';
import { awsWorld } from '../../lib/aws/world.ts';
import { askOfChannel, type ChannelReply } from './ask-of-channel.ts';

const environment = readEnvironment(process.env);
const { SLUICE_CHAT_CHANNEL: channel } = readChatEnvironment(process.env);
const deadline = new Deadline();
const world = awsWorld(environment, deadline, () => {});
const logger = new Logger({ serviceName: serviceName(process.env) });
const metrics = new Metrics({ namespace: METRICS.namespace, serviceName: serviceName(process.env) });

/**
 * What the buttons of Amazon Q invoke, under the role of the channel. Whoever may invoke this function may ask the same, and no more:
 * down is free.
 */
export const handler = async (event: unknown): Promise<ChannelReply> => {
  deadline.begin(1000 * RUN_TIME.chatActions.workSeconds);
  let line: Record<string, unknown> = { outcome: 'failed' };
  try {
    const asked = await askOfChannel(world, channel, event);
    line = { ...asked.line };
    if (asked.isForbidden) {
      metrics.addMetric(METRICS.requestsRefused, MetricUnit.Count, 1);
      metrics.publishStoredMetrics();
    }
    return asked.reply;
  } finally {
    logger.info('asked in the channel', line);
  }
};
