/** EventBridge Scheduler: our adapter against ministack's, and wake-ups that really fire into the bundle of the tick function. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateScheduleCommand,
  CreateScheduleGroupCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
} from '@aws-sdk/client-scheduler';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { dynamoDbClient, schedulerClient } from '../../lib/aws/clients.ts';
import { Deadline } from '../../lib/aws/outside.ts';
import { wakeUpsOf } from '../../lib/aws/schedules.ts';
import { awsWorld } from '../../lib/aws/world.ts';
import { isFault } from '../../lib/controller/fault.ts';
import type { World } from '../../lib/controller/ports.ts';
import { start } from '../../lib/controller/start.ts';
import type { Entry } from '../../lib/rollout/entry.ts';
import { minuteTraffic } from '../../lib/sim/traffic.ts';
import { trafficModel } from '../../lib/sim/traffic-model.ts';
import { environment, topics } from '../aws/environment.ts';
import { awsAt } from '../aws/journal-world.ts';
import { planOf } from '../rollout/fixture.ts';
import { cloudWatch } from '../stand-in/cloudwatch.ts';
import { cloudWatchFromMinutes } from '../stand-in/cloudwatch-from-minutes.ts';
import { createTable } from '../stand-in/dynamodb.ts';
import { atRest, type LoadBalancing, loadBalancing } from '../stand-in/elasticloadbalancing.ts';
import { type StandIn, standIn } from '../stand-in/server.ts';
import { snsStandIn } from '../stand-in/sns.ts';
import { CHECKOUT_OPERATOR, checkoutPlan } from './checkout-plan.ts';
import { type Assembly, synthesize } from './cloud-assembly.ts';
import { type Running, startMinistack } from './processes.ts';
import { until } from './until.ts';
import { startWarmDynamoDb } from './warm-dynamodb.ts';

const ACCOUNT = '123456789012';
const MINUTE = 60_000;
/** ministack looks every ten seconds for schedules that are due, and that cannot be changed. */
const SWEEP_SECONDS = 10;
/** A cold start on a busy machine, and the tick itself. */
const TICK_SECONDS = 20;

const source = checkoutPlan(Math.floor(Date.now() / MINUTE) * MINUTE);
const plan = planOf(source);
const [rule = ''] = plan.traffic.rules;

let ministack: Running;
let dynamo: Running;
let assembly: Assembly;
let balancing: LoadBalancing;
/** Load balancer, CloudWatch and SNS. The test itself asks nothing of it: every call is the function's. */
let server: StandIn;
let world: World;

beforeAll(async () => {
  const synthesized = synthesize({});
  [ministack, dynamo] = await Promise.all([startMinistack(), startWarmDynamoDb()]);
  balancing = loadBalancing(atRest(plan.traffic, 20));
  server = await standIn({
    sns: snsStandIn(topics).service,
    elasticloadbalancing: balancing.service,
    cloudwatch: cloudWatch({ points: cloudWatchFromMinutes(plan, trafficNow(), Date.now) }),
  });
  awsAt(server.url);
  for (const [name, value] of Object.entries(endpoints())) vi.stubEnv(name, value);
  // The function's credentials in ministack; DynamoDB Local has one database for each access key.
  vi.stubEnv('AWS_ACCESS_KEY_ID', ACCOUNT);
  await createTable(dynamoDbClient(), environment.SLUICE_TABLE);
  await schedulerClient().send(new CreateScheduleGroupCommand({ Name: environment.SLUICE_SCHEDULE_GROUP }));
  world = awsWorld(environment, longDeadline(), () => {});
  // The minute that the wake-up of every minute lets pass at first begins here, while the bundle is made.
  const started = await start(world, source, CHECKOUT_OPERATOR, { recorded: false });
  if (!started.ok) throw new Error(started.problems.join('\n'));
  assembly = await synthesized;
  await createTickFunction();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  assembly?.remove();
  await Promise.all([server?.close(), ministack?.stop(), dynamo?.stop()]);
});

