/** An account on localhost in which the seed plan has been started: the real adapters and handlers, the simulator's traffic, AWS behind one address. */
import { vi } from 'vitest';
import { dynamoDbClient } from '../../lib/aws/clients.ts';
import { METRICS } from '../../lib/aws/environment.ts';
import { Deadline } from '../../lib/aws/outside.ts';
import { awsWorld } from '../../lib/aws/world.ts';
import { isFault } from '../../lib/controller/fault.ts';
import type { World } from '../../lib/controller/ports.ts';
import { start } from '../../lib/controller/start.ts';
import type { Entry } from '../../lib/rollout/entry.ts';
import { minuteTraffic } from '../../lib/sim/traffic.ts';
import { trafficModel } from '../../lib/sim/traffic-model.ts';
import { environment, topics } from '../aws/environment.ts';
import { awsAt } from '../aws/journal-world.ts';
import { operator, planOf, seedSource } from '../rollout/fixture.ts';
import { cloudWatch } from '../stand-in/cloudwatch.ts';
import { cloudWatchFromMinutes } from '../stand-in/cloudwatch-from-minutes.ts';
import { createTable, dynamoService, dynamoStandIn } from '../stand-in/dynamodb.ts';
import { atRest, loadBalancing } from '../stand-in/elasticloadbalancing.ts';
import { type SchedulerStandIn, schedulerStandIn } from '../stand-in/scheduler.ts';
import { type StandIn, standIn } from '../stand-in/server.ts';
import { type SnsStandIn, snsStandIn } from '../stand-in/sns.ts';

export const plan = planOf(seedSource);
const MINUTE = 60_000;

export interface LiveAccount {
  readonly server: StandIn;
  readonly scheduler: SchedulerStandIn;
  readonly sns: SnsStandIn;
  /** The world of the test itself; no function shares it. */
  readonly world: World;
  /** Moves the time on. */
  pass(minutes: number): void;
  /** The candidate's weight in the first rule, in percent. */
  weight(): number;
  entry(): Promise<Entry>;
  /** Lines that functions wrote since it was last asked. */
  logged(): readonly Readonly<Record<string, unknown>>[];
  /** The module anew, as a function's container loads it. */
  cold(): void;
  close(): Promise<void>;
}

/** The rollout is scheduled, and its start a quarter of an hour ahead. */
export const liveAccount = async (): Promise<LiveAccount> => {
  vi.useFakeTimers({ toFake: ['Date'], now: plan.start - 15 * MINUTE });
  const dynamo = await dynamoStandIn();
  const scheduler = schedulerStandIn(environment.SLUICE_SCHEDULE_GROUP);
  const sns = snsStandIn(topics);
  const balancing = loadBalancing(atRest(plan.traffic, 20));
  const weight = (): number => {
    const weights = balancing.split(plan.traffic.rules[0] ?? '').weights;
    const candidate = weights.get(plan.traffic.candidate) ?? 0;
    return (100 * candidate) / (candidate + (weights.get(plan.traffic.baseline) ?? 0));
  };
  const model = trafficModel(plan, { seed: 1, behaviours: [] });
  const traffic = (minute: number) => {
    const shares = { candidate: weight() / 100, baseline: 1 - weight() / 100 };
    return minuteTraffic(model, minute, shares, shares);
  };
  const server = await standIn({
    dynamodb: dynamoService(dynamo.url),
    scheduler: scheduler.service,
    sns: sns.service,
    elasticloadbalancing: balancing.service,
    cloudwatch: cloudWatch({
      points: cloudWatchFromMinutes(plan, traffic, Date.now),
      alarms: () => ({ 'learn-critical-incident': { state: 'OK' } }),
    }),
  });
  awsAt(server.url);
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  await createTable(dynamoDbClient(), environment.SLUICE_TABLE);
  const deadline = new Deadline();
  deadline.begin(100_000);
  const world = awsWorld(environment, deadline, () => {});
  const started = await start(world, seedSource, operator, { recorded: false });
  if (!started.ok) throw new Error(started.problems.join('\n'));
  const lines: string[] = [];
  const outputs = [process.stdout, process.stderr].map((output) =>
    vi.spyOn(output, 'write').mockImplementation((text) => lines.push(String(text)) > 0),
  );
  server.calls.length = 0;
  return {
    server,
    scheduler,
    sns,
    world,
    weight,
    pass: (minutes) => void vi.setSystemTime(Date.now() + minutes * MINUTE),
    entry: async () => {
      const head = await world.journal.head(plan.rollout);
      if (head === undefined || isFault(head)) throw new Error(`no head: ${head}`);
      return JSON.parse(head.body) as Entry;
    },
    logged: () =>
      lines
        .splice(0)
        .join('')
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>),
    cold: () => void vi.resetModules(),
    close: async () => {
      for (const output of outputs) output.mockRestore();
      vi.useRealTimers();
      vi.unstubAllEnvs();
      await Promise.all([server.close(), dynamo.close()]);
    },
  };
};

interface Emf {
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
    }[];
  };
  readonly service: string;
  readonly [metric: string]: unknown;
}

/** Values by metric of the lines in CloudWatch's embedded metric format. Throws where a line has another namespace or dimension than ours. */
export const metricsIn = (lines: readonly Readonly<Record<string, unknown>>[]): Readonly<Record<string, unknown>> => {
  const found: Record<string, unknown> = {};
  for (const line of lines) {
    if (line._aws === undefined) continue;
    const { _aws, service, ...values } = line as unknown as Emf;
    for (const { Namespace, Dimensions, Metrics } of _aws.CloudWatchMetrics) {
      const said = JSON.stringify([Namespace, Dimensions, service]);
      const wanted = JSON.stringify([METRICS.namespace, [['service']], 'sluice']);
      if (said !== wanted) throw new Error(`metrics must be ${wanted}, and are ${said}`);
      for (const { Name } of Metrics) found[Name] = values[Name];
    }
  }
  return found;
};
