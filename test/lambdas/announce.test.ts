import { createHash } from 'node:crypto';
import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { announceAll, type Desk } from '../../lambdas/announce/announce.ts';
import type { BatchReply } from '../../lambdas/announce/handler.ts';
import type { ToTell } from '../../lambdas/announce/stream.ts';
import { dynamoDbClient } from '../../lib/aws/clients.ts';
import { journalOf } from '../../lib/aws/journal.ts';
import { Deadline } from '../../lib/aws/outside.ts';
import { Fault } from '../../lib/controller/fault.ts';
import type { Journal } from '../../lib/controller/ports.ts';
import type { Entry } from '../../lib/rollout/entry.ts';
import { environment, topics } from '../aws/environment.ts';
import { awsAt } from '../aws/journal-world.ts';
import { seedPlan, seedSource } from '../rollout/fixture.ts';
import { createTable, type DynamoStandIn, dynamoService, dynamoStandIn } from '../stand-in/dynamodb.ts';
import { queryError } from '../stand-in/query-protocol.ts';
import { type S3StandIn, s3StandIn } from '../stand-in/s3.ts';
import { type StandIn, standIn } from '../stand-in/server.ts';
import { type SnsStandIn, snsStandIn } from '../stand-in/sns.ts';
import { metricsIn } from './live-account.ts';
import { rehearsedJournal } from './rehearsed-journal.ts';
import { streamEvent, streamRecord } from './stream-event.ts';

const NAME = seedPlan.rollout;
const OTHER = 'another';

/** Of a rollout that is rolled back within its first hour. */
let lines: readonly string[];
let dynamo: DynamoStandIn;
beforeAll(async () => {
  dynamo = await dynamoStandIn();
  lines = await rehearsedJournal({ hours: 2, fault: 'failures x50 from 00:20' });
});
afterAll(() => dynamo.close());

let sns: SnsStandIn;
let s3: S3StandIn;
let server: StandIn;
let client: DynamoDBClient;
let table: string;
let journal: Journal;
let handler: (event: unknown) => Promise<BatchReply>;
let tables = 0;

beforeEach(async () => {
  sns = snsStandIn(topics);
  s3 = s3StandIn(environment.SLUICE_REPORTS);
  server = await standIn({ sns: sns.service, s3: s3.service, dynamodb: dynamoService(dynamo.url) });
  awsAt(server.url);
  table = `announce-${tables++}`;
  for (const [name, value] of Object.entries({ ...environment, SLUICE_TABLE: table })) vi.stubEnv(name, value);
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
  client = dynamoDbClient();
  await createTable(client, table);
  const deadline = new Deadline();
  deadline.begin(60_000);
  journal = journalOf(client, { SLUICE_TABLE: table }, deadline);
  await newFunction();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

/** Another instance of the function, as after a death. */
const newFunction = async (): Promise<void> => {
  vi.resetModules();
  ({ handler } = await import('../../lambdas/announce/handler.ts'));
};

const write = async (rollout: string, bodies: readonly string[]): Promise<void> => {
  for (const [index, body] of bodies.entries()) {
    const { revision } = JSON.parse(body) as Entry;
    expect(await journal.append(rollout, revision, body), `line ${index}`).toBe('appended');
  }
};

/** The stream's records of a rollout's items, as they lie in the table, those alone that the filter lets through. */
const recordsOf = async (rollout: string) => {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: '#rollout = :rollout',
      ExpressionAttributeNames: { '#rollout': 'rollout' },
      ExpressionAttributeValues: { ':rollout': { S: rollout } },
    }),
  );
  return Items.filter(({ notices }) => notices !== undefined).map(streamRecord);
};

const small = (rollout: string, revision: number, ...subjects: readonly string[]): string => {
  const { state, ...entry } = JSON.parse(lines[0] ?? '') as Entry;
  const plan = { source: seedSource.replace(`rollout: ${NAME}`, `rollout: ${rollout}`), hash: '' };
  const notices = subjects.map((subject) => ({ audience: 'everyone' as const, subject, text: `text of ${subject}` }));
  return JSON.stringify({ ...entry, rollout, revision, notices, state: { ...state, rollout }, plan });
};

