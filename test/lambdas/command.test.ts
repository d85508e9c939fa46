import { afterEach, describe, expect, it } from 'vitest';
import { registerPlans } from '../../lambdas/command/register-plans.ts';
import { askCommandFunction } from '../../lib/aws/invoke-command.ts';
import type { Request } from '../../lib/aws/request.ts';
import { hashOf } from '../../lib/controller/record.ts';
import { makeWorld } from '../../lib/sim/world.ts';
import { withPorts } from '../controller/world.ts';
import { planOf } from '../rollout/fixture.ts';
import { seedSource } from '../scenarios/run.ts';
import { identity } from '../stand-in/sts.ts';
import { arnOf, type CommandAccount, commandAccount, FUNCTION_ARN } from './command-account.ts';

const NAME = 'ultra-fast-analyzer';
const NOW = '2025-10-31T11:30:00Z';
const START: Request = { ask: 'start', hash: hashOf(seedSource) };
const HOLD: Request = { ask: 'command', rollout: NAME, command: { kind: 'hold', why: 'reading logs' } };

/** A plan on rules and groups of its own. */
const another = seedSource
  .replace(`rollout: ${NAME}`, 'rollout: another')
  .replace('9683b2d02a6cabee', '1183b2d02a6cabee')
  .replace('73e2d6bc24d8a067', '11e2d6bc24d8a067')
  .replace('943f017f100becff', '113f017f100becff');

const deployedAs = (source: string) => ({ file: 'plans/0.yaml', source, hash: hashOf(source) });

let account: CommandAccount;
const open = async (deployed: readonly string[] = [seedSource], now = NOW): Promise<void> => {
  account = await commandAccount({ deployed, now });
};
afterEach(async () => {
  await account.close();
});

/** As a deploy of that text did it. */
const register = async (source: string): Promise<void> => {
  const world = makeWorld({ plan: planOf(source), seed: 1, behaviours: [] });
  world.data.now = Date.parse('2025-10-31T11:00Z');
  const { plans } = await registerPlans(withPorts(world, { journal: account.journal }), [deployedAs(source)]);
  expect(plans).toMatchObject([{ outcome: 'registered' }]);
};

/** Audience, subject and text of each announcement, and the entry that it is about. */
const told = () =>
  account.sns.published.map(({ messages }) => {
    const { audience, subject, text, revision, hash } = JSON.parse(messages.lambda ?? '');
    return [audience, subject, text, { revision, hash }] as const;
  });

const stsCalls = (): number => account.server.calls.filter(({ service }) => service === 'sts').length;
const refused = (piece: string) =>
  expect.objectContaining({ ok: false, refused: expect.stringContaining(piece), problems: expect.any(Array) });

describe('a request with a proof', () => {
  it('is done as whoever signed it, and the journal says so', async () => {
    await open();
    expect(await account.ask('Sre', START)).toEqual({
      ok: true,
      as: arnOf('Sre'),
      rollout: NAME,
      start: Date.parse('2025-10-31T12:00Z'),
    });
    expect(await account.ask('FinanceLead', HOLD)).toMatchObject({ ok: true, as: arnOf('FinanceLead') });
    expect((await account.entries(NAME)).map(({ cause }) => cause)).toEqual([
      { by: 'command', command: 'start', actor: arnOf('Sre'), why: '' },
      { by: 'command', command: 'hold', actor: arnOf('FinanceLead'), why: 'reading logs' },
    ]);
  });

  it("is the same when the caller's side makes it, by whatever credentials it finds", async () => {
    await open();
    expect(await askCommandFunction({ functionName: 'sluice-command' }, START)).toMatchObject({
      ok: true,
      rollout: NAME,
    });
    expect(await askCommandFunction({ functionName: FUNCTION_ARN }, HOLD)).toMatchObject({
      ok: true,
      as: arnOf('Sre'),
    });
    expect((await account.entries(NAME))[1]?.cause).toMatchObject({ command: 'hold', actor: arnOf('Sre') });
  });

  it('may name the function by its ARN', async () => {
    await open();
    expect(await account.invoke(await account.envelope('Sre', START, FUNCTION_ARN))).toMatchObject({ ok: true });
  });

  it('is refused where the plan does not allow it; of a rollout that there is, that is recorded', async () => {
    await open();
    expect(await account.ask('FinanceLead', START)).toEqual(
      expect.objectContaining({
        refused: 'the rollout cannot be started',
        problems: [`only an operator of the plan may start it; ${arnOf('FinanceLead')} is none`],
      }),
    );
    expect(await account.ask('Sre', HOLD)).toEqual(refused(`there is no rollout ${NAME}`));
    await account.ask('Sre', START);
    expect(await account.ask('Intern', HOLD)).toEqual(refused('hold is for operators and leads of this plan'));
    expect((await account.entries(NAME)).map(({ cause }) => cause.by)).toEqual(['command', 'forbidden']);
  });

  it('is one line of the log, without the proof', async () => {
    await open();
    const envelope = await account.envelope('Sre', START);
    await account.invoke(envelope);
    await account.invoke(await account.envelope('Intern', HOLD));
    const lines = account
      .logged()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter(({ message }) => message !== undefined);
    expect(lines).toMatchObject(
      [
        { message: 'asked', ask: 'start', as: arnOf('Sre'), outcome: 'done' },
        { message: 'asked', ask: 'command', rollout: NAME, as: arnOf('Intern'), outcome: /^forbidden: / },
      ].map((line) => ({ ...line, outcome: expect.stringMatching(line.outcome) })),
    );
    expect(account.logged()).not.toMatch(/X-Amz|signature/i);
  });
});

