import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Alarms } from '../../lib/controller/ports.ts';
import { alarmsOf } from '../../lib/sim/alarms.ts';
import { readFault } from '../../lib/sim/fault-text.ts';
import { metricsOnLocalhost } from '../aws/metrics-on-localhost.ts';
import { seedPlan } from '../judge/plan.ts';
import { error } from '../stand-in/cloudwatch.ts';

const [ALARM = ''] = seedPlan.incidents.alarms;

interface AlarmWorld {
  readonly alarms: Alarms;
  close(): Promise<void>;
}

type Condition = 'calm' | 'incident' | 'unreadable';

const simulated = async (condition: Condition): Promise<AlarmWorld> => {
  const fault = readFault(condition === 'incident' ? 'incident' : 'alarms unreadable');
  if ('problem' in fault) throw new Error(fault.problem);
  const behaviours = condition === 'calm' ? [] : [fault];
  return { alarms: alarmsOf(seedPlan, { now: seedPlan.start }, behaviours), close: async () => {} };
};

const onLocalhost = async (condition: Condition): Promise<AlarmWorld> => {
  const state = condition === 'incident' ? 'ALARM' : 'OK';
  const { alarms, server } = await metricsOnLocalhost(seedPlan, { alarms: () => ({ [ALARM]: { state } }) });
  if (condition === 'unreadable') server.fail('DescribeAlarms', error('ThrottlingException', 'Rate exceeded'), 2);
  return { alarms, close: () => server.close() };
};

describe.each([
  ['in memory', simulated],
  ['on AWS', onLocalhost],
])('alarms %s', (_, open) => {
  let world: AlarmWorld;
  afterEach(async () => {
    vi.unstubAllEnvs();
    await world.close();
  });

  it('are answered in the order asked; one that does not exist is insufficient', async () => {
    world = await open('calm');
    expect(await world.alarms.states(['nobody-made-this', ALARM])).toEqual(['insufficient', 'ok']);
  });

  it('tell an incident', async () => {
    world = await open('incident');
    expect(await world.alarms.states([ALARM])).toEqual(['alarm']);
  });

  it('are a fault when they cannot be read', async () => {
    world = await open('unreadable');
    expect(await world.alarms.states([ALARM])).toMatchObject({ code: 'THROTTLED', operation: 'read the alarms' });
  });
});
