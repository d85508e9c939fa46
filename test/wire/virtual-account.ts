/**
 * An account on virtual time: the bundles of a synthesized app, moto, DynamoDB Local, and this repository's CloudWatch and STS behind one
 * address. Nothing happens in it that no schedule, no stream record and no command line asked for.
 */
import { vi } from 'vitest';
import { parsePlan } from '../../lib/plan/parse.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import type { Entry } from '../../lib/rollout/entry.ts';
import { readFault } from '../../lib/sim/fault-text.ts';
import { initialRules, sharesIn, writeWeight } from '../../lib/sim/rules.ts';
import { minuteTraffic } from '../../lib/sim/traffic.ts';
import { trafficModel } from '../../lib/sim/traffic-model.ts';
import { type Captured, sluice } from '../cli/captured-io.ts';
import { type CloudWatchGiven, cloudWatch } from '../stand-in/cloudwatch.ts';
import { cloudWatchFromMinutes } from '../stand-in/cloudwatch-from-minutes.ts';
import { queryError } from '../stand-in/query-protocol.ts';
import { type Answer, type Asked, type Service, type StandIn, standIn } from '../stand-in/server.ts';
import { type Key, sts } from '../stand-in/sts.ts';
import { type Assembly, REGION, synthesize } from './bundles.ts';
import { type DueWakeUps, dueWakeUps } from './due-wake-ups.ts';
import { type Functions, inEnvironment, loadFunctions } from './functions.ts';
import { entryIn, type JournalStream, journalStream, meets } from './journal-stream.ts';
import { type DeployedService, type Forward, type MotoAccount, motoAccount } from './moto-account.ts';
import { dated, passOn } from './pass-on.ts';
import { startDynamoDbLocal, startMoto } from './processes.ts';
import { REQUESTS_PER_MINUTE } from './short-plan.ts';

const MINUTE = 60_000;
/** From the instant of a schedule to the function's first line. */
const WAKES_AFTER_MS = 2_000;
/** A person types a command line so long after the last thing that happened. */
const TYPES_AFTER_MS = 5_000;
/** `Date` is exchanged for one that stands still, after some of these were made. */
const now = (): number => Date.now();
const FUNCTIONS = ['sluice-tick', 'sluice-command', 'sluice-announce', 'sluice-watchdog'] as const;

/** Whoever has a key: leads and operators of the seed plan, and one who is neither. */
export type Role = 'Sre' | 'EngineeringLead' | 'OperationsLead' | 'ProductLead' | 'FinanceLead' | 'Intern';
const ROLES: readonly Role[] = ['Sre', 'EngineeringLead', 'OperationsLead', 'ProductLead', 'FinanceLead', 'Intern'];

export const principalOf = (role: Role): string => `arn:aws:sts::123456789012:assumed-role/${role}/jane`;
export const keyOf = (role: Role) => ({ accessKeyId: role.toUpperCase(), secretAccessKey: `${role}'s secret` });

/** A rule as it was, from an instant on. */
export interface Seen extends Forward {
  readonly at: string;
  readonly rule: string;
}

export interface Scene {
  readonly plan: Plan;
  readonly service: DeployedService;
  /** Every change of every rule, in order; as moto answered it after each wake-up and each command. */
  readonly seen: Seen[];
  /** Of its journal, as the table's stream told them. */
  readonly entries: Entry[];
}

export interface VirtualAccount {
  readonly moto: MotoAccount;
  readonly front: StandIn;
  readonly functions: Functions;
  readonly wakeUps: DueWakeUps;
  /** ARNs of rules whose ModifyRule is refused from now on. */
  readonly refused: Set<string>;
  /** Deploys the app with these plans, by file name. */
  deploy(plans: Readonly<Record<string, string>>): Promise<void>;
  /** From here on it is this time, and CloudWatch tells of this service. @param fault in words of `--fault` */
  begin(source: string, service: DeployedService, at: string, fault?: string): Promise<Scene>;
  /** A command line, by somebody with such a key. */
  sluice(role: Role, ...args: readonly string[]): Promise<Captured>;
  /** Wake-ups, one after another, until it is so. */
  until(what: string, isSo: () => boolean): Promise<void>;
  /** What the functions logged since the scene began. */
  logged(): string;
  close(): Promise<void>;
}

