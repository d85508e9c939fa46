/** All functions of the stack in one account on localhost, with the environment that the template gives them; every call kept by its function. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { vi } from 'vitest';
import { dynamoDbClient } from '../../lib/aws/clients.ts';
import { proofOf } from '../../lib/aws/identity-proof.ts';
import { journalOf } from '../../lib/aws/journal.ts';
import { Deadline } from '../../lib/aws/outside.ts';
import type { Request } from '../../lib/aws/request.ts';
import { hashOf } from '../../lib/controller/record.ts';
import { assert } from '../../lib/plan/assert.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import type { Behaviour } from '../../lib/sim/behaviour.ts';
import { minuteTraffic } from '../../lib/sim/traffic.ts';
import { trafficModel } from '../../lib/sim/traffic-model.ts';
import { awsAt } from '../aws/journal-world.ts';
import { principal } from '../rollout/fixture.ts';
import { cloudTrail } from '../stand-in/cloudtrail.ts';
import { cloudWatch } from '../stand-in/cloudwatch.ts';
import { cloudWatchFromMinutes } from '../stand-in/cloudwatch-from-minutes.ts';
import { createTable, dynamoService, dynamoStandIn } from '../stand-in/dynamodb.ts';
import { ecs } from '../stand-in/ecs.ts';
import { atRest, type LoadBalancing, loadBalancing } from '../stand-in/elasticloadbalancing.ts';
import { lambdaPolicies } from '../stand-in/lambda-policy.ts';
import { s3StandIn } from '../stand-in/s3.ts';
import { autoScaling, serviceScaling } from '../stand-in/scaling.ts';
import { schedulerStandIn } from '../stand-in/scheduler.ts';
import { type Asked, type StandIn, standIn } from '../stand-in/server.ts';
import { snsStandIn } from '../stand-in/sns.ts';
import { type Key, sts } from '../stand-in/sts.ts';
import { streamEvent, streamRecord } from './stream-event.ts';

const MINUTE = 60_000;
const ZONES = ['use1-az1', 'use1-az2'];
const COMMAND = 'sluice-command';
const COMMAND_ARN = `arn:aws:lambda:us-east-1:123456789012:function:${COMMAND}`;

export type FunctionName = 'Tick' | 'Command' | 'Announce' | 'Watchdog';

export interface Service {
  readonly source: string;
  readonly plan: Plan;
  readonly behaviours: readonly Behaviour[];
}

export interface WholeAccount {
  readonly server: StandIn;
  readonly balancing: LoadBalancing;
  /** Calls by the function that made them. */
  readonly calls: Readonly<Record<FunctionName, readonly Asked[]>>;
  /** Names of the schedules there are. */
  schedules(): readonly string[];
  pass(minutes: number): void;
  /** The journal can be read, and takes nothing. */
  refuseWrites(isRefused: boolean): void;
  /** While the next schedule is being deleted, a start claims this rule; no function's call. */
  claimWhileDeleting(rollout: string, rule: string): void;
  tick(rollout: string): Promise<void>;
  watchdog(): Promise<void>;
  deploy(): Promise<void>;
  /** Asks as somebody of this role; throws when it is refused. */
  ask(role: string, request: Request): Promise<void>;
  /** What the table's stream brings of everything that was recorded since it was last called. */
  announce(): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param services on rules of their own, each tagged as `RolloutRule` tags it
 * @param deployed texts of the plans beside the command function
 * @param environment as the template sets it
 */
