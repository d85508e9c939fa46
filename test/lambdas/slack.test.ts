import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { askerOf } from '../../lambdas/slack/ask.ts';
import { edited } from '../plan/seed-plan.ts';
import { holdOf, seedSource, stateOf } from '../rollout/fixture.ts';
import { allows, grantedBy, type Use } from '../stack/granted.ts';
import { sluiceStack, templateOf } from '../stack/synthesized.ts';
import { rateLimited, says } from '../stand-in/slack.ts';
import { news, type SlackWorld, slackWorld } from './slack-world.ts';
import { usesOf } from './uses.ts';

let world: SlackWorld;
beforeEach(async () => {
  world = await slackWorld();
});
afterEach(() => world.close());

const done = { batchItemFailures: [] };
const isFailure = { batchItemFailures: [{ itemIdentifier: expect.any(String) }] };

const message = (of = world) => of.slack.postings.filter(({ thread }) => thread === null);
const replies = (of = world) => of.slack.postings.filter(({ thread }) => thread !== null);
const subjectsIn = (postings: readonly { readonly text: string }[]): readonly string[] =>
  postings.flatMap(({ text }) => /^(?:<@.*> ?\n)?(.+)$/m.exec(text)?.[1] ?? []);
const footer = (of = world): string => message(of)[0]?.blocks.at(-1)?.elements[0].text;
/** Of these calls of the function, as its alarm counts them. */
const refusals = async (calls: () => Promise<unknown>): Promise<number> => {
  const lines: string[] = [];
  const output = vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  await calls();
  output.mockRestore();
  const values = [...lines.join('').matchAll(/"SlackRefused":(\[[\d,]+\]|\d+)/g)].map(([, value]) =>
    JSON.parse(value ?? ''),
  );
  return values.flat().reduce((sum: number, value: number) => sum + value, 0);
};
const ownChannels = async (): Promise<void> => {
  await world.close();
  const channels = '{ slack: { everyone: "#deployment-updates", leads: "#leads", onCall: C0OPS } }';
  world = await slackWorld(edited(['{ slack: "#deployment-updates" }', channels]));
};
const held = () => {
  const hold = { ...holdOf({ code: 'WATCHDOG', staleMinutes: 9 }), since: world.now(), told: true };
  return stateOf(0, { holds: [hold] });
};
const asked = (method: string, of = world) => of.slack.calls.filter((call) => call.method === method);

describe('the message of a rollout', () => {
  it('is posted when the rollout is registered, with the schedule as the first reply', async () => {
    await world.write({ notices: [news('registered')] });
    expect(await world.wake()).toEqual(done);
    expect(message()).toMatchObject([{ channel: 'C0ALL', updates: 1 }]);
    expect(subjectsIn(replies())).toEqual([expect.stringContaining('Schedule of ultra-fast-analyzer'), 'registered']);
    expect(replies().every(({ thread }) => thread === message()[0]?.ts)).toBe(true);
  });

  it('shows the newest entry, however many came at once', async () => {
    await world.write();
    await world.wake();
    for (let index = 0; index < 5; index++) await world.write();
    await world.wake();
    expect(footer()).toContain('revision 5');
    expect(message()).toMatchObject([{ updates: 1 }]);
  });

  it('is updated by minute entries at most about once a minute, and at once where there is news', async () => {
    await world.write();
    await world.wake();
    const first = await world.write();
    await world.wake(first);
    world.pass(-50_000);
    await world.wake(await world.write());
    expect(footer()).toContain('revision 1');
    world.pass(-50_000);
    await world.wake(await world.write({ notices: [news('checkpoint')] }));
    expect(footer()).toContain('revision 3');
  });

  it('is updated at once for news although a plain minute came with it', async () => {
    await world.write();
    await world.wake();
    world.pass(-50_000);
    const told = await world.write({ notices: [news('checkpoint')] });
    world.pass(-50_000);
    await world.wake(told, await world.write());
    expect(footer()).toContain('revision 2');
  });

  it('is not changed back by an event that comes again', async () => {
    const old = await world.write();
    await world.wake(old);
    await world.wake(await world.write());
    const before = world.slack.calls.length;
    expect(await world.wake(old)).toEqual(done);
    expect(world.slack.calls.length).toBe(before);
    expect(footer()).toContain('revision 1');
  });

  it('is posted anew, once, when somebody has deleted it', async () => {
    await world.write();
    await world.wake();
    world.slack.postings.length = 0;
    const record = await world.write();
    expect(await world.wake(record)).toEqual(isFailure);
    expect(await world.wake(record)).toEqual(done);
    expect(message().length).toBe(1);
    expect(footer()).toContain('revision 1');
  });

  it('is not posted for a plan without a channel', async () => {
    await world.close();
    world = await slackWorld(edited(['notify: { slack: "#deployment-updates" }', '']));
    await world.write({ notices: [news('registered')] });
    expect(await world.wake()).toEqual(done);
    expect(world.slack.calls).toEqual([]);
  });

  it('begins with the first entry that is seen where Slack was added to a rollout that is under way', async () => {
    await world.write({ notices: [news('long ago')] });
    await world.wake(await world.write({ notices: [news('now')] }));
    expect(subjectsIn(replies())).toEqual(['now']);
  });
});

