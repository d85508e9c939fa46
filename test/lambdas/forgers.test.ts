import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { entriesToTell } from '../../lambdas/announce/stream.ts';
import type { Envelope, Request } from '../../lib/aws/request.ts';
import { hashOf } from '../../lib/controller/record.ts';
import type { Command } from '../../lib/rollout/command.ts';
import type { Entry } from '../../lib/rollout/entry.ts';
import { runs } from '../fuzz/runs.ts';
import { seedSource } from '../scenarios/run.ts';
import { arnOf, type CommandAccount, commandAccount, FUNCTION_ARN } from './command-account.ts';
import { streamEvent, streamRecord } from './stream-event.ts';

const MINUTE = 60_000;
const NOW = '2025-10-31T11:30:00Z';
const MINE = 'ultra-fast-analyzer';
const THEIRS = 'another';

/** The finance lead is the product lead, too. */
const mine = seedSource.replace('assumed-role/ProductLead/*', 'assumed-role/FinanceLead/*');
/** A plan on rules and groups of its own, whose only operators are interns. */
const theirs = seedSource
  .replace(`rollout: ${MINE}`, `rollout: ${THEIRS}`)
  .replace('9683b2d02a6cabee', '1183b2d02a6cabee')
  .replace('73e2d6bc24d8a067', '11e2d6bc24d8a067')
  .replace('943f017f100becff', '113f017f100becff')
  .replace('assumed-role/Sre/*', 'assumed-role/Intern/*');

let account: CommandAccount;
const open = async (): Promise<void> => {
  account = await commandAccount({ deployed: [mine, theirs], now: NOW });
  await account.invoke({});
};
const close = (): Promise<void> => account.close();

const command = (rollout: string, asked: Command): Request => ({ ask: 'command', rollout, command: asked });
const hold = (rollout = MINE): Request => command(rollout, { kind: 'hold', why: 'reading logs' });
const rollBack = (rollout = MINE): Request => command(rollout, { kind: 'rollBack', why: 'mischief' });
const go = (role: string): Request => command(MINE, { kind: 'signOff', phase: 'canary', role, answer: 'GO', why: '' });

/** As it would stand after the finance lead's GO for finance. */
const signedForFinance = async (): Promise<void> => {
  const [first] = await account.entries(MINE);
  if (first === undefined) throw new Error('it was registered');
  const word = { role: 'finance', answer: 'GO', actor: arnOf('FinanceLead'), at: Date.parse(NOW) } as const;
  const { plan: _, ...entry } = first;
  const next: Entry = {
    ...entry,
    revision: 1,
    previous: hashOf(JSON.stringify(first)),
    notices: [],
    state: { ...first.state, signOffs: [word] },
  };
  expect(await account.journal.append(MINE, 1, JSON.stringify(next))).toBe('appended');
};

const altered = async (change: (envelope: Envelope) => unknown): Promise<unknown> =>
  account.invoke(change(await account.envelope('Sre', hold())));
const withUrl = (change: (url: string) => string) => () =>
  altered(({ request, proof }) => ({ request, proof: { ...proof, url: change(proof.url) } }));

interface Forgery {
  readonly is: string;
  readonly before?: () => Promise<unknown>;
  readonly forge: () => Promise<unknown>;
  readonly refused: string;
}

/** Whoever asks has proven who they are, and may not: the journal says who. */
const BY_SOMEBODY: readonly (Forgery & { readonly actor: string; readonly of: string })[] = [
  {
    is: 'a sign-off by the lead of another role',
    forge: () => account.ask('FinanceLead', go('engineering')),
    refused: 'is not a principal of the role engineering',
    actor: 'FinanceLead',
    of: MINE,
  },
  {
    is: 'a sign-off by an operator who is no lead',
    forge: () => account.ask('Sre', go('finance')),
    refused: 'is not a principal of the role finance',
    actor: 'Sre',
    of: MINE,
  },
  {
    is: 'one identity that signs for two roles',
    before: signedForFinance,
    forge: () => account.ask('FinanceLead', go('product')),
    refused: 'one identity cannot sign for two roles',
    actor: 'FinanceLead',
    of: MINE,
  },
  {
    is: 'an operator of one plan who acts on another',
    forge: () => account.ask('Sre', rollBack(THEIRS)),
    refused: 'rollBack is for operators and leads of this plan',
    actor: 'Sre',
    of: THEIRS,
  },
  {
    is: 'the same the other way round',
    forge: () => account.ask('Intern', rollBack(MINE)),
    refused: 'rollBack is for operators and leads of this plan',
    actor: 'Intern',
    of: MINE,
  },
  {
    is: 'a lead who gives an operator’s command',
    forge: () => account.ask('FinanceLead', command(MINE, { kind: 'close', why: 'mischief' })),
    refused: 'close is for operators of this plan',
    actor: 'FinanceLead',
    of: MINE,
  },
];