describe('nobody is believed', () => {
  const expectNothing = async (): Promise<void> => {
    expect(await account.entries(NAME)).toEqual([]);
  };

  it.each<[string, (sealed: Awaited<ReturnType<CommandAccount['envelope']>>) => unknown]>([
    ['a name in the event', ({ request }) => ({ request, as: arnOf('Sre') })],
    ['a name beside the proof', (sealed) => ({ ...sealed, as: arnOf('Sre') })],
    ['an answer of STS instead of a proof', ({ request }) => ({ request, proof: { arn: arnOf('Sre') } })],
    ['a request that is no text', ({ proof }) => ({ request: { to: 'sluice-command', request: START }, proof })],
    ['a text', () => 'start'],
    ['a list', () => [START]],
  ])('who sends %s', async (_, forged) => {
    await open();
    expect(await account.invoke(forged(await account.envelope('Sre', START)))).toEqual(refused('a proof of identity'));
    expect(stsCalls()).toBe(0);
    await expectNothing();
  });

  it('who writes a name into the request', async () => {
    await open();
    const named = { ...START, as: arnOf('Sre') };
    expect(await account.invoke(await account.envelope('Intern', named))).toEqual(
      refused('is not one that this function knows'),
    );
    await expectNothing();
  });

  it('whom STS does not know', async () => {
    await open();
    expect(await account.ask('Stranger', START)).toEqual(refused('refused by STS: InvalidClientTokenId'));
    await expectNothing();
  });

  it.each([
    ['another function', 'sluice-command-2'],
    ['its namesake in another region', FUNCTION_ARN.replace('us-east-1', 'us-west-2')],
    ['nothing', ''],
  ])('who has a proof for %s', async (_, to) => {
    await open();
    expect(await account.invoke(await account.envelope('Sre', START, to))).toEqual(refused('to another function'));
    expect(stsCalls()).toBe(0);
    await expectNothing();
  });

  it('who sends what another release would', async () => {
    await open();
    const { request, proof } = await account.envelope('Sre', START);
    for (const key of ['region', 'id']) {
      const older = JSON.stringify({ ...JSON.parse(request), [key]: undefined });
      expect(await account.invoke({ request: older, proof })).toEqual(refused('must be of the same release'));
    }
    await expectNothing();
  });

  it('who uses a proof for another request', async () => {
    await open();
    const { proof } = await account.envelope('Sre', { ask: 'list' });
    const { request } = await account.envelope('Sre', START);
    expect(await account.invoke({ request, proof })).toEqual(refused('made for another request'));
    expect(stsCalls()).toBe(0);
    await expectNothing();
  });

  it('who brings an STS of their own', async () => {
    await open();
    const { request, proof } = await account.envelope('Sre', START);
    const url = proof.url.replace(/^[^?]*/, 'https://sts.amazonaws.com.evil.example/');
    expect(await account.invoke({ request, proof: { ...proof, url } })).toEqual(refused('must be that of AWS STS'));
    await expectNothing();
  });

  it('where STS cannot be asked', async () => {
    await open();
    account.server.fail('GetCallerIdentity', { status: 503 });
    expect(await account.ask('Sre', START)).toEqual(refused('UNAVAILABLE: cannot ask STS who signed the request'));
    account.server.fail('GetCallerIdentity', identity(''));
    expect(await account.ask('Sre', START)).toEqual(refused('UNREADABLE'));
    await expectNothing();
  });

  it.each<[string, Request['ask'], object]>([
    ['list', 'list', {}],
    ['status', 'status', { rollout: NAME }],
    ['journal', 'journal', { rollout: NAME, from: 0, limit: 10 }],
    ['report', 'report', { rollout: NAME }],
    ['export', 'export', { source: seedSource, from: 0, to: 60_000 }],
    ['preflight', 'preflight', { source: seedSource, ring: false }],
  ])('not even when they only read: %s', async (_, ask, rest) => {
    await open();
    const { request } = await account.envelope('Sre', { ask, ...rest } as Request);
    expect(await account.invoke({ request })).toEqual(refused('a proof of identity'));
    expect(account.server.calls).toEqual([]);
  });
});

