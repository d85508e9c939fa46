import { expect, test } from 'vitest';
import { noticesOf } from '../../lib/stack/notices.ts';
import { readSettings } from '../../lib/stack/settings.ts';
import { seedPlan } from './synthesized.ts';

const START = Date.parse('2025-10-31T12:00Z');

const notices = (context: Readonly<Record<string, unknown>>, now = START - 1): readonly string[] => {
  const read = readSettings(context);
  if (!read.ok) throw new Error(read.problems.join('\n'));
  return noticesOf({ plans: [seedPlan()], settings: read.settings, context }, now);
};

test('nothing is said where everything has its place', () => {
  expect(
    notices({ runbook: 'https://example.org/runbook', name: 'gate', '@aws-cdk/core:checkSecretUsage': true }),
  ).toEqual([]);
});

test('a plan whose start is over is said not to be registered, with the two ways out', () => {
  expect(notices({ runbook: 'https://example.org/runbook' }, START)).toEqual([
    'plans/ultra-fast-analyzer.yaml: its start, 2025-10-31T12:00Z, is over. Unless ultra-fast-analyzer is registered already, ' +
      'this deploy will not do it: npx sluice start plans/ultra-fast-analyzer.yaml does, or another start and a deploy.',
  ]);
});

test("a key of the context that is neither ours nor the CDK's is said to do nothing", () => {
  const theirs = {
    'aws:cdk:version-reporting': true,
    '@aws-cdk/aws-iam:minimizePolicies': true,
    'vpc-provider:account=123456789012:filter.isDefault=true': {},
    'acknowledged-issue-numbers': [34892],
  };
  expect(notices({ runbook: 'https://example.org/runbook', ...theirs, environment: 'production' })).toEqual([
    'environment in the context is no setting of Sluice and does nothing.',
  ]);
});

test('a runbook that no mail can link to is said', () => {
  expect(notices({})).toEqual([
    "runbook is no address, so the alarms' mails have no link: docs/runbook.md. Set it to an https:// one.",
  ]);
  expect(notices({ runbook: 'wiki.example.org/sluice' })).toHaveLength(1);
  expect(notices({ runbook: 'http://wiki/sluice' })).toEqual([]);
});
