/** An account on localhost with a live rollout, for the real tick handler: the stand-ins of the tests, the simulator's traffic, a virtual clock. */
import { mock } from 'node:test';
import { dynamoDbClient } from '../lib/aws/clients.ts';
import { Deadline } from '../lib/aws/outside.ts';
import { awsWorld } from '../lib/aws/world.ts';
import { start } from '../lib/controller/start.ts';
import { minuteTraffic } from '../lib/sim/traffic.ts';
import { trafficModel } from '../lib/sim/traffic-model.ts';
import { environment, topics } from '../test/aws/environment.ts';
import { operator, planOf } from '../test/rollout/fixture.ts';
import { cloudWatch } from '../test/stand-in/cloudwatch.ts';
import { cloudWatchFromMinutes } from '../test/stand-in/cloudwatch-from-minutes.ts';
import { createTable, dynamoService, dynamoStandIn } from '../test/stand-in/dynamodb.ts';
import { atRest, loadBalancing } from '../test/stand-in/elasticloadbalancing.ts';
import { schedulerStandIn } from '../test/stand-in/scheduler.ts';
import { type StandIn, standIn } from '../test/stand-in/server.ts';
import { snsStandIn } from '../test/stand-in/sns.ts';

const MINUTE = 60_000;

export interface BenchAccount {
  readonly rollout: string;
  readonly server: StandIn;
  /** Moves the time on by a minute. */
  passMinute(): void;
  close(): Promise<void>;
}

/** The plan is scheduled, to start in 5 minutes. @param type of both target groups */
export const benchAccount = async (source: string, type: 'ip' | 'lambda'): Promise<BenchAccount> => {
  const plan = planOf(source);
  let now = plan.start - 5 * MINUTE;
  mock.timers.enable({ apis: ['Date'], now });
  const dynamo = await dynamoStandIn();
  const { rules, groups } = atRest(plan.traffic, 20);
  const typed = Object.entries(groups).map(([group, data]) => [group, { ...data, type }]);
  const balancing = loadBalancing({ rules, groups: Object.fromEntries(typed) });
  const [rule = ''] = plan.traffic.rules;
  const share = (): number => {
    const { weights } = balancing.split(rule);
    const candidate = weights.get(plan.traffic.candidate) ?? 0;
    return candidate / (candidate + (weights.get(plan.traffic.baseline) ?? 0));
  };
  const model = trafficModel(plan, { seed: 1, behaviours: [] });
  const traffic = (minute: number) => {
    const shares = { candidate: share(), baseline: 1 - share() };
    return minuteTraffic(model, minute, shares, shares);
  };
  const server = await standIn({
    dynamodb: dynamoService(dynamo.url),
    scheduler: schedulerStandIn(environment.SLUICE_SCHEDULE_GROUP).service,
    sns: snsStandIn(topics).service,
    elasticloadbalancing: balancing.service,
    cloudwatch: cloudWatch({
      points: cloudWatchFromMinutes(plan, traffic, Date.now),
      alarms: () => Object.fromEntries(plan.incidents.alarms.map((name) => [name, { state: 'OK' } as const])),
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
  deadline.begin(60_000);
  const started = await start(
    awsWorld(environment, deadline, () => {}),
    source,
    operator,
    { recorded: false },
  );
  if (!started.ok) throw new Error(started.problems.join('\n'));
  server.calls.length = 0;
  return {
    rollout: plan.rollout,
    server,
    passMinute: () => {
      now += MINUTE;
      mock.timers.setTime(now);
    },
    close: async () => {
      mock.timers.reset();
      await Promise.all([server.close(), dynamo.close()]);
    },
  };
};
