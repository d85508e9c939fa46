import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { BODY_AT_MOST } from '../../lambdas/slack-actions/received.ts';
import { actionIdOf, type ButtonAsk, buttonValue } from '../../lib/slack/button.ts';
import { holdOf, NOW, seedSource } from '../rollout/fixture.ts';
import { type By, formOf, type Signing, signed, urlEvent } from '../stand-in/slack-app.ts';
import { INSTALLATION, ROLLOUT, type SlackAccount, slackAccount } from './slack-account.ts';

const MINUTE = 60_000;

/** The product lead is the finance lead, too. */
const SOURCE = seedSource.replace('slack: [U0PRD]', 'slack: [U0FIN]');

let account: SlackAccount;
const open = async (): Promise<void> => {
  account = await slackAccount(SOURCE);
};
const close = (): Promise<void> => account.close();

const button = (ask: ButtonAsk, revision = 1) => ({
  action_id: actionIdOf(ask),
  value: buttonValue({ ask, installation: INSTALLATION, rollout: ROLLOUT, revision }),
});
const send = (payload: unknown, signing?: Signing) => account.door(urlEvent(signed(formOf(payload), signing)));
/** A press that is carried out, and what who pressed was told. */
const press = async (element: { readonly action_id: string; readonly value: string }, by?: By): Promise<string> => {
  expect((await send(account.slack.press(element, by))).statusCode).toBe(200);
  await account.carryOut();
  return account.slack.answers.at(-1)?.text ?? '';
};
const pressWithReason = async (ask: ButtonAsk, why: string | null, by?: By, revision = 1): Promise<string> => {
  expect((await send(account.slack.press(button(ask, revision), by))).statusCode).toBe(200);
  expect((await send(account.slack.submit(why, by))).body).toBe('');
  await account.carryOut();
  return account.slack.answers.at(-1)?.text ?? '';
};
const newest = async () => (await account.entries()).at(-1);
/** Of the metric that the alarm looks at. */
const counted = (): number => account.logged().split('"RequestsRefused":1').length - 1;
const state = async () => ({
  entries: JSON.stringify(await account.entries()),
  rules: JSON.stringify([...account.balancing.rules]),
  published: account.sns.published.length,
  handedOn: account.handedOn.length,
});

