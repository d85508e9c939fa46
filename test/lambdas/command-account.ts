/** The command function in an account on localhost: its real handler, the real SDK, and AWS behind one address. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { vi } from 'vitest';
import { dynamoDbClient } from '../../lib/aws/clients.ts';
import { proofOf } from '../../lib/aws/identity-proof.ts';
import { journalOf } from '../../lib/aws/journal.ts';
import { Deadline } from '../../lib/aws/outside.ts';
import type { Envelope, Replies, Reply, Request } from '../../lib/aws/request.ts';
import { isFault } from '../../lib/controller/fault.ts';
import type { Journal } from '../../lib/controller/ports.ts';
import { hashOf } from '../../lib/controller/record.ts';
import type { Entry } from '../../lib/rollout/entry.ts';
import { environment, topics } from '../aws/environment.ts';
import { awsAt } from '../aws/journal-world.ts';
import { planOf } from '../rollout/fixture.ts';
import { cloudWatch } from '../stand-in/cloudwatch.ts';
import { createTable, dynamoService, dynamoStandIn } from '../stand-in/dynamodb.ts';
import { atRest, type LoadBalancing, loadBalancing } from '../stand-in/elasticloadbalancing.ts';
import { type S3StandIn, s3StandIn } from '../stand-in/s3.ts';
import { type SchedulerStandIn, schedulerStandIn } from '../stand-in/scheduler.ts';
import { type StandIn, standIn } from '../stand-in/server.ts';
import { type SnsStandIn, snsStandIn } from '../stand-in/sns.ts';
import { type Key, sts } from '../stand-in/sts.ts';

const FUNCTION = 'sluice-command';
export const FUNCTION_ARN = `arn:aws:lambda:us-east-1:123456789012:function:${FUNCTION}`;
/** Somebody of another account. */
export const VISITOR = 'arn:aws:sts::210987654321:assumed-role/Sre/jane';
/** Whose key it is, by access key id: the role's name in capitals; the environment's own is an operator's. */
const KEYS: Readonly<Record<string, Key>> = {
  ...Object.fromEntries(
    ['Sre', 'FinanceLead', 'Intern'].map((role) => [role.toUpperCase(), { secret: `${role}'s`, arn: arnOf(role) }]),
  ),
  VISITOR: { secret: "Visitor's", arn: VISITOR },
  test: { secret: 'test', arn: arnOf('Sre') },
};

export function arnOf(role: string): string {
  return `arn:aws:sts::123456789012:assumed-role/${role}/jane`;
}

export interface Given {
  /** Texts of the plans that were deployed. */
  readonly deployed: readonly string[];
  /** What time it is. */
  readonly now: string;
}

export interface CommandAccount {
  readonly server: StandIn;
  readonly scheduler: SchedulerStandIn;
  readonly sns: SnsStandIn;
  readonly balancing: LoadBalancing;
  readonly reports: S3StandIn;
  readonly journal: Journal;
  /** The handler, with any event. */
  invoke(event: unknown): Promise<unknown>;
  /** A request with a proof by somebody of this role. @param to what the proof says it is to, in `region` */
  envelope(role: string, request: Request, to?: string, region?: string): Promise<Envelope>;
  ask<R extends Request>(role: string, request: R): Promise<Reply<R['ask']>>;
  entries(rollout: string): Promise<readonly Entry[]>;
  /** What the function logged. */
  logged(): string;
  close(): Promise<void>;
}

export const commandAccount = async ({ deployed, now }: Given): Promise<CommandAccount> => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(now) });
  const dynamo = await dynamoStandIn();
  const scheduler = schedulerStandIn(environment.SLUICE_SCHEDULE_GROUP);
  const sns = snsStandIn(topics);
  const reports = s3StandIn(environment.SLUICE_REPORTS);
  const rest = deployed.flatMap((source) => (source.includes('phases:') ? [atRest(planOf(source).traffic)] : []));
  const balancing = loadBalancing({
    rules: Object.assign({}, ...rest.map(({ rules }) => rules)),
    groups: Object.assign({}, ...rest.map(({ groups }) => groups)),
  });
  const server = await standIn({
    dynamodb: dynamoService(dynamo.url),
    scheduler: scheduler.service,
    sns: sns.service,
    s3: reports.service,
    elasticloadbalancing: balancing.service,
    cloudwatch: cloudWatch({
      points: ({ start, end, periodSeconds, metric }) =>
        metric === 'RequestCount' || metric === 'HTTPCode_Target_2XX_Count'
          ? every(start, end, periodSeconds * 1000).map((at) => [at, 1000] as const)
          : [],
      alarms: () => ({ 'learn-critical-incident': { state: 'OK' } }),
    }),
    sts: sts(KEYS, () => Date.now()),
    lambda: async ({ method, body }) =>
      method === 'POST' ? { body: JSON.stringify(await invoke(JSON.parse(body))) } : NOT_FOUND,
  });
  awsAt(server.url);
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', FUNCTION);
  const root = mkdtempSync(join(tmpdir(), 'sluice-command-'));
  writeFileSync(join(root, 'plans.json'), JSON.stringify(deployed.map(asDeployed)));
  vi.stubEnv('LAMBDA_TASK_ROOT', root);
  const client = dynamoDbClient();
  await createTable(client, environment.SLUICE_TABLE);
  const deadline = new Deadline();
  deadline.begin(60_000);
  const journal = journalOf(client, environment, deadline);
  const lines: string[] = [];
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  // Read once in a function's life: clients, environment and plans are those of this account only.
  vi.resetModules();
  const { handler } = await import('../../lambdas/command/handler.ts');
  server.calls.length = 0;

  const invoke = async (event: unknown): Promise<unknown> =>
    JSON.parse(JSON.stringify(await handler(event, { invokedFunctionArn: `${FUNCTION_ARN}:$LATEST` })));
  const { sha256 } = new LambdaClient({}).config;
  const envelope: CommandAccount['envelope'] = async (role, asked, to = FUNCTION, region = 'us-east-1') => {
    const id = role.toUpperCase();
    const credentials = { accessKeyId: id, secretAccessKey: KEYS[id]?.secret ?? '' };
    const request = JSON.stringify({ to, region, id: randomUUID(), request: asked });
    const signer = { credentials, sha256, region, now: Date.now(), variables: process.env };
    return { request, proof: await proofOf(request, signer) };
  };
  return {
    server,
    scheduler,
    sns,
    balancing,
    reports,
    journal,
    invoke,
    envelope,
    ask: async <R extends Request>(role: string, request: R) =>
      (await invoke(await envelope(role, request))) as Reply<R['ask'] & keyof Replies>,
    entries: async (rollout) => {
      const bodies = await journal.entries(rollout, 0, 1000);
      if (isFault(bodies)) throw new Error(bodies.toString());
      return bodies.map((body) => JSON.parse(body) as Entry);
    },
    logged: () => lines.join(''),
    close: async () => {
      stdout.mockRestore();
      vi.useRealTimers();
      vi.unstubAllEnvs();
      rmSync(root, { recursive: true });
      await Promise.all([server.close(), dynamo.close()]);
    },
  };
};

/** What Lambda says of a function without a policy of its own. */
const NOT_FOUND = {
  status: 404,
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'ResourceNotFoundException' },
  body: '{"Message":"The resource you requested does not exist."}',
};

const asDeployed = (source: string, index: number) => ({ file: `plans/${index}.yaml`, source, hash: hashOf(source) });

const every = (start: number, end: number, milliseconds: number): readonly number[] =>
  Array.from({ length: Math.ceil((end - start) / milliseconds) }, (_, index) => start + index * milliseconds);
