import { expect, test } from 'vitest';
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
    'context slack must give workspaceId and channelId; given: "C1"',
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

test.each([
  ['{ secretName: sluice/slack, teamId: T0EXAMPLE, appId: A0EXAMPLE }'],
  ['{ workspaceId: T0EXAMPLE, channelId: C0EXAMPLE, buttons: true }'],
  ['{ workspaceId: T0EXAMPLE, channelId: C0EXAMPLE, secretName: slack, teamId: T0EXAMPLE, appId: A0EXAMPLE }'],
])('Slack may be a channel, an app that people decide with, or both: %s', (slack) => {
  expect(readSettings({ slack })).toMatchObject({ ok: true });
});

test.each([
  ['{ workspaceId: T0EXAMPLE }', 'workspaceId and channelId together'],
  ['{ secretName: slack, teamId: T0EXAMPLE }', 'secretName, teamId and appId together'],
  ['{ secretName: slack, teamId: acme, appId: A0EXAMPLE }', 'must be the id of a Slack workspace'],
  ['{ buttons: true }', 'where it has buttons'],
])('half of what Slack needs is refused: %s', (slack, problem) => {
  expect(readSettings({ slack })).toEqual({ ok: false, problems: [expect.stringContaining(problem)] });
});