describe('a person decides', () => {
  beforeEach(open);
  afterEach(close);

  it('GO, at once: the journal has the person and the role', async () => {
    expect(await press(button('go'))).toBe(`${ROLLOUT}: slack:U0ENG commanded sign-off engineering GO.`);
    expect(await newest()).toMatchObject({
      revision: 2,
      cause: { by: 'command', command: 'signOff', actor: 'slack:U0ENG', why: '' },
      state: { signOffs: [{ role: 'engineering', answer: 'GO', actor: 'slack:U0ENG' }] },
    });
  });

  it('is told alone, and the message that everybody sees stays', async () => {
    await press(button('go'));
    expect(account.slack.answers).toMatchObject([{ response_type: 'ephemeral', replace_original: false }]);
  });

  it('NO-GO, with a reason that is asked for', async () => {
    expect(await pressWithReason('noGo', 'the graphs look odd', { user: 'U0OPS' })).toContain(
      'operations says NO-GO (slack:U0OPS): the graphs look odd.',
    );
    expect(account.slack.windows).toMatchObject([{ callback_id: 'sluice-why', title: { text: 'NO-GO' } }]);
    expect(await newest()).toMatchObject({
      cause: { actor: 'slack:U0OPS', why: 'the graphs look odd' },
      state: { holds: [{ code: 'NO_GO' }] },
    });
  });

  it('hold', async () => {
    expect(await pressWithReason('hold', 'reading logs', { user: 'U0SRE' })).toContain(
      'Held by slack:U0SRE: reading logs.',
    );
    expect((await newest())?.decision.decision).toBe('hold');
  });

  it('roll back: the weight is 0 when they are told', async () => {
    await pressWithReason('rollBack', 'errors in the app', { user: 'U0ENG' });
    expect(await newest()).toMatchObject({
      cause: { command: 'rollBack', actor: 'slack:U0ENG' },
      state: { status: 'rollingBack' },
    });
    const [rule] = account.balancing.rules.keys();
    expect([...account.balancing.split(rule ?? '').weights.values()].toSorted()).toEqual([0, 999]);
  });

  it('advance anyway', async () => {
    await pressWithReason('advance', 'agreed by telephone', { user: 'U0SRE' });
    expect(await newest()).toMatchObject({
      decision: { decision: 'advance', setWeight: { weight: 100, raise: true } },
      cause: { actor: 'slack:U0SRE', why: 'agreed by telephone' },
    });
  });

  it('with two roles is asked for which the GO is, and gives it for one', async () => {
    const text = await press(button('go'), { user: 'U0FIN' });
    expect(text).toContain('One identity signs for one: for which is your GO?');
    const [first, second] = account.slack.answers.at(-1)?.blocks?.flatMap(({ elements = [] }) => elements) ?? [];
    if (first === undefined || second === undefined) throw new Error('there are two buttons');
    expect(await press(second, { user: 'U0FIN' })).toContain('sign-off finance GO');
    expect(await press(first, { user: 'U0FIN' })).toContain('You have given GO for finance already');
    expect((await newest())?.state.signOffs).toMatchObject([{ role: 'finance', actor: 'slack:U0FIN' }]);
    expect(counted()).toBe(0);
  });

  it('twice: the second press says so, and nothing more is written', async () => {
    await press(button('go'));
    const before = await account.entries();
    expect(await press(button('go'))).toContain('You have given GO for engineering already');
    expect(await account.entries()).toEqual(before);
    expect(counted()).toBe(0);
  });

  it.each([
    ['noGo', 'U0ENG'],
    ['advance', 'U0SRE'],
  ] as const)(
    '%s, twice: the second button is stale, says so in words, and nothing more is written',
    async (ask, user) => {
      await pressWithReason(ask, 'once', { user });
      const before = await account.entries();
      const text = await pressWithReason(ask, 'twice', { user });
      expect(text).toContain('This button has become stale.');
      expect(text).toContain('Nothing was done.');
      expect(text).toContain('When it was made');
      expect(text).toContain('Now (');
      expect(await account.entries()).toEqual(before);
    },
  );

  it.each([
    ['hold', 'Held by slack:U0SRE: it is worse now'],
    ['rollBack', 'slack:U0SRE'],
  ] as const)(
    '%s with a stale button all the same, since it only lowers or stays: who pressed is told that it was stale',
    async (ask, said) => {
      await account.append({ status: 'baking', gate: null, holds: [holdOf({ code: 'BLIND', behindMinutes: 9 }, NOW)] });
      const text = await pressWithReason(ask, 'it is worse now', { user: 'U0SRE' });
      expect(text).toContain(said);
      expect(text).toContain('This button has become stale.');
      expect(text).toContain('Now (');
      expect(text).toContain('It was done all the same.');
      expect((await newest())?.decision.decision).toBe(ask);
    },
  );

  it('roll back although the entry that the message showed cannot be read', async () => {
    await send(account.slack.press(button('rollBack'), { user: 'U0SRE' }));
    await send(account.slack.submit('errors in the app', { user: 'U0SRE' }));
    const isOfShown = ({ body }: { readonly body: string }) => body.includes('":from":{"N":"1"}');
    account.server.fail('Query', { status: 500, body: '{"__type":"InternalServerError"}' }, 3, isOfShown);
    await account.carryOut();
    expect(account.slack.answers.at(-1)?.text).toContain('cannot be read now: UNAVAILABLE: cannot read the entries');
    expect((await newest())?.state.status).toBe('rollingBack');
  });

  it('with a button of another installation, which has rollouts of the same name: nothing is done', async () => {
    const value = buttonValue({ ask: 'rollBack', installation: 'f00000000000', rollout: ROLLOUT, revision: 1 });
    await send(account.slack.press({ action_id: actionIdOf('rollBack'), value }, { user: 'U0SRE' }));
    await send(account.slack.submit('wrong window', { user: 'U0SRE' }));
    await account.carryOut();
    expect(account.slack.answers.at(-1)?.text).toContain('of another installation');
    expect(await account.entries()).toHaveLength(2);
  });

  it('at the same moment as somebody else: one of two advances happens', async () => {
    const both = ['one', 'other'].map(async (why) => {
      await send(account.slack.press(button('advance'), { user: 'U0SRE' }));
      await send(account.slack.submit(why, { user: 'U0SRE' }));
    });
    await Promise.all(both);
    const [one, other] = account.handedOn.splice(0);
    await Promise.all([account.commands(one), account.commands(other)]);
    const advanced = (await account.entries()).filter(({ decision }) => decision.decision === 'advance');
    expect(advanced).toHaveLength(1);
    expect(account.slack.answers.map(({ text }) => text.includes('stale')).toSorted()).toEqual([false, true]);
  });

  it('with a button of a message that other entries have left behind, while the question is the same', async () => {
    await account.append({ next: { row: NOW + MINUTE, business: NOW } });
    expect(await press(button('go'))).toContain('sign-off engineering GO');
  });

  it('with a button of a revision that never was', async () => {
    expect(await press(button('go', 99))).toContain('revision 99, which cannot be found in the journal');
  });

  it('of a rollout that never was', async () => {
    const value = buttonValue({ ask: 'go', installation: INSTALLATION, rollout: 'another', revision: 0 });
    expect(await press({ action_id: actionIdOf('go'), value })).toBe('There is no rollout another. Nothing was done.');
  });

  it('is told when it cannot be carried out now, and nothing is done', async () => {
    await send(account.slack.press(button('go')));
    account.server.fail('PutItem', { status: 500, body: '{"__type":"InternalServerError"}' }, 2);
    await account.carryOut();
    expect(account.slack.answers.at(-1)?.text).toBe(
      'Nothing was done: UNAVAILABLE: cannot use up a request of Slack. Press again.',
    );
    expect(await account.entries()).toHaveLength(2);
  });

  it('is told that the outcome is not known when the function fails, which looks failed', async () => {
    await account.append({ schema: 2 as 1 });
    await send(account.slack.press(button('go')));
    await expect(account.carryOut()).rejects.toThrow('has state schema 2');
    expect(account.slack.answers.at(-1)?.text).toContain('it failed, and may have been done all the same');
    expect(account.logged()).toContain('"outcome":"failed"');
  });
});

