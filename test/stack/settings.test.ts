import { expect, test } from 'vitest';
import { readSettings } from '../../lib/stack/settings.ts';

const read = (context: Readonly<Record<string, unknown>>) => readSettings((key) => context[key]);

test('everything has a default', () => {
  expect(read({})).toEqual({
    ok: true,
    settings: {
      name: 'sluice',
      plans: 'plans',
      emails: { everyone: [], leads: [], onCall: [] },
      slack: undefined,
      tags: {},
      logRetentionDays: 30,
      runbook: 'docs/runbook.md',
    },
  });
});

test('a mapping can be written in cdk.json, or as text on the command line', () => {
  const settings = { emails: { everyone: ['all@example.org'], leads: [], onCall: [] } };
  expect(read({ emails: { everyone: ['all@example.org'] } })).toMatchObject({ ok: true, settings });
  expect(read({ emails: '{"everyone":["all@example.org"]}' })).toMatchObject({ ok: true, settings });
  expect(read({ emails: '{ everyone: [all@example.org] }', logRetentionDays: '365' })).toMatchObject({
    ok: true,
    settings: { ...settings, logRetentionDays: 365 },
  });
});

test('every setting that is wrong is told with what was given', () => {
  const problems = read({
    name: 'Sluice!',
    emails: '{ everyone: [nobody], pager: [] }',
    slack: 'C1',
    logRetentionDays: '31',
  });
  expect(problems.ok ? [] : problems.problems).toEqual([
    '-c name must be at most 30 small letters, digits and hyphens, a letter first; given: "Sluice!"',
    '-c emails.everyone.0 must be e-mail addresses; given: "{ everyone: [nobody], pager: [] }"',
    '-c emails must map everyone, leads and onCall to lists of e-mail addresses; given: "{ everyone: [nobody], pager: [] }"',
    '-c slack must give workspaceId and channelId; given: "C1"',
    '-c logRetentionDays must be one of 7, 30, 90, 365; given: "31"',
  ]);
});
