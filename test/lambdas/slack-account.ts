/** The functions of Slack in an account on localhost: their real handlers, the real SDK, and a rollout in its second phase. */
import { vi } from 'vitest';
import type { HttpResponse } from '../../lambdas/slack-actions/door.ts';
import { dynamoDbClient } from '../../lib/aws/clients.ts';
import { installationOf, readEnvironment } from '../../lib/aws/environment.ts';
import { Deadline } from '../../lib/aws/outside.ts';
import { awsWorld } from '../../lib/aws/world.ts';
import { isFault } from '../../lib/controller/fault.ts';
import { hashOf } from '../../lib/controller/record.ts';
import { start } from '../../lib/controller/start.ts';
import { assert } from '../../lib/plan/assert.ts';
import type { Entry } from '../../lib/rollout/entry.ts';
import type { RolloutState } from '../../lib/rollout/rollout.ts';
import { awsAt } from '../aws/journal-world.ts';
import { NOW, planOf, seedSource, stateOf } from '../rollout/fixture.ts';
import { grantedBy } from '../stack/granted.ts';
import { sluiceStack, templateOf } from '../stack/synthesized.ts';
import { cloudWatch } from '../stand-in/cloudwatch.ts';
import { createTable, dynamoService, dynamoStandIn } from '../stand-in/dynamodb.ts';
import { atRest, type LoadBalancing, loadBalancing } from '../stand-in/elasticloadbalancing.ts';
import { type SchedulerStandIn, schedulerStandIn } from '../stand-in/scheduler.ts';
import { type Asked, type StandIn, standIn } from '../stand-in/server.ts';
import { SECRET, type SlackStandIn, slackStandIn } from '../stand-in/slack-app.ts';
import { type SnsStandIn, snsStandIn } from '../stand-in/sns.ts';

export const ROLLOUT = 'ultra-fast-analyzer';
const PHASE = 1;

const template = templateOf(
  sluiceStack({
    slack: {
      channel: { workspaceId: 'T0EXAMPLE', channelId: 'C0EXAMPLE', buttons: true },
      app: { secret: 'sluice/slack', decide: { teamId: 'T0EXAMPLE', appId: 'A0EXAMPLE' } },
    },
  }),
);
export const granted = grantedBy(template);

const variables = {
  ...granted.environmentOf('Door', 'SlackActions'),
  ...granted.environmentOf('Function', 'ChatActions'),
  ...granted.environmentOf('Commands', 'SlackActions'),
};
const environment = readEnvironment(variables);
export const INSTALLATION = installationOf(environment);

export type Name = 'door' | 'commands' | 'chat';

export interface SlackAccount {
  readonly server: StandIn;
  readonly balancing: LoadBalancing;
  readonly slack: SlackStandIn;
  readonly sns: SnsStandIn;
  readonly scheduler: SchedulerStandIn;
  readonly calls: Readonly<Record<Name, readonly Asked[]>>;
  /** What the secret says now. */
  secret: string;
  /** What was handed on and not carried out yet. */
  readonly handedOn: unknown[];
  door(event: unknown): Promise<HttpResponse>;
  /** Carries out what was handed on. */
  carryOut(): Promise<void>;
  commands(event: unknown): Promise<void>;
  chat(event: unknown): Promise<unknown>;
  entries(rollout?: string): Promise<readonly Entry[]>;
  /** Somebody else's entry. */
  append(change: Partial<RolloutState>): Promise<void>;
  logged(): string;
  close(): Promise<void>;
}