describe('nothing is posted twice and nothing is lost', () => {
  it('when the stream comes twice, also to another instance', async () => {
    await world.write({ notices: [news('registered')] });
    await world.wake();
    world.anew();
    await world.wake();
    expect(world.slack.postings.length).toBe(3);
  });

  it('when the stream comes twice and the answer to the message was lost', async () => {
    await world.write();
    world.slack.fail('chat.postMessage', 'lost');
    expect(await world.wake()).toEqual(isFailure);
    // A request may still be under way: nobody posts again yet.
    expect(await world.wake()).toEqual(isFailure);
    expect(asked('chat.postMessage').length).toBe(1);
    world.pass(11_000);
    world.anew();
    expect(await world.wake()).toEqual(done);
    expect(message().length).toBe(1);
    expect(replies().length).toBe(1);
  });

  it('when the answer to a reply was lost', async () => {
    await world.write({ notices: [news('one')] });
    await world.wake();
    const record = await world.write({ notices: [news('two'), news('three'), news('four')] });
    world.slack.fail('chat.postMessage', 'lost');
    expect(await world.wake(record)).toEqual(isFailure);
    world.pass(11_000);
    expect(await world.wake(record)).toEqual(done);
    expect(subjectsIn(replies()).slice(1)).toEqual(['one', 'two', 'three', 'four']);
  });

  it('when the answer to a post was lost that its channel had refused before', async () => {
    await ownChannels();
    delete world.slack.channels.leads;
    await world.wake(await world.write({ notices: [news('signers', 'leads')] }));
    world.slack.channels.leads = 'C0LEADS';
    world.slack.fail('chat.postMessage', 'lost');
    expect(await world.wake(await world.write())).toEqual(isFailure);
    for (const subject of ['one', 'two']) await world.wake(await world.write({ notices: [news(subject)] }));
    await world.wake(await world.write());
    const told = world.slack.postings.filter(({ channel }) => channel === 'C0LEADS');
    expect(subjectsIn(told)).toEqual(['signers']);
  });

  it('when the answer to a call was lost', async () => {
    await world.wake(await world.write());
    const state = held();
    await world.wake(await world.write({ state, notices: [news('held: WATCHDOG', 'onCall')] }));
    for (let minute = 0; minute < 13; minute++) await world.wake(await world.write({ state }));
    world.slack.fail('chat.postMessage', 'lost');
    for (let minute = 0; minute < 20; minute++) {
      const notices = minute % 3 === 1 ? [news('something else')] : [];
      await world.wake(await world.write({ state, notices }));
    }
    const calls = subjectsIn(replies()).filter((subject) => subject.includes('without an answer'));
    expect(calls).toEqual([expect.stringContaining('for 15 minutes'), expect.stringContaining('for 30 minutes')]);
  });

  it('when the connection broke before Slack did anything', async () => {
    const record = await world.write({ notices: [news('one')] });
    world.slack.fail('chat.postMessage', 'cut');
    expect(await world.wake(record)).toEqual(isFailure);
    world.pass(11_000);
    expect(await world.wake(record)).toEqual(done);
    expect(world.slack.postings.length).toBe(3);
  });

  it.each([
    ['an internal error, which leaves open what was done', says('internal_error')],
    ['a broken gateway', { status: 502, body: '<html>Bad Gateway</html>' }],
    ['a page that is not JSON', { status: 200, body: '<html>maintenance</html>' }],
  ])('when Slack answers with %s', async (_, mishap) => {
    const record = await world.write({ notices: [news('one')] });
    await world.wake(record);
    const next = await world.write({ notices: [news('two')] });
    world.slack.fail('chat.postMessage', mishap);
    expect(await world.wake(next)).toEqual(isFailure);
    world.pass(11_000);
    expect(await world.wake(next)).toEqual(done);
    expect(subjectsIn(replies()).slice(1)).toEqual(['one', 'two']);
  });

  it('when the function dies between posting and writing it down', async () => {
    const record = await world.write();
    await world.wake(record);
    const next = await world.write({ notices: [news('two')] });
    const denied = { status: 400, body: '{"__type":"com.amazonaws.dynamodb.v20120810#AccessDeniedException"}' };
    const stop = world.slack.stop('chat.postMessage');
    const first = world.wake(next);
    await stop.reached;
    world.aws.fail('PutItem', denied, 2);
    stop.goOn();
    expect(await first).toEqual(isFailure);
    world.anew();
    // Whoever began it may still run.
    world.pass(60_000);
    expect(await world.wake(next)).toEqual(isFailure);
    world.pass(60_000);
    expect(await world.wake(next)).toEqual(isFailure);
    expect(await world.wake(next)).toEqual(done);
    expect(subjectsIn(replies()).slice(1)).toEqual(['two']);
  });

  it('when two invocations overlap', async () => {
    const record = await world.write({ notices: [news('one')] });
    const stop = world.slack.stop('chat.postMessage');
    const first = world.wake(record);
    await stop.reached;
    world.anew();
    expect(await world.wake(record)).toEqual(isFailure);
    stop.goOn();
    expect(await first).toEqual(done);
    expect(await world.wake(record)).toEqual(done);
    expect(world.slack.postings.length).toBe(3);
  });

  it('when an update arrives after a newer one: the newest entry is shown once more', async () => {
    await world.wake(await world.write());
    const older = await world.write({ notices: [news('older')] });
    await world.wake(older);
    const late = await world.write();
    const stop = world.slack.stop('chat.update');
    const slow = world.wake(late);
    await stop.reached;
    world.anew();
    await world.wake(await world.write({ notices: [news('newest')] }));
    stop.goOn();
    expect(await slow).toEqual(done);
    expect(footer()).toContain('revision 3');
  });
});

