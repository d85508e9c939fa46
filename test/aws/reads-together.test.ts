import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Deadline } from '../../lib/aws/outside.ts';
import { awsWorld } from '../../lib/aws/world.ts';
import { type Fault, isFault } from '../../lib/controller/fault.ts';
import type { MinuteReading, RuleReading, World } from '../../lib/controller/ports.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { seedPlan } from '../rollout/fixture.ts';
import { type CloudWatchGiven, cloudWatch, type MetricAsked, metricsAsked } from '../stand-in/cloudwatch.ts';
import { type LoadBalancing, loadBalancing } from '../stand-in/elasticloadbalancing.ts';
import { queryError } from '../stand-in/query-protocol.ts';
import { type StandIn, standIn } from '../stand-in/server.ts';
import { environment } from './environment.ts';
import { awsAt } from './journal-world.ts';
import { numberedPlans, together } from './several-plans.ts';

const MINUTE = 60_000;
const NOW = Date.parse('2025-11-01T12:00:20Z');
const TO = Date.parse('2025-11-01T11:57:00Z');

const plans = numberedPlans(45);
const [first = seedPlan, second = seedPlan, third = seedPlan] = plans;
const ruleOf = ({ traffic }: Plan): string => traffic.rules[0] ?? '';

let server: StandIn;
let balancing: LoadBalancing;
let world: World;
let given: CloudWatchGiven;
let values: (asked: MetricAsked) => number | undefined;

const everyMinute = (asked: MetricAsked) => {
  const value = values(asked);
  if (value === undefined) return [];
  const minutes = Array.from(
    { length: (asked.end - asked.start) / MINUTE },
    (_, index) => asked.start + index * MINUTE,
  );
  return minutes.map((minute) => [minute, value] as const);
};

