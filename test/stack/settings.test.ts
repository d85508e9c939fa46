import { describe, expect, test } from 'vitest';
import { readSettings } from '../../lib/stack/settings.ts';

test('everything has a default', () => {
  expect(readSettings({})).toEqual({
    ok: true,
    settings: {
      name: 'sluice',
      plans: 'plans',
      emails: { everyone: [], leads: [], onCall: [] },
      slack: undefined,
      tags: {},
      logRetentionDays: 30,
      ticks: 'alone',
      cloudTrail: false,
      runbook: 'docs/runbook.md',
    },
  });
});

test('a mapping can be written in cdk.json, or as text on the command line', () => {
  const settings = { emails: { everyone: ['all@example.org'], leads: [], onCall: [] } };
  expect(readSettings({ emails: { everyone: ['all@example.org'] } })).toMatchObject({ ok: true, settings });
  expect(readSettings({ emails: '{"everyone":["all@example.org"]}' })).toMatchObject({ ok: true, settings });
  expect(readSettings({ emails: '{ everyone: [all@example.org] }', logRetentionDays: '365' })).toMatchObject({
    ok: true,
    settings: { ...settings, logRetentionDays: 365 },
  });
});

test('CloudTrail may be asked where it is said so, also on the command line', () => {
  expect(readSettings({ cloudTrail: true })).toMatchObject({ ok: true, settings: { cloudTrail: true } });
  expect(readSettings({ cloudTrail: 'true' })).toMatchObject({ ok: true, settings: { cloudTrail: true } });
  expect(readSettings({ cloudTrail: 'yes please' })).toEqual({
    ok: false,
    problems: ['context cloudTrail must be true or false; given: "yes please"'],
  });
});

test('every setting that is wrong is told with what was given', () => {
  const problems = readSettings({
    name: 'Sluice!',
    emails: '{ everyone: [nobody], pager: [] }',
    slack: 'C1',
    logRetentionDays: '31',
  });
  expect(problems.ok ? [] : problems.problems).toEqual([
    'context name must be at most 30 small letters, digits and hyphens, a letter first; given: "Sluice!"',
    'context emails.everyone.0 must be e-mail addresses; given: "{ everyone: [nobody], pager: [] }"',
    'context emails must map everyone, leads and onCall to lists of e-mail addresses; given: "{ everyone: [nobody], pager: [] }"',
    'context slack must give workspaceId and channelId (Amazon Q posts there), or secretName or secretArn (an app of your own posts), or both; teamId and appId (people decide with the app) need the secret, buttons: true needs the channel; given: "C1"',
    'context logRetentionDays must be one of 7, 30, 90, 365; given: "31"',
  ]);
});

test('a key that is nearly a setting is refused with the one that was meant: it would be ignored in silence', () => {
  const problems = readSettings({ email: '{ onCall: [ring@example.org] }', Runbook: 'https://example.org', name: 'N' });
  expect(problems.ok ? [] : problems.problems).toEqual([
    'context email must be a setting of Sluice, and is none: did you mean emails?',
    'context Runbook must be a setting of Sluice, and is none: did you mean runbook?',
    'context name must be at most 30 small letters, digits and hyphens, a letter first; given: "N"',
  ]);
});

test.each([
  ['email', 'emails'],
  ['emailss', 'emails'],
  ['eamils', 'emails'],
  ['Emails', 'emails'],
  ['salck', 'slack'],
  ['logRetentionDay', 'logRetentionDays'],
])('the key %s is a slip of %s', (key, meant) => {
  expect(readSettings({ [key]: 'x' })).toMatchObject({ problems: [expect.stringContaining(`did you mean ${meant}?`)] });
});

test.each(['stack', 'tag', 'game', 'plan', 'Name', 'plant', 'stage', 'runway'])(
  'the key %s may be what a team gives its own stacks, and fails no synth',
  (key) => {
    expect(readSettings({ [key]: 'x' })).toMatchObject({ ok: true });
  },
);

test("keys of the CDK and of others are no settings, and stand in nobody's way", () => {
  expect(readSettings({ '@aws-cdk/core:name': 'N', 'aws:cdk:tags': 1, team: 'learning' })).toMatchObject({ ok: true });
});

describe('slack', () => {
  const ARN = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:sluice/slack-AbCdEf';
  const read = (slack: unknown) => {
    const settings = readSettings({ slack });
    return settings.ok ? settings.settings.slack : settings.problems;
  };
  const channel = { workspaceId: 'T0EXAMPLE', channelId: 'C0EXAMPLE' };
  const decide = { teamId: 'T0EXAMPLE', appId: 'A0EXAMPLE' };

  test('is Amazon Q, an app of your own, or both', () => {
    expect(read(channel)).toEqual({ channel: { ...channel, buttons: false }, app: undefined });
    expect(read({ ...channel, buttons: true })).toEqual({ channel: { ...channel, buttons: true }, app: undefined });
    expect(read('{ secretName: sluice/slack }')).toEqual({
      channel: undefined,
      app: { secret: 'sluice/slack', decide: undefined },
    });
    expect(read({ ...channel, secretArn: ARN, ...decide })).toEqual({
      channel: { ...channel, buttons: false },
      app: { secret: ARN, decide },
    });
  });

  test.each([
    [{}],
    [{ workspaceId: 'T0EXAMPLE' }],
    [{ secretName: 'sluice/slack', channelId: 'C0EXAMPLE' }],
    [{ secretName: 'sluice/slack', secretArn: ARN }],
    [{ secretName: 'sluice/slack', teamId: 'T0EXAMPLE' }],
    [{ ...channel, ...decide }],
    [{ secretName: 'sluice/slack', buttons: true }],
  ])('is refused by halves: %j', (slack) => {
    expect(read(slack)).toEqual([expect.stringContaining('context slack must give workspaceId and channelId')]);
  });

  test('takes no secret by half of its ARN, none that is written out, and no id that is none', () => {
    expect(read({ secretArn: ARN.slice(0, -7) })).toEqual([expect.stringContaining('must be the whole ARN')]);
    expect(read({ botToken: 'xoxb-1' })).toEqual([
      expect.stringMatching(/^context slack .*given: {"botToken":"a token"}$/),
    ]);
    expect(read({ secretName: 'slack', ...decide, teamId: 'acme' })).toEqual([
      expect.stringContaining('must be the id of a Slack workspace'),
    ]);
  });
});