describe('a rate limit', () => {
  it('of a few seconds is waited out', async () => {
    const record = await world.write({ notices: [news('one')] });
    world.slack.fail('chat.postMessage', rateLimited(2));
    expect(await world.wake(record)).toEqual(done);
    expect(world.waited).toEqual([2_000]);
    expect(world.slack.postings.length).toBe(3);
  });

  it('of a minute is left to the next entry, and nothing is asked before it is over', async () => {
    const record = await world.write({ notices: [news('one')] });
    world.slack.fail('chat.postMessage', rateLimited(60));
    expect(await world.wake(record)).toEqual(done);
    world.pass(30_000);
    expect(await world.wake(record)).toEqual(done);
    expect(asked('chat.postMessage').length).toBe(1);
    world.pass(31_000);
    expect(await world.wake(record)).toEqual(done);
    expect(world.slack.postings.length).toBe(3);
    expect(world.waited).toEqual([]);
  });

  it('of a minute lets the stream come again where no entry follows', async () => {
    await world.wake(await world.write());
    const state = stateOf(0, { status: 'closed', endedAt: world.now() });
    const record = await world.write({ state, notices: [news('closed')] });
    world.slack.fail('chat.postMessage', rateLimited(60));
    expect(await world.wake(record)).toEqual(isFailure);
    world.pass(61_000);
    expect(await world.wake(record)).toEqual(done);
    expect(subjectsIn(replies()).slice(1)).toEqual(['closed']);
  });

  it('of one channel keeps nobody else from being told and called, and what is for it comes again by itself', async () => {
    await ownChannels();
    await world.wake(await world.write());
    const state = held();
    world.slack.fail('chat.postMessage', rateLimited(20 * 60));
    const record = await world.write({ state, notices: [news('all'), news('held: WATCHDOG', 'onCall')] });
    expect(await world.wake(record)).toEqual(done);
    for (let minute = 1; minute < 18; minute++) await world.wake(await world.write({ state }));
    const onCall = world.slack.postings.filter(({ channel }) => channel === 'C0OPS');
    expect(subjectsIn(onCall)).toEqual(['held: WATCHDOG', expect.stringContaining('for 15 minutes without an answer')]);
    expect(footer()).toMatch(/revision 1\d/);
    world.pass(10 * 60_000);
    expect(await world.wake(record)).toEqual(done);
    expect(subjectsIn(replies()).slice(1)).toEqual(['all']);
  });

  it('of posts in one channel is none of another channel', async () => {
    const post = askerOf({
      token: async () => 'xoxb-test',
      deadline: () => new AbortController().signal,
      now: world.now,
      wait: async () => {},
      slackApiUrl: world.slack.url,
    });
    world.slack.fail('chat.postMessage', rateLimited(60));
    const words = (channel: string) => post('say something', 'chat.postMessage', { channel, text: 'words' });
    expect(await words('C0LEADS')).toMatchObject({ fault: { code: 'THROTTLED' } });
    expect(await words('C0OPS')).toMatchObject({ ok: true, channel: 'C0OPS' });
    expect(await words('C0LEADS')).toMatchObject({ fault: { code: 'THROTTLED' } });
    expect(asked('chat.postMessage').length).toBe(2);
  });

  it('on the update of a plain minute fails nothing: the next minute shows what is newest then', async () => {
    await world.wake(await world.write());
    world.slack.fail('chat.update', rateLimited(50));
    expect(await world.wake(await world.write())).toEqual(done);
    expect(footer()).toContain('revision 0');
    expect(await world.wake(await world.write())).toEqual(done);
    expect(footer()).toContain('revision 2');
  });

  it('on the update that shows news lets the stream come again until it is shown', async () => {
    await world.wake(await world.write());
    world.slack.fail('chat.update', rateLimited(50));
    const record = await world.write({ notices: [news('two')] });
    expect(await world.wake(record)).toEqual(isFailure);
    world.pass(51_000);
    expect(await world.wake(record)).toEqual(done);
    expect(footer()).toContain('revision 1');
    expect(subjectsIn(replies()).slice(1)).toEqual(['two']);
  });
});

