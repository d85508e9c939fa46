/** The journal on Amazon's own DynamoDB engine: what it promises, and who wins where many write at once. */
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { dynamoDbClient } from '../../lib/aws/clients.ts';
import { journalOf } from '../../lib/aws/journal.ts';
import { Deadline } from '../../lib/aws/outside.ts';
import { awsWorld } from '../../lib/aws/world.ts';
import { isFault } from '../../lib/controller/fault.ts';
import type { Journal, World } from '../../lib/controller/ports.ts';
import { start } from '../../lib/controller/start.ts';
import { environment } from '../aws/environment.ts';
import { awsAt, freshJournal, type JournalWorld } from '../aws/journal-world.ts';
import { keepsTheClaimsPromises } from '../contract/claims.ts';
import { bodyOf, KEYS, NAME, noticeOf } from '../contract/entry-bodies.ts';
import { keepsTheJournalsPromises } from '../contract/journal.ts';
import { edited } from '../plan/seed-plan.ts';
import { operator } from '../rollout/fixture.ts';
import { dynamoService } from '../stand-in/dynamodb.ts';
import { type SchedulerStandIn, schedulerStandIn } from '../stand-in/scheduler.ts';
import { type StandIn, standIn } from '../stand-in/server.ts';
import type { Running } from './processes.ts';
import { startWarmDynamoDb } from './warm-dynamodb.ts';

const [rule = ''] = KEYS;
const TEN_MINUTES = 600_000;

let dynamo: Running;
beforeAll(async () => {
  dynamo = await startWarmDynamoDb();
});
afterAll(() => dynamo?.stop());
afterEach(() => {
  vi.unstubAllEnvs();
});

keepsTheJournalsPromises('on DynamoDB Local', async () => (await freshJournal(dynamo.url)).journal);
keepsTheClaimsPromises('on DynamoDB Local', () => dynamo.url);

/** A journal with a client of its own, as another function has it. */
const anotherOn = ({ table, deadline }: JournalWorld, now: () => number = () => 0): Journal =>
  journalOf(dynamoDbClient(), { SLUICE_TABLE: table }, deadline, now);

const several = <T>(count: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, index) => make(index));

describe('of fifty writers', () => {
  it('exactly one wins each of twenty revisions, and the journal has the entry of that one', async () => {
    const world = await freshJournal(dynamo.url);
    const writers = several(50, () => anotherOn(world));
    const won: string[] = [];
    for (let revision = 0; revision < 20; revision++) {
      world.deadline.begin(30_000);
      const bodies = writers.map((_, writer) => bodyOf(revision, noticeOf(`writer ${writer}`)));
      const answers = await Promise.all(writers.map((each, at) => each.append(NAME, revision, bodies[at] ?? '')));
      expect(answers.toSorted()).toEqual(['appended', ...several(49, () => 'conflict')]);
      won.push(bodies[answers.indexOf('appended')] ?? '');
    }
    expect(await world.journal.entries(NAME, 0, 100)).toEqual(won);
  });
});

describe('of ten rollouts', () => {
  it('exactly one takes over a void claim, and the others are told who', async () => {
    for (let round = 0; round < 5; round++) {
      const world = await freshJournal(dynamo.url);
      await world.journal.claim('gone', [rule]);
      const names = several(10, (index) => `rollout-${index}`);
      const claims = names.map((name) => anotherOn(world, () => TEN_MINUTES + 1).claim(name, [rule]));
      const answers = await Promise.all(claims);
      const winner = names[answers.indexOf('claimed')];
      expect(answers.filter((answer) => answer === 'claimed')).toHaveLength(1);
      expect(answers.filter((answer) => answer !== 'claimed')).toEqual(
        several(9, () => ({ key: rule, owner: winner })),
      );
    }
  });
});