describe('nobody of the plan', () => {
  beforeEach(open);
  afterEach(close);

  it.each([
    ['go', 'U0XYZ', 'is not a principal of the role engineering'],
    ['go', 'U0SRE', 'is not a principal of the role engineering'],
    ['noGo', 'U0XYZ', 'is not a principal of the role engineering'],
    ['hold', 'U0XYZ', 'hold is for operators and leads'],
    ['rollBack', 'U0XYZ', 'rollBack is for operators and leads'],
    ['advance', 'U0ENG', 'advance is for operators'],
  ] as const)('presses %s (%s): no effect, recorded, counted, and told in words', async (ask, user, refused) => {
    const rules = JSON.stringify([...account.balancing.rules]);
    const text = ask === 'go' ? await press(button(ask), { user }) : await pressWithReason(ask, 'mischief', { user });
    expect(text).toContain('you may not do this, and nothing was done');
    expect(text).toContain(refused);
    expect(await newest()).toMatchObject({
      revision: 2,
      cause: { by: 'forbidden', actor: `slack:${user}`, refused: expect.stringContaining(refused) },
      decision: { decision: 'wait' },
      notices: [{ audience: 'onCall' }],
    });
    expect(JSON.stringify([...account.balancing.rules])).toBe(rules);
    expect(counted()).toBe(1);
  });
});

describe('a reason', () => {
  beforeAll(open);
  afterAll(close);

  it.each([
    ['', 'Say why.'],
    ['   ', 'Say why.'],
    [null, 'Say why.'],
    ['a\nb', 'one line without control characters'],
    ['x'.repeat(501), '500 characters'],
  ])('that is none (%j) is asked for again in the window, and nothing is handed on', async (why, words) => {
    const before = await state();
    await send(account.slack.press(button('noGo')));
    const response = await send(account.slack.submit(why));
    expect(response.statusCode).toBe(200);
    expect(JSON.parse(response.body)).toEqual({
      response_action: 'errors',
      errors: { why: expect.stringContaining(words) },
    });
    expect(await state()).toEqual(before);
  });
});

