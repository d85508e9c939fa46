/** The same minutes, read from the simulated CloudWatch and from the real adapter, are the same readings. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { isFault } from '../../lib/controller/fault.ts';
import type { Metrics, MinuteReading } from '../../lib/controller/ports.ts';
import type { DayBefore } from '../../lib/judge/verdict.ts';
import { assert } from '../../lib/plan/assert.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import type { Behaviour } from '../../lib/sim/behaviour.ts';
import { cloudWatchOf } from '../../lib/sim/cloud-watch.ts';
import { simulatedDayBefore } from '../../lib/sim/day-before.ts';
import { readFault } from '../../lib/sim/fault-text.ts';
import { type MinuteTraffic, minuteTraffic } from '../../lib/sim/traffic.ts';
import { trafficModel, USUAL_LATENCY } from '../../lib/sim/traffic-model.ts';
import { metricsOnLocalhost, readingsOf } from '../aws/metrics-on-localhost.ts';
import { planWith, seedPlan } from '../judge/plan.ts';
import { error } from '../stand-in/cloudwatch.ts';
import { cloudWatchFromMinutes } from '../stand-in/cloudwatch-from-minutes.ts';
import type { StandIn } from '../stand-in/server.ts';

const MINUTE = 60_000;
const ZONES = ['us-east-1a', 'us-east-1b', 'us-east-1c'];

let server: StandIn | undefined;
afterEach(async () => {
  vi.unstubAllEnvs();
  await server?.close();
  server = undefined;
});

interface Worlds {
  readonly simulated: Metrics;
  readonly aws: Metrics;
}

interface Weather {
  readonly faults?: readonly string[];
  readonly candidateShare?: number;
  /** Minutes after the start, [from, to), of which CloudWatch never hears. */
  readonly lost?: readonly [from: number, to: number];
}

/** Both worlds an hour after the start, so that every minute read is settled. */
const worldsWith = async (
  plan: Plan,
  { faults = [], candidateShare = 0.1, lost = [0, 0] }: Weather,
): Promise<Worlds> => {
  const written = lost[1] > lost[0] ? [...faults, `cloudwatch lost from 00:${lost[0]} to 00:${lost[1]}`] : faults;
  const behaviours = written.map((text): Behaviour => {
    const fault = readFault(text);
    if ('problem' in fault) throw new Error(fault.problem);
    return fault;
  });
  const model = trafficModel(plan, { seed: 7, behaviours });
  const shares = { candidate: candidateShare, baseline: 1 - candidateShare };
  const minute = (at: number): MinuteTraffic => minuteTraffic(model, at, shares, shares);
  const data = { now: plan.start + 60 * MINUTE };
  const source = { minute, dayBefore: (at: number) => simulatedDayBefore(model, at), isSettled: false };
  const [lostFrom, lostTo] = lost.map((minutes) => plan.start + minutes * MINUTE) as [number, number];
  const heard = (at: number): MinuteTraffic | undefined => (at >= lostFrom && at < lostTo ? undefined : minute(at));
  const points = cloudWatchFromMinutes(plan, heard, () => data.now, ZONES);
  const onLocalhost = await metricsOnLocalhost(plan, { points }, { zones: ZONES });
  server = onLocalhost.server;
  return { simulated: cloudWatchOf(plan, source, data, behaviours, 7), aws: onLocalhost.metrics };
};

/** The simulator leaves out what it knows nothing of, the adapter says null: the judge reads both alike. */
const withoutNulls = (values: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));

const alike = (reading: MinuteReading): MinuteReading => {
  const { business, ...traffic } = reading;
  if (business === undefined) return traffic;
  const known = (arm: 'candidate' | 'baseline') => ({
    ...business[arm],
    segments: withoutNulls(business[arm].segments),
    gauges: withoutNulls(business[arm].gauges),
  });
  return { ...traffic, business: { candidate: known('candidate'), baseline: known('baseline') } } as MinuteReading;
};

const expectAlike = async (plan: Plan, { simulated, aws }: Worlds): Promise<readonly MinuteReading[]> => {
  const [from, to] = [plan.start, plan.start + 50 * MINUTE];
  for (const [business, slowerThan] of [
    [true, []],
    [false, []],
    [false, Object.values(USUAL_LATENCY)],
  ] as const) {
    const [expected, got] = await Promise.all([
      simulated.read(plan, from, to, business, false, slowerThan).then(readingsOf),
      aws.read(plan, from, to, business, false, slowerThan).then(readingsOf),
    ]);
    expect(got.map(alike)).toEqual(expected.map(alike));
  }
  return readingsOf(await aws.read(plan, from, to, true));
};