describe('two starts at the same time', () => {
  let server: StandIn;
  let scheduler: SchedulerStandIn;
  /** Two functions that share nothing but the account. */
  let worlds: readonly World[];
  beforeEach(async () => {
    scheduler = schedulerStandIn(environment.SLUICE_SCHEDULE_GROUP);
    server = await standIn({ dynamodb: dynamoService(dynamo.url), scheduler: scheduler.service });
    const { table } = await freshJournal(dynamo.url);
    awsAt(server.url);
    const deadline = new Deadline();
    deadline.begin(60_000);
    worlds = several(2, () => awsWorld({ ...environment, SLUICE_TABLE: table }, deadline, () => {}));
  });
  afterEach(() => server.close());

  const race = (sources: readonly string[]) =>
    Promise.all(worlds.map((world, index) => start(world, sources[index] ?? '', operator, { recorded: false })));
  const registered = async (): Promise<readonly string[]> => {
    const names = await worlds[0]?.journal.list('all');
    if (names === undefined || isFault(names)) throw new Error(`cannot list: ${names}`);
    return names;
  };

  it.each(several(5, (round) => [round + 1]))(
    'for one rule make one rollout; the other is told the owner (%i)',
    async () => {
      const names = ['one', 'other'];
      const started = await race(names.map((name) => edited(['rollout: ultra-fast-analyzer', `rollout: ${name}`])));
      const winner = names[started.findIndex(({ ok }) => ok)] ?? 'nobody';
      expect(started.filter(({ ok }) => ok)).toHaveLength(1);
      expect(started.find(({ ok }) => !ok)).toEqual({
        ok: false,
        owner: winner,
        problems: [`${rule} belongs to rollout ${winner}, which is live`],
      });
      expect(await registered()).toEqual([winner]);
      expect(await worlds[0]?.journal.list('live')).toEqual([winner]);
      expect([...scheduler.schedules.keys()].filter((name) => !name.startsWith(`${winner}.`))).toEqual([
        'sluice-watchdog',
      ]);
    },
  );

  it.each(several(5, (round) => [round + 1]))('of one plan make one rollout with one first entry (%i)', async () => {
    const source = edited();
    const started = await race([source, source]);
    expect(started.filter(({ ok }) => ok)).toHaveLength(1);
    expect(started.find(({ ok }) => !ok)).toMatchObject({
      problems: [expect.stringMatching(/^rollout ultra-fast-analyzer (?:was started by somebody else|exists already)/)],
    });
    expect(await registered()).toEqual([NAME]);
    expect(await worlds[0]?.journal.entries(NAME, 0, 10)).toHaveLength(1);
  });
});

describe('an entry', () => {
  it('that was written although its answer was lost is known by what the refusal brings along, without a read', async () => {
    const service = dynamoService(dynamo.url);
    let lost = 0;
    const server = await standIn({
      dynamodb: async (asked) => {
        const answer = await service(asked);
        return asked.operation === 'PutItem' && lost++ === 0 ? { status: 500, body: '{}' } : answer;
      },
    });
    const { table } = await freshJournal(dynamo.url);
    awsAt(server.url);
    const deadline = new Deadline();
    deadline.begin(30_000);
    const journal = journalOf(dynamoDbClient(), { SLUICE_TABLE: table }, deadline);
    expect(await journal.append(NAME, 0, bodyOf(0))).toBe('appended');
    expect(await journal.append(NAME, 0, bodyOf(0, noticeOf('of somebody else')))).toBe('conflict');
    // On dynalite, which brings nothing along, there is a Query after each refusal.
    expect(server.calls.map(({ operation }) => operation)).toEqual(['PutItem', 'PutItem', 'PutItem']);
    await server.close();
  });

  it('of as many bytes as we let through is taken and comes back; an item beyond DynamoDB’s own limit is refused', async () => {
    const { client, table, journal } = await freshJournal(dynamo.url);
    const rollout = 'r'.repeat(40);
    const sized = (bytes: number): string => {
      const empty = Buffer.byteLength(bodyOf(0, { rollout, ...noticeOf('') }));
      return bodyOf(0, { rollout, ...noticeOf('x'.repeat(bytes - empty)) });
    };
    const largest = sized(409_088);
    expect(await journal.append(rollout, 0, largest)).toBe('appended');
    expect(await journal.head(rollout)).toMatchObject({ body: largest });
    expect(await journal.append(rollout, 1, sized(409_089).replace('"revision":0', '"revision":1'))).toMatchObject({
      code: 'REFUSED',
    });
    const Item = { rollout: { S: rollout }, revision: { N: '2' }, body: { S: 'x'.repeat(409_600) } };
    await expect(client.send(new PutItemCommand({ TableName: table, Item }))).rejects.toThrow(
      'Item size has exceeded the maximum allowed size',
    );
  });
});
