import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Fault } from '../../lib/controller/fault.ts';
import type { Journal } from '../../lib/controller/ports.ts';
import { bodyOf, KEYS, NAME, noticeOf, planOfAnotherShape } from '../contract/entry-bodies.ts';
import { seedPlan, stateOf } from '../rollout/fixture.ts';
import { type DynamoStandIn, dynamoService, dynamoStandIn } from '../stand-in/dynamodb.ts';
import { type Answer, type Asked, type Mishap, type StandIn, standIn } from '../stand-in/server.ts';
import { freshJournal, type JournalWorld } from './journal-world.ts';

let dynamo: DynamoStandIn;
beforeAll(async () => {
  dynamo = await dynamoStandIn();
});
afterAll(() => dynamo.close());

/** What happens to an answer after its effect. */
let lose: (asked: Asked) => Answer | undefined;
let aws: StandIn;
let world: JournalWorld;
let journal: Journal;
beforeEach(async () => {
  lose = () => undefined;
  const service = dynamoService(dynamo.url);
  aws = await standIn({
    dynamodb: async (asked) => {
      const answer = await service(asked);
      return lose(asked) ?? answer;
    },
  });
  world = await freshJournal(aws.url);
  ({ journal } = world);
  aws.calls.length = 0;
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await aws.close();
});

const operations = (): readonly string[] => aws.calls.map(({ operation }) => operation);

const error = (name: string, status = 400): Answer => ({
  status,
  body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'as told' }),
});

describe('an entry', () => {
  it('is one item: the exact body, the number of notices only where there are some, and its kind only in revision 0', async () => {
    const bodies = [bodyOf(0), bodyOf(1, noticeOf('news'))];
    for (const [revision, body] of bodies.entries()) await journal.append(NAME, revision, body);
    expect(operations()).toEqual(['PutItem', 'PutItem']);
    const items = bodies.map(async (_, revision) => {
      const Key = { rollout: { S: NAME }, revision: { N: `${revision}` } };
      return (await world.client.send(new GetItemCommand({ TableName: world.table, Key }))).Item;
    });
    expect(await Promise.all(items)).toEqual([
      { rollout: { S: NAME }, revision: { N: '0' }, body: { S: bodies[0] }, kind: { S: 'rollout' } },
      { rollout: { S: NAME }, revision: { N: '1' }, body: { S: bodies[1] }, notices: { N: '1' } },
    ]);
  });

  it('is appended although the first answer was lost and the repetition met its own write', async () => {
    let lost = 0;
    lose = ({ operation }) => (operation === 'PutItem' && lost++ === 0 ? error('InternalServerError', 500) : undefined);
    expect(await journal.append(NAME, 0, bodyOf(0))).toBe('appended');
    expect(operations()).toEqual(['PutItem', 'PutItem', 'Query']);
  });

  it.each([
    ['appended', bodyOf(0)],
    ['conflict', bodyOf(0, noticeOf('of somebody else'))],
  ])('is %s by what the refusal itself brings along, without another call', async (answer, body) => {
    const refusal = { __type: 'ConditionalCheckFailedException', Item: { body: { S: body } } };
    aws.fail('PutItem', { status: 400, body: JSON.stringify(refusal) });
    expect(await journal.append(NAME, 0, bodyOf(0))).toBe(answer);
    expect(aws.calls).toMatchObject([{ input: { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } }]);
  });

  it('may be as large as an item of DynamoDB, and is refused beyond that with its size', async () => {
    const room = 409_088 - Buffer.byteLength(bodyOf(0, noticeOf('')));
    expect(await journal.append(NAME, 0, bodyOf(0, noticeOf('x'.repeat(room))))).toBe('appended');
    expect(await journal.append(NAME, 1, bodyOf(1, noticeOf('é'.repeat(250_000))))).toMatchObject({
      code: 'REFUSED',
      operation: `append revision 1 to the journal of ${NAME}`,
      cause: { message: expect.stringMatching(/at most 409088 bytes, .*; it has 50\d{4}$/) },
    });
  });

  it('is kept under its own name and revision, or it is a bug', async () => {
    await expect(journal.append(NAME, 2, bodyOf(1))).rejects.toThrow('under its own name and revision');
    await expect(journal.append('another', 1, bodyOf(1))).rejects.toThrow('under its own name and revision');
    expect(operations()).toEqual([]);
  });
});

describe('entries', () => {
  it('come in order of their revisions, also when DynamoDB answers in pages of one megabyte', async () => {
    const bodies = Array.from({ length: 12 }, (_, revision) => bodyOf(revision, noticeOf('x'.repeat(200_000))));
    for (const [revision, body] of bodies.entries()) await journal.append(NAME, revision, body);
    aws.calls.length = 0;
    expect(await journal.entries(NAME, 0, 100)).toEqual(bodies);
    expect(operations().length).toBeGreaterThan(2);
    expect(await journal.entries(NAME, 1, 7)).toEqual(bodies.slice(1, 8));
    expect(await journal.entries(NAME, 10, 7)).toEqual(bodies.slice(10));
  });

  it('are those of the asked rollout, read consistently', async () => {
    await journal.append(NAME, 0, bodyOf(0));
    await journal.append('another', 0, bodyOf(0, { rollout: 'another' }));
    aws.calls.length = 0;
    expect(await journal.entries('another', 0, 10)).toEqual([bodyOf(0, { rollout: 'another' })]);
    await journal.head(NAME);
    expect(aws.calls).toMatchObject([{ input: { ConsistentRead: true } }, { input: { ConsistentRead: true } }]);
  });
});