const longDeadline = (): Deadline => {
  const deadline = new Deadline();
  deadline.begin(10 * MINUTE);
  return deadline;
};

const endpoints = () => ({
  AWS_ENDPOINT_URL: server.url,
  AWS_ENDPOINT_URL_DYNAMODB: dynamo.url,
  AWS_ENDPOINT_URL_SCHEDULER: ministack.url,
});

const trafficNow = () => {
  const model = trafficModel(plan, { seed: 1, behaviours: [] });
  return (minute: number) => {
    const shares = { candidate: weight() / 100, baseline: 1 - weight() / 100 };
    return minuteTraffic(model, minute, shares, shares);
  };
};

/** The candidate's, in percent. */
const weight = (): number => {
  const { weights } = balancing.split(rule);
  const candidate = weights.get(plan.traffic.candidate) ?? 0;
  return (100 * candidate) / (candidate + (weights.get(plan.traffic.baseline) ?? 0));
};

/** As the stack makes it, from the very bundle, with the addresses of the stand-ins besides. */
const createTickFunction = async (): Promise<void> => {
  const made = Object.values(assembly.resources).find(({ Properties }) => Properties.FunctionName === 'sluice-tick');
  const { Handler, Runtime, Timeout, MemorySize, Environment } = made?.Properties ?? {};
  const Variables = {
    NODE_OPTIONS: Environment.Variables.NODE_OPTIONS,
    ...environment,
    ...endpoints(),
    AWS_DISABLE_REQUEST_COMPRESSION: 'true',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
  const client = new LambdaClient({ endpoint: ministack.url });
  await client.send(
    new CreateFunctionCommand({
      FunctionName: 'sluice-tick',
      Role: `arn:aws:iam::${ACCOUNT}:role/sluice-tick`,
      Code: { ZipFile: zipOf(assembly.bundleOf('tick')) },
      ...{ Handler, Runtime, Timeout, MemorySize },
      Environment: { Variables },
    }),
  );
};

const zipOf = (folder: string): Buffer => {
  const home = mkdtempSync(join(tmpdir(), 'sluice-zip-'));
  const file = join(home, 'bundle.zip');
  execFileSync('python3', ['-m', 'zipfile', '-c', file, ...readdirSync(folder)], { cwd: folder });
  const zip = readFileSync(file);
  rmSync(home, { recursive: true });
  return zip;
};

const names = async (prefix: string): Promise<readonly string[]> => {
  const GroupName = environment.SLUICE_SCHEDULE_GROUP;
  const { Schedules = [] } = await schedulerClient().send(new ListSchedulesCommand({ GroupName, NamePrefix: prefix }));
  return Schedules.map(({ Name = '' }) => Name).toSorted();
};

describe('a started rollout', () => {
  const entries = async (): Promise<readonly Entry[]> => {
    const bodies = await world.journal.entries(plan.rollout, 0, 100);
    if (isFault(bodies)) throw bodies.cause;
    return bodies.map((body) => JSON.parse(body) as Entry);
  };
  const entry = (revision: number, seconds: number): Promise<Entry> =>
    until(`revision ${revision}`, seconds, async () => (await entries())[revision], ministack.output);
  const asked = (operation: string): number => server.calls.filter((call) => call.operation === operation).length;

  it('is woken by a single wake-up: the bundle ticks, the journal says so, and the weight rises', async () => {
    expect(await names(`${plan.rollout}.`)).toContain(`${plan.rollout}.minute`);
    const soon = { name: `${plan.rollout}.soon`, at: Math.ceil(Date.now() / 1000) * 1000 + 16_000 };
    expect(await world.wakeUps.set(plan.rollout, { repeat: 'minute', once: [soon] })).toBe('set');
    expect([await entries(), server.calls]).toMatchObject([[{ revision: 0 }], []]);

    expect(await entry(1, 16 + SWEEP_SECONDS + TICK_SECONDS)).toMatchObject({
      cause: { by: 'schedule' },
      decision: { decision: 'advance', reason: { code: 'STARTED' } },
      state: { status: 'baking', weight: 5 },
    });
    await until('weight of 5 %', 10, async () => (weight() === 5 ? true : undefined));
    expect(asked('ModifyRule')).toBe(1);
    const isGone = async () => ((await names(soon.name)).length === 0 ? true : undefined);
    await until('end of the single wake-up', 16 + SWEEP_SECONDS, isGone);
  });

  it('is woken again by the minute wake-up, which stays', async () => {
    expect(await entry(2, 60 + SWEEP_SECONDS + TICK_SECONDS)).toMatchObject({
      cause: { by: 'schedule' },
      decision: { decision: 'wait' },
      state: { rules: [{ confirmed: 5, isConfirmed: true }] },
    });
    expect(asked('GetMetricData')).toBeGreaterThan(1);
    expect(await names(`${plan.rollout}.minute`)).toEqual([`${plan.rollout}.minute`]);
  });
});

describe('schedules of the adapter', () => {
  const NAME = 'another';
  const later = (what: string, days: number) => ({
    name: `${NAME}.${what}`,
    at: plan.start + days * 24 * 60 * MINUTE,
  });
  const [gate, check] = [later('0-gate', 2), later('0-checkpoint', 1)];

  it('are there as we said, with their limits and their queue of the undelivered', async () => {
    expect(await world.wakeUps.set(NAME, { repeat: 'daily', once: [gate, check] })).toBe('set');
    expect(await names(`${NAME}.`)).toEqual([check.name, gate.name, `${NAME}.daily`]);
    const GroupName = environment.SLUICE_SCHEDULE_GROUP;
    const kept = await schedulerClient().send(new GetScheduleCommand({ GroupName, Name: gate.name }));
    expect(kept).toMatchObject({
      ScheduleExpression: `at(${new Date(gate.at).toISOString().slice(0, 19)})`,
      ScheduleExpressionTimezone: 'UTC',
      FlexibleTimeWindow: { Mode: 'OFF' },
      ActionAfterCompletion: 'DELETE',
      State: 'ENABLED',
      Target: {
        Arn: environment.SLUICE_TICK_FUNCTION,
        RoleArn: environment.SLUICE_SCHEDULE_ROLE,
        Input: JSON.stringify({ rollout: NAME, schedule: gate.name }),
        RetryPolicy: { MaximumRetryAttempts: 5, MaximumEventAgeInSeconds: 300 },
        DeadLetterConfig: { Arn: environment.SLUICE_SCHEDULE_DEAD_LETTERS },
      },
    });
    const again = new CreateScheduleCommand({
      GroupName,
      Name: gate.name,
      ScheduleExpression: kept.ScheduleExpression,
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: environment.SLUICE_TICK_FUNCTION, RoleArn: environment.SLUICE_SCHEDULE_ROLE },
    });
    await expect(schedulerClient().send(again)).rejects.toMatchObject({ name: 'ConflictException' });
  });

  it('are set by two at the same time without trouble for either, and taken away so too', async () => {
    const both = (plan: Parameters<World['wakeUps']['set']>[1]) =>
      Promise.all([world.wakeUps.set(NAME, plan), world.wakeUps.set(NAME, plan)]);
    await world.wakeUps.set(NAME, { repeat: 'none', once: [] });
    expect(await both({ repeat: 'daily', once: [gate, check] })).toEqual(['set', 'set']);
    expect(await names(`${NAME}.`)).toEqual([check.name, gate.name, `${NAME}.daily`]);
    expect(await both({ repeat: 'none', once: [] })).toEqual(['set', 'set']);
    expect(await names(`${NAME}.`)).toEqual([]);
  });

  it('are a fault where their group does not exist', async () => {
    const elsewhere = { ...environment, SLUICE_SCHEDULE_GROUP: 'nowhere' };
    const wakeUps = wakeUpsOf(schedulerClient(), elsewhere, longDeadline());
    expect(await wakeUps.set(NAME, { repeat: 'daily', once: [] })).toMatchObject({
      code: 'NOT_FOUND',
      operation: `create the schedule ${NAME}.daily`,
    });
  });
});