/** The same entry, with which its rollout has ended. */
const ended = (body: string): string => {
  const { state, ...entry } = JSON.parse(body) as Entry;
  return JSON.stringify({ ...entry, state: { ...state, status: 'closed', endedAt: Date.parse(entry.at) } });
};

const subjects = (): readonly string[] => sns.published.map(({ subject }) => subject);
const done: BatchReply = { batchItemFailures: [] };
const refused = queryError('AuthorizationError', 'not allowed', 403);
const noSpace = {
  status: 503,
  headers: { 'content-type': 'application/xml' },
  body: '<Error><Code>SlowDown</Code></Error>',
};

describe('a rollout that was rolled back', () => {
  it('is announced notice by notice, each with the hash of its entry, and reported', async () => {
    await write(NAME, lines);
    expect(await handler(streamEvent(await recordsOf(NAME)))).toEqual(done);
    const told = lines.flatMap((line) => {
      const { revision, notices } = JSON.parse(line) as Entry;
      const hash = createHash('sha256').update(line).digest('hex');
      return notices.map((notice) => ({ schema: 1, rollout: NAME, revision, hash, ...notice }));
    });
    expect(told.length).toBeGreaterThan(3);
    expect(sns.published.map(({ messages }) => JSON.parse(messages.lambda ?? ''))).toEqual(told);
    expect(sns.published.slice(-3)).toMatchObject([
      { topic: environment.SLUICE_TOPIC_EVERYONE, subject: `${NAME}: rolled back` },
      { topic: environment.SLUICE_TOPIC_LEADS, subject: `${NAME}: rolled back, no sign-off is needed` },
      { topic: environment.SLUICE_TOPIC_ON_CALL, subject: `${NAME}: the rollback is complete: DRAINED` },
    ]);
    const report = s3.objects.get(`${NAME}/report.md`);
    expect(report?.content).toContain(`# Rollout ${NAME}: rolled back`);
    expect(report?.content).toContain(
      createHash('sha256')
        .update(lines.at(-1) ?? '')
        .digest('hex'),
    );
    expect(report?.metadata).toEqual({ revision: `${lines.length - 1}` });
    const page = s3.objects.get(`${NAME}/report.html`);
    expect(page).toMatchObject({ contentType: 'text/html; charset=utf-8', metadata: report?.metadata });
    expect(page?.content).toContain(`<title>Rollout ${NAME}: rolled back</title>`);
    expect(s3.objects.get('index.html')?.content).toContain(`<a href="${NAME}/report.html">${NAME}</a>`);
    expect(s3.objects.get(`${NAME}/journal/000000-000499.jsonl`)?.content).toBe(`${lines.join('\n')}\n`);
  });

  it('leads to the same report when its entries come one event at a time', async () => {
    await write(NAME, lines);
    const records = await recordsOf(NAME);
    await handler(streamEvent(records));
    const [atOnce, published] = [s3.objects.get(`${NAME}/report.md`), subjects()];
    s3.objects.clear();
    sns.published.length = 0;
    for (const [index, record] of records.entries()) {
      if (index % 2 === 0) await newFunction();
      expect(await handler(streamEvent([record]))).toEqual(done);
    }
    expect(s3.objects.get(`${NAME}/report.md`)).toEqual(atOnce);
    expect(subjects()).toEqual([]);
    expect(published.length).toBeGreaterThan(3);
  });
});