/** Nobody is proven, or nothing that exists is asked for: there is no journal whose business it is. */
const BY_NOBODY: readonly Forgery[] = [
  {
    is: 'a hand-written identity in a direct invoke',
    forge: () => altered(({ request }) => ({ request, as: arnOf('Sre') })),
    refused: 'with a proof of identity, and nothing else',
  },
  {
    is: 'a replayed request',
    before: async () => {
      const envelope = await account.envelope('Sre', hold());
      caught = envelope;
      await account.invoke(envelope);
    },
    forge: () => account.invoke(caught),
    refused: 'it was used before',
  },
  {
    is: 'an altered request',
    forge: () => altered(({ request, proof }) => ({ request: request.replace('hold', 'close'), proof })),
    refused: 'made for another request',
  },
  {
    is: 'an altered request with its digest put right',
    forge: () =>
      altered(({ request, proof }) => {
        const other = request.replace('hold', 'close');
        return { request: other, proof: { ...proof, headers: { 'x-sluice-request-sha256': hashOf(other) } } };
      }),
    refused: 'refused by STS: SignatureDoesNotMatch',
  },
  {
    is: 'a command that was altered to be for another rollout',
    forge: () => altered(({ request, proof }) => ({ request: request.replace(MINE, THEIRS), proof })),
    refused: 'made for another request',
  },
  {
    is: 'a proof for another function',
    forge: async () => account.invoke(await account.envelope('Sre', hold(), 'other-command')),
    refused: 'to another function',
  },
  {
    is: 'a proof for another stage',
    forge: async () => account.invoke(await account.envelope('Sre', hold(), FUNCTION_ARN.replace('sluice', 'staging'))),
    refused: 'to another function',
  },
  {
    is: 'a proof for another account',
    forge: async () =>
      account.invoke(await account.envelope('Sre', hold(), FUNCTION_ARN.replace('123456789012', '210987654321'))),
    refused: 'to another function',
  },
  {
    is: 'a proof for another region',
    forge: async () => account.invoke(await account.envelope('Sre', hold(), 'sluice-command', 'eu-west-1')),
    refused: 'to another function',
  },
  {
    is: 'somebody of another account who calls the function by its name',
    forge: () => account.ask('Visitor', hold()),
    refused: 'a request by a bare name is to a function in the account of',
  },
  {
    is: 'an expired proof',
    forge: async () => {
      const envelope = await account.envelope('Sre', hold());
      vi.setSystemTime(Date.parse(NOW) + 61_000);
      return account.invoke(envelope);
    },
    refused: 'it has expired',
  },
  {
    is: 'a proof that was made to last longer',
    forge: withUrl((url) => url.replace('X-Amz-Expires=60', 'X-Amz-Expires=900')),
    refused: 'must expire within 60 s',
  },
  {
    is: 'a presigned URL of another host',
    forge: withUrl((url) => url.replace(/^[^?]*/, 'https://sts.amazonaws.com.evil.example/')),
    refused: 'must be that of AWS STS',
  },
  {
    is: 'a presigned URL of another action',
    forge: withUrl((url) => url.replace('GetCallerIdentity', 'GetSessionToken')),
    refused: 'must have a parameter Action that fits',
  },
  {
    is: 'a signature that nobody made',
    forge: withUrl((url) => url.replace(/X-Amz-Signature=[0-9a-f]+/, `X-Amz-Signature=${'0'.repeat(64)}`)),
    refused: 'refused by STS: SignatureDoesNotMatch',
  },
  {
    is: 'a key that STS does not know',
    forge: () => account.ask('Stranger', hold()),
    refused: 'refused by STS: InvalidClientTokenId',
  },
  {
    is: 'a plan that makes its author an operator',
    forge: () =>
      account.ask('FinanceLead', {
        ask: 'startUnreviewed',
        source: theirs.replace(THEIRS, 'third').replace('assumed-role/Intern/*', 'assumed-role/FinanceLead/*'),
        why: 'mine',
      }),
    refused: 'only an operator of a plan that was deployed for the same load balancer',
  },
  {
    is: 'a start by somebody who is no operator of the plan',
    forge: () => account.ask('FinanceLead', { ask: 'start', hash: hashOf(mine) }),
    refused: 'the rollout cannot be started',
  },
  {
    is: 'a test page by somebody who is no operator of any plan',
    forge: () => account.ask('FinanceLead', { ask: 'preflight', source: mine, ring: true }),
    refused: 'may send a test page',
  },
];
let caught: unknown;

