import { afterEach, describe, expect, it, vi } from 'vitest';
import { isFault } from '../../lib/controller/fault.ts';
import { openModal, tellAlone } from '../../lib/slack/web.ts';
import { slackStandIn } from '../stand-in/slack-app.ts';

const REPLY = 'https://hooks.slack.com/actions/T0EXAMPLE/1/abc';
const BUTTON = { action_id: 'sluice-hold', value: '{}' };

afterEach(() => void vi.unstubAllGlobals());

const answering = (answer: () => Response | Promise<Response>): void => void vi.stubGlobal('fetch', answer);
const told = async (asked: Promise<unknown>): Promise<string> => {
  const answer = await asked;
  return isFault(answer) ? `${answer}` : String(answer);
};

describe('a window', () => {
  it('opens once for one press', async () => {
    const slack = slackStandIn();
    slack.press(BUTTON);
    expect(await openModal('xoxb-test', 'trigger.1', { callback_id: 'x' })).toBe('opened');
    expect(await openModal('xoxb-test', 'trigger.1', { callback_id: 'x' })).toBe('answered');
    expect(slack.windows).toEqual([{ callback_id: 'x' }]);
  });

  it('does not open by another token, and the fault says why', async () => {
    slackStandIn().press(BUTTON);
    expect(await told(openModal('xoxb-other', 'trigger.1', {}))).toBe(
      'REFUSED: cannot open a window in Slack (invalid_auth)',
    );
  });

  it.each([
    ['an answer that is none', () => new Response('<html>'), 'UNREADABLE'],
    ['too many requests', () => new Response('', { status: 429 }), 'THROTTLED'],
    ['trouble in Slack', () => new Response('', { status: 503 }), 'UNAVAILABLE'],
    ['no connection', () => Promise.reject(new TypeError('fetch failed')), 'UNAVAILABLE'],
    ['no answer in time', () => Promise.reject(new DOMException('late', 'TimeoutError')), 'UNAVAILABLE'],
  ])('that meets %s is a fault, and nothing is thrown', async (_, answer, code) => {
    answering(answer);
    expect(await told(openModal('xoxb-test', 'trigger.1', {}))).toContain(`${code}: cannot open a window in Slack`);
  });
});

describe('an answer', () => {
  it('is text, whatever it says: no mention, no link, no style; its lines stay lines', async () => {
    const slack = slackStandIn();
    await tellAlone(REPLY, { text: '<!channel> & <https://evil.example|here>\n*not said*' });
    expect(slack.answers[0]?.text).toBe(
      '&lt;!channel&gt; &amp; &lt;https://evil.example|here&gt;\n\u2217not said\u2217',
    );
  });

  it('that Slack takes no more is a fault', async () => {
    slackStandIn();
    for (let time = 0; time < 5; time++) expect(await tellAlone(REPLY, { text: 'x' })).toBe('told');
    expect(await told(tellAlone(REPLY, { text: 'x' }))).toBe('REFUSED: cannot answer in Slack (404)');
  });

  it('goes nowhere else, and waits two seconds', async () => {
    let asked: RequestInit = {};
    vi.stubGlobal('fetch', async (_: string, init: RequestInit) => {
      asked = init;
      return new Response('ok');
    });
    await tellAlone(REPLY, { text: 'x' });
    expect(asked).toMatchObject({ redirect: 'error', method: 'POST' });
    expect(asked.signal).toBeInstanceOf(AbortSignal);
  });
});
