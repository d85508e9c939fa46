import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { subjectOf } from '../../lib/aws/announcement-texts.ts';
import { snsClient } from '../../lib/aws/clients.ts';
import { Deadline } from '../../lib/aws/outside.ts';
import { announcementsOf } from '../../lib/aws/topic.ts';
import type { Announcement, Announcements } from '../../lib/controller/ports.ts';
import { queryError } from '../stand-in/query-protocol.ts';
import { type StandIn, standIn } from '../stand-in/server.ts';
import { type Published, type SnsStandIn, snsStandIn } from '../stand-in/sns.ts';
import { environment, topics } from './environment.ts';
import { awsAt } from './journal-world.ts';

const HASH = 'a'.repeat(64);
const announcement: Announcement = {
  rollout: 'analyzer',
  revision: 17,
  hash: HASH,
  audience: 'onCall',
  subject: 'analyzer: held: CRITERION_FAILED (ramp)',
  text: 'Criterion errorRate < 0.5% is proven to fail: 1.2% of 4,000 requests.\nAn operator decides.',
};

let sns: SnsStandIn;
let server: StandIn;
let announcements: Announcements;

beforeEach(async () => {
  sns = snsStandIn(topics);
  server = await standIn({ sns: sns.service });
  awsAt(server.url);
  const deadline = new Deadline();
  deadline.begin(30_000);
  announcements = announcementsOf(snsClient(), environment, deadline);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

const publish = async (change: Partial<Announcement> = {}): Promise<Published> => {
  expect(await announcements.publish({ ...announcement, ...change })).toBe('published');
  const [last] = sns.published.slice(-1);
  if (last === undefined) throw new Error('nothing was published');
  return last;
};
const chatOf = ({ messages }: Published) => JSON.parse(messages.https ?? '');

describe('publishing an announcement', () => {
  it.each([
    ['everyone', environment.SLUICE_TOPIC_EVERYONE],
    ['leads', environment.SLUICE_TOPIC_LEADS],
    ['onCall', environment.SLUICE_TOPIC_ON_CALL],
  ] as const)('to %s goes to their topic, with attributes to filter by', async (audience, topic) => {
    expect(await publish({ audience })).toMatchObject({ topic, attributes: { rollout: 'analyzer', audience } });
  });

  it('gives plain text with the revision, the hash and how to look, to mail and whatever is not named', async () => {
    const { subject, messages } = await publish();
    expect(subject).toBe('analyzer: held: CRITERION_FAILED (ramp)');
    expect(messages.email).toBe(
      [
        'analyzer: held: CRITERION_FAILED (ramp)',
        '',
        'Criterion errorRate < 0.5% is proven to fail: 1.2% of 4,000 requests.',
        'An operator decides.',
        '',
        'Rollout: analyzer',
        'Revision: 17',
        `SHA-256 of the journal's newest entry: ${HASH}`,
        'To look: npx sluice status analyzer',
      ].join('\n'),
    );
    expect(messages.default).toBe(messages.email);
  });

  it('names no revision and no status where there is no journal yet', async () => {
    const published = await publish({ revision: 0, hash: '' });
    expect(published.messages.email?.split('\n').slice(-2)).toEqual(['Rollout: analyzer', 'To look: npx sluice list']);
    expect(chatOf(published).content.nextSteps).toEqual(['Look: npx sluice list']);
    expect(chatOf(published).metadata.enableCustomActions).toBe(false);
  });

  it('gives Amazon Q a custom notification, in one thread for each rollout', async () => {
    expect(chatOf(await publish())).toEqual({
      version: '1.0',
      source: 'custom',
      content: {
        textType: 'client-markdown',
        title: 'analyzer: held: CRITERION_FAILED (ramp)',
        description: 'Criterion errorRate &lt; 0.5% is proven to fail: 1.2% of 4,000 requests.\nAn operator decides.',
        nextSteps: ['Look: npx sluice status analyzer'],
        keywords: ['analyzer', 'onCall'],
      },
      metadata: {
        threadId: 'analyzer',
        summary: 'analyzer: held: CRITERION_FAILED (ramp)',
        enableCustomActions: true,
        additionalContext: { rollout: 'analyzer', revision: '17', hash: HASH },
      },
    });
  });

  it('gives functions the announcement itself with the number of its schema', async () => {
    const { messages } = await publish();
    expect(JSON.parse(messages.lambda ?? '')).toEqual({ schema: 1, ...announcement });
  });

  it('lets no text mention everybody in chat, link elsewhere or mark up', async () => {
    const text = 'why: <!channel> <https://evil.example|here> [x](y) *b* _i_ `c` ~s~ a_b\n# top';
    const { description } = chatOf(await publish({ text })).content;
    expect(description).not.toMatch(/[<>[\]*`~|\\]|^#/m);
    expect(description).not.toMatch(/(?<!\w)_|_(?!\w)/);
    expect(description).toContain('&lt;!channel&gt;');
    expect(description).toContain('a_b');
  });

  it.each([
    ['quotation marks', '"'],
    ['emoji', '\u{1f6a2}'],
    ['Japanese', '\u65e5'],
    ['line breaks', '\n'],
    ['angle brackets', '<'],
    ['control characters', '\u0001'],
    ['halves of characters', '\ud83d'],
  ])('cuts a text of nothing but %s and says so, far below what SNS takes', async (_, char) => {
    const published = await publish({ subject: `s ${char.repeat(3000)}`, text: `t ${char.repeat(300_000)} t` });
    const note = '... (cut; the rest: npx sluice status analyzer)';
    expect(published.messages.email).toContain(note);
    expect(JSON.parse(published.messages.lambda ?? '').text).toContain(note);
    const { description } = chatOf(published).content;
    expect(description).toContain(note);
    expect([...description].length).toBeLessThanOrEqual(3000);
    expect(description).not.toMatch(/&(?!amp;|lt;|gt;)/);
    expect(Buffer.byteLength(JSON.stringify(published.messages))).toBeLessThan(128 * 1024);
  });

  it.each([
    ['analyzer: held: OPERATOR (canary)', 'analyzer: held: OPERATOR (canary)'],
    ['caf\u00e9 \u2013 \u201cn\u00e4chste\u201d Phase\u2026', 'cafe - "nachste" Phase...'],
    ['a\r\nb\tc\u0000d', 'a b c d'],
    ['\u65e5\u672c \u{1f6a2}', '?? ?'],
    ['  \n', 'sluice'],
    ['x'.repeat(99), 'x'.repeat(99)],
    ['x'.repeat(100), `${'x'.repeat(96)}...`],
  ])('makes of the subject %j one that SNS takes', async (given, made) => {
    expect(subjectOf(given)).toBe(made);
    expect((await publish({ subject: given })).subject).toBe(made);
  });
});

describe('a topic that does not take it', () => {
  it.each([
    ['THROTTLED', queryError('Throttled', 'Rate exceeded', 429)],
    ['REFUSED', queryError('AuthorizationError', 'not allowed', 403)],
    ['NOT_FOUND', queryError('NotFound', 'Topic does not exist', 404)],
    ['UNAVAILABLE', queryError('InternalError', 'try again', 500)],
    ['UNAVAILABLE', 'reset'],
  ] as const)('is a fault %s', async (code, mishap) => {
    server.fail('Publish', mishap, 2);
    expect(await announcements.publish(announcement)).toMatchObject({
      code,
      operation: 'publish to the topic of people on call',
    });
    expect(sns.published).toEqual([]);
  });
});