describe('the plan', () => {
  it('is read once', async () => {
    await journal.append(NAME, 0, bodyOf(0));
    aws.calls.length = 0;
    expect(await journal.plan(NAME)).toBe(await journal.plan(NAME));
    expect(operations()).toEqual(['Query']);
  });

  it('is asked for again while there is none', async () => {
    await journal.plan(NAME);
    await journal.append(NAME, 0, bodyOf(0));
    expect(await journal.plan(NAME)).toEqual(seedPlan);
  });

  it('is unreadable with all its problems when this code does not take it', async () => {
    await journal.append(NAME, 0, bodyOf(0, planOfAnotherShape('rollout: NO\nrelease: 1')));
    expect(await journal.plan(NAME)).toMatchObject({
      code: 'UNREADABLE',
      operation: `read the plan of ${NAME}`,
      cause: { message: expect.stringMatching(/phases must be [\s\S]*line 1, column 10: rollout must be/) },
    });
  });
});

describe('the status of another rollout', () => {
  it('is that of its newest entry', async () => {
    await journal.append(NAME, 0, bodyOf(0));
    expect(await journal.status(NAME)).toBe('scheduled');
    await journal.append(NAME, 1, bodyOf(1, { state: stateOf(0) }));
    expect(await journal.status(NAME)).toBe('baking');
  });

  it('is unreadable when another release of this code wrote its state', async () => {
    await journal.append(NAME, 0, bodyOf(0).replace('"schema":1', '"schema":3'));
    expect(await journal.status(NAME)).toMatchObject({
      code: 'UNREADABLE',
      cause: { message: `revision 0 of ${NAME} has state schema 3, which must be 1 for this release of Sluice` },
    });
  });
});

it('lists names in ascending order over all pages of the index', async () => {
  const names = Array.from({ length: 40 }, (_, index) => `rollout-${String(39 - index).padStart(2, '0')}`);
  for (const rollout of names) await journal.append(rollout, 0, bodyOf(0, { rollout }));
  const page = (rollouts: readonly string[], more: object): Answer => ({
    body: JSON.stringify({ Items: rollouts.map((rollout) => ({ rollout: { S: rollout } })), ...more }),
  });
  expect(await journal.list('all')).toEqual(names.toSorted());
  const last = { kind: { S: 'rollout' }, rollout: { S: 'rollout-37' }, revision: { N: '0' } };
  aws.fail('Query', page(['a', 'b'], { LastEvaluatedKey: last }));
  expect(await journal.list('all')).toEqual(['a', 'b', 'rollout-38', 'rollout-39']);
});

describe('trouble outside', () => {
  it.each<[string, string, () => Promise<unknown>]>([
    ['read the head', 'Query', () => journal.head(NAME)],
    ['read entries', 'Query', () => journal.entries(NAME, 0, 10)],
    ['read the plan', 'Query', () => journal.plan(NAME)],
    ['read a status', 'Query', () => journal.status(NAME)],
    ['list the rollouts', 'Query', () => journal.list('live')],
    ['append', 'PutItem', () => journal.append(NAME, 1, bodyOf(1))],
    ['claim', 'PutItem', () => journal.claim(NAME, KEYS)],
    ['free', 'Query', () => journal.free(NAME)],
  ])('is a fault when asked to %s without the permission', async (_, operation, ask) => {
    aws.fail(operation, error('AccessDeniedException'));
    const answer = await ask();
    expect(answer).toBeInstanceOf(Fault);
    expect(answer).toMatchObject({ code: 'REFUSED', cause: { name: 'AccessDeniedException' } });
  });

  it.each<[string, Mishap, string]>([
    ['throttling', error('ThrottlingException'), 'THROTTLED'],
    ['a table that cannot take more', error('ProvisionedThroughputExceededException'), 'THROTTLED'],
    ['a server that fails', error('InternalServerError', 500), 'UNAVAILABLE'],
    ['a connection that breaks', 'reset', 'UNAVAILABLE'],
    ['no answer', 'hang', 'UNAVAILABLE'],
  ])('is a fault: %s', async (_, mishap, code) => {
    aws.fail('Query', mishap, 2);
    aws.fail('PutItem', mishap, 2);
    for (const ask of [() => journal.head(NAME), () => journal.append(NAME, 0, bodyOf(0))]) {
      world.deadline.begin(mishap === 'hang' ? 50 : 10_000);
      const answer = await ask();
      expect(answer).toBeInstanceOf(Fault);
      expect(answer).toMatchObject({ code, cause: expect.any(Error) });
    }
  });

  it('is a fault when something owned cannot be deleted', async () => {
    await journal.append(NAME, 0, bodyOf(0));
    await journal.claim(NAME, KEYS);
    aws.fail('DeleteItem', error('ThrottlingException'), 2);
    expect(await journal.free(NAME)).toMatchObject({ code: 'THROTTLED' });
    expect(await journal.free(NAME)).toBe('freed');
    expect(await journal.list('live')).toEqual([]);
  });

  it('is a fault when a table is not there', async () => {
    aws.fail('Query', error('ResourceNotFoundException'));
    expect(await journal.head(NAME)).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is a fault when an entry has lost its body', async () => {
    aws.fail('Query', { body: JSON.stringify({ Items: [{ rollout: { S: NAME }, revision: { N: '0' } }] }) });
    expect(await journal.head(NAME)).toMatchObject({
      code: 'UNREADABLE',
      cause: { message: 'every entry must have a body; one has none' },
    });
  });

  it('is overcome when it lasts for one request', async () => {
    aws.fail('PutItem', error('ThrottlingException'));
    expect(await journal.append(NAME, 0, bodyOf(0))).toBe('appended');
    aws.fail('Query', 'reset');
    expect(await journal.head(NAME)).toMatchObject({ body: bodyOf(0) });
  });
});