describe('both CloudWatches', () => {
  it.each<[string, Weather]>([
    ['healthy traffic', {}],
    ['a candidate of one percent', { candidateShare: 0.01 }],
    ['a candidate that fails', { faults: ['failures 30% from 00:10 to 00:40'] }],
    ['a candidate that fails altogether', { faults: ['failures 100% from 00:10 to 00:40'] }],
    ['answers that do not come', { faults: ['both hanging 50% from 00:10 to 00:40'] }],
    ['slow answers', { faults: ['p99 300ms'] }],
    ['a segment that fails', { faults: ['segment 2 failures x40'] }],
    ['all the traffic on the candidate', { candidateShare: 1 }],
    ['no candidate yet', { candidateShare: 0 }],
    ['a CloudWatch that lost some minutes', { lost: [20, 35] }],
  ])('read the same of %s', async (_, weather) => {
    const readings = await expectAlike(seedPlan, await worldsWith(seedPlan, weather));
    expect(readings.some(({ candidate, baseline }) => candidate !== null || baseline !== null)).toBe(true);
  });

  it('read the same for a plan that goes by connection errors', async () => {
    const plan = planWith({ availability: 'connectionErrors', advance: ['availability > 99.9%', 'latencyP95 < 20ms'] });
    await expectAlike(plan, await worldsWith(plan, { faults: ['failures 5%'] }));
  });

  it('read minutes without requests as quiet, and lost ones as silence', async () => {
    const { aws } = await worldsWith(seedPlan, { candidateShare: 0, lost: [20, 35] });
    const readings = readingsOf(await aws.read(seedPlan, seedPlan.start, seedPlan.start + 50 * MINUTE, true));
    expect(readings[10]).toMatchObject({ candidate: null, hosts: true });
    expect(readings[25]).toMatchObject({ candidate: null, baseline: null, hosts: false });
    expect(readings[25]?.business?.baseline).toMatchObject({ requests: null, orders: null, revenue: null });
  });

  it('answer faults, and read on when they are over', async () => {
    const { simulated, aws } = await worldsWith(seedPlan, { faults: ['cloudwatch throttled'] });
    const [from, to] = [seedPlan.start, seedPlan.start + MINUTE];
    server?.fail('GetMetricData', error('ThrottlingException', 'Rate exceeded'), 2);
    expect(await simulated.read(seedPlan, from, to, false)).toMatchObject({ code: 'THROTTLED' });
    expect(await aws.read(seedPlan, from, to, false)).toMatchObject({ code: 'THROTTLED' });
    expect(readingsOf(await aws.read(seedPlan, from, to, false))).toHaveLength(1);
  });

  it("agree on the baseline's day before, up to chance", async () => {
    const plan = planWith({ advance: ['latencyP50 < 10ms', 'latencyP95 < 20ms'] });
    const { simulated, aws } = await worldsWith(plan, { candidateShare: 0 });
    const days = await Promise.all([simulated, aws].map((metrics) => metrics.dayBefore(plan, plan.start)));
    const [expected, got] = days.map((day) => {
      if (isFault(day)) throw new Error(day.toString());
      return day;
    });
    assert(expected !== undefined && got !== undefined, 'there are two days');
    const ratio = (of: (day: DayBefore) => number | null | undefined): number => (of(got) ?? 0) / (of(expected) ?? 0);
    expect(ratio((day) => day.requestsPerMinute)).toBeCloseTo(1, 1);
    expect(ratio((day) => day.failureShare)).toBeCloseTo(1, 1);
    expect(ratio((day) => day.unavailableShare)).toBeCloseTo(1, 0);
    for (const key of ['10ms', '20ms']) expect(ratio((day) => day.slowShares?.[key])).toBeCloseTo(1, 2);
    expect(got.latency).toEqual(expected.latency);
    for (const { clumpiness } of [got, expected]) {
      expect(clumpiness).toMatchObject({ isMeasured: true, blockMinutes: 1 });
      expect(Math.abs((clumpiness?.clumpSize ?? 0) - 2)).toBeLessThan(0.4);
    }
  });
});