describe('an outage of Slack', () => {
  it('is made good by the next entry, in order, even where the stream has given up', async () => {
    await world.wake(await world.write());
    world.slack.fail('*', { status: 503, body: '' }, 100);
    for (let index = 1; index <= 5; index++)
      expect(await world.wake(await world.write({ notices: [news(`number ${index}`)] }))).toEqual(isFailure);
    world.pass(11_000);
    world.slack.recover();
    expect(await world.wake(await world.write())).toEqual(done);
    expect(subjectsIn(replies()).slice(1)).toEqual([1, 2, 3, 4, 5].map((index) => `number ${index}`));
    expect(footer()).toContain('revision 6');
  });

  it('of everything fails the batch from the first record of the rollout on', async () => {
    const record = (await world.write({ notices: [news('one')] })) as { dynamodb: { SequenceNumber: string } };
    world.slack.fail('chat.postMessage', says('invalid_auth'));
    expect(await world.wake(record)).toEqual({
      batchItemFailures: [{ itemIdentifier: record.dynamodb.SequenceNumber }],
    });
    expect(await world.wake(record)).toEqual(done);
    expect(world.slack.postings.length).toBe(3);
  });

  it('of one channel fails no batch, is counted, and is made good by the next entry', async () => {
    world.slack.fail('chat.postMessage', says('not_in_channel'));
    const written = await world.write({ notices: [news('one')] });
    expect(await refusals(async () => expect(await world.wake(written)).toEqual(done))).toBe(1);
    expect(world.slack.postings).toEqual([]);
    await world.wake(await world.write({ notices: [news('two')] }));
    expect(subjectsIn(replies()).slice(1)).toEqual(['one', 'two']);
  });

  it('of the channel of one audience keeps up nobody else, and it is told late', async () => {
    await ownChannels();
    delete world.slack.channels.leads;
    const all = [news('all'), news('signers', 'leads'), news('page', 'onCall'), news('more', 'leads'), news('rest')];
    expect(await refusals(async () => world.wake(await world.write({ notices: all })))).toBe(1);
    expect(subjectsIn(world.slack.postings).slice(2)).toEqual(['all', 'page', 'rest']);
    expect(footer()).toContain('revision 0');
    expect(await refusals(async () => world.wake(await world.write({ notices: [news('again')] })))).toBe(1);
    expect(subjectsIn(world.slack.postings).slice(5)).toEqual(['again']);
    expect(footer()).toContain('revision 1');
    world.slack.channels.leads = 'C0LEADS';
    expect(await refusals(async () => world.wake(await world.write()))).toBe(0);
    await world.wake(await world.write({ notices: [news('last', 'leads')] }));
    expect(subjectsIn(world.slack.postings).slice(6)).toEqual(['signers', 'more', 'last']);
  });

  it('of the channel of everyone keeps neither leads nor the people on call from being told and called', async () => {
    await ownChannels();
    delete world.slack.channels['deployment-updates'];
    const state = held();
    const first = [news('all'), news('signers', 'leads'), news('held: WATCHDOG', 'onCall')];
    await world.wake(await world.write({ state, notices: first }));
    for (let minute = 0; minute < 20; minute++) await world.wake(await world.write({ state }));
    expect(subjectsIn(world.slack.postings)).toEqual([
      'signers',
      'held: WATCHDOG',
      expect.stringContaining('for 15 minutes without an answer'),
    ]);
    world.slack.channels['deployment-updates'] = 'C0ALL';
    await world.wake(await world.write({ state }));
    expect(subjectsIn(world.slack.postings.filter(({ channel }) => channel === 'C0ALL'))).toEqual([
      expect.stringContaining('ultra-fast-analyzer: held'),
      expect.stringContaining('Schedule of ultra-fast-analyzer'),
      'all',
    ]);
  });

  it.each([
    ['chat.postMessage', () => replies().at(-1)],
    ['chat.update', () => message()[0]],
  ])('of blocks (%s) is counted, and the words are said without them', async (method, posting) => {
    await world.wake(await world.write());
    const before = replies().length;
    world.slack.fail(method, says('invalid_blocks'));
    const written = await world.write({ notices: [news('one')] });
    expect(await refusals(() => world.wake(written))).toBe(1);
    expect(posting()).toMatchObject({ text: expect.stringMatching(/^(one|ultra-fast-analyzer: running)/), blocks: [] });
    expect(subjectsIn(replies().slice(before))).toEqual(['one']);
  });

  it.each(['edit_window_closed', 'cant_update_message'])(
    'whose message may not be edited (%s) stands still, and news begin a new one',
    async (word) => {
      await world.wake(await world.write());
      world.slack.fail('chat.update', says(word), 2);
      expect(await refusals(async () => expect(await world.wake(await world.write())).toEqual(done))).toBe(0);
      expect(message().length).toBe(1);
      const record = await world.write({ notices: [news('one')] });
      expect(await world.wake(record)).toEqual(isFailure);
      expect(await world.wake(record)).toEqual(done);
      expect(message().length).toBe(2);
      expect(subjectsIn(replies()).slice(1)).toEqual(['one']);
    },
  );

  it.each(['user_is_restricted', 'message_limit_exceeded', 'a_word_that_slack_invents_tomorrow'])(
    'that is not known to be of the whole workspace fails no batch: %s',
    async (word) => {
      world.slack.fail('chat.postMessage', says(word), 2);
      expect(await world.wake(await world.write({ notices: [news('one')] }))).toEqual(done);
    },
  );

  it('of our own making, where the entry cannot be shown, is counted and fails no batch', async () => {
    const state = { ...stateOf(0), holds: null as unknown as [] };
    const record = await world.write({ state });
    expect(await refusals(async () => expect(await world.wake(record)).toEqual(done))).toBe(1);
    await world.wake(await world.write({ notices: [news('one')] }));
    expect(subjectsIn(replies()).at(-1)).toBe('one');
  });

  it('that hides whether something was posted, for want of a scope, leads to one message too many and none too few', async () => {
    const record = await world.write({ notices: [news('one')] });
    await world.wake(record);
    const next = await world.write({ notices: [news('two')] });
    world.slack.fail('chat.postMessage', 'lost');
    await world.wake(next);
    world.pass(11_000);
    world.slack.fail('conversations.replies', says('missing_scope'));
    expect(await world.wake(next)).toEqual(done);
    expect(subjectsIn(replies()).slice(1)).toEqual(['one', 'two', 'two']);
  });
});