/** @param source of a plan with the phases of the seed plan */
export const slackAccount = async (source = seedSource): Promise<SlackAccount> => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
  const plan = planOf(source);
  const dynamo = await dynamoStandIn();
  const sns = snsStandIn([
    environment.SLUICE_TOPIC_EVERYONE,
    environment.SLUICE_TOPIC_LEADS,
    environment.SLUICE_TOPIC_ON_CALL,
  ]);
  const scheduler = schedulerStandIn(environment.SLUICE_SCHEDULE_GROUP);
  const rest = atRest(plan.traffic, 20);
  const managed = new Map([['sluice:managed', 'true']]);
  const rules = Object.fromEntries(Object.entries(rest.rules).map(([arn, rule]) => [arn, { ...rule, tags: managed }]));
  const balancing = loadBalancing({ ...rest, rules });
  const state = { secret: SECRET };
  const handedOn: unknown[] = [];
  const server = await standIn({
    dynamodb: dynamoService(dynamo.url),
    scheduler: scheduler.service,
    sns: sns.service,
    elasticloadbalancing: balancing.service,
    cloudwatch: cloudWatch({ points: () => [], alarms: () => ({ 'learn-critical-incident': { state: 'OK' } }) }),
    secretsmanager: () => ({ body: JSON.stringify({ SecretString: state.secret }) }),
    lambda: ({ body }) => {
      handedOn.push(JSON.parse(body));
      return { status: 202 };
    },
  });
  awsAt(server.url);
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  await createTable(dynamoDbClient(), environment.SLUICE_TABLE);
  const lines: string[] = [];
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  const deadline = new Deadline();
  deadline.begin(60_000);
  const world = awsWorld(environment, deadline, () => {});
  vi.setSystemTime(plan.start - 60_000);
  const started = await start(world, source, 'deploy', { recorded: false, deployed: true });
  assert(started.ok, 'the plan is registered');
  vi.setSystemTime(NOW);
  const [rule = ''] = plan.traffic.rules;
  balancing.setSplit(rule, { [plan.traffic.candidate]: 100, [plan.traffic.baseline]: 900 });
  const slack = slackStandIn();
  // Read once in a function's life.
  vi.resetModules();
  const { handler: door } = await import('../../lambdas/slack-actions/handler.ts');
  const { handler: commands } = await import('../../lambdas/slack-commands/handler.ts');
  const { handler: chat } = await import('../../lambdas/chat-actions/handler.ts');
  const calls: Record<Name, Asked[]> = { door: [], commands: [], chat: [] };
  const run = async <T>(name: Name, invoke: () => Promise<T>): Promise<T> => {
    server.calls.length = 0;
    try {
      return await invoke();
    } finally {
      calls[name].push(...server.calls.splice(0));
    }
  };

  const entries = async (rollout = ROLLOUT): Promise<readonly Entry[]> => {
    const bodies = await world.journal.entries(rollout, 0, 1000);
    if (isFault(bodies)) throw new Error(bodies.toString());
    return bodies.map((body) => JSON.parse(body) as Entry);
  };
  const append = async (change: Partial<RolloutState>): Promise<void> => {
    deadline.begin(60_000);
    const last = (await entries()).at(-1);
    assert(last !== undefined, 'it was registered');
    const { plan: _, ...entry } = last;
    const next: Entry = {
      ...entry,
      revision: entry.revision + 1,
      previous: hashOf(JSON.stringify(last)),
      at: new Date().toISOString(),
      cause: { by: 'schedule' },
      notices: [],
      state: { ...entry.state, ...change },
    };
    assert((await world.journal.append(ROLLOUT, next.revision, JSON.stringify(next))) === 'appended', 'it is the next');
  };
  // A gate that has passed and waits for everybody.
  await append({
    ...stateOf(PHASE, { gate: { passedAt: NOW, askedAt: NOW, reminders: 0 }, status: 'passed' }, plan),
    next: { row: NOW, business: NOW },
  });
  const account: SlackAccount = {
    server,
    balancing,
    slack,
    sns,
    scheduler,
    calls,
    get secret() {
      return state.secret;
    },
    set secret(text) {
      state.secret = text;
    },
    handedOn,
    door: (event) => run('door', () => door(event)),
    commands: (event) => run('commands', () => commands(event)),
    carryOut: async () => {
      for (const event of handedOn.splice(0)) await account.commands(event);
    },
    chat: (event) => run('chat', () => chat(event)),
    entries: (rollout) => {
      deadline.begin(60_000);
      return entries(rollout);
    },
    append,
    logged: () => lines.join(''),
    close: async () => {
      stdout.mockRestore();
      vi.useRealTimers();
      vi.unstubAllEnvs();
      vi.unstubAllGlobals();
      await Promise.all([server.close(), dynamo.close()]);
    },
  };
  return account;
};