const bodies = async (): Promise<readonly string[]> =>
  (await Promise.all([MINE, THEIRS, 'third'].map((rollout) => account.entries(rollout)))).map((entries) =>
    JSON.stringify(entries),
  );
const effects = () => ({
  published: account.sns.published.length,
  rules: JSON.stringify([...account.balancing.rules]),
  schedules: [...account.scheduler.schedules.keys()],
});
/** Of the metric that the alarm looks at. */
const counted = (logged: string): number => logged.split('"RequestsRefused":1').length - 1;
const refusedWith = (piece: string) =>
  expect.objectContaining({ ok: false, forbidden: true, refused: expect.stringContaining(piece) });

describe('is refused, counted and logged, and nothing comes of it:', () => {
  beforeAll(open);
  afterAll(close);

  it.each(BY_NOBODY)('$is', async ({ before, forge, refused }) => {
    await before?.();
    const [journals, world, told] = [await bodies(), effects(), account.logged().length];
    expect(await forge()).toEqual(refusedWith(refused));
    expect(await bodies()).toEqual(journals);
    expect(effects()).toEqual(world);
    const logged = account.logged().slice(told);
    expect(counted(logged)).toBe(1);
    expect(logged).toContain('"outcome":"forbidden: ');
  });
});

describe('is refused, recorded and announced, and nothing else comes of it:', () => {
  beforeEach(open);
  afterEach(close);

  it.each(BY_SOMEBODY)('$is', async ({ before, forge, refused, actor, of }) => {
    await before?.();
    const [entries, world, told] = [await account.entries(of), effects(), account.logged().length];
    const calls = account.server.calls.length;
    expect(await forge()).toEqual(refusedWith(refused));
    const after = await account.entries(of);
    expect(after.slice(0, -1)).toEqual(entries);
    const [last, newest] = [entries.at(-1), after.at(-1)];
    expect(newest).toEqual({
      ...last,
      plan: undefined,
      revision: entries.length,
      previous: hashOf(JSON.stringify(last)),
      cause: {
        by: 'forbidden',
        command: expect.any(String),
        actor: arnOf(actor),
        refused: expect.stringContaining(refused),
        lifeAt: Date.parse(NOW),
      },
      rows: [],
      decision: { decision: 'wait', reason: last?.decision.reason },
      notices: [
        { audience: 'onCall', subject: expect.stringContaining('was refused'), text: expect.stringContaining(refused) },
      ],
      state: { ...last?.state, forbidden: [{ actor: arnOf(actor), at: Date.parse(NOW) }] },
    });
    expect(effects()).toEqual(world);
    expect(account.server.calls.slice(calls).filter(({ service }) => !['sts', 'dynamodb'].includes(service))).toEqual(
      [],
    );
    expect(counted(account.logged().slice(told))).toBe(1);
  });

  it('comes through the stream to the people on call', async () => {
    await account.ask('Intern', rollBack());
    const body = JSON.stringify((await account.entries(MINE)).at(-1));
    const image = { rollout: { S: MINE }, revision: { N: '1' }, body: { S: body }, notices: { N: '1' } };
    expect(entriesToTell(streamEvent([streamRecord(image)]))).toMatchObject([
      {
        rollout: MINE,
        isEnded: false,
        notices: [{ audience: 'onCall', subject: `${MINE}: a forbidden rollBack was refused` }],
      },
    ]);
  });
});