describe('an entry', () => {
  it('that comes again is not announced again, also by another instance', async () => {
    await write(NAME, [small(NAME, 0, 'one', 'two')]);
    const event = streamEvent(await recordsOf(NAME));
    expect(await handler(event)).toEqual(done);
    expect(await handler(event)).toEqual(done);
    await newFunction();
    expect(await handler(event)).toEqual(done);
    expect(subjects()).toEqual(['one', 'two']);
  });

  it('that could not be published fails from there on, is announced when it comes again, and nothing before it twice', async () => {
    await write(NAME, [small(NAME, 0, 'zero'), small(NAME, 1, 'one'), small(NAME, 2, 'two')]);
    const records = await recordsOf(NAME);
    await handler(streamEvent(records.slice(0, 1)));
    server.fail('Publish', refused);
    expect(await handler(streamEvent(records))).toEqual({
      batchItemFailures: [{ itemIdentifier: records[1]?.dynamodb.SequenceNumber }],
    });
    expect(subjects()).toEqual(['zero']);
    expect(await handler(streamEvent(records.slice(1)))).toEqual(done);
    expect(subjects()).toEqual(['zero', 'one', 'two']);
  });

  it('whose marker could not be written is announced at least once', async () => {
    await write(NAME, [small(NAME, 0, 'zero')]);
    const event = streamEvent(await recordsOf(NAME));
    server.fail('PutItem', {
      status: 400,
      body: '{"__type":"com.amazonaws.dynamodb.v20120810#AccessDeniedException"}',
    });
    expect((await handler(event)).batchItemFailures.length).toBe(1);
    expect(await handler(event)).toEqual(done);
    expect(subjects()).toEqual(['zero', 'zero']);
  });

  it('of which it is not known whether it was announced waits', async () => {
    await write(NAME, [small(NAME, 0, 'zero')]);
    const event = streamEvent(await recordsOf(NAME));
    server.fail('Query', 'reset', 2);
    expect((await handler(event)).batchItemFailures.length).toBe(1);
    expect(subjects()).toEqual([]);
  });

  it('of another rollout is announced although an earlier one failed', async () => {
    await write(NAME, [small(NAME, 0, 'zero'), small(NAME, 1, 'one')]);
    await write(OTHER, [small(OTHER, 0, 'other')]);
    const records = [...(await recordsOf(NAME)), ...(await recordsOf(OTHER))];
    server.fail('Publish', refused);
    expect(await handler(streamEvent(records))).toEqual({
      batchItemFailures: [{ itemIdentifier: records[0]?.dynamodb.SequenceNumber }],
    });
    expect(subjects()).toEqual(['other']);
    expect(await handler(streamEvent(records))).toEqual(done);
    expect(subjects()).toEqual(['other', 'zero', 'one']);
  });
});

/** What the function answers, and what it measured meanwhile. */
const counted = async (work: () => Promise<BatchReply>) => {
  const lines: string[] = [];
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  const answered = await work();
  stdout.mockRestore();
  const json = lines.flatMap((line) => line.split('\n')).filter((line) => line.startsWith('{'));
  return [answered, metricsIn(json.map((line) => JSON.parse(line)))];
};

describe('a report', () => {
  it('of a live rollout that cannot be written keeps nobody waiting, and comes with the next entry', async () => {
    await write(NAME, [small(NAME, 0, 'zero'), small(NAME, 1, 'one')]);
    const records = await recordsOf(NAME);
    server.fail('PutObject', noSpace, 2);
    const failing = await counted(() => handler(streamEvent(records.slice(0, 1))));
    expect(failing).toEqual([done, { ReportsFailed: 1 }]);
    expect(s3.objects.get(`${NAME}/report.md`)).toBeUndefined();
    expect(await counted(() => handler(streamEvent(records.slice(1))))).toEqual([done, {}]);
    expect(subjects()).toEqual(['zero', 'one']);
    expect(s3.objects.get(`${NAME}/report.md`)?.metadata).toEqual({ revision: '1' });
  });

  it('of an ended rollout that cannot be written fails visibly, and repeats no announcement', async () => {
    await write(NAME, [small(NAME, 0, 'zero'), ended(small(NAME, 1, 'one'))]);
    const records = await recordsOf(NAME);
    server.fail('PutObject', noSpace, 2);
    expect(await counted(() => handler(streamEvent(records)))).toEqual([
      { batchItemFailures: [{ itemIdentifier: records[1]?.dynamodb.SequenceNumber }] },
      {},
    ]);
    expect(subjects()).toEqual(['zero', 'one']);
    expect(await handler(streamEvent(records.slice(1)))).toEqual(done);
    expect(subjects()).toEqual(['zero', 'one']);
    expect(s3.objects.get(`${NAME}/report.md`)?.metadata).toEqual({ revision: '1' });
  });

  it('whose page cannot be made or put fails no entry, also of an ended rollout, and is counted', async () => {
    const told: string[] = [];
    let missed = 0;
    const desk: Desk = {
      announcements: {
        publish: async ({ subject }) => {
          told.push(subject);
          return 'published';
        },
      },
      announced: { has: async () => false, mark: async () => 'marked' },
      writeReport: async () => ({ pages: new Fault('UNAVAILABLE', 'put index.json') }),
      countFailedReport: () => {
        missed += 1;
      },
      log: { info: () => {}, error: () => {} },
    };
    const of = (rollout: string): ToTell => ({
      ...{ sequenceNumber: '1', rollout, revision: 0, hash: '', isEnded: true },
      notices: [{ audience: 'everyone', subject: rollout, text: '' }],
    });
    expect(await announceAll(desk, [of('one'), of('two')])).toBeUndefined();
    expect([told, missed]).toEqual([['one', 'two'], 2]);
  });

  it('follows the journal although nobody could be told', async () => {
    await write(NAME, [small(NAME, 0, 'zero')]);
    server.fail('Publish', refused);
    await handler(streamEvent(await recordsOf(NAME)));
    expect(s3.objects.get(`${NAME}/report.md`)?.metadata).toEqual({ revision: '0' });
  });
});