describe('is refused, counted and logged, and nothing comes of it:', () => {
  beforeAll(open);
  afterAll(close);

  const go = () => formOf(account.slack.press(button('go')));
  const requests: readonly (readonly [string, () => unknown, string])[] = [
    [
      'an altered byte',
      () => ({ ...urlEvent(signed(go())), body: go().replace('U0ENG', 'U0SRE') }),
      'not that of the app',
    ],
    ['another secret', () => urlEvent(signed(go(), { secret: 'x'.repeat(32) })), 'not that of the app'],
    ['a request of six minutes ago', () => urlEvent(signed(go(), { at: NOW - 6 * MINUTE })), '5 minutes back'],
    ['a request from the future', () => urlEvent(signed(go(), { at: NOW + 6 * MINUTE })), '5 minutes ahead'],
    [
      'a time that was moved on',
      () => urlEvent({ ...signed(go(), { at: NOW - 6 * MINUTE }), timestamp: `${NOW / 1000}` }),
      'not that of the app',
    ],
    [
      'another workspace',
      () => urlEvent(signed(formOf(account.slack.press(button('go'), { team: 'T0OTHER' })))),
      'another workspace',
    ],
    [
      'somebody of another workspace in a shared channel',
      () => urlEvent(signed(formOf(account.slack.press(button('go'), { userTeam: 'T0OTHER' })))),
      'another workspace',
    ],
    [
      'another app',
      () => urlEvent(signed(formOf(account.slack.press(button('go'), { app: 'A0OTHER' })))),
      'another workspace or app',
    ],
    ['no signature', () => ({ ...urlEvent(signed(go())), headers: {} }), 'no signature of Slack'],
    [
      'two signatures',
      () => urlEvent({ ...signed(go()), signature: `${signed(go()).signature},v0=1` }),
      'no signature',
    ],
    [
      'a GET',
      () => ({ ...urlEvent(signed(go())), requestContext: { http: { method: 'GET' } } }),
      'no signature of Slack',
    ],
    ['a megabyte', () => urlEvent(signed('x'.repeat(1_000_000))), `more than ${BODY_AT_MOST} bytes`],
    [
      'a megabyte in base64',
      () => ({ ...urlEvent(signed('')), isBase64Encoded: true, body: 'A'.repeat(1_400_000) }),
      `more than ${BODY_AT_MOST} bytes`,
    ],
    ['what the function is handed on to takes', () => signed(go()), 'no signature of Slack'],
    [
      'the same as the body',
      () => ({ ...urlEvent(signed(go())), body: JSON.stringify(signed(go())) }),
      'not that of the app',
    ],
  ];

  it.each(requests)('%s', async (_, event, outcome) => {
    const [before, told] = [await state(), counted()];
    const response = await account.door(event());
    expect(response).toMatchObject({ statusCode: 401, body: '' });
    expect(await state()).toEqual(before);
    expect(counted()).toBe(told + 1);
    const line = account.logged().trim().split('\n').at(-1) ?? '';
    expect(JSON.parse(line)).toMatchObject({
      message: 'received from Slack',
      outcome: expect.stringMatching(/^forbidden: /),
    });
    expect(JSON.parse(line).outcome).toContain(outcome);
  });

  it('a window whose inner data were altered', async () => {
    await send(account.slack.press(button('hold'), { user: 'U0SRE' }));
    const genuine = signed(formOf(account.slack.submit('why not', { user: 'U0SRE' })));
    const before = await state();
    const altered = { ...genuine, body: genuine.body.replace(/hold/g, 'rollBack') };
    expect(altered.body).not.toBe(genuine.body);
    expect((await account.door(urlEvent(altered))).statusCode).toBe(401);
    expect(await state()).toEqual(before);
  });

  it.each([
    ['a hand-written order', { ask: 'rollBack', rollout: ROLLOUT, actor: 'slack:U0SRE' }],
    ['a request of the address', 'urlEvent'],
    ['a name beside the signature', 'named'],
    ['a signature of nobody', 'forged'],
    ['a press whose reason was never asked for', 'unreasoned'],
  ])('%s, handed to the function that carries out by whoever may invoke it', async (_, event) => {
    const made: Readonly<Record<string, () => unknown>> = {
      urlEvent: () => urlEvent(signed(go())),
      named: () => ({ ...signed(go()), user: 'U0SRE' }),
      forged: () => ({ ...signed(go()), signature: `v0=${'a'.repeat(64)}` }),
      unreasoned: () => signed(formOf(account.slack.press(button('rollBack')))),
    };
    const [before, told] = [await state(), counted()];
    await account.commands(typeof event === 'string' ? made[event]?.() : event);
    expect(await state()).toEqual(before);
    expect(counted()).toBe(told + 1);
  });
});

