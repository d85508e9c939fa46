import { describe, expect, it } from 'vitest';
import { isSignedWith, unsigned } from '../../lib/slack/signature.ts';
import { formOf, SIGNING_SECRET, signed } from '../stand-in/slack-app.ts';

/** Slack's own example: https://docs.slack.dev/authentication/verifying-requests-from-slack */
const EXAMPLE = {
  timestamp: '1531420618',
  signature: 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
  body:
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar' +
    '&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=' +
    '&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN' +
    '&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
};
const SECRET = '8f742231b10e8888abcd99yyyzzz85a5';

describe('a signature', () => {
  it("holds for Slack's own example", () => {
    expect(isSignedWith(SECRET, EXAMPLE)).toBe(true);
  });

  it.each([
    ['another letter in the body', { ...EXAMPLE, body: EXAMPLE.body.replace('roadrunner', 'roadrunneR') }],
    ['one letter more', { ...EXAMPLE, body: `${EXAMPLE.body}&` }],
    ['another second', { ...EXAMPLE, timestamp: '1531420619' }],
    ['another signature', { ...EXAMPLE, signature: EXAMPLE.signature.replace('a2114', 'a2115') }],
    ['a shorter signature', { ...EXAMPLE, signature: EXAMPLE.signature.slice(0, -1) }],
    ['no signature', { ...EXAMPLE, signature: '' }],
  ])('does not hold with %s', (_, request) => {
    expect(isSignedWith(SECRET, request)).toBe(false);
  });

  it('does not hold by another secret', () => {
    expect(isSignedWith(SECRET.toUpperCase(), EXAMPLE)).toBe(false);
  });

  it('is over the bytes, whatever language they are in', () => {
    expect(isSignedWith(SIGNING_SECRET, signed(formOf({ why: 'größer als 1 % — 日本' })))).toBe(true);
    expect(isSignedWith(SIGNING_SECRET, signed('why=größer 日本'))).toBe(true);
  });
});

describe('before any secret is read', () => {
  const now = 1_531_420_618_000;

  it('what is five minutes old, or as much ahead, may be from Slack', () => {
    for (const seconds of [-300, 0, 300]) expect(unsigned(EXAMPLE, now + 1000 * seconds)).toBeUndefined();
  });

  it.each([
    [301, '5 minutes back'],
    [86_400, '5 minutes back'],
    [-301, '5 minutes ahead'],
  ])('what is %i seconds old is refused', (seconds, words) => {
    expect(unsigned(EXAMPLE, now + 1000 * seconds)).toContain(words);
  });

  it.each(['', 'v1=a2', 'v0=', `v0=${'A'.repeat(64)}`, `v0=${'a'.repeat(65)}`, `v0=${'a'.repeat(64)}\n`])(
    'what has the signature %j is refused',
    (signature) => {
      expect(unsigned({ ...EXAMPLE, signature }, now)).toBe('it has no signature of Slack');
    },
  );

  it.each(['', 'now', '1e9', '-1531420618', '0x5b479c0a', '1531420618.5', ' 1531420618', '9'.repeat(13)])(
    'what has the time %j is refused',
    (timestamp) => {
      expect(unsigned({ ...EXAMPLE, timestamp }, now)).toBe('it has no signature of Slack');
    },
  );
});