describe('people', () => {
  const mentionsIn = (of = world): readonly (readonly string[])[] =>
    replies(of).map(({ text }) => [...text.matchAll(/<@(\w+)>/g)].map((match) => match[1] ?? ''));

  it('are called in turn as long as nobody answers, each once, whoever comes twice', async () => {
    await world.wake(await world.write());
    world.pass(60_000);
    const state = held();
    await world.wake(await world.write({ state, notices: [news('held: WATCHDOG', 'onCall')] }));
    for (let minute = 0; minute < 50; minute++) {
      const record = await world.write({ state });
      await world.wake(record);
      if (minute % 7 === 0) world.anew();
      await world.wake(record);
    }
    expect(mentionsIn().slice(1)).toEqual([['U0ENG'], ['U0OPS'], ['U0VPE']]);
    expect(subjectsIn(replies())[2]).toContain('for 15 minutes without an answer');
  });

  it('are not called further once somebody has given a command', async () => {
    await world.wake(await world.write());
    const state = held();
    await world.wake(await world.write({ state, notices: [news('held: WATCHDOG', 'onCall')] }));
    await world.write({ state, cause: { by: 'command', command: 'check-off', actor: 'slack:U0SRE', why: '' } });
    for (let minute = 0; minute < 40; minute++) await world.write({ state });
    await world.wake();
    expect(mentionsIn().slice(1)).toEqual([['U0ENG']]);
  });

  it('are called all at once after an outage, for what still waits for them alone', async () => {
    await world.wake(await world.write());
    const over = held();
    await world.write({ state: over, notices: [news('held: WATCHDOG', 'onCall')] });
    world.pass(60_000);
    const state = held();
    await world.write({ state, notices: [news('held again: WATCHDOG', 'onCall')] });
    for (let minute = 0; minute < 40; minute++) await world.write({ state });
    await world.wake();
    expect(mentionsIn().slice(1)).toEqual([[], [], ['U0ENG', 'U0OPS', 'U0VPE']]);
  });

  it('are not called twice when the function dies between the call and the message', async () => {
    await world.wake(await world.write());
    const state = held();
    const notices = [news('held: WATCHDOG', 'onCall')];
    for (let minute = 0; minute < 15; minute++)
      await world.wake(await world.write({ state, notices: minute === 0 ? notices : [] }));
    const stop = world.slack.stop('chat.update');
    const first = world.wake(await world.write({ state }));
    await stop.reached;
    world.aws.fail(
      'PutItem',
      { status: 400, body: '{"__type":"com.amazonaws.dynamodb.v20120810#AccessDeniedException"}' },
      1,
    );
    stop.goOn();
    await first;
    world.anew();
    for (let minute = 0; minute < 5; minute++) await world.wake(await world.write({ state }));
    expect(mentionsIn().slice(1)).toEqual([['U0ENG'], ['U0OPS']]);
  });

  it.each([
    [5, [['U0ENG']]],
    [20, [[], ['U0ENG', 'U0OPS']]],
  ])('are mentioned once where their channel took nothing for %d minutes', async (minutes, mentioned) => {
    await ownChannels();
    delete world.slack.channels.ops;
    await world.wake(await world.write());
    const state = held();
    await world.wake(await world.write({ state, notices: [news('held: WATCHDOG', 'onCall')] }));
    for (let minute = 1; minute < minutes; minute++) await world.wake(await world.write({ state }));
    world.slack.channels.ops = 'C0OPS';
    for (let minute = 0; minute < 5; minute++) await world.wake(await world.write({ state }));
    const told = world.slack.postings.filter(({ channel }) => channel === 'C0OPS');
    expect(told.map(({ text }) => [...text.matchAll(/<@(\w+)>/g)].map((match) => match[1]))).toEqual(mentioned);
  });

  it('who are asked for sign-off are mentioned however late it is said, as long as their GO is missing', async () => {
    await world.wake(await world.write());
    const gate = { passedAt: world.now(), askedAt: world.now(), reminders: 0 } as const;
    const state = stateOf(1, { status: 'passed', gate });
    const missing = ['engineering', 'product', 'finance'];
    const reason = { code: 'AWAITING_SIGN_OFF', missing, expiresAt: world.now(), reminder: 0 } as const;
    const asking = { state, decision: { decision: 'wait', reason }, notices: [news('asked', 'leads')] } as const;
    await world.write(asking);
    world.pass(60 * 60_000);
    const go = { role: 'product', answer: 'GO', actor: 'slack:U0PRD', at: world.now() } as const;
    await world.wake(await world.write({ state: { ...state, signOffs: [go] } }));
    await world.write(asking);
    world.pass(60 * 60_000);
    await world.wake(await world.write({ state: stateOf(2) }));
    expect(mentionsIn().slice(1)).toEqual([['U0ENG', 'U0FIN'], []]);
  });

  it('are told in the channel of their audience where it has its own', async () => {
    await ownChannels();
    await world.write({ notices: [news('all'), news('signers', 'leads'), news('page', 'onCall')] });
    await world.wake();
    const told = world.slack.postings.map(({ channel, thread, text }) => [channel, thread !== null, text.split('\n')]);
    expect(told.slice(2)).toEqual([
      ['C0ALL', true, ['all', 'text of all']],
      ['C0LEADS', false, [expect.stringContaining('<@U0ENG> <@U0OPS>'), 'signers', 'text of signers']],
      ['C0OPS', false, ['<@U0ENG>', 'page', 'text of page']],
    ]);
  });
});