beforeEach(async () => {
  balancing = loadBalancing(together(plans, 6));
  values = () => 5;
  given = {};
  const alarms = () => ({ 'critical-1': { state: 'ALARM' as const }, 'critical-0': { state: 'OK' as const } });
  server = await standIn({
    elasticloadbalancing: balancing.service,
    cloudwatch: (asked) => cloudWatch({ points: everyMinute, alarms, ...given })(asked),
  });
  awsAt(server.url);
  const deadline = new Deadline();
  deadline.begin(30_000);
  world = awsWorld(environment, deadline, () => {}, 'together');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

const asked = (operation: string) => server.calls.filter((call) => call.operation === operation);
const readRules = (of: readonly Plan[]): Promise<readonly RuleReading[]> =>
  Promise.all(of.map((plan) => world.router.read(plan, false))).then((readings) => readings.flat());
const readMinutes = (plan: Plan, from = TO - MINUTE) => world.metrics.read(plan, from, TO, true);
const lines = (readings: readonly MinuteReading[] | Fault): readonly MinuteReading[] => {
  if (isFault(readings)) throw new Error(`${readings}`);
  return readings;
};
const throttled = queryError('Throttling', 'Rate exceeded');

describe('rules of several rollouts', () => {
  it('are read with one call, and each gets its own', async () => {
    balancing.setSplit(ruleOf(second), { [second.traffic.baseline]: 900, [second.traffic.candidate]: 100 });
    const readings = await readRules([first, second, third]);
    expect(readings).toMatchObject([
      { rule: ruleOf(first), kind: 'weighted', weight: 0 },
      { rule: ruleOf(second), kind: 'weighted', weight: 10 },
      { rule: ruleOf(third), kind: 'weighted', weight: 0 },
    ]);
    expect(asked('DescribeRules')).toHaveLength(1);
  });

  it('are read twenty at a time', async () => {
    const readings = await readRules(plans);
    expect(readings.map(({ rule }) => rule)).toEqual(plans.map(ruleOf));
    const named = asked('DescribeRules').map(({ input }) =>
      Object.keys(input).filter((key) => key.startsWith('RuleArns')),
    );
    expect(named.map(({ length }) => length).toSorted((one, other) => one - other)).toEqual([5, 20, 20]);
  });

  it('are read each by itself when one of them is gone, and only that one is told to be', async () => {
    balancing.rules.delete(ruleOf(second));
    const readings = await readRules([first, second, third]);
    expect(readings.map(({ kind }) => kind)).toEqual(['weighted', 'gone', 'weighted']);
    expect(asked('DescribeRules')).toHaveLength(4);
  });

  it('are unreadable for all when AWS has no time, and are not asked for again one by one', async () => {
    server.fail('DescribeRules', throttled, 2);
    const readings = await readRules([first, second, third]);
    expect(readings).toMatchObject(readings.map(() => ({ kind: 'unreadable', fault: { code: 'THROTTLED' } })));
    expect(asked('DescribeRules')).toHaveLength(2);
  });

  it('are read by themselves where one is to be written', async () => {
    const writes = [first, second].map((plan) =>
      world.router.setWeight(plan, { rule: ruleOf(plan), weight: 10, from: 0, rollback: false }),
    );
    expect(await Promise.all(writes)).toEqual(['written', 'written']);
    expect(
      asked('DescribeRules').map(({ input }) => Object.keys(input).filter((key) => key.includes('RuleArns'))),
    ).toEqual([['RuleArns.member.1'], ['RuleArns.member.1']]);
  });
});

describe('alarms of several rollouts', () => {
  it('are read with one call, and each gets its own', async () => {
    const states = await Promise.all(
      [first, second, third].map(({ incidents }) => world.alarms.states(incidents.alarms)),
    );
    expect(states).toEqual([['ok'], ['alarm'], ['insufficient']]);
    expect(asked('DescribeAlarms')).toHaveLength(1);
  });
});

describe('metrics of several rollouts', () => {
  it('are read with one call, and each gets its own', async () => {
    values = ({ dimensions }) => (dimensions.TargetGroup?.endsWith('001') ? 7 : 5);
    const [one, other] = await Promise.all([readMinutes(first), readMinutes(second)]);
    expect(lines(one)).toMatchObject([{ candidate: { requests: 5 } }]);
    expect(lines(other)).toMatchObject([{ candidate: { requests: 7 } }]);
    expect(asked('GetMetricData')).toHaveLength(1);
    expect(asked('DescribeTargetGroups')).toHaveLength(1);
  });

  it('are as many as ask alone would get, whoever else asks for a longer time', async () => {
    const alone = lines(await readMinutes(first));
    await readMinutes(second);
    server.calls.length = 0;
    const [short, long] = await Promise.all([readMinutes(first), readMinutes(second, TO - 20 * MINUTE)]);
    expect(lines(short)).toEqual(alone);
    expect(lines(long).map(({ candidate }) => candidate?.requests)).toEqual(Array.from({ length: 20 }, () => 5));
    expect(asked('GetMetricData')).toHaveLength(1);
  });

  it('of one that is hours behind are read by themselves: everybody else would wait for them', async () => {
    await Promise.all([readMinutes(first), readMinutes(second, TO - 120 * MINUTE)]);
    const spans = asked('GetMetricData').map((call) => {
      const [metric] = metricsAsked(call);
      return metric === undefined ? 0 : (metric.end - metric.start) / MINUTE;
    });
    expect(spans.toSorted((one, other) => one - other)).toEqual([15, 120]);
  });

  it('are at most 500 in a call, and those of one rollout are not divided', async () => {
    await Promise.all(plans.slice(0, 20).map((plan) => readMinutes(plan)));
    const groups = asked('GetMetricData').map(
      (call) => new Set(metricsAsked(call).map(({ dimensions }) => dimensions.TargetGroup?.slice(-3))),
    );
    const sizes = asked('GetMetricData').map((call) => metricsAsked(call).length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(500);
    const named = groups.flatMap((group) => [...group].filter((name) => name !== undefined));
    expect(named).toHaveLength(20);
  });

  it('fail only for the rollout whose metric CloudWatch cannot read', async () => {
    given = {
      manner: ({ dimensions }) => (dimensions.TargetGroup?.endsWith('001') ? { status: 'InternalError' } : {}),
    };
    const [one, other] = await Promise.all([readMinutes(first), readMinutes(second)]);
    expect(lines(one)).toMatchObject([{ candidate: { requests: 5 } }]);
    expect(other).toMatchObject({ code: 'UNREADABLE' });
  });
});

describe('health of the last minutes', () => {
  const lately = (plan: Plan) => world.targets.lately?.(plan, 'candidate', NOW);

  it('comes with the metrics, without a call of its own', async () => {
    values = ({ metric }) => (metric === 'HealthyHostCount' ? 4 : 5);
    await readMinutes(first);
    server.calls.length = 0;
    const [health] = await Promise.all([lately(first), readMinutes(first)]);
    expect(health).toEqual({ healthy: 4, registered: 4 });
    expect([asked('GetMetricData').length, asked('DescribeTargetHealth').length]).toEqual([1, 0]);
  });

  it('is the least of the last four minutes, whatever was before', async () => {
    const sick = (minutesAgo: number) => (metric: MetricAsked) => {
      const at = Math.floor(NOW / MINUTE) * MINUTE - minutesAgo * MINUTE;
      return everyMinute(metric).map(([minute, value]) => [minute, minute === at ? 1 : value] as const);
    };
    for (const [minutesAgo, healthy] of [
      [4, 1],
      [5, 5],
    ] as const) {
      await readMinutes(first);
      given = { points: sick(minutesAgo) };
      // The longer span of the metrics comes with the same call.
      const [health] = await Promise.all([lately(first), readMinutes(first)]);
      expect(health?.healthy).toBe(healthy);
    }
  });

  it('is none when none was healthy, and not known when nothing is reported', async () => {
    values = () => 0;
    expect(await lately(first)).toEqual({ healthy: 0, registered: 0 });
    values = () => undefined;
    expect(await lately(first)).toBeUndefined();
  });

  it('is not known while CloudWatch cannot be read', async () => {
    server.fail('GetMetricData', { status: 400, body: '{"__type":"AccessDeniedException"}' }, 2);
    expect(await lately(first)).toBeUndefined();
  });
});