describe('start', () => {
  it('takes a deployed plan only by the hash of its exact text', async () => {
    await open();
    const changed: Request = { ask: 'start', hash: hashOf(`${seedSource} `) };
    expect(await account.ask('Sre', changed)).toMatchObject({
      refused: expect.stringContaining('no plan of exactly this text was deployed'),
      problems: [`deployed: plans/0.yaml ${hashOf(seedSource).slice(0, 12)}`],
    });
  });

  it('takes a plan that nobody deployed from an operator of one that was, with a reason', async () => {
    await open();
    const unreviewed: Request = { ask: 'startUnreviewed', source: another, why: 'the fix cannot wait' };
    expect(await account.ask('Sre', unreviewed)).toMatchObject({ ok: true, rollout: 'another' });
    expect((await account.entries('another'))[0]?.cause).toEqual({
      by: 'command',
      command: 'start',
      actor: arnOf('Sre'),
      why: 'the fix cannot wait',
    });
    expect(await account.ask('Sre', { ...unreviewed, why: '' })).toEqual(refused('not one that this function knows'));
  });

  it('makes nobody an operator by a plan they wrote themselves', async () => {
    await open();
    const mine = another.replace('assumed-role/Sre/*', 'assumed-role/Intern/*');
    const unreviewed: Request = { ask: 'startUnreviewed', source: mine, why: 'because' };
    expect(await account.ask('Intern', unreviewed)).toEqual(refused('only an operator of a plan that was deployed'));
    expect(await account.ask('Sre', unreviewed)).toMatchObject({
      problems: [expect.stringContaining('only an operator of the plan may start it')],
    });
    expect(await account.entries('another')).toEqual([]);
  });

  it('lets nobody move the traffic of a load balancer that no plan of theirs was deployed for', async () => {
    await open();
    const elsewhere = another.replace('app/learn/', 'app/payments/');
    const unreviewed: Request = { ask: 'startUnreviewed', source: elsewhere, why: 'because' };
    expect(await account.ask('Sre', unreviewed)).toEqual(refused('that was deployed for the same load balancer'));
    expect(await account.entries('another')).toEqual([]);
  });

  it('takes no unreviewed plan from anybody where no plan was deployed', async () => {
    await open([]);
    const unreviewed: Request = { ask: 'startUnreviewed', source: seedSource, why: 'because' };
    expect(await account.ask('Sre', unreviewed)).toEqual(refused('only an operator of a plan that was deployed'));
  });
});

