/** The synthesized template, deployed by the CDK's own command line into ministack: what a team does with `npx cdk deploy`, on localhost. */
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeTableCommand, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ListSchedulesCommand } from '@aws-sdk/client-scheduler';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { announcedOf } from '../../lib/aws/announced.ts';
import { readReport } from '../../lib/aws/bucket.ts';
import { dynamoDbClient, s3Client, schedulerClient } from '../../lib/aws/clients.ts';
import { proofOf } from '../../lib/aws/identity-proof.ts';
import { askCommandFunction } from '../../lib/aws/invoke-command.ts';
import { journalOf } from '../../lib/aws/journal.ts';
import { Deadline } from '../../lib/aws/outside.ts';
import { isFault } from '../../lib/controller/fault.ts';
import { environment as environmentOfTests } from '../aws/environment.ts';
import { awsAt } from '../aws/journal-world.ts';
import { planOf } from '../rollout/fixture.ts';
import { createTable } from '../stand-in/dynamodb.ts';
import { standIn } from '../stand-in/server.ts';
import { sts } from '../stand-in/sts.ts';
import { checkoutPlan } from './checkout-plan.ts';
import { type Assembly, type Ran, STACK, synthesize } from './cloud-assembly.ts';
import { type Running, startMinistack } from './processes.ts';
import { until } from './until.ts';

/**
 * All that ministack's CloudFormation cannot make of the template, by construct path; docs/wire-tests.md says why. When it learns one, or
 * cannot make another, a test here fails.
 */
const STRIPPED = ['Alarms/watchdog-silent'];

const ACCOUNT = '123456789012';
const REGION = 'us-east-1';
const COMMAND = `${STACK}-command`;
const DAY = 24 * 3_600_000;

/** It begins tomorrow, so that a deploy registers it. */
const source = checkoutPlan(Math.ceil(Date.now() / DAY) * DAY + DAY);
const plan = planOf(source);

let ministack: Running;
let assembly: Assembly;
/** The CDK's command line wants a name where there is a bucket. */
let endpoint: string;
let whole: Ran;
let rest: Ran;

const deploy = (): Promise<Ran> =>
  assembly.cdk(
    credentials(),
    ...['deploy', STACK, '--app', assembly.folder, '--require-approval', 'never', '--progress', 'events'],
  );
const credentials = () => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: REGION,
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
});

beforeAll(async () => {
  [ministack, assembly] = await Promise.all([startMinistack(), synthesize({ 'checkout.yaml': source })]);
  endpoint = ministack.url.replace('127.0.0.1', 'localhost');
  awsAt(ministack.url);
  const bootstrapped = await assembly.cdk(
    credentials(),
    ...['bootstrap', `aws://${ACCOUNT}/${REGION}`, '--app', assembly.folder],
  );
  if (bootstrapped.code !== 0) throw new Error(bootstrapped.output);
  whole = await deploy();
  strip(STRIPPED);
  rest = await deploy();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  assembly?.remove();
  await ministack?.stop();
});

/** The template is an asset too: its place in the bucket is its hash. */
const strip = (paths: readonly string[]): void => {
  const file = (name: string): string => join(assembly.folder, name);
  const before = readFileSync(file(`${STACK}.template.json`), 'utf8');
  const { Resources, ...template } = JSON.parse(before);
  const isStripped = (id: string): boolean =>
    paths.some((path) => Resources[id].Metadata?.['aws:cdk:path'] === `${STACK}/${path}/Resource`);
  const gone = Object.keys(Resources).filter(isStripped);
  expect(gone).toHaveLength(paths.length);
  for (const { DependsOn } of Object.values<{ DependsOn?: string[] }>(Resources))
    if (Array.isArray(DependsOn)) DependsOn.splice(0, 99, ...DependsOn.filter((id) => !gone.includes(id)));
  for (const id of gone) delete Resources[id];
  const after = JSON.stringify({ ...template, Resources });
  writeFileSync(file(`${STACK}.template.json`), after);
  const [, hash = ''] = /\/([0-9a-f]{64})\.json/.exec(readFileSync(file('manifest.json'), 'utf8')) ?? [];
  const renamed = createHash('sha256').update(after).digest('hex');
  for (const name of ['manifest.json', `${STACK}.assets.json`])
    writeFileSync(file(name), readFileSync(file(name), 'utf8').replaceAll(hash, renamed));
};

/** Construct paths of the resources of which CloudFormation's events say so; the stack's own is its name. */
const said = ({ output }: Ran, status: string): readonly string[] => {
  const lines = output.matchAll(new RegExp(`\\| ${status} +\\| \\S+ +\\| (\\S+)`, 'g'));
  return [...new Set([...lines].map(([, path = '']) => path))].toSorted();
};

/** What the deploy made and these tests read. */
const made = async () => {
  const { TableNames: tables = [] } = await dynamoDbClient().send(new ListTablesCommand({}));
  const table = tables.filter((name) => name.startsWith(`${STACK}-JournalTable`)).at(-1) ?? '';
  const [, bucket = ''] = new RegExp(`${STACK}\\.ReportsBucket = (\\S+)`).exec(rest.output) ?? [];
  return { ...environmentOfTests, SLUICE_TABLE: table, SLUICE_REPORTS: bucket };
};
const deadline = (): Deadline => {
  const limit = new Deadline();
  limit.begin(60_000);
  return limit;
};

