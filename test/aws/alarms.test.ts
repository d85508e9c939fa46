import { afterEach, describe, expect, it, vi } from 'vitest';
import { seedPlan } from '../judge/plan.ts';
import { type CloudWatchGiven, error } from '../stand-in/cloudwatch.ts';
import { type MetricsOnLocalhost, metricsOnLocalhost } from './metrics-on-localhost.ts';

let aws: MetricsOnLocalhost;
const open = async (given: CloudWatchGiven): Promise<void> => {
  aws = await metricsOnLocalhost(seedPlan, given);
};
afterEach(async () => {
  vi.unstubAllEnvs();
  await aws.server.close();
});

const some = (): ReturnType<NonNullable<CloudWatchGiven['alarms']>> => ({
  calm: { state: 'OK' },
  ringing: { state: 'ALARM' },
  young: { state: 'INSUFFICIENT_DATA' },
  all: { state: 'ALARM', composite: true },
  other: { state: 'ALARM' },
});

describe('the alarms', () => {
  it('are read in one call, metric and composite, in the order asked; one that does not exist is insufficient', async () => {
    await open({ alarms: some });
    expect(await aws.alarms.states(['young', 'ringing', 'gone', 'all', 'calm', 'ringing'])).toEqual([
      'insufficient',
      'alarm',
      'insufficient',
      'alarm',
      'ok',
      'alarm',
    ]);
    expect(aws.operations()).toEqual(['DescribeAlarms']);
  });

  it('are read over all pages', async () => {
    const names = Array.from({ length: 100 }, (_, index) => `alarm-${index}`);
    await open({ alarms: () => Object.fromEntries(names.map((name) => [name, { state: 'OK' }])) });
    expect(await aws.alarms.states(names)).toEqual(names.map(() => 'ok'));
    expect(aws.operations()).toEqual(['DescribeAlarms', 'DescribeAlarms']);
  });

  it('need no call when none are named', async () => {
    await open({ alarms: some });
    expect(await aws.alarms.states([])).toEqual([]);
    expect(aws.operations()).toEqual([]);
  });

  it('are a fault when CloudWatch throttles, and when it is not there', async () => {
    await open({ alarms: some });
    aws.server.fail('DescribeAlarms', error('ThrottlingException', 'Rate exceeded'), 2);
    expect(await aws.alarms.states(['calm'])).toMatchObject({ code: 'THROTTLED', operation: 'read the alarms' });
    aws.server.fail('DescribeAlarms', 'reset', 2);
    expect(await aws.alarms.states(['calm'])).toMatchObject({ code: 'UNAVAILABLE' });
    aws.server.fail('DescribeAlarms', error('InternalServiceFault', 'sorry', 500), 2);
    expect(await aws.alarms.states(['calm'])).toMatchObject({ code: 'UNAVAILABLE' });
  });
});
