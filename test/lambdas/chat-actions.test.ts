import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runs } from '../fuzz/runs.ts';
import { ROLLOUT, type SlackAccount, slackAccount } from './slack-account.ts';

let account: SlackAccount;
const open = async (): Promise<void> => {
  account = await slackAccount();
};
const close = (): Promise<void> => account.close();
const newest = async () => (await account.entries()).at(-1);
const counted = (): number => account.logged().split('"RequestsRefused":1').length - 1;

describe('somebody in the channel', () => {
  beforeEach(open);
  afterEach(close);

  it('holds, and the journal has the channel: who it was, Amazon Q does not say', async () => {
    expect(await account.chat({ ask: 'hold', rollout: ROLLOUT })).toEqual({
      ok: true,
      said: `${ROLLOUT}: Held by chat:C0EXAMPLE: somebody in the Slack channel C0EXAMPLE: no reason was given.`,
    });
    expect((await newest())?.cause).toEqual({
      by: 'command',
      command: 'hold',
      actor: 'chat:C0EXAMPLE',
      why: 'somebody in the Slack channel C0EXAMPLE: no reason was given',
    });
  });

  it('rolls back, with a reason', async () => {
    expect(await account.chat({ ask: 'rollBack', rollout: ROLLOUT, why: 'errors' })).toMatchObject({ ok: true });
    expect(await newest()).toMatchObject({
      cause: { actor: 'chat:C0EXAMPLE', why: 'somebody in the Slack channel C0EXAMPLE: errors' },
      state: { status: 'rollingBack' },
    });
  });

  it('twice is told why not, in words', async () => {
    await account.chat({ ask: 'hold', rollout: ROLLOUT });
    expect(await account.chat({ ask: 'hold', rollout: ROLLOUT })).toEqual({
      ok: false,
      said: `${ROLLOUT}: nothing was done: the rollout is already held by an operator`,
    });
    expect(await account.chat({ ask: 'hold', rollout: 'another' })).toEqual({
      ok: false,
      said: 'another: nothing was done: there is no such rollout',
    });
    expect(counted()).toBe(0);
  });
});

describe('nothing else is accepted', () => {
  beforeAll(open);
  afterAll(close);

  it.each([
    ['an advance', { ask: 'advance', rollout: ROLLOUT }],
    ['a GO', { ask: 'go', rollout: ROLLOUT }],
    ['a resume', { ask: 'resume', rollout: ROLLOUT }],
    ['one key too many', { ask: 'hold', rollout: ROLLOUT, actor: 'slack:U0SRE' }],
    ['no rollout', { ask: 'hold' }],
    ['a rollout that is no name', { ask: 'hold', rollout: 'rule#arn' }],
    ['several at once', [{ ask: 'hold', rollout: ROLLOUT }]],
    ['nothing', undefined],
  ])('%s is refused and counted', async (_, event) => {
    const [entries, before] = [await account.entries(), counted()];
    expect(await account.chat(event)).toMatchObject({
      ok: false,
      said: expect.stringContaining('exactly { ask: hold or'),
    });
    expect(await account.entries()).toEqual(entries);
    expect(counted()).toBe(before + 1);
  });

  it('a reason that could act on what shows it is refused', async () => {
    const entries = await account.entries();
    expect(await account.chat({ ask: 'hold', rollout: ROLLOUT, why: 'a\u001b[2J' })).toMatchObject({
      said: expect.stringContaining('one line without control characters'),
    });
    expect(await account.entries()).toEqual(entries);
  });

  it('whatever is sent', async () => {
    const entries = await account.entries();
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ stringUnit: 'binary' }), async (event) => {
        expect(await account.chat(event)).toMatchObject({ ok: false });
      }),
      runs(100),
    );
    expect(await account.entries()).toEqual(entries);
  });
});
