import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import * as v from 'valibot';
import { dynamoDbClient, secretsClient } from '../../lib/aws/clients.ts';
import {
  installationOf,
  METRICS,
  RUN_TIME,
  readEnvironment,
  readSlackEnvironment,
  serviceName,
} from '../../lib/aws/environment.ts';
import { Deadline } from '../../lib/aws/outside.ts';
import { slackSecretOf } from '../../lib/aws/slack-secret.ts';
import { usedRequestsOf } from '../../lib/aws/used-requests.ts';
import { awsWorld } from '../../lib/aws/world.ts';
import { isFault } from '../../lib/controller/fault.ts';
import { actorOf } from '../../lib/slack/interaction.ts';
import { proveInteraction } from '../../lib/slack/proven.ts';
import type { SignedRequest } from '../../lib/slack/signature.ts';
import { type Told, tellAlone } from '../../lib/slack/web.ts';
import { type Asking, carryOut, type Hands } from './carry-out.ts';

const environment = readEnvironment(process.env);
const slack = readSlackEnvironment(process.env);
const deadline = new Deadline();
const world = awsWorld(environment, deadline, () => {});
const hands: Hands = {
  world,
  used: usedRequestsOf(dynamoDbClient(), environment, deadline),
  installation: installationOf(environment),
};
const app = { teamId: slack.SLUICE_SLACK_TEAM, appId: slack.SLUICE_SLACK_APP };
const secrets = slackSecretOf(secretsClient(), slack.SLUICE_SLACK_SECRET, deadline, world.clock.now);
const logger = new Logger({ serviceName: serviceName(process.env) });
const metrics = new Metrics({ namespace: METRICS.namespace, serviceName: serviceName(process.env) });

const signedSchema = v.strictObject({ timestamp: v.string(), signature: v.string(), body: v.string() });

interface Line {
  ask?: string;
  rollout?: string;
  as?: string;
  outcome: string;
  /** Why who pressed does not know. */
  untold?: string;
}

/**
 * Carries out what `lambdas/slack-actions` hands on: the very request that Slack signed, which is proven here once more. So whoever may
 * invoke this function can repeat nothing and speak for nobody. Who pressed is told the outcome in Slack, also that it is not known.
 */
export const handler = async (event: unknown): Promise<void> => {
  deadline.begin(1000 * RUN_TIME.slackCommands.workSeconds);
  const line: Line = { outcome: 'failed' };
  try {
    const asked = await provenIn(event);
    if ('refused' in asked) line.outcome = `forbidden: ${asked.refused}`;
    else await carryOutAndTell(asked, line);
  } finally {
    if (line.outcome.startsWith('forbidden: ')) {
      metrics.addMetric(METRICS.requestsRefused, MetricUnit.Count, 1);
      metrics.publishStoredMetrics();
    }
    logger.info('asked in Slack', { ...line });
  }
};

interface AskedInSlack {
  readonly request: SignedRequest;
  readonly asking: Asking;
}

/** It was proven a moment ago: what does not hold here was handed over by somebody else. */
const provenIn = async (event: unknown): Promise<AskedInSlack | { readonly refused: string }> => {
  const signed = v.safeParse(signedSchema, event);
  if (!signed.success) return { refused: 'it is no request that Slack signed' };
  const request = signed.output;
  const proven = await proveInteraction(request, app, secrets, world.clock.now());
  if (isFault(proven)) throw new Error(`Cannot carry out what was asked in Slack: ${proven}`, { cause: proven.cause });
  if (proven === 'none') return { refused: 'it asks nothing of ours' };
  if ('refused' in proven) return proven;
  const asking = proven.interaction;
  return asking.kind === 'reasonAsked' ? { refused: 'its reason was not asked for' } : { request, asking };
};

const carryOutAndTell = async ({ request, asking }: AskedInSlack, line: Line): Promise<void> => {
  line.ask = asking.kind === 'go' ? 'go' : asking.button.ask;
  line.rollout = asking.button.rollout;
  line.as = actorOf(asking);
  let told: Told | undefined = { text: unknownOutcome(asking.button.rollout) };
  try {
    const carried = await carryOut(hands, request, asking);
    line.outcome = carried.outcome.slice(0, OUTCOME_AT_MOST);
    told = carried.told;
  } finally {
    if (told !== undefined && asking.replyTo !== undefined) {
      const answer = await tellAlone(asking.replyTo, told);
      if (isFault(answer)) line.untold = `${answer}`;
    }
  }
};

const OUTCOME_AT_MOST = 1000;

const unknownOutcome = (rollout: string): string =>
  `${rollout}: it failed, and may have been done all the same. Look with npx sluice status ${rollout}.`;