describe('a deploy', () => {
  it('of the whole template fails for what is stripped here', () => {
    expect(said(whole, 'CREATE_FAILED')).toEqual(STRIPPED);
    expect(whole.output).toContain('Properties.Metrics (metric math) is not supported');
    expect(whole.code).toBe(1);
  });

  it('of the rest makes every resource of it', () => {
    expect(rest.output).not.toContain('CREATE_FAILED');
    // And the stack itself.
    const complete = Object.keys(assembly.resources).length - STRIPPED.length + 1;
    expect(said(rest, 'CREATE_COMPLETE')).toHaveLength(complete);
    expect(rest.code).toBe(0);
  });

  it('is described with all that was left out of it', () => {
    const document = readFileSync(new URL('../../docs/wire-tests.md', import.meta.url), 'utf8');
    for (const path of STRIPPED) expect(document).toContain(`\`${path}\``);
  });
});

describe('after the deploy', () => {
  it('the journal is there, with the keys and the index of the table that other tests make', async () => {
    const shapeOf = async (TableName: string) => {
      const { Table } = await dynamoDbClient().send(new DescribeTableCommand({ TableName }));
      const indexes = Table?.GlobalSecondaryIndexes?.map(({ IndexName, KeySchema, Projection }) => ({
        ...{ IndexName, KeySchema, Projection },
      }));
      const attributes = Table?.AttributeDefinitions?.map((each) => JSON.stringify(each)).toSorted();
      return { keys: Table?.KeySchema, attributes, indexes };
    };
    await createTable(dynamoDbClient(), 'made-by-a-test');
    const { SLUICE_TABLE } = await made();
    expect(await shapeOf(SLUICE_TABLE)).toEqual(await shapeOf('made-by-a-test'));
    expect((await shapeOf(SLUICE_TABLE)).indexes).toMatchObject([{ IndexName: 'directory' }]);
  });

  it('the plan that came with it is registered by the trigger, and its start has a wake-up', async () => {
    const journal = journalOf(dynamoDbClient(), await made(), deadline());
    const entries = await journal.entries(plan.rollout, 0, 10);
    expect(isFault(entries) ? entries : entries.map((body) => JSON.parse(body))).toMatchObject([
      { revision: 0, cause: { by: 'command', command: 'start', actor: 'deploy' }, state: { status: 'scheduled' } },
    ]);
    expect(await journal.list('live')).toEqual([plan.rollout]);
    const { Schedules = [] } = await schedulerClient().send(new ListSchedulesCommand({ GroupName: STACK }));
    expect(Schedules.map(({ Name = '', Target }) => [Name.replace(/-\w+$/, ''), Target?.Arn]).toSorted()).toEqual(
      ['soon', 'soon', 'soon', 'start'].map((what) => [
        `${plan.rollout}.${what}`,
        `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${STACK}-tick`,
      ]),
    );
  });

  it('its first entry comes by the stream to the announce function, which tells people and writes the report', async () => {
    const environment = await made();
    const announced = announcedOf(dynamoDbClient(), environment, deadline());
    const isAnnounced = async () => ((await announced.has(plan.rollout, 0)) === true ? true : undefined);
    await until('mark of the announcement', 20, isAnnounced, ministack.output);
    const read = async () => {
      const report = await readReport(s3Client(), environment, deadline(), plan.rollout, 'report.md');
      return isFault(report) ? undefined : report;
    };
    const report = await until('report', 20, read, ministack.output);
    expect(report).toMatchObject({ revision: 0, content: expect.stringContaining(plan.release) });
  });
});

describe('the deployed command function', () => {
  const asked = JSON.stringify({ to: COMMAND, region: REGION, id: randomUUID(), request: { ask: 'list' } });
  const invoke = async (event: unknown): Promise<unknown> => {
    const command = new InvokeCommand({ FunctionName: COMMAND, Payload: JSON.stringify(event) });
    const { Payload, FunctionError } = await new LambdaClient().send(command);
    expect(FunctionError).toBeUndefined();
    return JSON.parse(Buffer.from(Payload ?? '').toString('utf8'));
  };

  it('refuses an identity that was only written down', async () => {
    const identity = { as: 'arn:aws:sts::123456789012:assumed-role/ShopTeam/jane', accountId: ACCOUNT };
    expect(await invoke({ request: asked, ...identity })).toMatchObject({
      ok: false,
      refused: 'an event must be a request with a proof of identity, and nothing else',
    });
  });

  it('refuses a proof that somebody else would vouch for, and does not ask him', async () => {
    const key = { secret: 'his', arn: 'arn:aws:sts::123456789012:assumed-role/ShopTeam/jane' };
    const accomplice = await standIn({ sts: sts({ HIS: key }, Date.now) });
    const proof = await proofOf(asked, {
      credentials: { accessKeyId: 'HIS', secretAccessKey: 'his' },
      sha256: new LambdaClient().config.sha256,
      region: REGION,
      now: Date.now(),
      variables: { AWS_ENDPOINT_URL_STS: accomplice.url },
    });
    // It is a good one, there.
    expect((await fetch(proof.url, { headers: proof.headers })).status).toBe(200);
    accomplice.calls.length = 0;
    expect(await invoke({ request: asked, proof })).toMatchObject({
      ok: false,
      refused: expect.stringContaining('its URL must be that of AWS STS'),
    });
    expect(accomplice.calls).toEqual([]);
    await accomplice.close();
  });

  it('answers whom STS vouches for', async () => {
    expect(await askCommandFunction({ functionName: COMMAND }, { ask: 'list' })).toMatchObject({
      ok: true,
      as: expect.stringMatching(/^arn:aws:(?:iam|sts)::123456789012:/),
      rollouts: [{ rollout: plan.rollout, release: plan.release, status: 'scheduled', weight: 0 }],
    });
  });
});