describe('a replayed request', () => {
  beforeEach(open);
  afterEach(close);

  it('that was carried out has no second effect, though the same question stands again', async () => {
    await send(account.slack.press(button('hold'), { user: 'U0SRE' }));
    const caught = signed(formOf(account.slack.submit('reading logs', { user: 'U0SRE' })));
    await account.door(urlEvent(caught));
    await account.carryOut();
    expect((await newest())?.state.holds).toMatchObject([{ code: 'OPERATOR' }]);
    await account.append({ holds: [] });
    const [before, answers] = [await account.entries(), account.slack.answers.length];
    await account.door(urlEvent(caught));
    await account.carryOut();
    expect(await account.entries()).toEqual(before);
    expect(account.slack.answers).toHaveLength(answers);
    expect(counted()).toBe(1);
    expect(account.logged()).toContain('forbidden: it was carried out before');
  });

  it('of a GO is refused, recorded in log and metric, and told to nobody', async () => {
    const caught = signed(formOf(account.slack.press(button('go'))));
    for (let time = 0; time < 3; time++) await account.door(urlEvent(caught));
    await account.carryOut();
    expect(await account.entries()).toHaveLength(3);
    expect(account.slack.answers).toHaveLength(1);
    expect(counted()).toBe(2);
  });

  it('of a press that asked for a reason opens no second window', async () => {
    const caught = urlEvent(signed(formOf(account.slack.press(button('rollBack')))));
    expect((await account.door(caught)).statusCode).toBe(200);
    expect((await account.door(caught)).statusCode).toBe(403);
    expect(account.slack.windows).toHaveLength(1);
    expect(counted()).toBe(1);
  });

  it('of a rollback waits for no marker: when the table takes none, the way down is open all the same', async () => {
    await send(account.slack.press(button('rollBack'), { user: 'U0SRE' }));
    await send(account.slack.submit('errors', { user: 'U0SRE' }));
    account.server.fail('PutItem', { status: 500, body: '{"__type":"InternalServerError"}' }, 2);
    await account.carryOut();
    expect((await newest())?.state.status).toBe('rollingBack');
  });
});