describe('a deploy', () => {
  it('invokes with nothing, and schedules every plan that is new, once', async () => {
    await open([seedSource, another]);
    const outcomes = (outcome: string) => ({
      plans: [
        { file: 'plans/0.yaml', outcome },
        { file: 'plans/1.yaml', outcome },
      ],
    });
    expect(await account.invoke({})).toEqual(outcomes('registered'));
    expect(await account.invoke({})).toEqual(outcomes('known'));
    expect(await account.entries('another')).toMatchObject([
      { cause: { by: 'command', command: 'start', actor: 'deploy' }, state: { status: 'scheduled' } },
    ]);
    expect([...account.scheduler.schedules.keys()].some((name) => name.startsWith(`${NAME}.`))).toBe(true);
    expect(stsCalls()).toBe(0);
  });

  it('finds a rollout known that somebody else registered in the same moment', async () => {
    await open();
    const { journal } = account;
    const world = makeWorld({ plan: planOf(seedSource), seed: 1, behaviours: [] });
    world.data.now = Date.parse(NOW);
    const append: typeof journal.append = async (rollout, revision, body) => {
      await journal.append(rollout, revision, body.replace('"deploy"', '"somebody"'));
      return journal.append(rollout, revision, body);
    };
    expect(
      await registerPlans(withPorts(world, { journal: { ...journal, append } }), [deployedAs(seedSource)]),
    ).toEqual({
      plans: [{ file: 'plans/0.yaml', outcome: 'known' }],
    });
    expect(await account.entries(NAME)).toMatchObject([{ cause: { actor: 'somebody' } }]);
  });

  it('leaves a name that exists, also when its rollout has ended, and says nothing', async () => {
    await open([seedSource], '2025-10-31T12:00:00Z');
    await account.ask('Sre', START);
    await account.ask('Sre', { ask: 'command', rollout: NAME, command: { kind: 'close', why: 'never mind' } });
    expect(await account.invoke({})).toEqual({ plans: [{ file: 'plans/0.yaml', outcome: 'known' }] });
    expect(await account.entries(NAME)).toHaveLength(2);
    expect(account.sns.published).toEqual([]);
  });

  it('leaves a plan whose start is over and that never was registered, and tells everyone that it will not begin', async () => {
    await open([another], '2025-10-31T12:00:00Z');
    expect(await account.invoke({})).toEqual({ plans: [{ file: 'plans/0.yaml', outcome: 'past' }] });
    expect(await account.entries('another')).toEqual([]);
    expect(told()).toEqual([
      [
        'everyone',
        'another: not registered',
        'The plan for release v3.0.0-sprint-2-complete, to start at 2025-10-31 12:00 UTC, was deployed and not registered: ' +
          'that start is over. To begin all the same: npx sluice start plans/0.yaml, or another start and a deploy. ' +
          'If nobody waits for it, take the file away: the next deploy says this again.',
        { revision: 0, hash: '' },
      ],
    ]);
  });

  const changed = seedSource.replace('v3.0.0-sprint-2-complete', 'v3.0.1');

  it('leaves a rollout that was registered with another text, and tells everyone in each deploy until it has ended', async () => {
    await open([changed]);
    await register(seedSource);
    for (const deploy of [1, 2]) {
      expect(await account.invoke({})).toEqual({ plans: [{ file: 'plans/0.yaml', outcome: 'differs' }] });
      expect(told()).toHaveLength(deploy);
    }
    const [entry] = await account.entries(NAME);
    expect(entry?.plan?.source).toBe(seedSource);
    expect(told()[1]).toEqual([
      'everyone',
      `${NAME}: goes on by the plan as it was registered`,
      expect.stringContaining('plans/0.yaml has another text since, which changes nothing of this rollout.'),
      { revision: 0, hash: hashOf(JSON.stringify(entry)) },
    ]);
  });

  it('tells everyone of a next attempt under the name of a rollout that has ended, as long as its start lies ahead', async () => {
    await open([changed]);
    await register(seedSource);
    await account.ask('Sre', { ask: 'command', rollout: NAME, command: { kind: 'close', why: 'broken' } });
    expect(await account.invoke({})).toEqual({ plans: [{ file: 'plans/0.yaml', outcome: 'differs' }] });
    expect(told()).toMatchObject([
      ['everyone', `${NAME}: not registered`, expect.stringContaining('v3.0.1'), { revision: 1 }],
    ]);
    expect(told()[0]?.[2]).toContain('a rollout of this name has ended, and never starts again');
  });

  it('is quiet about the changed file of a rollout that has ended, once the start in it is over, too', async () => {
    await open([changed], '2025-10-31T12:00:00Z');
    await register(seedSource);
    await account.ask('Sre', { ask: 'command', rollout: NAME, command: { kind: 'close', why: 'broken' } });
    expect(await account.invoke({})).toEqual({ plans: [{ file: 'plans/0.yaml', outcome: 'differs' }] });
    expect(told()).toEqual([]);
  });

  it('goes through where a live rollout owns a rule of a new plan, and tells people', async () => {
    const next = another.replace('113f017f100becff', '943f017f100becff');
    await open([seedSource, next]);
    expect(await account.invoke({})).toMatchObject({
      plans: [{ outcome: 'registered' }, { file: 'plans/1.yaml', outcome: 'claimed', owner: NAME }],
    });
    expect(told()).toMatchObject([['everyone', 'another: not registered', expect.any(String), { hash: '' }]]);
    expect(told()[0]?.[2]).toMatch(/belongs to rollout .*, which is live\. .*: npx sluice start plans\/1\.yaml\.$/);
    expect(await account.entries('another')).toEqual([]);
  });

  it('fails with all that failed, after every plan was tried', async () => {
    await open(['rollout: x', seedSource, another]);
    account.server.fail('CreateSchedule', { status: 400, headers: { 'x-amzn-errortype': 'ValidationException' } }, 2);
    const failure = account.invoke({});
    await expect(failure).rejects.toThrow(
      /^Cannot register 2 of 3 plans:\nplans\/0\.yaml: line[\s\S]*\nplans\/1\.yaml: /,
    );
    expect(await account.entries('another')).toHaveLength(1);
    await expect(account.invoke({})).rejects.toThrow('Cannot register 1 of 3 plans');
    expect(await account.entries(NAME)).toHaveLength(1);
  });

  it.each([
    ['a rule is claimed', another.replace('113f017f100becff', '943f017f100becff'), / belongs to rollout/],
    [
      'a start is over',
      another.replace('start: 2025-10-31T12:00', 'start: 2025-10-31T11:00'),

      /that start is over/,
    ],
  ])('fails where nobody can be told that %s', async (_, source, why) => {
    await open([seedSource, source]);
    account.server.fail('Publish', { status: 403, body: '' }, 5);
    await expect(account.invoke({})).rejects.toThrow(why);
  });
});