describe('the secret', () => {
  it('that is none of ours fails the batch without a word of it', async () => {
    const record = await world.write();
    world.aws.fail('GetSecretValue', { body: JSON.stringify({ SecretString: '{"token":"hush"}' }) });
    expect(await world.wake(record)).toEqual(isFailure);
    expect(world.slack.calls).toEqual([]);
    expect(await world.wake(record)).toEqual(done);
  });
});

it('does in AWS what its role grants it, and is granted nothing else', async () => {
  const granted = grantedBy(templateOf(sluiceStack({ slack: { app: { secret: 'sluice/slack' } } })));
  await world.close();
  world = await slackWorld(seedSource, granted.environmentOf('Slack'));
  const record = await world.write({ notices: [news('one')] });
  world.aws.calls.length = 0;
  expect(await world.wake(record)).toEqual(done);
  const uses = world.aws.calls.flatMap((call) => usesOf(call, () => new Map()));
  const grants = granted.of('Slack');
  const told = ({ action, resource }: Use): string => `${action} on ${resource}`;
  expect(uses.filter((use) => !grants.some((grant) => allows(grant, use))).map(told)).toEqual([]);
  const unused = grants.filter((grant) => !uses.some((use) => allows(grant, use))).map(({ action }) => action);
  // Lambda's own, in the function's name.
  expect(unused.sort()).toEqual([
    'dynamodb:DescribeStream',
    'dynamodb:GetRecords',
    'dynamodb:GetShardIterator',
    'dynamodb:ListStreams',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'sqs:SendMessage',
  ]);
});