export const virtualAccount = async (): Promise<VirtualAccount> => {
  const [moto, dynamo] = await Promise.all([startMoto(), startDynamoDbLocal()]);
  const account = await motoAccount(moto.url);
  let assembly: Assembly | undefined;
  let functions: Functions | undefined;
  let stream: JournalStream | undefined;
  let scene: Scene | undefined;
  let look: () => Promise<void> = async () => {};
  let points: NonNullable<CloudWatchGiven['points']> = () => [];
  const refused = new Set<string>();
  const lines: string[] = [];
  const wakeUps = dueWakeUps(moto.url, 'sluice', now);

  const balancing = passOn(moto.url);
  const keys: Readonly<Record<string, Key>> = Object.fromEntries(
    ROLES.map((role) => [keyOf(role).accessKeyId, { secret: keyOf(role).secretAccessKey, arn: principalOf(role) }]),
  );
  const services: Readonly<Partial<Record<Asked['service'], Service>>> = {
    elasticloadbalancing: async (asked) => refusal(account, refused, asked) ?? balancing(asked),
    sns: balancing,
    s3: balancing,
    scheduler: balancing,
    dynamodb: passOn(dynamo.url),
    cloudwatch: cloudWatch({
      points: (asked) => points(asked),
      alarms: () => ({ 'learn-critical-incident': { state: 'OK' } }),
    }),
    sts: sts(keys, now),
    lambda: (asked) => given(functions).service(asked),
  };
  const front = await standIn(
    Object.fromEntries(Object.entries(services).map(([name, service]) => [name, dated(service)])),
  );
  const variables = {
    AWS_REGION: REGION,
    AWS_ENDPOINT_URL: front.url,
    AWS_DISABLE_REQUEST_COMPRESSION: 'true',
  };
  const OWN = { AWS_ACCESS_KEY_ID: 'function', AWS_SECRET_ACCESS_KEY: 'functions' };

  /** What the event source mapping does: filtered records, in order, in batches; and what this test knows of the journal. */
  const announce = async (): Promise<void> => {
    const [mapping] = given(assembly).of('AWS::Lambda::EventSourceMapping');
    const { FilterCriteria, BatchSize } = mapping?.Properties ?? {};
    const pattern = JSON.parse(FilterCriteria.Filters[0].Pattern);
    const records = await given(stream).read();
    for (const entry of records.map(entryIn))
      if (entry !== undefined && entry.rollout === scene?.plan.rollout) scene.entries.push(entry);
    const wanted = records.filter((record) => meets(pattern, record));
    for (let from = 0; from < wanted.length; from += BatchSize) {
      const Records = wanted.slice(from, from + BatchSize);
      const reply = await given(functions).invoke('sluice-announce', { Records });
      if (JSON.stringify(reply) !== '{"batchItemFailures":[]}')
        throw new Error(`not announced: ${JSON.stringify(reply)}\n${lines.slice(-5).join('')}`);
    }
  };

  const afterwards = async (): Promise<void> => {
    await look();
    await announce();
  };

  const fire = async (): Promise<boolean> => {
    const due = await wakeUps.next();
    if (due === undefined) return false;
    vi.setSystemTime(Math.max(Date.now(), due.at + WAKES_AFTER_MS));
    for (const schedule of due.schedules) {
      await wakeUps.fired(schedule);
      const name = schedule.targetArn.slice(schedule.targetArn.lastIndexOf(':') + 1);
      await given(functions).invoke(name, JSON.parse(schedule.input));
    }
    await afterwards();
    return true;
  };

  vi.useFakeTimers({ toFake: ['Date'] });
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);

  return {
    moto: account,
    front,
    get functions() {
      return given(functions);
    },
    wakeUps,
    refused,
    deploy: async (plans) => {
      assembly = synthesize(plans);
      await account.make(assembly);
      stream = await journalStream(dynamo.url, assembly, OWN.AWS_ACCESS_KEY_ID);
      functions = await loadFunctions(assembly, FUNCTIONS, { ...variables, ...OWN });
    },
    begin: async (source, service, at, fault) => {
      vi.setSystemTime(Date.parse(at));
      lines.length = 0;
      front.calls.length = 0;
      given(functions).invocations.clear();
      await account.receive();
      const plan = planOf(source);
      const begun: Scene = { plan, service, seen: [], entries: [] };
      scene = begun;
      const traffic = trafficOf(plan, fault);
      points = traffic.points;
      look = async () => {
        for (const [index, rule] of service.rules.entries()) {
          const forward = await account.forward(service, rule);
          if (traffic.follow(index, forward)) begun.seen.push({ at: new Date().toISOString(), rule, ...forward });
        }
      };
      return begun;
    },
    sluice: async (role, ...args) => {
      vi.setSystemTime(Date.now() + TYPES_AFTER_MS);
      const { accessKeyId, secretAccessKey } = keyOf(role);
      const own = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
      const captured = await inEnvironment({ ...variables, ...own }, () => sluice(args));
      await afterwards();
      return captured;
    },
    until: async (what, isSo) => {
      for (let fired = 0; !isSo(); fired++) {
        const story = () => scene?.entries.slice(-5).map(({ at, decision }) => `${at} ${JSON.stringify(decision)}`);
        if (fired > WAKE_UPS_AT_MOST) throw new Error(`not until ${what}, after ${fired} wake-ups: ${story()}`);
        if (!(await fire())) throw new Error(`not until ${what}, and nothing is left that would wake anybody: ${story()}`);
      }
    },
    logged: () => lines.join(''),
    close: async () => {
      stdout.mockRestore();
      vi.useRealTimers();
      assembly?.remove();
      await Promise.all([front.close(), moto.stop(), dynamo.stop()]);
    },
  };
};

