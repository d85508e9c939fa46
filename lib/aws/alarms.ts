/** The Alarms on CloudWatch. */
import { type CloudWatchClient, paginateDescribeAlarms, type StateValue } from '@aws-sdk/client-cloudwatch';
import { isFault } from '../controller/fault.ts';
import type { AlarmState, Alarms } from '../controller/ports.ts';
import { assert } from '../plan/assert.ts';
import type { Read } from './merged-read.ts';
import { type Deadline, outside, type SendOptions } from './outside.ts';

/** As many names as AWS takes in one call, and a plan may have. */
export const ALARMS_AT_MOST = 100;

const STATES: Readonly<Record<StateValue, AlarmState>> = {
  OK: 'ok',
  ALARM: 'alarm',
  INSUFFICIENT_DATA: 'insufficient',
};

/** By name; alarms that do not exist are not in the answer. */
export type ReadAlarms = Read<string, AlarmState>;

export const alarmsRead =
  (client: CloudWatchClient, deadline: Deadline): ReadAlarms =>
  (names) =>
    outside('read the alarms', deadline, (options) => readStates(client, names, options));

export const alarmsOf = (read: ReadAlarms): Alarms => ({
  states: async (names) => {
    if (names.length === 0) return [];
    assert(names.length <= ALARMS_AT_MOST, `a plan names at most ${ALARMS_AT_MOST} alarms`);
    const states = await read(names);
    return isFault(states) ? states : names.map((name) => states.get(name) ?? 'insufficient');
  },
});

/** Without `AlarmTypes` only metric alarms are answered. */
const readStates = async (
  client: CloudWatchClient,
  names: readonly string[],
  options: SendOptions,
): Promise<ReadonlyMap<string, AlarmState>> => {
  const input = { AlarmNames: [...names], AlarmTypes: ['MetricAlarm' as const, 'CompositeAlarm' as const] };
  const states = new Map<string, AlarmState>();
  for await (const { MetricAlarms = [], CompositeAlarms = [] } of paginateDescribeAlarms({ client }, input, options))
    for (const { AlarmName, StateValue } of [...MetricAlarms, ...CompositeAlarms])
      if (AlarmName !== undefined)
        states.set(AlarmName, StateValue === undefined ? 'insufficient' : STATES[StateValue]);
  return states;
};