describe('the address', () => {
  beforeEach(open);
  afterEach(close);

  it('takes a body in base64', async () => {
    const event = urlEvent(signed(formOf(account.slack.press(button('go')))));
    const encoded = { ...event, isBase64Encoded: true, body: Buffer.from(event.body).toString('base64') };
    expect((await account.door(encoded)).statusCode).toBe(200);
    await account.carryOut();
    expect((await newest())?.state.signOffs).toHaveLength(1);
  });

  it('reads no secret for what cannot be from Slack', async () => {
    for (let time = 0; time < 20; time++) await account.door({ ...urlEvent(signed('x')), headers: {} });
    await account.door(urlEvent(signed('x', { at: 0 })));
    expect(account.calls.door).toEqual([]);
  });

  it('reads the secret once in minutes, and for signatures that do not fit once a minute at most', async () => {
    const reads = () => account.calls.door.filter(({ operation }) => operation === 'GetSecretValue').length;
    for (let time = 0; time < 20; time++) await account.door(urlEvent(signed('x', { secret: 'guess' })));
    expect(reads()).toBe(1);
    vi.setSystemTime(NOW + MINUTE);
    for (let time = 0; time < 20; time++) await account.door(urlEvent(signed('x', { secret: 'guess' })));
    expect(reads()).toBe(2);
    vi.setSystemTime(NOW + 2 * MINUTE - 1);
    await send(account.slack.press(button('go')));
    expect(reads()).toBe(2);
  });

  it('goes on with the secret that it has while Secrets Manager does not answer, and asks once a minute', async () => {
    await send({});
    vi.setSystemTime(NOW + 6 * MINUTE);
    account.server.fail('GetSecretValue', { status: 500, body: '{"__type":"InternalServiceError"}' }, 100);
    const reads = () => account.calls.door.filter(({ operation }) => operation === 'GetSecretValue').length;
    for (let time = 0; time < 20; time++) expect((await send(account.slack.press(button('go')))).statusCode).toBe(200);
    expect(reads()).toBe(2);
  });

  it.each([
    ['refused', { status: 400, body: '{"__type":"AccessDeniedException"}' }],
    ['gone', { status: 400, body: '{"__type":"ResourceNotFoundException"}' }],
  ])('takes nothing any more by a secret that is %s', async (_, mishap) => {
    await send({});
    vi.setSystemTime(NOW + 6 * MINUTE);
    account.server.fail('GetSecretValue', mishap, 100);
    for (let time = 0; time < 3; time++) expect((await send(account.slack.press(button('go')))).statusCode).toBe(503);
    expect(account.handedOn).toEqual([]);
  });

  it('says that it failed where the window came too late, which is no forgery, and opens it with the next press', async () => {
    account.slack.beLate();
    expect((await send(account.slack.press(button('hold'), { user: 'U0SRE' }))).statusCode).toBe(503);
    expect(counted()).toBe(0);
    expect((await send(account.slack.press(button('hold'), { user: 'U0SRE' }))).statusCode).toBe(200);
  });

  it('takes a new secret within a minute, and the old one no longer', async () => {
    await send({});
    account.secret = JSON.stringify({ signingSecret: 'renewed', botToken: 'xoxb-test' });
    vi.setSystemTime(NOW + MINUTE);
    expect((await send(account.slack.press(button('go')), { secret: 'renewed' })).statusCode).toBe(200);
    expect((await send(account.slack.press(button('go')))).statusCode).toBe(401);
  });

  it('says that it failed when the secret cannot be read, or is none, and quotes nothing of it', async () => {
    account.server.fail('GetSecretValue', { status: 500, body: '{"__type":"InternalServiceError"}' });
    expect((await send(account.slack.press(button('go')))).statusCode).toBe(503);
    account.secret = 'xoxb-oops';
    expect((await send(account.slack.press(button('go')))).statusCode).toBe(503);
    expect(account.logged()).toContain('it must be JSON with botToken and signingSecret');
    expect(account.logged()).not.toContain('xoxb');
    expect(account.handedOn).toEqual([]);
  });

  it('says that it failed when nothing could be handed on', async () => {
    account.server.fail('Invoke', { status: 429, body: '{"Type":"User"}' });
    expect((await send(account.slack.press(button('go')))).statusCode).toBe(503);
  });

  it.each([
    ['a link in a message', { action_id: 'report', value: 'x' }],
    ["another app's idea of a button", { action_id: 'sluice-go', value: '{"ask":"noGo","rollout":"x","revision":1}' }],
  ])('lets alone what is signed and none of ours: %s', async (_, element) => {
    expect(await send(account.slack.press(element))).toMatchObject({ statusCode: 200, body: '' });
    expect([account.handedOn, counted()]).toEqual([[], 0]);
  });

  it('tells nobody but Slack: another address to answer at is not asked', async () => {
    const elsewhere = { ...account.slack.press(button('go')), response_url: 'https://hooks.slack.com.evil.example/x' };
    await send(elsewhere);
    await account.carryOut();
    expect((await newest())?.state.signOffs).toHaveLength(1);
    expect(account.slack.asked).toEqual([]);
  });
});