const WAKE_UPS_AT_MOST = 600;

const given = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('the app is deployed first');
  return value;
};

const planOf = (source: string): Plan => {
  const parsed = parsePlan(source);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.plan;
};

/** The simulator's traffic on rules that are somewhere else. */
const trafficOf = (plan: Plan, fault: string | undefined) => {
  const read = fault === undefined ? [] : [readFault(fault)];
  const behaviours = read.map((each) => {
    if ('problem' in each) throw new Error(each.problem);
    return each;
  });
  const model = trafficModel(plan, { seed: 1, behaviours, requestsPerMinute: REQUESTS_PER_MINUTE });
  const rules = initialRules(plan, false);
  const known = new Map<number, string>();
  return {
    points: cloudWatchFromMinutes(
      plan,
      (minute) =>
        minuteTraffic(
          model,
          minute,
          sharesIn(rules, minute, minute + MINUTE),
          sharesIn(rules, minute - MINUTE, minute),
        ),
      now,
    ),
    /** Answers whether the rule is another than before. */
    follow: (index: number, forward: Forward): boolean => {
      const text = JSON.stringify(forward);
      const rule = rules[index];
      if (rule === undefined || text === known.get(index)) return false;
      known.set(index, text);
      const [candidate, baseline] = [forward.candidate ?? 0, forward.baseline ?? 0];
      rule.sticky = forward.sticky;
      writeWeight(rule, (100 * candidate) / (candidate + baseline), Date.now());
      return true;
    },
  };
};

/** Undefined: moto answers. */
const refusal = (
  account: MotoAccount,
  refused: ReadonlySet<string>,
  { operation, input }: Asked,
): Answer | undefined => {
  if (operation !== 'ModifyRule') return undefined;
  if (refused.has(String(input.RuleArn)))
    return queryError('AccessDenied', 'sluice-tick is not authorized to perform: ModifyRule', 403);
  const complaint = account.complaint(input);
  return complaint && queryError(complaint.code, complaint.message);
};