describe('who tries again and again', () => {
  beforeEach(open);
  afterEach(close);

  it('is recorded once in ten minutes, and counted each time', async () => {
    for (let time = 0; time < 5; time++) await account.ask('Intern', rollBack());
    expect(await account.entries(MINE)).toHaveLength(2);
    expect(counted(account.logged())).toBe(5);
    vi.setSystemTime(Date.parse(NOW) + 10 * MINUTE);
    await account.ask('Intern', rollBack());
    expect(await account.entries(MINE)).toHaveLength(3);
  });

  it('leaves no trace in a rollout that has ended', async () => {
    await account.ask('Sre', command(MINE, { kind: 'close', why: 'never mind' }));
    const journals = await bodies();
    expect(await account.ask('Intern', rollBack())).toEqual(refusedWith('rollBack is for operators and leads'));
    expect(await bodies()).toEqual(journals);
  });

  it('is told when it could not be recorded, and nothing is done all the same', async () => {
    const [journals, world] = [await bodies(), effects()];
    account.server.fail('PutItem', { status: 500, body: JSON.stringify({ __type: 'InternalServerError' }) }, 2);
    // A rollback uses up no proof: the first write is the entry.
    expect(await account.ask('Intern', rollBack())).toMatchObject({
      forbidden: true,
      problems: [expect.stringContaining('it could not be recorded: UNAVAILABLE')],
    });
    expect([await bodies(), effects()]).toEqual([journals, world]);
  });
});

describe('whatever is sent', () => {
  beforeAll(open);
  afterAll(close);

  /** Each line is one JSON document of ours: no text of others begins a line or a field. */
  const lines = (): readonly Record<string, unknown>[] =>
    account
      .logged()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));

  it('without a proof is refused, with no effect and one line of the log', async () => {
    const before = [await bodies(), effects()];
    const calls = account.server.calls.length;
    let sent = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.jsonValue({ stringUnit: 'binary' }).filter((event) => event !== null && JSON.stringify(event) !== '{}'),
        async (event) => {
          expect(await account.invoke(event)).toEqual(refusedWith('with a proof of identity, and nothing else'));
          sent += 1;
        },
      ),
      runs(50),
    );
    expect(lines().filter(({ message }) => message === 'asked')).toHaveLength(sent);
    expect(account.server.calls.slice(calls)).toEqual([]);
    expect([await bodies(), effects()]).toEqual(before);
  });

  it('with a proof is refused where it is no request, with no effect', async () => {
    const before = [await bodies(), effects()];
    const strange = fc.tuple(
      fc.constantFrom('ask', 'rollout', 'command', 'as', '__proto__', 'constructor'),
      fc.jsonValue({ stringUnit: 'binary' }),
    );
    await fc.assert(
      fc.asyncProperty(strange, async ([name, value]) => {
        const request = { ...hold('nobody') };
        Object.defineProperty(request, name, { value, enumerable: true, configurable: true });
        expect(await account.ask('Intern', request)).toMatchObject({ ok: false });
      }),
      runs(30),
    );
    expect(lines().length).toBeGreaterThan(30);
    expect([await bodies(), effects()]).toEqual(before);
  });

  it('in the words of a command is one field of one line of the log', async () => {
    const role = '","as":"root"} {"level":"ERROR';
    expect(
      await account.ask('Intern', command(MINE, { kind: 'signOff', phase: 'canary', role, answer: 'GO', why: '' })),
    ).toEqual(refusedWith(`is not a principal of the role ${role}`));
    expect(lines().at(-1)).toMatchObject({
      level: 'INFO',
      as: arnOf('Intern'),
      outcome: expect.stringContaining(role),
    });
    for (const broken of ['a\nb', 'a\u001b[2J', 'a\u2028b', 'a\u202eb'])
      expect(await account.ask('Sre', command(MINE, { kind: 'hold', why: broken }))).toMatchObject({
        refused: expect.stringContaining('one line without control characters'),
      });
  });
});
