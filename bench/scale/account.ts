/** An account on localhost with several live rollouts in their canary, whose wake-ups come one by one or together. */
import { mock } from 'node:test';
import { tickHandler } from '../../lambdas/tick/tick-handler.ts';
import { watchdogHandler } from '../../lambdas/watchdog/watchdog-handler.ts';
import { dynamoDbClient } from '../../lib/aws/clients.ts';
import { Deadline } from '../../lib/aws/outside.ts';
import { awsWorld } from '../../lib/aws/world.ts';
import { start } from '../../lib/controller/start.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { minuteTraffic } from '../../lib/sim/traffic.ts';
import { trafficModel } from '../../lib/sim/traffic-model.ts';
import { environment, topics } from '../../test/aws/environment.ts';
import { numberedPlans, numberedSource, together } from '../../test/aws/several-plans.ts';
import { operator } from '../../test/rollout/fixture.ts';
import { cloudWatch } from '../../test/stand-in/cloudwatch.ts';
import { cloudWatchFromMinutes } from '../../test/stand-in/cloudwatch-from-minutes.ts';
import { createTable, dynamoService, dynamoStandIn } from '../../test/stand-in/dynamodb.ts';
import { type LoadBalancing, loadBalancing } from '../../test/stand-in/elasticloadbalancing.ts';
import { schedulerStandIn } from '../../test/stand-in/scheduler.ts';
import { type StandIn, standIn } from '../../test/stand-in/server.ts';
import { snsStandIn } from '../../test/stand-in/sns.ts';

const MINUTE = 60_000;

export interface ScaleAccount {
  readonly server: StandIn;
  readonly rollouts: readonly string[];
  passMinute(): void;
  /** From now on CloudWatch does not say how many targets are healthy. */
  hideHealth(): void;
  /** One invocation for these wake-ups; one by itself comes without the queue. */
  tick(reads: 'alone' | 'together', rollouts: readonly string[]): Promise<void>;
  watchdog(): Promise<void>;
  close(): Promise<void>;
}

/** All are scheduled, to start in five minutes. */
export const scaleAccount = async (count: number): Promise<ScaleAccount> => {
  const plans = numberedPlans(count);
  let isHidden = false;
  let now = (plans[0]?.start ?? 0) - 5 * MINUTE;
  mock.timers.enable({ apis: ['Date'], now });
  const dynamo = await dynamoStandIn();
  const balancing = loadBalancing(together(plans, 20));
  const points = plans.map((plan) => pointsOf(plan, balancing));
  const server = await standIn({
    dynamodb: dynamoService(dynamo.url),
    scheduler: schedulerStandIn(environment.SLUICE_SCHEDULE_GROUP).service,
    sns: snsStandIn(topics).service,
    elasticloadbalancing: balancing.service,
    cloudwatch: cloudWatch({
      points: (asked) =>
        isHidden && asked.metric === 'HealthyHostCount'
          ? []
          : (points.map((of) => of(asked)).find((found) => found.length > 0) ?? []),
      alarms: () =>
        Object.fromEntries(
          plans.flatMap(({ incidents }) => incidents.alarms.map((name) => [name, { state: 'OK' } as const])),
        ),
    }),
  });
  Object.assign(process.env, environment, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: server.url,
    AWS_DISABLE_REQUEST_COMPRESSION: 'true',
  });
  await createTable(dynamoDbClient(), environment.SLUICE_TABLE);
  const deadline = new Deadline();
  deadline.begin(300_000);
  const world = awsWorld(environment, deadline, () => {});
  for (const index of plans.keys()) {
    const started = await start(world, numberedSource(index), operator, { recorded: false });
    if (!started.ok) throw new Error(started.problems.join('\n'));
  }
  const handlerOf = (reads: 'alone' | 'together') =>
    tickHandler((limit, onRevised) => awsWorld(environment, limit, onRevised, reads), 25_000);
  const handlers = { alone: handlerOf('alone'), together: handlerOf('together') };
  const watch = watchdogHandler({
    worldOf: (limit) => awsWorld(environment, limit, () => {}),
    scheduleOf: () => ({ ensure: async () => 'set', remove: async () => 'removed' }),
    breathe: async () => {},
    turnMilliseconds: 5_000,
    afterwardsMilliseconds: 5_000,
    milliseconds: 25_000,
  });
  return {
    server,
    rollouts: plans.map(({ rollout }) => rollout),
    hideHealth: () => {
      isHidden = true;
    },
    passMinute: () => {
      now += MINUTE;
      mock.timers.setTime(now);
    },
    tick: async (reads, rollouts) => {
      const [only] = rollouts;
      if (reads === 'alone' && rollouts.length === 1) return void (await handlers.alone({ rollout: only }));
      const Records = rollouts.map((rollout) => ({ messageId: rollout, body: JSON.stringify({ rollout }) }));
      const answer = await handlers[reads]({ Records });
      if (answer?.batchItemFailures.length !== 0) throw new Error(`ticks failed: ${JSON.stringify(answer)}`);
    },
    watchdog: watch,
    close: async () => {
      mock.timers.reset();
      await Promise.all([server.close(), dynamo.close()]);
    },
  };
};

const pointsOf = (plan: Plan, balancing: LoadBalancing) => {
  const { candidate, baseline } = plan.traffic;
  const share = (): number => {
    const { weights } = balancing.split(plan.traffic.rules[0] ?? '');
    const ofCandidate = weights.get(candidate) ?? 0;
    return ofCandidate / (ofCandidate + (weights.get(baseline) ?? 0));
  };
  const model = trafficModel(plan, { seed: 1, behaviours: [] });
  const traffic = (minute: number) => {
    const shares = { candidate: share(), baseline: 1 - share() };
    return minuteTraffic(model, minute, shares, shares);
  };
  return cloudWatchFromMinutes(plan, traffic, Date.now);
};