export const wholeAccount = async (
  services: readonly Service[],
  deployed: readonly string[],
  environment: Readonly<Record<string, string>>,
  now: number,
): Promise<WholeAccount> => {
  vi.useFakeTimers({ toFake: ['Date'], now });
  const named = (name: string): string => {
    const value = environment[name];
    assert(value !== undefined, `the template sets ${name}`);
    return value;
  };
  const dynamo = await dynamoStandIn();
  const scheduler = schedulerStandIn(named('SLUICE_SCHEDULE_GROUP'));
  const topics = ['EVERYONE', 'LEADS', 'ON_CALL'].map((audience) => named(`SLUICE_TOPIC_${audience}`));
  const balancing = loadBalancing(together(services.map(({ plan }) => plan)));
  const points = services.map((service) => pointsOf(service, balancing));
  const [first] = services;
  assert(first !== undefined, 'there is a service');
  const journal = dynamoService(dynamo.url);
  let isReadOnly = false;
  let meanwhile: () => Promise<unknown> = async () => {};
  const server = await standIn({
    dynamodb: (asked) => (isReadOnly && asked.operation === 'PutItem' ? DENIED : journal(asked)),
    scheduler: async (asked) => {
      if (asked.operation === 'DeleteSchedule') await meanwhile();
      return scheduler.service(asked);
    },
    sns: snsStandIn(topics).service,
    s3: s3StandIn(named('SLUICE_REPORTS')).service,
    elasticloadbalancing: balancing.service,
    cloudtrail: cloudTrail(() => []),
    cloudwatch: cloudWatch({
      points: (asked) => points.map((of) => of(asked)).find((found) => found.length > 0) ?? [],
      alarms: () => ({ 'learn-critical-incident': { state: 'OK' } }),
    }),
    sts: sts(KEYS, Date.now),
    ecs: ecs({
      clusters: () => ({
        learn: [{ serviceName: 'analyzer', loadBalancers: [{ targetGroupArn: first.plan.traffic.baseline }] }],
      }),
    }),
    autoscaling: autoScaling(() => []),
    'application-autoscaling': serviceScaling(() => [{ ResourceId: 'service/learn/analyzer', MinCapacity: 10 }]),
    lambda: lambdaPolicies(() => undefined),
  });
  awsAt(server.url);
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', COMMAND);
  const root = mkdtempSync(join(tmpdir(), 'sluice-whole-'));
  const plans = deployed.map((source, index) => ({ file: `plans/${index}.yaml`, source, hash: hashOf(source) }));
  writeFileSync(join(root, 'plans.json'), JSON.stringify(plans));
  vi.stubEnv('LAMBDA_TASK_ROOT', root);
  await createTable(dynamoDbClient(), named('SLUICE_TABLE'));
  const stdout = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  vi.resetModules();
  const handlers = {
    Tick: (await import('../../lambdas/tick/handler.ts')).handler,
    Command: (await import('../../lambdas/command/handler.ts')).handler,
    Announce: (await import('../../lambdas/announce/handler.ts')).handler,
    Watchdog: (await import('../../lambdas/watchdog/handler.ts')).handler,
  };
  server.calls.length = 0;
  const calls: Record<FunctionName, Asked[]> = { Tick: [], Command: [], Announce: [], Watchdog: [] };
  const newItems: Image[] = [];

  /** What it asked of AWS is its own, whatever becomes of it. */
  const run = async <T>(name: FunctionName, invoke: () => Promise<T>): Promise<T> => {
    try {
      return await invoke();
    } finally {
      const made = server.calls.splice(0);
      calls[name].push(...made);
      const puts = isReadOnly ? [] : made.filter(({ operation }) => operation === 'PutItem');
      newItems.push(...puts.map(({ input }) => input.Item as Image));
    }
  };
  const command = (event: unknown): Promise<unknown> =>
    run('Command', () => handlers.Command(event, { invokedFunctionArn: COMMAND_ARN }));
  const { sha256 } = new LambdaClient({}).config;

  return {
    server,
    balancing,
    calls,
    schedules: () => [...scheduler.schedules.keys()],
    refuseWrites: (isRefused) => {
      isReadOnly = isRefused;
    },
    claimWhileDeleting: (rollout, rule) => {
      const client = new DynamoDBClient({ endpoint: dynamo.url });
      const deadline = new Deadline();
      deadline.begin(20_000);
      const { claim } = journalOf(client, { SLUICE_TABLE: named('SLUICE_TABLE') }, deadline);
      meanwhile = () => claim(rollout, [rule]);
    },
    pass: (minutes) => void vi.setSystemTime(Date.now() + minutes * MINUTE),
    tick: async (rollout) => void (await run('Tick', () => handlers.Tick({ rollout, schedule: `${rollout}.minute` }))),
    watchdog: () => run('Watchdog', () => handlers.Watchdog()),
    deploy: async () => void (await command({})),
    ask: async (role, asked) => {
      const credentials = { accessKeyId: role.toUpperCase(), secretAccessKey: role };
      const request = JSON.stringify({ to: COMMAND, region: 'us-east-1', id: randomUUID(), request: asked });
      const signer = { credentials, sha256, region: 'us-east-1', now: Date.now(), variables: process.env };
      const reply = (await command({ request, proof: await proofOf(request, signer) })) as { readonly ok: boolean };
      assert(reply.ok, `${JSON.stringify(asked)} is done: ${JSON.stringify(reply)}`);
    },
    announce: async () => {
      const told = newItems.splice(0).filter(({ notices }) => notices !== undefined);
      if (told.length === 0) return;
      const { batchItemFailures } = await run('Announce', () => handlers.Announce(streamEvent(told.map(streamRecord))));
      assert(batchItemFailures.length === 0, 'every entry was announced');
    },
    close: async () => {
      stdout.mockRestore();
      vi.useRealTimers();
      vi.unstubAllEnvs();
      rmSync(root, { recursive: true });
      await Promise.all([server.close(), dynamo.close()]);
    },
  };
};

const DENIED = { status: 400, body: '{"__type":"AccessDeniedException"}' };

type Image = Parameters<typeof streamRecord>[0];

const KEYS: Readonly<Record<string, Key>> = Object.fromEntries(
  ['Sre', 'EngineeringLead'].map((role) => [role.toUpperCase(), { secret: role, arn: principal(role) }]),
);

const together = (plans: readonly Plan[]): Parameters<typeof loadBalancing>[0] => {
  const rest = plans.map(({ traffic }) => ({ traffic, ...atRest(traffic, 20) }));
  return {
    zones: ZONES,
    rules: Object.fromEntries(
      rest.flatMap(({ rules, traffic }) =>
        Object.entries(rules).map(([arn, rule]) => [
          arn,
          {
            ...rule,
            tags: new Map([
              ['sluice:managed', 'true'],
              ['sluice:resting', traffic.baseline.slice(traffic.baseline.lastIndexOf(':') + 1)],
            ]),
          },
        ]),
      ),
    ),
    groups: Object.assign({}, ...rest.map(({ groups }) => groups)),
  };
};

/** The traffic follows the weights of the service's rule. */
const pointsOf = ({ plan, behaviours }: Service, balancing: LoadBalancing) => {
  const model = trafficModel(plan, { seed: 1, behaviours });
  const share = (): number => {
    const { weights } = balancing.split(plan.traffic.rules[0] ?? '');
    const candidate = weights.get(plan.traffic.candidate) ?? 0;
    return candidate / (candidate + (weights.get(plan.traffic.baseline) ?? 0));
  };
  const traffic = (minute: number) => {
    const shares = { candidate: share(), baseline: 1 - share() };
    return minuteTraffic(model, minute, shares, shares);
  };
  return cloudWatchFromMinutes(plan, traffic, Date.now, ZONES);
};
