/** Whatever comes to the address, signed or not: an answer, in bounded time, and nothing of it in a journal. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { actionIdOf, BUTTON_ASKS, buttonValue } from '../../lib/slack/button.ts';
import { readInteraction } from '../../lib/slack/interaction.ts';
import { INSTALLATION, ROLLOUT, type SlackAccount, slackAccount } from '../lambdas/slack-account.ts';
import { formOf, signed, urlEvent } from '../stand-in/slack-app.ts';
import { runs } from './runs.ts';

let account: SlackAccount;
beforeAll(async () => {
  account = await slackAccount();
});
afterAll(() => account.close());

const anything = fc.jsonValue({ stringUnit: 'binary' });
const text = fc.string({ unit: 'binary' });

const effects = async () => ({
  entries: JSON.stringify(await account.entries()),
  rules: JSON.stringify([...account.balancing.rules]),
  published: account.sns.published.length,
});

const answerOf = async (event: unknown) => {
  const response = await account.door(event);
  expect(response).toEqual({ statusCode: expect.any(Number), headers: expect.any(Object), body: expect.any(String) });
  return response;
};

/** A field of a document, somewhere in it, becomes something else. */
const broken = (whole: unknown, path: readonly number[], value: unknown): unknown => {
  const [first, ...rest] = path;
  if (first === undefined || typeof whole !== 'object' || whole === null) return value;
  const keys = Object.keys(whole);
  const key = keys[first % Math.max(1, keys.length)];
  if (key === undefined) return value;
  const entries = Object.entries(whole).map(([name, old]) => [name, name === key ? broken(old, rest, value) : old]);
  return Array.isArray(whole) ? entries.map(([, each]) => each) : Object.fromEntries(entries);
};

const path = fc.array(fc.nat(20), { minLength: 1, maxLength: 5 });

it('any event is answered with a refusal, and asks nothing of anybody', async () => {
  const before = await effects();
  const calls = account.calls.door.length;
  await fc.assert(
    fc.asyncProperty(anything, async (event) => {
      expect(await answerOf(event)).toMatchObject({ statusCode: 401 });
    }),
    runs(200),
  );
  expect(account.calls.door.slice(calls)).toEqual([]);
  expect([account.handedOn, await effects()]).toEqual([[], before]);
});

it('a genuine request with anything else somewhere in it hands nothing on that Slack did not sign', async () => {
  const genuine = urlEvent(signed(formOf(account.slack.press({ action_id: 'sluice-go', value: '{}' }))));
  const before = await effects();
  await fc.assert(
    fc.asyncProperty(path, anything, async (where, value) => {
      await answerOf(broken(genuine, where, value));
    }),
    runs(200),
  );
  expect([account.handedOn, await effects()]).toEqual([[], before]);
});

it('any signed body is answered, and no journal has anything of it', async () => {
  const before = await effects();
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        text,
        anything.map(formOf),
        text.map((payload) => `payload=${payload}`),
      ),
      async (body) => {
        expect(await answerOf(urlEvent(signed(body)))).toMatchObject({ statusCode: 200 });
      },
    ),
    runs(200),
  );
  expect([account.handedOn, await effects()]).toEqual([[], before]);
});

it('a signed press of a stranger with anything in it is answered and carried out to nothing', async () => {
  const rules = JSON.stringify([...account.balancing.rules]);
  const ask = fc.constantFrom(...BUTTON_ASKS);
  await fc.assert(
    fc.asyncProperty(ask, path, anything, async (pressed, where, value) => {
      const element = {
        action_id: actionIdOf(pressed),
        value: buttonValue({ ask: pressed, installation: INSTALLATION, rollout: ROLLOUT, revision: 1 }),
      };
      const payload = broken(account.slack.press(element, { user: 'U0XYZ' }), where, value);
      await answerOf(urlEvent(signed(formOf(payload))));
      await account.carryOut();
    }),
    runs(75),
  );
  const causes = new Set((await account.entries()).slice(2).map(({ cause }) => cause.by));
  expect([...causes].filter((by) => by !== 'forbidden')).toEqual([]);
  expect(JSON.stringify([...account.balancing.rules])).toBe(rules);
});

it('a signed window of a stranger with anything in it is answered and carried out to nothing', async () => {
  const element = {
    action_id: 'sluice-rollBack',
    value: buttonValue({ ask: 'rollBack', installation: INSTALLATION, rollout: ROLLOUT, revision: 1 }),
  };
  await answerOf(urlEvent(signed(formOf(account.slack.press(element, { user: 'U0XYZ' })))));
  const rules = JSON.stringify([...account.balancing.rules]);
  await fc.assert(
    fc.asyncProperty(path, anything, text, async (where, value, why) => {
      const payload = broken(account.slack.submit(why, { user: 'U0XYZ' }), where, value);
      await answerOf(urlEvent(signed(formOf(payload))));
      await account.carryOut();
    }),
    runs(75),
  );
  const causes = new Set((await account.entries()).slice(2).map(({ cause }) => cause.by));
  expect([...causes].filter((by) => by !== 'forbidden')).toEqual([]);
  expect(JSON.stringify([...account.balancing.rules])).toBe(rules);
});

it('anything handed to the function that carries out comes to nothing, and fails nothing', async () => {
  const before = await effects();
  await fc.assert(
    fc.asyncProperty(fc.oneof(anything, fc.record({ timestamp: text, signature: text, body: text })), (event) =>
      account.commands(event),
    ),
    runs(200),
  );
  expect(await effects()).toEqual(before);
});

it.each([
  ['deep', `${'['.repeat(90_000)}${']'.repeat(90_000)}`],
  ['wide', JSON.stringify(Object.fromEntries(Array.from({ length: 15_000 }, (_, at) => [`k${at}`, at])))],
  ['long', JSON.stringify({ type: 'x'.repeat(190_000) })],
  [
    'with its prototype',
    '{"__proto__":{"type":"block_actions"},"constructor":{"prototype":{"team":{"id":"T0EXAMPLE"}}}}',
  ],
])('a %s document is read in a moment, and is none of ours', (_, payload) => {
  const began = performance.now();
  expect(readInteraction(`payload=${payload}`, { teamId: 'T0EXAMPLE', appId: 'A0EXAMPLE' })).toBe('none');
  expect(performance.now() - began).toBeLessThan(1_000);
});
