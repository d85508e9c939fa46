import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Resource, resourceOf, resourcesOf, sluiceStack, templateOf, written } from './synthesized.ts';

let template: ReturnType<typeof templateOf>;
let billed: number;

beforeAll(() => {
  const stack = sluiceStack();
  billed = stack.fixedParts.alarmMetrics;
  template = templateOf(stack);
});

const alarms = (): readonly Resource[] => resourcesOf(template, 'AWS::CloudWatch::Alarm');
const alarmOf = (id: string): Resource['Properties'] =>
  resourceOf(template, 'AWS::CloudWatch::Alarm', `Alarms${id.replaceAll('-', '')}`).Properties;

describe('alarms', () => {
  test('there is one for everything that can fail silently', () => {
    expect(
      alarms()
        .map(({ Properties }) => Properties.AlarmName)
        .sort(),
    ).toEqual([
      'sluice-announcements-late',
      'sluice-announcements-lost',
      'sluice-reports-failed',
      'sluice-requests-refused',
      'sluice-tick-errors',
      'sluice-tick-silent',
      'sluice-tick-throttles',
      'sluice-wake-ups-lost',
      'sluice-watchdog-errors',
      'sluice-watchdog-silent',
      'sluice-watchdog-throttles',
    ]);
  });

  test('each calls the people on call and nobody else', () => {
    for (const { Properties } of alarms()) {
      expect(Properties.AlarmActions.map(written)).toEqual([expect.stringMatching(/^<TopicsOnCall/)]);
      if (Properties.OKActions !== undefined) expect(Properties.OKActions).toEqual(Properties.AlarmActions);
    }
  });

  test('each names a section of the runbook that exists', () => {
    const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
    const sections = [...runbook.matchAll(/^## ([a-z-]+)$/gm)].map((match) => match[1]);
    const linked = resourcesOf(
      templateOf(sluiceStack({ slack: { app: { secret: 'sluice/slack' } } })),
      'AWS::CloudWatch::Alarm',
    ).map(({ Properties }) => /docs\/runbook\.md#([a-z-]+)$/.exec(Properties.AlarmDescription)?.[1]);
    expect(linked.sort()).toEqual(sections.sort());
  });

  test('Slack has three more: it is behind, it refuses a channel, and something was given up; all call on the other ways', () => {
    const made = templateOf(sluiceStack({ slack: { app: { secret: 'sluice/slack' } } }));
    const known = new Set(alarms().map(({ Properties }) => Properties.AlarmName));
    const more = resourcesOf(made, 'AWS::CloudWatch::Alarm').filter(
      ({ Properties }) => !known.has(Properties.AlarmName),
    );
    expect(more.map(({ Properties }) => [Properties.AlarmName, Properties.MetricName, Properties.Threshold])).toEqual([
      ['sluice-slack-late', 'IteratorAge', 300_000],
      ['sluice-slack-refused', 'SlackRefused', 1],
      ['sluice-slack-lost', 'ApproximateNumberOfMessagesVisible', 1],
    ]);
    for (const { Properties } of more)
      expect(Properties.AlarmActions.map(written)).toEqual([expect.stringMatching(/^<TopicsOnCall/)]);
  });

  test('a queue that was never empty long enough says so until somebody has looked', () => {
    for (const id of ['wake-ups-lost', 'announcements-lost'])
      expect(alarmOf(id)).toMatchObject({
        Namespace: 'AWS/SQS',
        Threshold: 1,
        EvaluationPeriods: 1,
        TreatMissingData: 'notBreaching',
      });
    expect(alarmOf('wake-ups-lost').OKActions).toBeUndefined();
  });

  test('a live rollout without an entry is told by the age that the watchdog publishes', () => {
    expect(alarmOf('tick-silent')).toMatchObject({
      Namespace: 'Sluice',
      MetricName: 'StaleMinutes',
      Dimensions: [{ Name: 'service', Value: 'sluice' }],
      Statistic: 'Maximum',
      Period: 60,
      Threshold: 6,
      DatapointsToAlarm: 3,
      EvaluationPeriods: 3,
      // Nothing live, nothing published.
      TreatMissingData: 'notBreaching',
    });
  });

  test('a watchdog that is not woken although its last word was of live rollouts is told, and stays told', () => {
    const { Metrics, ...silent } = alarmOf('watchdog-silent');
    expect(silent).toMatchObject({ DatapointsToAlarm: 5, EvaluationPeriods: 15, TreatMissingData: 'ignore' });
    expect(Metrics[0].Expression).toBe('IF(FILL(live, REPEAT) > 0, IF(FILL(looks, 0) < 1, 1, 0), 0)');
    expect(
      Metrics.slice(1).map((each: Resource['Properties']) => [each.Id, each.MetricStat.Metric.MetricName]),
    ).toEqual([
      ['live', 'LiveRollouts'],
      ['looks', 'Invocations'],
    ]);
  });

  test('single failures and throttles of what is invoked every minute are no alarm', () => {
    for (const id of ['tick-errors', 'tick-throttles', 'watchdog-errors', 'watchdog-throttles'])
      expect(alarmOf(id)).toMatchObject({
        Namespace: 'AWS/Lambda',
        Statistic: 'Sum',
        Period: 60,
        DatapointsToAlarm: 3,
        EvaluationPeriods: 5,
        TreatMissingData: 'notBreaching',
      });
  });

  test('announcements are late from two minutes on, well before they are given up', () => {
    expect(alarmOf('announcements-late')).toMatchObject({ MetricName: 'IteratorAge', Threshold: 120_000 });
    expect(
      resourceOf(template, 'AWS::Lambda::EventSourceMapping').Properties.MaximumRecordAgeInSeconds,
    ).toBeGreaterThan(3 * 60 + 120);
  });

  test('a report of a live rollout that was not written is told once, by what the announcing function counts', () => {
    expect(alarmOf('reports-failed')).toMatchObject({
      Namespace: 'Sluice',
      MetricName: 'ReportsFailed',
      Dimensions: [{ Name: 'service', Value: 'sluice' }],
      Threshold: 1,
      EvaluationPeriods: 1,
      TreatMissingData: 'notBreaching',
    });
    expect(alarmOf('reports-failed').OKActions).toBeUndefined();
  });

  test('requests that were forbidden are told from five in five minutes on: one is a slip', () => {
    expect(alarmOf('requests-refused')).toMatchObject({
      Namespace: 'Sluice',
      MetricName: 'RequestsRefused',
      Dimensions: [{ Name: 'service', Value: 'sluice' }],
      Statistic: 'Sum',
      Period: 300,
      Threshold: 5,
      EvaluationPeriods: 1,
      TreatMissingData: 'notBreaching',
    });
  });

  test('every metric that is billed is counted', () => {
    const inTemplate = alarms().reduce(
      (sum, { Properties }) =>
        sum + (Properties.Metrics?.filter((each: Resource['Properties']) => each.MetricStat !== undefined).length ?? 1),
      0,
    );
    expect(billed).toBe(inTemplate);
  });
});
