/** A rollout whose journal is written by hand, the function that posts of it, and Slack, all on localhost. */
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { vi } from 'vitest';
import { type BatchReply, slackHandler } from '../../lambdas/slack/slack-handler.ts';
import { dynamoDbClient } from '../../lib/aws/clients.ts';
import { journalOf } from '../../lib/aws/journal.ts';
import { Deadline } from '../../lib/aws/outside.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import type { Cause, Entry, Notice } from '../../lib/rollout/entry.ts';
import { keptPlan } from '../../lib/rollout/read-plan.ts';
import type { RolloutState } from '../../lib/rollout/rollout.ts';
import { environment } from '../aws/environment.ts';
import { awsAt } from '../aws/journal-world.ts';
import { MINUTE, planOf, seedSource, stateOf } from '../rollout/fixture.ts';
import { createTable, dynamoService, dynamoStandIn } from '../stand-in/dynamodb.ts';
import { type StandIn, standIn } from '../stand-in/server.ts';
import { SECRET, type SlackStandIn, slackStandIn } from '../stand-in/slack.ts';
import { streamEvent, streamRecord } from './stream-event.ts';

const CHANNELS = { 'deployment-updates': 'C0ALL', leads: 'C0LEADS', ops: 'C0OPS' };

export interface Written {
  readonly state?: RolloutState;
  readonly notices?: readonly Notice[];
  readonly cause?: Cause;
  readonly decision?: Entry['decision'];
}

export interface SlackWorld {
  readonly plan: Plan;
  readonly slack: SlackStandIn;
  readonly aws: StandIn;
  /** Milliseconds that the function waited. */
  readonly waited: number[];
  now(): number;
  /** A minute later, and one entry more; its record in the stream. */
  write(written?: Written): Promise<unknown>;
  /** Time passes, and nothing is written. */
  pass(milliseconds: number): void;
  /** Hands these records to the function; without them all that the journal has. */
  wake(...records: readonly unknown[]): Promise<BatchReply>;
  /** Another instance of the function, as after a death. */
  anew(): void;
  close(): Promise<void>;
}

let worlds = 0;

/** @param given what the stack tells the function; by default a table of its own */
export const slackWorld = async (
  source: string = seedSource,
  given?: Readonly<Record<string, string>>,
): Promise<SlackWorld> => {
  const plan = planOf(source);
  const dynamo = await dynamoStandIn();
  let now = plan.start;
  const slack = await slackStandIn(CHANNELS, () => now);
  const secretsmanager = () => ({
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify({ SecretString: SECRET }),
  });
  const aws = await standIn({ dynamodb: dynamoService(dynamo.url), secretsmanager });
  awsAt(aws.url);
  const table = given?.SLUICE_TABLE ?? `slack-${worlds++}`;
  const variables = given ?? { ...environment, SLUICE_TABLE: table, SLUICE_SLACK_SECRET: 'sluice/slack' };
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
  const client = dynamoDbClient();
  await createTable(client, table);
  const deadline = new Deadline();
  deadline.begin(60_000);
  const journal = journalOf(client, { SLUICE_TABLE: table }, deadline);
  let revision = -1;
  const waited: number[] = [];
  const made = () =>
    slackHandler({
      variables,
      now: () => now,
      wait: async (milliseconds) => {
        waited.push(milliseconds);
        now += milliseconds;
      },
      slackApiUrl: slack.url,
    });
  let handler = made();
  const items = async () => {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: '#rollout = :rollout',
        ExpressionAttributeNames: { '#rollout': 'rollout' },
        ExpressionAttributeValues: { ':rollout': { S: plan.rollout } },
      }),
    );
    return Items;
  };
  return {
    plan,
    slack,
    aws,
    waited,
    now: () => now,
    write: async ({
      state = stateOf(0, {}, plan),
      notices = [],
      cause = { by: 'schedule' } as const,
      decision = BAKING,
    } = {}) => {
      now += MINUTE;
      revision += 1;
      const entry: Entry = {
        ...{ rollout: plan.rollout, revision, previous: '', at: new Date(now).toISOString() },
        ...{ cause, rows: [], businessRows: [], decision, notices, state },
        ...(revision === 0 ? { plan: keptPlan(plan, source, 'hash') } : {}),
      };
      const appended = await journal.append(plan.rollout, revision, JSON.stringify(entry));
      if (appended !== 'appended') throw new Error(`${appended}`);
      return streamRecord((await items())[revision] ?? {});
    },
    pass: (milliseconds) => {
      now += milliseconds;
    },
    wake: async (...records) =>
      handler(streamEvent(records.length > 0 ? records : (await items()).map((item) => streamRecord(item)))),
    anew: () => {
      handler = made();
    },
    close: async () => {
      vi.unstubAllEnvs();
      await Promise.all([aws.close(), slack.close(), dynamo.close()]);
    },
  };
};

const BAKING: Entry['decision'] = {
  decision: 'wait',
  reason: { code: 'BAKING', bakedMinutes: 85, ofMinutes: 120, waitingForWeight: false },
};

/** What everyone is told. */
export const news = (subject: string, audience: Notice['audience'] = 'everyone'): Notice => ({
  audience,
  subject,
  text: `text of ${subject}`,
});