describe('the stream', () => {
  it('may carry claims, markers, deletions and entries without news: nothing is said of them', async () => {
    const claim = { rollout: { S: 'rule#arn' }, revision: { N: '0' }, owner: { S: NAME }, kind: { S: 'claim' } };
    const quiet = { rollout: { S: NAME }, revision: { N: '7' }, body: { S: small(NAME, 7) } };
    const marker = { rollout: { S: `announced#${NAME}` }, revision: { N: '7' } };
    const removal = { ...streamRecord(claim), eventName: 'REMOVE' };
    const { NewImage: _, ...withoutImage } = removal.dynamodb;
    const records = [...[claim, quiet, marker].map(streamRecord), { ...removal, dynamodb: withoutImage }];
    expect(await handler(streamEvent(records))).toEqual(done);
    expect(server.calls.filter(({ service }) => service !== 'dynamodb')).toEqual([]);
  });

  it('with an entry that is broken makes the whole invocation fail, so that it is bisected', async () => {
    const image = { rollout: { S: NAME }, revision: { N: '7' }, notices: { N: '1' } };
    await expect(handler(streamEvent([streamRecord(image)]))).rejects.toThrow(
      'must be an entry with its notices and state; at its top it has undefined',
    );
    const half = { ...image, body: { S: '{"notices":[' } };
    await expect(handler(streamEvent([streamRecord(half)]))).rejects.toThrow('must be an entry with its notices');
    await expect(handler({ hello: 'world' })).rejects.toThrow('Records');
  });

  it('is logged line by line', async () => {
    vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'INFO');
    vi.stubEnv('POWERTOOLS_DEV', 'true');
    const info = vi.spyOn(console, 'info').mockImplementation(() => {});
    const error = vi.spyOn(console, 'error').mockImplementation(() => {});
    await newFunction();
    await write(NAME, [small(NAME, 0, 'zero'), small(NAME, 1, 'one'), small(NAME, 2, 'two')]);
    const records = await recordsOf(NAME);
    await handler(streamEvent(records.slice(0, 1)));
    server.fail('Publish', refused);
    await handler(streamEvent(records.slice(1)));
    const logged = [...info.mock.calls, ...error.mock.calls].map(([line]) => JSON.parse(String(line)));
    expect(logged).toMatchObject([
      { level: 'INFO', message: 'announced', rollout: NAME, revision: 0, notices: 1, service: 'sluice' },
      {
        level: 'ERROR',
        message: 'not announced',
        rollout: NAME,
        revision: 1,
        fault: expect.stringContaining('REFUSED'),
      },
      { level: 'ERROR', message: 'waits for an earlier entry', rollout: NAME, revision: 2 },
    ]);
    info.mockRestore();
    error.mockRestore();
  });
});
